// Pod columns: one row a pod of the run, from its creation to its end.

import {
  ACTIVE,
  BACKOFF,
  doubled,
  GATED,
  NO_QUEUE,
  QueueColumns,
  UNSCHEDULABLE,
} from './queue/columns.js';

// Where a pod is in its life; the queue keeps the first five.
/** Not yet queued, or popped: its attempt is not over. */
export const POD_WAITING = NO_QUEUE;
export const POD_ACTIVE = ACTIVE;
export const POD_BACKOFF = BACKOFF;
export const POD_UNSCHEDULABLE = UNSCHEDULABLE;
export const POD_GATED = GATED;
export const POD_ASSUMED = 5;
export const POD_BOUND = 6;
export const POD_RUNNING = 7;
export const POD_SUCCEEDED = 8;
/** Deleted while it ran, or before. */
export const POD_EVICTED = 9;

/** Refused by the kubelet of its node. */
export const POD_FAILED = 10;

/** Whether a pod is being deleted, and whether the scheduler preempted it. */
export const TERMINATING_NOT = 0;
export const TERMINATING = 1;
export const TERMINATING_PREEMPTED = 2;

/** Growing columns of pods; times in microseconds, NaN or -1 where not yet known. */
export class PodTable extends QueueColumns {
  count = 0;
  shape = new Int32Array(256);
  node = new Int32Array(256);
  /** Rejection id of the last failed attempt, or of what holds the pod; 0 when there was none. */
  rejection = new Int32Array(256);
  /** Position of the cluster's change log at the last attempt. */
  triedAt = new Float64Array(256);
  /** First of the pod's claims in `claims`; there are as many as its shape has entries. */
  firstClaim = new Int32Array(256);
  createdUs = new Float64Array(256);
  /** When the scheduler chose the node. */
  scheduledUs = new Float64Array(256);
  startedUs = new Float64Array(256);
  finishedUs = new Float64Array(256);
  /** How long the pod runs; Infinity for services. */
  durationUs = new Float64Array(256);

  /** Links of the list of pods on one node, -1 at its ends; see NodePods. */
  nextOnNode = new Int32Array(256);
  previousOnNode = new Int32Array(256);
  /** Node that the pod is nominated to, or -1: preemption makes room there. */
  nominatedNode = new Int32Array(256);
  /** One of TERMINATING_NOT, TERMINATING and TERMINATING_PREEMPTED. */
  terminating = new Uint8Array(256);

  /** Claim indices of pods, one run of `firstClaim` a pod. */
  claims = new Int32Array(256);
  claimCount = 0;

  /** Adds a pod in state POD_WAITING. */
  add(
    shape: number,
    kind: number,
    priority: number,
    createdUs: number,
    durationUs: number,
  ): number {
    if (this.count === this.capacity) this.grow();
    const pod = this.count++;
    this.shape[pod] = shape;
    this.kind[pod] = kind;
    this.priority[pod] = priority;
    this.node[pod] = -1;
    this.nominatedNode[pod] = -1;
    this.createdUs[pod] = createdUs;
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

  /** Whether a pod is bound and has not ended. */
  isOnNode(pod: number): boolean {
    const state = this.state[pod]!;
    return state === POD_BOUND || state === POD_RUNNING;
  }

  override grow(): void {
    super.grow();
    this.shape = doubled(this.shape);
    this.node = doubled(this.node);
    this.rejection = doubled(this.rejection);
    this.triedAt = doubled(this.triedAt);
    this.firstClaim = doubled(this.firstClaim);
    this.createdUs = doubled(this.createdUs);
    this.scheduledUs = doubled(this.scheduledUs);
    this.startedUs = doubled(this.startedUs);
    this.finishedUs = doubled(this.finishedUs);
    this.durationUs = doubled(this.durationUs);
    this.nextOnNode = doubled(this.nextOnNode);
    this.previousOnNode = doubled(this.previousOnNode);
    this.nominatedNode = doubled(this.nominatedNode);
    this.terminating = doubled(this.terminating);
  }
}
