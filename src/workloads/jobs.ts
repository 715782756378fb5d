// The Job controller as scheduling sees it: pods are created up to `parallelism` until `completions` have
// succeeded. Source: kubernetes/kubernetes pkg/controller/job, syncJob (1.37). A pod that its kubelet refuses has
// failed; one that is evicted counts as nothing against backoffLimit here.

import type { PlannedJob } from './plan.js';

const BACKOFF_LIMIT = 6;
const FIRST_BACKOFF_US = 10_000_000;
const MAX_BACKOFF_US = 600_000_000;

/** Jobs of a run by index. */
export class JobController {
  private readonly wanted: number[] = [];
  private readonly created: number[] = [];
  private readonly succeeded: number[] = [];
  private readonly evicted: number[] = [];
  private readonly failures: number[] = [];
  private readonly limits: number[] = [];
  /** When each was created and when it completed, microseconds; NaN where it has not. */
  readonly createdUs: number[] = [];
  readonly completedUs: number[] = [];
  /** Jobs that were given up. */
  failedCount = 0;

  get count(): number {
    return this.wanted.length;
  }

  /** Jobs whose pods have all succeeded. */
  completedCount = 0;

  /** Starts a Job; returns its index. Its first pods are `initialPods` many. */
  create(job: PlannedJob, nowUs: number): number {
    this.wanted.push(job.completions);
    this.created.push(initialPods(job));
    this.createdUs.push(nowUs);
    this.completedUs.push(Number.NaN);
    this.succeeded.push(0);
    this.evicted.push(0);
    this.failures.push(0);
    this.limits.push(job.backoffLimit ?? BACKOFF_LIMIT);
    return this.wanted.length - 1;
  }

  /** Notes a pod's success; true when another pod takes its place. */
  podSucceeded(job: number, nowUs: number): boolean {
    this.succeeded[job]!++;
    if (this.succeeded[job] === this.wanted[job]) {
      this.completedCount++;
      this.completedUs[job] = nowUs;
    }
    if (this.created[job]! - this.evicted[job]! >= this.wanted[job]!) return false;
    this.created[job]!++;
    return true;
  }

  /** Notes that a pod was deleted before it succeeded: another one takes its place. */
  podEvicted(job: number): void {
    this.evicted[job]!++;
    this.created[job]!++;
  }

  /** Notes that a pod failed: after how long another takes its place, microseconds; -1 when the Job is given up. */
  podFailed(job: number): number {
    this.podEvicted(job);
    const failures = ++this.failures[job]!;
    if (failures <= this.limits[job]!) {
      return Math.min(FIRST_BACKOFF_US * 2 ** (failures - 1), MAX_BACKOFF_US);
    }
    if (failures === this.limits[job]! + 1) this.failedCount++;
    return -1;
  }

  /** Pods that have yet to succeed. */
  unfinished(job: number): number {
    return this.wanted[job]! - this.succeeded[job]!;
  }

  /** Whether a Job has completed or was given up. */
  isOver(job: number): boolean {
    return this.unfinished(job) === 0 || this.failures[job]! > this.limits[job]!;
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
