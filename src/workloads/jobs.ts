// The Job controller as scheduling sees it: pods are created up to `parallelism` until `completions` have
// succeeded. Source: kubernetes/kubernetes pkg/controller/job, syncJob (1.37); only eviction makes
// pods fail here, and backoffLimit is not looked at.

import type { PlannedJob } from './plan.js';

/** Jobs of a run by index. */
export class JobController {
  private readonly wanted: number[] = [];
  private readonly created: number[] = [];
  private readonly succeeded: number[] = [];
  private readonly evicted: number[] = [];

  get count(): number {
    return this.wanted.length;
  }

  /** Jobs whose pods have all succeeded. */
  completedCount = 0;

  /** Starts a Job; returns its index. Its first pods are `initialPods` many. */
  create(job: PlannedJob): number {
    this.wanted.push(job.completions);
    this.created.push(initialPods(job));
    this.succeeded.push(0);
    this.evicted.push(0);
    return this.wanted.length - 1;
  }

  /** Notes a pod's success; true when another pod takes its place. */
  podSucceeded(job: number): boolean {
    this.succeeded[job]!++;
    if (this.succeeded[job] === this.wanted[job]) this.completedCount++;
    if (this.created[job]! - this.evicted[job]! >= this.wanted[job]!) return false;
    this.created[job]!++;
    return true;
  }

  /** Notes that a pod was deleted before it succeeded: another one takes its place. */
  podEvicted(job: number): void {
    this.evicted[job]!++;
    this.created[job]!++;
  }

  /** Ordinal of the pod that was created last. */
  lastOrdinal(job: number): number {
    return this.created[job]! - 1;
  }
}

/** How many pods a Job creates at once. */
export function initialPods(job: PlannedJob): number {
  return Math.min(job.parallelism, job.completions);
}
