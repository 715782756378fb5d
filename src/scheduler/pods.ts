// Pod columns: one row a pod of the run, from its creation to its end.

import type { QueueColumns } from './queue.js';

/** Where a pod is in its life. */
export const POD_WAITING = 0;
export const POD_ACTIVE = 1;
export const POD_BACKOFF = 2;
export const POD_UNSCHEDULABLE = 3;
export const POD_GATED = 4;
export const POD_ASSUMED = 5;
export const POD_BOUND = 6;
export const POD_RUNNING = 7;
export const POD_SUCCEEDED = 8;
/** Deleted while it ran, or before. */
export const POD_EVICTED = 9;

/** Growing columns of pods; times in microseconds, NaN or -1 where not yet known. */
export class PodTable implements QueueColumns {
  count = 0;
  shape = new Int32Array(256);
  priority = new Int32Array(256);
  state = new Uint8Array(256);
  node = new Int32Array(256);
  attempts = new Int32Array(256);
  /** Rejection id of the last failed attempt, 0 when there was none. */
  rejection = new Int32Array(256);
  /** First of the pod's claims in `claims`; there are as many as its shape has entries. */
  firstClaim = new Int32Array(256);
  createdUs = new Float64Array(256);
  queuedUs = new Float64Array(256);
  backoffEndUs = new Float64Array(256);
  /** When the scheduler chose the node. */
  scheduledUs = new Float64Array(256);
  startedUs = new Float64Array(256);
  finishedUs = new Float64Array(256);
  /** How long the pod runs; Infinity for services. */
  durationUs = new Float64Array(256);

  /** Claim indices of pods, one run of `firstClaim` a pod. */
  claims = new Int32Array(256);
  claimCount = 0;

  /** Adds a pod in state POD_WAITING. */
  add(shape: number, priority: number, createdUs: number, durationUs: number): number {
    if (this.count === this.shape.length) this.grow();
    const pod = this.count++;
    this.shape[pod] = shape;
    this.priority[pod] = priority;
    this.node[pod] = -1;
    this.createdUs[pod] = createdUs;
    this.queuedUs[pod] = createdUs;
    this.scheduledUs[pod] = Number.NaN;
    this.startedUs[pod] = Number.NaN;
    this.finishedUs[pod] = Number.NaN;
    this.durationUs[pod] = durationUs;
    this.firstClaim[pod] = this.claimCount;
    return pod;
  }

  /** Adds a claim to the pod that was added last. */
  addClaim(claim: number): void {
    if (this.claimCount === this.claims.length) this.claims = doubled(this.claims);
    this.claims[this.claimCount++] = claim;
  }

  /** The claim of the pod's entry at a position. */
  claimOf(pod: number, index: number): number {
    return this.claims[this.firstClaim[pod]! + index]!;
  }

  private grow(): void {
    this.shape = doubled(this.shape);
    this.priority = doubled(this.priority);
    this.state = doubled(this.state);
    this.node = doubled(this.node);
    this.attempts = doubled(this.attempts);
    this.rejection = doubled(this.rejection);
    this.firstClaim = doubled(this.firstClaim);
    this.createdUs = doubled(this.createdUs);
    this.queuedUs = doubled(this.queuedUs);
    this.backoffEndUs = doubled(this.backoffEndUs);
    this.scheduledUs = doubled(this.scheduledUs);
    this.startedUs = doubled(this.startedUs);
    this.finishedUs = doubled(this.finishedUs);
    this.durationUs = doubled(this.durationUs);
  }
}

function doubled<T extends Float64Array | Int32Array | Uint8Array>(column: T): T {
  const larger = new (column.constructor as new (length: number) => T)(column.length * 2);
  larger.set(column);
  return larger;
}
