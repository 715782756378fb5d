// The scheduling queue: activeQ ordered by priority, then by the time of entering it; pods that wait out
// a backoff; unschedulable pods by shape. Source: kubernetes/kubernetes pkg/scheduler/backend/queue (1.37).

/** Columns of pods that the queue reads and writes; shared with the scheduler. */
export interface QueueColumns {
  priority: Int32Array;
  shape: Int32Array;
  attempts: Int32Array;
  /** When the pod last entered activeQ, microseconds. */
  queuedUs: Float64Array;
  /** Until when the pod's backoff lasts, microseconds. */
  backoffEndUs: Float64Array;
}

const NONE = -1;

/** Initial and longest backoff, microseconds (podInitialBackoffSeconds, podMaxBackoffSeconds). */
export interface BackoffOptions {
  initialUs: number;
  maxUs: number;
}

/** Pods waiting to be scheduled, by index. */
export class SchedulingQueue {
  private heap = new Int32Array(256);
  private heapCount = 0;
  /** Unschedulable pods by shape, as lists linked through `nextWaiting`. */
  private readonly waitingHead = new Map<number, number>();
  private readonly waitingTail = new Map<number, number>();
  private nextWaiting = new Int32Array(256).fill(NONE);
  waitingCount = 0;
  backoffCount = 0;

  constructor(
    private readonly columns: () => QueueColumns,
    private readonly backoff: BackoffOptions,
  ) {}

  get activeCount(): number {
    return this.heapCount;
  }

  /** Pods in the queue, wherever they wait. */
  get size(): number {
    return this.heapCount + this.waitingCount + this.backoffCount;
  }

  /** Puts a pod into activeQ. */
  push(pod: number, nowUs: number): void {
    const columns = this.columns();
    columns.queuedUs[pod] = nowUs;
    if (this.heapCount === this.heap.length) {
      const larger = new Int32Array(this.heap.length * 2);
      larger.set(this.heap);
      this.heap = larger;
    }
    const { heap } = this;
    let hole = this.heapCount++;
    while (hole > 0) {
      const parent = (hole - 1) >> 1;
      if (!this.goesBefore(columns, pod, heap[parent]!)) break;
      heap[hole] = heap[parent]!;
      hole = parent;
    }
    heap[hole] = pod;
  }

  /** Takes the next pod, or -1. */
  pop(): number {
    if (this.heapCount === 0) return NONE;
    const columns = this.columns();
    const { heap } = this;
    const top = heap[0]!;
    const moved = heap[--this.heapCount]!;
    let hole = 0;
    for (;;) {
      let child = hole * 2 + 1;
      if (child >= this.heapCount) break;
      if (child + 1 < this.heapCount && this.goesBefore(columns, heap[child + 1]!, heap[child]!)) {
        child++;
      }
      if (!this.goesBefore(columns, heap[child]!, moved)) break;
      heap[hole] = heap[child]!;
      hole = child;
    }
    heap[hole] = moved;
    return top;
  }

  /** Backoff of a pod after its last failed attempt: doubling from the initial one. */
  backoffUs(attempts: number): number {
    let durationUs = this.backoff.initialUs;
    for (let index = 1; index < attempts && durationUs < this.backoff.maxUs; index++) {
      durationUs *= 2;
    }
    return Math.min(durationUs, this.backoff.maxUs);
  }

  /** Lets an unschedulable pod wait until something that could help it happens. */
  wait(pod: number): void {
    const shape = this.columns().shape[pod]!;
    while (pod >= this.nextWaiting.length) {
      const larger = new Int32Array(this.nextWaiting.length * 2).fill(NONE);
      larger.set(this.nextWaiting);
      this.nextWaiting = larger;
    }
    this.nextWaiting[pod] = NONE;
    const tail = this.waitingTail.get(shape);
    if (tail === undefined) this.waitingHead.set(shape, pod);
    else this.nextWaiting[tail] = pod;
    this.waitingTail.set(shape, pod);
    this.waitingCount++;
  }

  /** Shapes that have unschedulable pods, in the order in which they began to wait. */
  waitingShapes(): number[] {
    return [...this.waitingHead.keys()];
  }

  /** Takes all unschedulable pods of a shape, in the order in which they began to wait. */
  takeWaiting(shape: number): number[] {
    const pods: number[] = [];
    let pod = this.waitingHead.get(shape) ?? NONE;
    while (pod !== NONE) {
      pods.push(pod);
      pod = this.nextWaiting[pod]!;
    }
    this.waitingHead.delete(shape);
    this.waitingTail.delete(shape);
    this.waitingCount -= pods.length;
    return pods;
  }

  private goesBefore(columns: QueueColumns, left: number, right: number): boolean {
    const { priority, queuedUs } = columns;
    if (priority[left] !== priority[right]) return priority[left]! > priority[right]!;
    if (queuedUs[left] !== queuedUs[right]) return queuedUs[left]! < queuedUs[right]!;
    return left < right;
  }
}
