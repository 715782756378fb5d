// The scheduling cycle of one pod: the window of feasible nodes from the rotating start, their scores,
// and the choice among the best. Source: kubernetes/kubernetes pkg/scheduler/schedule_one.go (1.37), with
// the semantics of one worker.

import type { RandomStream } from '../random.js';
import { MAX_SCORE } from './framework.js';
import type { ShapeTable } from './shapetable.js';

/** Who wins among nodes of equal score. */
export type TieBreak = 'first-in-window' | 'first-by-name' | 'random';

/** How a cycle ended. */
export const NO_NODE = -1;
export const CYCLE_ERROR = -2;

/** Nodes that a cycle looks for (`numFeasibleNodesToFind`); percentage 0 adapts to the cluster. */
export function feasibleNodesToFind(nodeCount: number, percentage: number): number {
  if (nodeCount < 100 || percentage >= 100) return nodeCount;
  const share = percentage > 0 ? percentage : Math.max(5, 50 - Math.trunc(nodeCount / 125));
  return Math.max(100, Math.trunc((nodeCount * share) / 100));
}

/** Chooses nodes; keeps the rotating start and scratch columns of its run. */
export class SchedulingCycle {
  private start = 0;
  private readonly window: Int32Array;
  private windowCount = 0;
  private readonly sums: Float64Array;
  /** Rejection id of the node whose filter failed, when a cycle ended in CYCLE_ERROR. */
  errorStatus = 0;

  constructor(
    private readonly nodeCount: number,
    private readonly nameRank: Int32Array,
    private readonly percentage: number,
    private readonly tieBreak: TieBreak,
    private readonly ties: RandomStream,
  ) {
    this.window = new Int32Array(nodeCount);
    this.sums = new Float64Array(nodeCount);
  }

  /** The node for a pod of the table's shape, NO_NODE, or CYCLE_ERROR. */
  choose(table: ShapeTable): number {
    if (table.feasibleCount === 0 && table.errorCount === 0) return NO_NODE;
    if (!this.openWindow(table)) return CYCLE_ERROR;
    if (this.windowCount === 0) return NO_NODE;
    if (this.windowCount === 1) return this.window[0]!;
    return this.chooseBest(table);
  }

  /** Collects feasible nodes from the rotating start on; false when a filter failed on the way. */
  private openWindow(table: ShapeTable): boolean {
    const { nodeCount, window } = this;
    const { status } = table;
    const want = feasibleNodesToFind(nodeCount, this.percentage);
    let count = 0;
    let node = this.start;
    let processed = 0;
    for (; processed < nodeCount; processed++) {
      const rejection = status[node]!;
      if (rejection === 0) {
        if (count === want) break;
        window[count++] = node;
      } else if (table.errorCount > 0 && table.isErrorAt(node)) {
        this.errorStatus = rejection;
        return false;
      }
      if (++node === nodeCount) node = 0;
    }
    this.start = (this.start + processed) % nodeCount;
    this.windowCount = count;
    return true;
  }

  private chooseBest(table: ShapeTable): number {
    const { window, windowCount, sums } = this;
    const { total } = table;
    for (let index = 0; index < windowCount; index++) sums[index] = total[window[index]!]!;
    for (const { plugin, raw } of table.raws) {
      let max = 0;
      for (let index = 0; index < windowCount; index++) {
        if (raw[window[index]!]! > max) max = raw[window[index]!]!;
      }
      if (max === 0) continue;
      const sign = plugin.normalization === 'reverse' ? -plugin.weight : plugin.weight;
      for (let index = 0; index < windowCount; index++) {
        sums[index]! += sign * Math.trunc((MAX_SCORE * raw[window[index]!]!) / max);
      }
    }
    return this.breakTies();
  }

  private breakTies(): number {
    const { window, windowCount, sums, nameRank } = this;
    let best = 0;
    let ties = 1;
    for (let index = 1; index < windowCount; index++) {
      if (sums[index]! < sums[best]!) continue;
      if (sums[index]! > sums[best]!) {
        best = index;
        ties = 1;
      } else if (this.tieBreak === 'first-by-name') {
        if (nameRank[window[index]!]! < nameRank[window[best]!]!) best = index;
      } else if (this.tieBreak === 'random') {
        ties++;
        if (this.ties.integer(ties) === 0) best = index;
      }
    }
    return window[best]!;
  }
}
