// The scheduling cycle of one pod: the window of feasible nodes from the rotating start, their scores,
// and the choice among the best. Source: kubernetes/kubernetes pkg/scheduler/schedule_one.go (1.37), with
// the semantics of one worker.

import type { RandomStream } from '../random.js';
import { type FilterPlugin, NO_WINDOW } from './framework.js';
import type { NodeBlocks } from './nodeblocks.js';
import type { PreFilterOutcome } from './nodefilter.js';
import type { PodShape } from './podshape.js';
import { normalizeScores, scoreWindow, type WeightedScore } from './scoring.js';

/** Who wins among nodes of equal score; `drawn-order` is first by an order that is drawn once a run. */
export type TieBreak = 'first-in-window' | 'first-by-name' | 'drawn-order' | 'random';

/** How a cycle ended. */
export const NO_NODE = -1;
export const CYCLE_ERROR = -2;

/** Nodes that a cycle looks for (`numFeasibleNodesToFind`); percentage 0 adapts to the cluster. */
export function feasibleNodesToFind(nodeCount: number, percentage: number): number {
  if (nodeCount < 100 || percentage >= 100) return nodeCount;
  const share = percentage > 0 ? percentage : Math.max(5, 50 - Math.trunc(nodeCount / 125));
  return Math.max(100, Math.trunc((nodeCount * share) / 100));
}

/** Which nodes take the pods of a shape, and what is known of their scores. */
export interface NodeAnswers {
  readonly shape: PodShape;
  readonly preFilter: PreFilterOutcome;
  /** Filters that have something to do as things stand. */
  readonly activeFilters: readonly FilterPlugin[];
  /** Rejection id by node, 0 where the pod fits. */
  readonly status: Int32Array;
  /** Nodes by rejection id. */
  readonly counts: Int32Array;
  readonly feasibleCount: number;
  readonly errorCount: number;
  /** Nodes that PreFilter left, in order; undefined: all. */
  readonly narrowed: Int32Array | undefined;
  /** Weighted sum of the scores that are known for each node. */
  readonly total: Float64Array;
  /** Whether some may differ from 0. */
  readonly hasTotals: boolean;
  /** Raw scores by node that are known and normalized over the window. */
  readonly raws: readonly (WeightedScore & { readonly raw: Float64Array })[];
  /** Plugins whose scores are worked out for each window. */
  readonly windowScores: readonly WeightedScore[];
  /** The same by blocks of nodes, where the best node is found by them. */
  readonly blocks: NodeBlocks | undefined;
  /** Makes statuses and counts current; choosing by blocks leaves nodes out that it need not look at. */
  settle(): void;
  /** False where no node takes the pod and no filter failed. */
  mayFit(): boolean;
  /** Whether a node takes the pod. */
  isFeasible(node: number): boolean;
  /** Whether the node's filter failed, which ends the attempt as a whole. */
  isErrorAt(node: number): boolean;
}

/** Whether all nodes come into question, and the scores that are known for each decide alone. */
function isByTotal({ shape, narrowed, errorCount, raws, windowScores }: NodeAnswers): boolean {
  if (narrowed !== undefined || errorCount > 0 || raws.length > 0) return false;
  for (let index = 0; index < windowScores.length; index++) {
    const { plugin } = windowScores[index]!;
    if (plugin.preScore(shape, NO_WINDOW) && plugin.isEven?.(shape) !== true) return false;
  }
  return true;
}

/** Chooses nodes; keeps the rotating start and scratch columns of its run. */
export class SchedulingCycle {
  private start = 0;
  private readonly window: { readonly nodes: Int32Array; count: number };
  private readonly sums: Float64Array;
  private readonly scores: Float64Array;
  /** Whether ties go by rank. */
  private readonly isRanked: boolean;
  /** Rejection id of the node whose filter failed, when a cycle ended in CYCLE_ERROR. */
  errorStatus = 0;

  constructor(
    private readonly nodeCount: number,
    private readonly ranks: Int32Array,
    private readonly tieBreak: TieBreak,
    private readonly ties: RandomStream,
  ) {
    this.isRanked = isRanked(tieBreak);
    this.window = { nodes: new Int32Array(nodeCount), count: 0 };
    this.sums = new Float64Array(nodeCount);
    this.scores = new Float64Array(nodeCount);
  }

  /**
   * The node for a pod of the shape, NO_NODE, or CYCLE_ERROR.
   *
   * @param percentage - of nodes to score; 0 adapts to the cluster
   */
  choose(answers: NodeAnswers, percentage: number): number {
    if (!answers.mayFit()) return NO_NODE;
    if (answers.blocks && isByTotal(answers)) {
      return this.chooseByBlocks(answers.blocks, percentage);
    }
    answers.settle();
    if (!answers.mayFit()) return NO_NODE;
    if (!this.openWindow(answers, percentage)) return CYCLE_ERROR;
    if (this.window.count === 0) return NO_NODE;
    if (this.window.count === 1) return this.window.nodes[0]!;
    return this.chooseBest(answers);
  }

  private chooseByBlocks(blocks: NodeBlocks, percentage: number): number {
    const { nodeCount } = this;
    const node = blocks.choose(this.start, feasibleNodesToFind(nodeCount, percentage));
    this.start = (this.start + blocks.processed) % nodeCount;
    return node;
  }

  /** Collects feasible nodes from the rotating start on; false when a filter failed on the way. */
  private openWindow(answers: NodeAnswers, percentage: number): boolean {
    const { nodes } = this.window;
    const { status, narrowed, errorCount } = answers;
    const nodeCount = narrowed ? narrowed.length : this.nodeCount;
    const want = feasibleNodesToFind(nodeCount, percentage);
    let count = 0;
    let position = nodeCount === 0 ? 0 : this.start % nodeCount;
    let processed = 0;
    for (; processed < nodeCount; processed++) {
      const node = narrowed ? narrowed[position]! : position;
      const rejection = status[node]!;
      if (rejection === 0) {
        if (count === want) break;
        nodes[count++] = node;
      } else if (errorCount > 0 && answers.isErrorAt(node)) {
        this.errorStatus = rejection;
        return false;
      }
      if (++position === nodeCount) position = 0;
    }
    this.start = (this.start + processed) % this.nodeCount;
    this.window.count = count;
    return true;
  }

  private chooseBest(answers: NodeAnswers): number {
    const { window, sums, scores } = this;
    const { nodes, count } = window;
    const { total, shape, raws, windowScores, hasTotals } = answers;
    if (windowScores.length === 1 && raws.length === 0 && !hasTotals) {
      const { plugin } = windowScores[0]!;
      if (plugin.pick) return plugin.pick(shape, window);
    }
    for (let index = 0; index < count; index++) sums[index] = total[nodes[index]!]!;
    for (const { plugin, weight, raw } of raws) {
      for (let index = 0; index < count; index++) scores[index] = raw[nodes[index]!]!;
      normalizeScores(plugin, shape, scores, window);
      for (let index = 0; index < count; index++) sums[index]! += weight * scores[index]!;
    }
    for (const { plugin, weight } of windowScores) {
      if (!scoreWindow(plugin, shape, window, scores)) continue;
      for (let index = 0; index < count; index++) sums[index]! += weight * scores[index]!;
    }
    return this.breakTies();
  }

  private breakTies(): number {
    const { sums, ranks, tieBreak, isRanked } = this;
    const { nodes: window, count: windowCount } = this.window;
    let best = 0;
    let ties = 1;
    for (let index = 1; index < windowCount; index++) {
      if (sums[index]! < sums[best]!) continue;
      if (sums[index]! > sums[best]!) {
        best = index;
        ties = 1;
      } else if (isRanked) {
        if (ranks[window[index]!]! < ranks[window[best]!]!) best = index;
      } else if (tieBreak === 'random') {
        ties++;
        if (this.ties.integer(ties) === 0) best = index;
      }
    }
    return window[best]!;
  }
}

/** Whether equals go by an order of all nodes. */
export function isRanked(tieBreak: TieBreak): boolean {
  return tieBreak === 'first-by-name' || tieBreak === 'drawn-order';
}

/** Place of each node in the order that ties go by: that of names, or one that is drawn. */
export function rankNodes(
  names: readonly string[],
  tieBreak: TieBreak,
  ties: RandomStream,
): Int32Array {
  const ranks = rankNames(names);
  if (tieBreak !== 'drawn-order') return ranks;
  for (let index = ranks.length - 1; index > 0; index--) {
    const other = ties.integer(index + 1);
    [ranks[index], ranks[other]] = [ranks[other]!, ranks[index]!];
  }
  return ranks;
}

/** Place of each name in byte order. */
function rankNames(names: readonly string[]): Int32Array {
  const ranks = new Int32Array(names.length);
  const byName = names.map((_, index) => index);
  byName.sort((left, right) => (names[left]! < names[right]! ? -1 : 1));
  byName.forEach((index, rank) => {
    ranks[index] = rank;
  });
  return ranks;
}
