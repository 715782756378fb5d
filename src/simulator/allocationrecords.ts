// The record of which pod held which device from when to when.

import type { Allocator } from '../dra/allocator.js';
import type { PodTable } from '../scheduler/pods.js';
import type { DeviceUse } from './deviceuse.js';
import type { Recorder } from './recorder.js';

/** Keeps the table of allocations of a run. */
export class AllocationRecords {
  /** Parts of their devices that claims hold from the start, until a pod records them. */
  private readonly restoredParts = new Map<number, number[]>();
  /** First row of a pod's allocations in the recorder, by pod, while it holds devices. */
  private readonly firstRow = new Map<number, number>();

  constructor(
    private readonly allocator: Allocator,
    private readonly pods: PodTable,
    private readonly use: DeviceUse,
    private readonly recorder: Recorder,
  ) {}

  /** A claim holds its devices from the start. */
  restore(claim: number): void {
    const parts: number[] = [];
    this.allocator.claims.forEachDevice(claim, (device) => {
      parts.push(this.use.touch(device));
    });
    this.restoredParts.set(claim, parts);
  }

  /** A pod holds the devices of its claims from now on. */
  begin(pod: number, claimCount: number, nowUs: number): void {
    if (claimCount === 0) return;
    this.firstRow.set(pod, this.recorder.allocations.count);
    for (let index = 0; index < claimCount; index++) {
      const claim = this.pods.claimOf(pod, index);
      const parts = this.restoredParts.get(claim);
      this.restoredParts.delete(claim);
      this.allocator.claims.forEachDevice(claim, (device) => {
        const part = parts?.shift() ?? this.use.touch(device);
        this.recorder.allocations.add([pod, index, device, nowUs, Number.NaN, part]);
      });
    }
    this.recorder.readUse();
  }

  /** A pod holds no devices any more; its claims are released already. */
  end(pod: number, nowUs: number): void {
    const first = this.firstRow.get(pod);
    if (first === undefined) return;
    this.firstRow.delete(pod);
    const { allocations } = this.recorder;
    for (let row = first; row < allocations.count && allocations.at(row, 0) === pod; row++) {
      allocations.set(row, 4, nowUs);
      this.use.touch(allocations.at(row, 2));
    }
    this.recorder.readUse();
  }
}
