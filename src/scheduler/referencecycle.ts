// The scheduling cycle as upstream writes it: every plugin asked about every node for every pod, nothing
// remembered. It answers in full where the hot loop only chooses, and the hot loop is tested against it.
// Source: pkg/scheduler/schedule_one.go, Kubernetes 1.32 to 1.37, with one worker.

import type { Pod } from '../api/core.js';
import { failureMessage, type Rejectors, rejectorsOf } from './diagnosis.js';
import type { FailedAttempt, PluginHandle } from './framework.js';
import { NodeFilter, type PreFilterOutcome } from './nodefilter.js';
import type { PodShape } from './podshape.js';
import { type PostFilterReport, runPostFilter } from './postfilter.js';
import type { ProfilePlugins } from './registry.js';
import type { NodeAnswers } from './schedulingcycle.js';
import { scoreWindow } from './scoring.js';

/** Weighted scores of one plugin, in the order of the window. */
export interface PluginScores {
  readonly plugin: string;
  readonly scores: Float64Array;
}

/** How a cycle went. */
export interface CycleReport {
  readonly preFilter: PreFilterOutcome;
  /** Rejection ids by node, 0 where the pod fits. */
  readonly statuses: Int32Array;
  /** Feasible nodes in their order, and their scores where there is more than one. */
  readonly feasible: Int32Array;
  readonly scores: readonly PluginScores[];
  readonly totals: Float64Array;
}

/** What came of a pod without a feasible node. */
export interface FailureReport {
  readonly message: string;
  readonly rejectors: Rejectors;
  readonly postFilter: PostFilterReport | undefined;
}

/** Runs cycles over all nodes, in the order of their indices. */
export class ReferenceCycle {
  readonly nodeFilter: NodeFilter;

  constructor(
    readonly plugins: ProfilePlugins,
    private readonly handle: PluginHandle,
  ) {
    const { pods, nodePods, reasons } = handle;
    const { preFilters, filters } = plugins;
    this.nodeFilter = new NodeFilter(preFilters, filters, pods, nodePods, reasons);
  }

  /** The rejection that keeps a pod out of the queue, 0 for none. */
  preEnqueue(pod: Pod): number {
    for (const plugin of this.plugins.preEnqueue) {
      const rejection = plugin.preEnqueue!(pod);
      if (rejection !== 0) return rejection;
    }
    return 0;
  }

  /**
   * Asks all filters about all nodes.
   *
   * @param pod - index of the pod, -1 where only its shape is known
   */
  answer(shape: PodShape, pod: number): NodeAnswers {
    const { nodes, reasons } = this.handle;
    const preFilter = this.nodeFilter.preFilter(shape);
    const { rejection, nodeNames, absent, filters } = preFilter;
    const left = nodeNames && new Set(nodeNames);
    const status = Int32Array.from(nodes.names, (name, node) => {
      if (rejection !== 0) return rejection;
      if (left && !left.has(name)) return absent;
      return this.nodeFilter.filter(filters, shape, node, pod);
    });
    const counts = new Int32Array(reasons.size);
    for (const id of status) counts[id]!++;
    const feasibleCount = counts[0]!;
    counts[0] = 0;
    return {
      shape,
      preFilter,
      activeFilters: filters,
      status,
      counts,
      feasibleCount,
      errorCount: status.filter((id) => reasons.isError(id)).length,
      narrowed:
        left && Int32Array.from(status.keys()).filter((node) => left.has(nodes.names[node]!)),
      total: new Float64Array(nodes.count),
      hasTotals: false,
      raws: [],
      windowScores: this.plugins.scores,
      blocks: undefined,
      settle: () => {},
      mayFit: () => status.some((id) => id === 0 || reasons.isError(id)),
      isFeasible: (node) => status[node] === 0,
      isErrorAt: (node) => reasons.isError(status[node]!),
    };
  }

  /** One cycle for a pod, up to the scores. */
  run(pod: number): CycleReport {
    const { pods, shapes } = this.handle;
    const shape = shapes.shape(pods.shape[pod]!);
    const { preFilter, status } = this.answer(shape, pod);
    const feasible = Int32Array.from(status.keys()).filter((node) => status[node] === 0);
    const totals = new Float64Array(feasible.length);
    const scores: PluginScores[] = [];
    const window = { nodes: feasible, count: feasible.length };
    for (const { plugin, weight } of feasible.length > 1 ? this.plugins.scores : []) {
      const own = new Float64Array(feasible.length);
      if (!scoreWindow(plugin, shape, window, own)) continue;
      scores.push({ plugin: plugin.name, scores: own.map((score) => score * weight) });
      own.forEach((score, index) => {
        totals[index]! += score * weight;
      });
    }
    return { preFilter, statuses: status, feasible, scores, totals };
  }

  /**
   * What is said and done about a pod that found no node.
   *
   * @param nominatedNode - node that the pod is nominated to, -1 for none
   */
  fail(report: CycleReport, pod: number, nominatedNode: number): FailureReport {
    const { reasons } = this.handle;
    const { preFilter, statuses } = report;
    const attempt = this.failedAttempt(report, pod, nominatedNode);
    const postFilter = runPostFilter(this.plugins.postFilters, attempt);
    return {
      message: failureMessage(preFilter, statuses, postFilter?.text ?? '', reasons),
      rejectors: rejectorsOf(preFilter, statuses, reasons),
      postFilter,
    };
  }

  /** A cycle without a node as PostFilter plugins see it. */
  failedAttempt(
    { preFilter, statuses }: CycleReport,
    pod: number,
    nominatedNode: number,
  ): FailedAttempt {
    const { pods, shapes } = this.handle;
    const shape = shapes.shape(pods.shape[pod]!);
    return {
      shape,
      pod,
      nominatedNode,
      statuses,
      hasRun: (plugin) => preFilter.asked.has(plugin),
      filter: (node) => this.nodeFilter.filter(preFilter.filters, shape, node, pod),
      isLocal: false,
    };
  }
}
