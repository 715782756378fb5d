// Slowdown: how many times longer a pod took from its creation to its end than it ran. Bounded, so that pods of
// seconds do not outweigh all others: one that ran for less than 10 s counts as if it had run that long, and none is
// below 1. Source: Feitelson and Rudolph, "Metrics and Benchmarking for Parallel Job Scheduling", JSSPP 1998.

import { POD_SUCCEEDED } from '../scheduler/pods.js';
import { type Quantiles, quantiles } from './quantiles.js';
import type { Run } from './simulator.js';

/** Run times below this count as this. */
const BOUND_US = 10_000_000;

/** Bounded slowdown of the pods that succeeded. */
export interface SlowdownResult extends Quantiles {
  mean: number | null;
}

/** The bounded slowdown of a pod; NaN where it has not succeeded. */
export function boundedSlowdown({ pods }: Pick<Run, 'pods'>, pod: number): number {
  if (pods.state[pod] !== POD_SUCCEEDED) return Number.NaN;
  const ranUs = pods.finishedUs[pod]! - pods.startedUs[pod]!;
  const tookUs = pods.finishedUs[pod]! - pods.createdUs[pod]!;
  return Math.max(1, tookUs / Math.max(ranUs, BOUND_US));
}

/** Slowdowns of all pods, or of those of one workload. */
export function measureSlowdown(
  run: Pick<Run, 'pods' | 'podWorkload'>,
  workload?: number,
): SlowdownResult {
  const slowdowns: number[] = [];
  let sum = 0;
  for (let pod = 0; pod < run.pods.count; pod++) {
    if (workload !== undefined && run.podWorkload[pod] !== workload) continue;
    const slowdown = boundedSlowdown(run, pod);
    if (Number.isNaN(slowdown)) continue;
    slowdowns.push(Math.round(slowdown * 1e4) / 1e4);
    sum += slowdown;
  }
  return {
    ...quantiles(Float64Array.from(slowdowns).sort(), 1),
    mean: slowdowns.length === 0 ? null : Math.round((sum / slowdowns.length) * 1e4) / 1e4,
  };
}
