// A heap of pods by index: activeQ and both parts of backoffQ. One order serves all three: end of backoff (0 in
// activeQ), then what the QueueSort plugin says. Source: spec scheduler.md 1.2, 1.9.

import { doubled, type QueueColumns } from './columns.js';

/** Whether a pod comes before another; no two come equal. */
export type QueueSort = (left: number, right: number) => boolean;

/** Pods of one container; a pod is in one heap at most, so that all heaps share its columns. */
export class PodHeap {
  private pods = new Int32Array(64);
  count = 0;

  constructor(
    private readonly columns: QueueColumns,
    private readonly sort: QueueSort,
  ) {}

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
    const pods = [...this.pods.subarray(0, this.count)];
    return pods.sort((left, right) => (this.goesBefore(left, right) ? -1 : 1));
  }

  private settle(pod: number, hole: number): void {
    const parent = (hole - 1) >> 1;
    if (hole > 0 && this.goesBefore(pod, this.pods[parent]!)) this.rise(pod, hole);
    else this.sink(pod, hole);
  }

  private rise(pod: number, from: number): void {
    const { pods } = this;
    const { position } = this.columns;
    let hole = from;
    while (hole > 0) {
      const parent = (hole - 1) >> 1;
      const other = pods[parent]!;
      if (!this.goesBefore(pod, other)) break;
      pods[hole] = other;
      position[other] = hole;
      hole = parent;
    }
    pods[hole] = pod;
    position[pod] = hole;
  }

  private sink(pod: number, from: number): void {
    const { pods, count } = this;
    const { position } = this.columns;
    let hole = from;
    for (;;) {
      let child = hole * 2 + 1;
      if (child >= count) break;
      if (child + 1 < count && this.goesBefore(pods[child + 1]!, pods[child]!)) child++;
      const other = pods[child]!;
      if (!this.goesBefore(other, pod)) break;
      pods[hole] = other;
      position[other] = hole;
      hole = child;
    }
    pods[hole] = pod;
    position[pod] = hole;
  }

  private goesBefore(left: number, right: number): boolean {
    const { endUs } = this.columns;
    if (endUs[left] !== endUs[right]) return endUs[left]! < endUs[right]!;
    return this.sort(left, right);
  }
}
