// Which node preemption takes among those where evicting pods makes room. Source: pkg/scheduler/framework/
// preemption, Kubernetes 1.32 to 1.37; spec scheduler.md 5.4.

import type { PodTable } from '../pods.js';

/** A node that would take the pod without some others. */
export interface PreemptionCandidate {
  readonly node: number;
  /** Pods to evict, the most important one first. */
  readonly victims: readonly number[];
  /** Victims whose eviction some disruption budget does not allow. */
  readonly violations: number;
  /** See {@link costsOf}. */
  readonly costs: readonly number[];
}

/** Priorities may be negative; with this added each victim counts. */
const PRIORITY_OFFSET = 2 ** 31;

/** Compares pods by importance: the higher priority, then the one that runs longer, goes first; 0 for equals. */
export function compareImportance({ priority, startedUs }: PodTable, a: number, b: number): number {
  if (priority[a] !== priority[b]) return priority[b]! - priority[a]!;
  const startOf = (pod: number) => (Number.isNaN(startedUs[pod]) ? Infinity : startedUs[pod]!);
  return startOf(a) === startOf(b) ? 0 : startOf(a) < startOf(b) ? -1 : 1;
}

/** What a candidate costs, the weightiest first: the lower, the better. */
export function costsOf(
  victims: readonly number[],
  violations: number,
  { priority, startedUs }: PodTable,
): readonly number[] {
  const highest = priority[victims[0]!]!;
  let sum = 0;
  let earliestUs = Infinity;
  for (const pod of victims) {
    sum += priority[pod]! + PRIORITY_OFFSET;
    if (priority[pod] === highest && startedUs[pod]! < earliestUs) earliestUs = startedUs[pod]!;
  }
  return [violations, highest, sum, victims.length, -earliestUs];
}

/** The best candidate; of equal ones the first. */
export function chooseCandidate(
  candidates: readonly PreemptionCandidate[],
): PreemptionCandidate | undefined {
  let best = candidates[0];
  for (const candidate of candidates) {
    if (isCheaper(candidate.costs, best!.costs)) best = candidate;
  }
  return best;
}

/** Whether the first costs are lower than the others. */
export function isCheaper(costs: readonly number[], others: readonly number[]): boolean {
  for (let index = 0; index < costs.length; index++) {
    if (costs[index] !== others[index]) return costs[index]! < others[index]!;
  }
  return false;
}
