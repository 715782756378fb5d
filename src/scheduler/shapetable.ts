// For one pod shape: which nodes are feasible, why the others are not, and how the feasible ones score.
// Kept current by redoing only the nodes that changed since the last look.

import type { CompiledCluster } from '../cluster/cluster.js';
import type { FilterPlugin, ScorePlugin } from './framework.js';
import type { PodShape } from './podshape.js';
import type { Reasons } from './reasons.js';

/** Plugins of the profile, split by extension point. */
export interface ProfilePlugins {
  readonly filters: readonly FilterPlugin[];
  readonly scores: readonly (ScorePlugin & { weight: number })[];
}

/** Work counters of a run; tests assert on them, never on time. */
export interface CycleCounters {
  attempts: number;
  nodesFiltered: number;
  nodesScored: number;
  tablesBuilt: number;
  logEntriesReplayed: number;
}

/** Feasibility and scores of one shape on all nodes; `refresh` fills it. */
export class ShapeTable {
  /** Rejection id by node, 0 where the pod fits. */
  readonly status: Int32Array;
  /** Weighted sum of the scores that need no normalization. */
  readonly total: Float64Array;
  /** Raw scores of plugins that are normalized over the window, with their weights. */
  readonly raws: { plugin: ScorePlugin & { weight: number }; raw: Float64Array }[] = [];
  /** Nodes by rejection id. */
  counts: Int32Array;
  feasibleCount = 0;
  errorCount = 0;
  private readonly nodeStatus: Int32Array;
  private position: number;
  private version = -1;
  private readonly filters: readonly FilterPlugin[];
  private readonly scores: readonly (ScorePlugin & { weight: number })[];
  private readonly seen: Int32Array;
  private stamp = 0;

  constructor(
    readonly shape: PodShape,
    private readonly cluster: CompiledCluster,
    plugins: ProfilePlugins,
    private readonly reasons: Reasons,
    private readonly counters: CycleCounters,
  ) {
    const { count } = cluster.nodes;
    this.status = new Int32Array(count);
    this.total = new Float64Array(count);
    this.nodeStatus = new Int32Array(count);
    this.seen = new Int32Array(count);
    this.counts = new Int32Array(Math.max(64, reasons.size * 2));
    const active = plugins.filters.filter((plugin) => plugin.preFilter(shape));
    this.filters = active.filter((plugin) => plugin.dependsOn === 'pods');
    const scores = plugins.scores.filter((plugin) => plugin.preScore(shape));
    this.scores = scores.filter((plugin) => plugin.normalization === 'none');
    for (const plugin of scores) {
      if (plugin.normalization === 'none') continue;
      const raw = Float64Array.from({ length: count }, (_, node) => plugin.score(shape, node));
      this.raws.push({ plugin, raw });
    }
    const onNodes = active.filter((plugin) => plugin.dependsOn === 'node');
    for (let node = 0; node < count; node++) {
      for (const plugin of onNodes) {
        const rejection = plugin.filter(shape, node);
        if (rejection === 0) continue;
        this.nodeStatus[node] = rejection;
        break;
      }
    }
    this.position = cluster.changes.position;
    counters.tablesBuilt++;
  }

  /**
   * Makes the table current.
   *
   * @param version - of everything outside the change log that the shape's answers depend on
   * @param changedNodes - false redoes every node
   */
  refresh(version: number, changedNodes: boolean): void {
    const { changes } = this.cluster;
    const behind = changes.position - this.position;
    const isLost = this.position < changes.oldest || behind > this.status.length;
    if (version !== this.version || isLost || !changedNodes) {
      this.version = version;
      this.redoAll();
    } else if (behind > 0) {
      this.stamp++;
      for (let position = this.position; position < changes.position; position++) {
        const node = changes.at(position);
        this.counters.logEntriesReplayed++;
        if (this.seen[node] === this.stamp) continue;
        this.seen[node] = this.stamp;
        this.redo(node);
      }
    }
    this.position = changes.position;
  }

  /** Whether the node's filter failed, which ends the attempt as a whole. */
  isErrorAt(node: number): boolean {
    return this.reasons.isError(this.status[node]!);
  }

  private redoAll(): void {
    this.counts.fill(0);
    this.feasibleCount = 0;
    this.errorCount = 0;
    for (let node = 0; node < this.status.length; node++) {
      this.status[node] = this.evaluate(node);
      this.count(this.status[node]!, 1);
    }
  }

  private redo(node: number): void {
    const status = this.evaluate(node);
    this.count(this.status[node]!, -1);
    this.status[node] = status;
    this.count(status, 1);
  }

  private count(status: number, amount: 1 | -1): void {
    if (status === 0) {
      this.feasibleCount += amount;
      return;
    }
    if (this.reasons.isError(status)) this.errorCount += amount;
    if (status >= this.counts.length) {
      const larger = new Int32Array(status * 2);
      larger.set(this.counts);
      this.counts = larger;
    }
    this.counts[status]! += amount;
  }

  /** Runs the filters that depend on pods, then the scores; returns the first rejection or 0. */
  private evaluate(node: number): number {
    const fixed = this.nodeStatus[node]!;
    if (fixed !== 0) return fixed;
    const { shape, filters, scores } = this;
    this.counters.nodesFiltered++;
    for (let index = 0; index < filters.length; index++) {
      const rejection = filters[index]!.filter(shape, node);
      if (rejection !== 0) return rejection;
    }
    this.counters.nodesScored++;
    let total = 0;
    for (let index = 0; index < scores.length; index++) {
      total += scores[index]!.score(shape, node) * scores[index]!.weight;
    }
    this.total[node] = total;
    return 0;
  }
}
