// One row a pod that may wait in the scheduling queue, by index: where it is, what orders it, what rejected it.
// Source: kube-scheduler QueuedPodInfo, Kubernetes 1.32 to 1.37; spec scheduler.md 1.1.

// Where a pod is. NO_QUEUE: not yet seen, popped, or done.
export const NO_QUEUE = 0;
export const ACTIVE = 1;
export const BACKOFF = 2;
export const UNSCHEDULABLE = 3;
/** Among the unschedulable pods, held by a PreEnqueue plugin. */
export const GATED = 4;

export const NONE = -1;

/** Growing columns; times in microseconds, sets of plugins as bits. */
export class QueueColumns {
  /** Rows in use are counted by the owner, which calls {@link grow}. */
  state = new Uint8Array(256);
  priority = new Int32Array(256);
  /** Pods of one kind get one answer from every hint that does not look at the pod itself. */
  kind = new Int32Array(256);
  attempts = new Int32Array(256);
  /** When the pod was first seen, or came back from its last failed attempt. */
  queuedUs = new Float64Array(256);
  /** When the pod first entered activeQ, NaN before. */
  firstActiveUs = new Float64Array(256);
  /** When the pod was last flushed from the unschedulable ones for its age. */
  flushedUs = new Float64Array(256);
  unschedulableCount = new Int32Array(256);
  consecutiveErrorsCount = new Int32Array(256);
  /** Plugins that rejected the pod (unschedulablePlugins, pendingPlugins). */
  rejectors = new Int32Array(256);
  pendings = new Int32Array(256);
  /** The plugin that holds the pod, plus one; 0 for none. */
  gate = new Uint8Array(256);
  /** 1 once an event woke the pod, until its next attempt has ended. */
  woken = new Uint8Array(256);
  /** First key of the heap that the pod is in: end of backoff, 0 in activeQ. */
  endUs = new Float64Array(256);
  /** Place in the heap. */
  position = new Int32Array(256);
  /** Neighbours in the list of its group of unschedulable pods, or among the pods in flight. */
  next = new Int32Array(256);
  previous = new Int32Array(256);
  /** The group of unschedulable pods that the pod is in, or was in last. */
  group = new Int32Array(256);
  /** Number of the first event after the pod was popped, -1 when it is not in flight. */
  inFlightFrom = new Float64Array(256).fill(NONE);
  nextInFlight = new Int32Array(256);
  previousInFlight = new Int32Array(256);
  /** Scheduling cycle of the pod's last pop. */
  cycle = new Float64Array(256);

  get capacity(): number {
    return this.state.length;
  }

  /** Makes a row that of a pod seen for the first time; its priority and kind stay. */
  reset(pod: number, nowUs: number): void {
    this.state[pod] = NO_QUEUE;
    this.attempts[pod] = 0;
    this.queuedUs[pod] = nowUs;
    this.firstActiveUs[pod] = Number.NaN;
    this.flushedUs[pod] = 0;
    this.unschedulableCount[pod] = 0;
    this.consecutiveErrorsCount[pod] = 0;
    this.rejectors[pod] = 0;
    this.pendings[pod] = 0;
    this.gate[pod] = 0;
    this.woken[pod] = 0;
  }

  /** Doubles all columns. */
  grow(): void {
    const from = this.capacity;
    this.state = doubled(this.state);
    this.priority = doubled(this.priority);
    this.kind = doubled(this.kind);
    this.attempts = doubled(this.attempts);
    this.queuedUs = doubled(this.queuedUs);
    this.firstActiveUs = doubled(this.firstActiveUs);
    this.flushedUs = doubled(this.flushedUs);
    this.unschedulableCount = doubled(this.unschedulableCount);
    this.consecutiveErrorsCount = doubled(this.consecutiveErrorsCount);
    this.rejectors = doubled(this.rejectors);
    this.pendings = doubled(this.pendings);
    this.gate = doubled(this.gate);
    this.woken = doubled(this.woken);
    this.endUs = doubled(this.endUs);
    this.position = doubled(this.position);
    this.next = doubled(this.next);
    this.previous = doubled(this.previous);
    this.group = doubled(this.group);
    this.inFlightFrom = doubled(this.inFlightFrom).fill(NONE, from);
    this.nextInFlight = doubled(this.nextInFlight);
    this.previousInFlight = doubled(this.previousInFlight);
    this.cycle = doubled(this.cycle);
  }
}

/** A column of twice the length that begins with the given one. */
export function doubled<T extends Float64Array | Int32Array | Uint8Array>(column: T): T {
  const larger = new (column.constructor as new (length: number) => T)(column.length * 2);
  larger.set(column);
  return larger;
}
