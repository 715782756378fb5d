// A heap of pods by index: activeQ and both parts of backoffQ. One order serves all three: end of backoff (0 in
// activeQ), then upstream's PrioritySort, then the index. Source: spec scheduler.md 1.2, 1.9.

import { doubled, type QueueColumns } from './columns.js';

/** Pods of one container; a pod is in one heap at most, so that all heaps share its columns. */
export class PodHeap {
  private pods = new Int32Array(64);
  count = 0;

  constructor(private readonly columns: QueueColumns) {}

  /** The pod that comes first, or -1. */
  get first(): number {
    return this.count === 0 ? -1 : this.pods[0]!;
  }

  has(pod: number): boolean {
    const place = this.columns.position[pod]!;
    return place < this.count && this.pods[place] === pod;
  }

  push(pod: number, endUs: number): void {
    if (this.count === this.pods.length) this.pods = doubled(this.pods);
    this.columns.endUs[pod] = endUs;
    this.rise(pod, this.count++);
  }

  remove(pod: number): void {
    const place = this.columns.position[pod]!;
    const moved = this.pods[--this.count]!;
    if (moved !== pod) this.settle(moved, place);
  }

  /** Puts a pod right whose priority changed. */
  fix(pod: number): void {
    this.settle(pod, this.columns.position[pod]!);
  }

  /** All pods in the order in which they would be taken. */
  list(): number[] {
    const { columns } = this;
    const pods = [...this.pods.subarray(0, this.count)];
    return pods.sort((left, right) => (goesBefore(columns, left, right) ? -1 : 1));
  }

  private settle(pod: number, hole: number): void {
    const parent = (hole - 1) >> 1;
    if (hole > 0 && goesBefore(this.columns, pod, this.pods[parent]!)) this.rise(pod, hole);
    else this.sink(pod, hole);
  }

  private rise(pod: number, from: number): void {
    const { pods, columns } = this;
    const { position } = columns;
    let hole = from;
    while (hole > 0) {
      const parent = (hole - 1) >> 1;
      const other = pods[parent]!;
      if (!goesBefore(columns, pod, other)) break;
      pods[hole] = other;
      position[other] = hole;
      hole = parent;
    }
    pods[hole] = pod;
    position[pod] = hole;
  }

  private sink(pod: number, from: number): void {
    const { pods, count, columns } = this;
    const { position } = columns;
    let hole = from;
    for (;;) {
      let child = hole * 2 + 1;
      if (child >= count) break;
      if (child + 1 < count && goesBefore(columns, pods[child + 1]!, pods[child]!)) child++;
      const other = pods[child]!;
      if (!goesBefore(columns, other, pod)) break;
      pods[hole] = other;
      position[other] = hole;
      hole = child;
    }
    pods[hole] = pod;
    position[pod] = hole;
  }
}

function goesBefore(columns: QueueColumns, left: number, right: number): boolean {
  const { endUs, priority, queuedUs } = columns;
  if (endUs[left] !== endUs[right]) return endUs[left]! < endUs[right]!;
  if (priority[left] !== priority[right]) return priority[left]! > priority[right]!;
  if (queuedUs[left] !== queuedUs[right]) return queuedUs[left]! < queuedUs[right]!;
  return left < right;
}
