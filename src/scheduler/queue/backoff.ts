// How long a pod that failed stays away from the scheduler: growing durations, which from 1.33 on end with whole
// seconds of the wall clock. Source: kube-scheduler backoff_queue.go, Kubernetes 1.32 to 1.37; spec scheduler.md 1.9.

import type { Features } from '../../api/features.js';
import type { QueueColumns } from './columns.js';

/** Initial and longest backoff, microseconds (podInitialBackoffSeconds, podMaxBackoffSeconds). */
export interface BackoffOptions {
  readonly initialUs: number;
  readonly maxUs: number;
}

/** How often backoffQ is flushed; the width of a window. */
const SECOND_US = 1_000_000;

/** Computes ends of backoffs, as a version does. */
export class Backoff {
  private readonly minor: number;
  private readonly hasWindows: boolean;

  constructor(
    private readonly columns: QueueColumns,
    private readonly options: BackoffOptions,
    features: Features,
  ) {
    this.minor = features.minor;
    this.hasWindows = features.enabled('SchedulerPopFromBackoffQ');
  }

  /** When the pod's backoff ends; 0 where it has none. */
  endUs(pod: number): number {
    const failures = this.failures(pod);
    if (failures === 0 || (this.options.maxUs === 0 && this.minor >= 34)) return 0;
    const endUs = this.columns.queuedUs[pod]! + this.durationUs(failures);
    return this.hasWindows ? wholeSecond(endUs) : endUs;
  }

  /** Whether a backoff that ends then still lasts. */
  lasts(endUs: number, nowUs: number): boolean {
    if (endUs === 0) return false;
    if (this.hasWindows) return endUs >= wholeSecond(nowUs);
    return this.minor >= 33 ? endUs >= nowUs : endUs > nowUs;
  }

  /** The flush that finds a backoff over: flushes come with whole seconds. */
  flushUs(endUs: number): number {
    const tickUs = Math.ceil(endUs / SECOND_US) * SECOND_US;
    return this.lasts(endUs, tickUs) ? tickUs + SECOND_US : tickUs;
  }

  /** Doubles the initial backoff with each failure. */
  durationUs(failures: number): number {
    const { initialUs, maxUs } = this.options;
    let durationUs = initialUs;
    for (let index = 1; index < failures && durationUs < maxUs; index++) durationUs *= 2;
    return Math.min(durationUs, maxUs);
  }

  private failures(pod: number): number {
    const { attempts, consecutiveErrorsCount, unschedulableCount } = this.columns;
    if (this.minor <= 33) return attempts[pod]!;
    return consecutiveErrorsCount[pod]! || unschedulableCount[pod]!;
  }
}

function wholeSecond(timeUs: number): number {
  return Math.floor(timeUs / SECOND_US) * SECOND_US;
}
