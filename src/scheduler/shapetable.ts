// For one pod shape: which nodes are feasible, why the others are not, and how the feasible ones score.
// Kept current by redoing only the nodes that changed since the last look.

import type { CompiledCluster } from '../cluster/cluster.js';
import type { EqualNodes } from '../cluster/equalnodes.js';
import {
  type DomainAnswers,
  type DomainFlip,
  type DomainVerdicts,
  type FilterPlugin,
  NO_WINDOW,
  type ScorePlugin,
} from './framework.js';
import { type NodeBlockOptions, NodeBlocks } from './nodeblocks.js';
import { askFilter, type NodeFilter, type PreFilterOutcome } from './nodefilter.js';
import type { NodePods } from './nodepods.js';
import type { PodShape } from './podshape.js';
import type { Reasons } from './reasons.js';
import type { ProfilePlugins } from './registry.js';
import type { NodeAnswers } from './schedulingcycle.js';
import type { WeightedScore } from './scoring.js';

/** Work counters of a run; tests assert on them, never on time. */
export interface CycleCounters {
  attempts: number;
  nodesFiltered: number;
  nodesScored: number;
  tablesBuilt: number;
  logEntriesReplayed: number;
}

/** What the tables of a profile are made from. */
export interface ShapeTableContext {
  readonly cluster: CompiledCluster;
  readonly plugins: ProfilePlugins;
  readonly nodeFilter: NodeFilter;
  readonly nodePods: NodePods;
  readonly reasons: Reasons;
  readonly counters: CycleCounters;
  /** Undefined: the best node is found node by node. */
  readonly blocks: NodeBlockOptions | undefined;
  /** Undefined: every node is asked about. */
  readonly equalNodes: EqualNodes | undefined;
  /** Room for a node of each class of equal ones. */
  readonly equalScratch: Int32Array;
  /** Room for a score of every node while a table is made. */
  readonly rawScratch: Float64Array;
  /** What tables have in common that no plugin of nodes alone has anything to say to; never written. */
  readonly zeroStatus: Int32Array;
  readonly zeroTotal: Float64Array;
  /** Room for all nodes that changed. */
  readonly changedScratch: Int32Array;
}

const NO_NODE = -1;
/** No filter of a table answers by domains. */
const NO_FILTER = -1;
// What the filters after the one that answers by domains say of a node: a rejection, 0, or one of these.
const NOT_REACHED = -2;
const NOT_ASKED = -1;

/** Feasibility and scores of one shape on all nodes; `refresh` fills it. */
export class ShapeTable implements NodeAnswers {
  /** Rejection id by node, 0 where the pod fits. */
  readonly status: Int32Array;
  /** Weighted sum of the scores that need no normalization. */
  readonly total: Float64Array;
  /** Raw scores that change with nodes only and are normalized over the window. */
  readonly raws: (WeightedScore & { readonly raw: Float64Array })[] = [];
  readonly hasTotals: boolean;
  /** Plugins whose scores are worked out for each window. */
  readonly windowScores: readonly WeightedScore[];
  readonly blocks: NodeBlocks | undefined;
  /** What PreFilter said when the table was made. */
  readonly preFilter: PreFilterOutcome;
  /** Nodes that PreFilter left, in order; undefined: all. */
  readonly narrowed: Int32Array | undefined;
  /** Nodes by rejection id. */
  counts: Int32Array;
  feasibleCount = 0;
  errorCount = 0;
  private active: readonly FilterPlugin[] | undefined;
  private nodeStatus: Int32Array;
  private nodeTotal: Float64Array;
  private position: number;
  private version = -1;
  private readonly filters: readonly FilterPlugin[];
  private readonly scores: readonly ScorePlugin[];
  private readonly weights: readonly number[];
  private readonly counters: CycleCounters;
  private readonly nodePods: NodePods;
  /** Whether some filter names nodes that changed for it alone; then each is redone once. */
  private readonly hasVisitors: boolean;
  private readonly seen: Int32Array;
  private stamp = 0;
  /** The filter that answers by domains, its domains, and what the later filters said of each node. */
  private readonly domainFilter: number;
  private readonly domains: DomainAnswers | undefined;
  private readonly verdicts: readonly DomainVerdicts[];
  private readonly rest: Int32Array;
  /** Flips wait: no later filter has to be asked as of now. */
  private readonly isLazy: boolean;

  constructor(
    readonly shape: PodShape,
    private readonly context: ShapeTableContext,
  ) {
    const { cluster, plugins, nodeFilter, nodePods, reasons, counters } = context;
    this.counters = counters;
    this.nodePods = nodePods;
    const { count } = cluster.nodes;
    this.status = new Int32Array(count);
    this.total = new Float64Array(count);
    this.blocks =
      context.blocks &&
      new NodeBlocks(this.status, this.total, context.blocks, (start, end) =>
        this.settleNodes(start, end),
      );
    this.nodeStatus = new Int32Array(count);
    this.nodeTotal = new Float64Array(count);
    this.counts = new Int32Array(Math.max(64, reasons.size * 2));
    this.preFilter = nodeFilter.preFilter(shape);
    this.narrowed = this.narrow();
    const { watched } = this.preFilter;
    const changing = watched.findIndex(({ dependsOn }) => dependsOn !== 'node');
    const fixedCount = changing < 0 ? watched.length : changing;
    this.filters = watched.slice(fixedCount);
    this.domainFilter = this.filters.findIndex(({ domains }) => domains !== undefined);
    const domainCount = this.domainFilter === NO_FILTER ? 0 : count;
    this.domains = this.filters[this.domainFilter]?.domains;
    this.verdicts = this.domains?.verdicts(shape) ?? [];
    this.isLazy =
      this.blocks !== undefined && domainCount > 0 && this.domainFilter === this.filters.length - 1;
    this.rest = new Int32Array(domainCount).fill(NOT_REACHED);
    this.hasVisitors = this.filters.some(({ visitChanges, domains }) => visitChanges ?? domains);
    this.seen = new Int32Array(this.hasVisitors ? count : 0);
    this.filterFixed(watched.slice(0, fixedCount));
    const isPerWindow = ({ plugin }: WeightedScore) =>
      plugin.dependsOn === 'cluster' ||
      (plugin.dependsOn === 'pods' && plugin.normalization !== 'none');
    this.windowScores = plugins.scores.filter(isPerWindow);
    const scores = plugins.scores.filter(
      (entry) => !isPerWindow(entry) && entry.plugin.preScore(shape, NO_WINDOW),
    );
    const changingScores = scores.filter(({ plugin }) => plugin.dependsOn === 'pods');
    this.scores = changingScores.map(({ plugin }) => plugin);
    this.weights = changingScores.map(({ weight }) => weight);
    this.scoreFixed(scores.filter(({ plugin }) => plugin.dependsOn === 'node'));
    this.hasTotals = scores.length > this.raws.length;
    // Tables that are looked at in turn stay in the processor's cache the better the less each reads.
    const { zeroStatus, zeroTotal } = context;
    if (this.nodeStatus.every((status) => status === 0)) this.nodeStatus = zeroStatus;
    if (this.nodeTotal.every((total) => total === 0)) this.nodeTotal = zeroTotal;
    this.position = cluster.changes.position;
    counters.tablesBuilt++;
  }

  /** The nodes that PreFilter left; all others are rejected for good. */
  private narrow(): Int32Array | undefined {
    const { rejection, nodeNames, absent } = this.preFilter;
    this.nodeStatus.fill(rejection !== 0 ? rejection : absent);
    if (rejection !== 0 || !nodeNames) return undefined;
    const { indexes } = this.context.cluster.nodes;
    const left = nodeNames.flatMap((name) => indexes.get(name) ?? []).sort((a, b) => a - b);
    for (const node of left) this.nodeStatus[node] = 0;
    return Int32Array.from(left);
  }

  private filterFixed(filters: readonly FilterPlugin[]): void {
    if (filters.length === 0) return;
    const { shape, nodeStatus, context } = this;
    const { equalScratch: asked } = context;
    const equal = this.equalNodesFor(filters);
    for (let node = 0; node < nodeStatus.length; node++) {
      if (nodeStatus[node] !== 0) continue;
      const other = equal ? asked[equal.classOf[node]!]! : NO_NODE;
      if (other !== NO_NODE) {
        nodeStatus[node] = nodeStatus[other]!;
        continue;
      }
      for (let index = 0; nodeStatus[node] === 0 && index < filters.length; index++) {
        nodeStatus[node] = askFilter(filters[index]!, shape, node, context.reasons);
      }
      if (equal) asked[equal.classOf[node]!] = node;
    }
  }

  /** Classes of equal nodes, where plugins answer alike for them; nobody was asked yet. */
  private equalNodesFor(
    plugins: readonly Pick<FilterPlugin, 'isEqualOnEqualNodes'>[],
  ): EqualNodes | undefined {
    const { equalNodes, equalScratch } = this.context;
    equalScratch.fill(NO_NODE);
    return plugins.every((plugin) => plugin.isEqualOnEqualNodes?.(this.shape) === true)
      ? equalNodes
      : undefined;
  }

  private scoreFixed(scores: readonly WeightedScore[]): void {
    const { shape, nodeTotal } = this;
    const { rawScratch } = this.context;
    for (const { plugin, weight } of scores) {
      let hasAny = false;
      for (let node = 0; node < nodeTotal.length; node++) {
        const score = plugin.score(shape, node);
        rawScratch[node] = score;
        if (score !== 0) hasAny = true;
      }
      if (!hasAny) continue;
      if (plugin.normalization !== 'none') {
        this.raws.push({ plugin, weight, raw: rawScratch.slice() });
        continue;
      }
      for (let node = 0; node < nodeTotal.length; node++) {
        nodeTotal[node]! += rawScratch[node]! * weight;
      }
    }
  }

  /**
   * Makes the table current.
   *
   * @param version - of everything outside the change log that the shape's answers depend on
   * @param changedNodes - false redoes every node
   */
  refresh(version: number, changedNodes: boolean): void {
    const { changes } = this.context.cluster;
    this.active = undefined;
    if (version !== this.version || !changedNodes) {
      this.version = version;
      this.applyFlips();
      this.visitChanges(() => {});
      this.redoAll();
    } else {
      const { changedScratch } = this.context;
      const count = changes.since(this.position, changedScratch);
      this.counters.logEntriesReplayed += count;
      if (this.hasVisitors) {
        this.stamp++;
        for (let index = 0; index < count; index++) this.redoOnce(changedScratch[index]!);
        this.visitChanges(this.redoOnce);
        // With the pods that are nominated to a node its domain flips at another count.
        if (this.applyFlips()) this.nodePods.visitNominated(this.redoOnce);
      } else {
        for (let index = 0; index < count; index++) this.redo(changedScratch[index]!);
      }
    }
    this.position = changes.position;
  }

  /** Filters that have something to do as things stand; pods that came since the table was made may give them some. */
  get activeFilters(): readonly FilterPlugin[] {
    const { filters, watched } = this.preFilter;
    // What depends on the node and its pods has something to do, or never has.
    if (watched.every(({ dependsOn }) => dependsOn !== 'cluster')) return filters;
    this.active ??= this.context.nodeFilter.preFilter(this.shape).filters;
    return this.active;
  }

  /** False where no node takes the pod and no filter failed. */
  mayFit(): boolean {
    return this.feasibleCount > 0 || this.errorCount > 0 || this.blocks?.hasUnsettled === true;
  }

  /** Whether a node takes the pod. */
  isFeasible(node: number): boolean {
    this.settle();
    return this.status[node] === 0;
  }

  /** Whether the node's filter failed, which ends the attempt as a whole. */
  isErrorAt(node: number): boolean {
    return this.context.reasons.isError(this.status[node]!);
  }

  private visitChanges(visit: (node: number) => void): void {
    for (let index = 0; index < this.filters.length; index++) {
      this.filters[index]!.visitChanges?.(this.shape, visit);
    }
  }

  private readonly redoOnce = (node: number): void => {
    if (this.seen[node] === this.stamp) return;
    this.seen[node] = this.stamp;
    this.redo(node);
  };

  /** Looks at the domains; what their flips mean for nodes waits where blocks can tell which are looked at. */
  private applyFlips(): boolean {
    return this.domains?.visitFlips(this.shape, this.flip) === true;
  }

  private readonly flip: DomainFlip = (nodes, start, end) => {
    if (this.isLazy) {
      this.blocks!.unsettle(nodes, start, end);
      return;
    }
    for (let at = start; at < end; at++) {
      this.settleNodes(nodes[at]!, nodes[at]! + 1);
      this.blocks?.touch(nodes[at]!);
    }
  };

  /** Makes the statuses and counts current that wait for somebody to look at them. */
  settle(): void {
    this.blocks?.settleAll();
  }

  /** Puts together what the filter that answers by domains and the later ones say of nodes. */
  private readonly settleNodes = (start: number, end: number): void => {
    const { rest, status, verdicts } = this;
    const { rejection, unlabelled } = this.domains!;
    const { column, isRejected } = verdicts[0]!;
    const { values } = column;
    const hasMore = verdicts.length > 1;
    let moved = 0;
    for (let node = start; node < end; node++) {
      if (rest[node] === NOT_REACHED) continue;
      const value = values[node]!;
      let now = 0;
      if (value < 0) now = unlabelled;
      else if (isRejected[value] === 1) now = rejection;
      else if (hasMore) now = this.laterVerdict(node);
      if (now === 0) {
        if (rest[node] === NOT_ASKED) rest[node] = this.evaluateRest(node);
        now = rest[node]!;
      }
      const before = status[node]!;
      if (now === before) continue;
      if (now + before === rejection && (now === 0 || before === 0)) {
        status[node] = now;
        moved += now === 0 ? 1 : -1;
      } else this.move(node, now);
    }
    this.count(0, moved);
    this.count(rejection, 0 - moved);
  };

  /** What the domains after the first say of a node. */
  private laterVerdict(node: number): number {
    const { verdicts } = this;
    const { rejection, unlabelled } = this.domains!;
    for (let index = 1; index < verdicts.length; index++) {
      const { column, isRejected } = verdicts[index]!;
      const value = column.values[node]!;
      if (value < 0) return unlabelled;
      if (isRejected[value] === 1) return rejection;
    }
    return 0;
  }

  private redoAll(): void {
    this.blocks?.touchAll();
    this.counts.fill(0);
    this.feasibleCount = 0;
    this.errorCount = 0;
    const { status, total, nodeStatus, nodeTotal, context } = this;
    const { equalScratch: asked } = context;
    const isPlain = this.domainFilter === NO_FILTER && this.nodePods.nominatedNodeCount === 0;
    const equal = isPlain ? this.equalNodesFor([...this.filters, ...this.scores]) : undefined;
    for (let node = 0; node < status.length; node++) {
      const isAlike = equal !== undefined && nodeStatus[node] === 0 && equal.isIdle(node);
      const other = isAlike ? asked[equal.classOf[node]!]! : NO_NODE;
      if (other !== NO_NODE && nodeTotal[other] === nodeTotal[node]) {
        status[node] = status[other]!;
        total[node] = total[other]!;
      } else {
        status[node] = this.evaluate(node);
        if (isAlike) asked[equal.classOf[node]!] = node;
      }
      this.count(status[node]!, 1);
    }
  }

  private redo(node: number): void {
    const before = this.status[node]!;
    const totalBefore = this.total[node]!;
    const now = this.evaluate(node);
    // Most changes of a node change nothing for a shape: it still fits, or still does not, for the same reason.
    if (now === before && (now !== 0 || this.total[node] === totalBefore)) return;
    this.move(node, now);
  }

  private move(node: number, status: number): void {
    this.count(this.status[node]!, -1);
    this.status[node] = status;
    this.count(status, 1);
    this.blocks?.touch(node);
  }

  private count(status: number, amount: number): void {
    if (status === 0) {
      this.feasibleCount += amount;
      return;
    }
    if (this.context.reasons.isError(status)) this.errorCount += amount;
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
    const { shape, filters, domainFilter, rest } = this;
    this.counters.nodesFiltered++;
    if (domainFilter !== NO_FILTER) rest[node] = NOT_REACHED;
    if (this.nodePods.nominatedNodeCount > 0) {
      const rejection = this.evaluateNominated(node);
      if (rejection !== 0) return rejection;
    }
    for (let index = 0; index < filters.length; index++) {
      if (index === domainFilter) rest[node] = NOT_ASKED;
      const rejection = filters[index]!.filter(shape, node);
      if (rejection === 0) continue;
      if (domainFilter !== NO_FILTER && index > domainFilter) rest[node] = rejection;
      return rejection;
    }
    if (domainFilter !== NO_FILTER) rest[node] = 0;
    this.score(node);
    return 0;
  }

  /** The first rejection by the filters after the one that answers by domains, or 0. */
  private evaluateRest(node: number): number {
    const { shape, filters } = this;
    this.counters.nodesFiltered++;
    for (let index = this.domainFilter + 1; index < filters.length; index++) {
      const rejection = filters[index]!.filter(shape, node);
      if (rejection !== 0) return rejection;
    }
    this.score(node);
    return 0;
  }

  private score(node: number): void {
    const { shape, scores, weights } = this;
    this.counters.nodesScored++;
    let total = this.nodeTotal[node]!;
    for (let index = 0; index < scores.length; index++) {
      total += scores[index]!.score(shape, node) * weights[index]!;
    }
    this.total[node] = total;
  }

  /** Counts nominated pods too. */
  private evaluateNominated(node: number): number {
    if (this.nodePods.nominatedOn(node).length === 0) return 0;
    return this.context.nodeFilter.filter(this.activeFilters, this.shape, node, -1);
  }
}
