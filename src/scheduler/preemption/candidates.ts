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
}

/** Priorities may be negative; with this added each victim counts. */
const PRIORITY_OFFSET = 2 ** 31;

/** Compares pods by importance: the higher priority, then the one that runs longer, goes first; 0 for equals. */
export function compareImportance({ priority, startedUs }: PodTable, a: number, b: number): number {
  if (priority[a] !== priority[b]) return priority[b]! - priority[a]!;
  const startOf = (pod: number) => (Number.isNaN(startedUs[pod]) ? Infinity : startedUs[pod]!);
  return startOf(a) === startOf(b) ? 0 : startOf(a) < startOf(b) ? -1 : 1;
}

/** The best candidate; of equal ones the first. */
export function chooseCandidate(
  candidates: readonly PreemptionCandidate[],
  pods: PodTable,
): PreemptionCandidate | undefined {
  const { priority, startedUs } = pods;
  const costs: ((candidate: PreemptionCandidate) => number)[] = [
    ({ violations }) => violations,
    ({ victims }) => priority[victims[0]!]!,
    ({ victims }) => victims.reduce((sum, pod) => sum + priority[pod]! + PRIORITY_OFFSET, 0),
    ({ victims }) => victims.length,
    ({ victims }) => {
      const highest = victims.filter((pod) => priority[pod] === priority[victims[0]!]);
      const starts = highest.map((pod) => startedUs[pod]!).filter((start) => !Number.isNaN(start));
      return -Math.min(...starts);
    },
  ];
  let best = candidates;
  for (const costOf of costs) {
    const lowest = Math.min(...best.map(costOf));
    best = best.filter((candidate) => costOf(candidate) === lowest);
  }
  return best[0];
}
