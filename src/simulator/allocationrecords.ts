// The record of which pod held which device from when to when.

import type { Run } from './simulator.js';

const NO_ROW = -1;

/** Keeps the table of allocations of a run. */
export class AllocationRecords {
  /** Parts of their devices that claims hold from the start, until a pod records them. */
  private readonly restoredParts = new Map<number, number[]>();
  /** First row of a pod's allocations in the recorder, by pod; NO_ROW while it holds no devices. */
  private readonly firstRow: number[] = [];

  constructor(
    private readonly run: Pick<Run, 'allocator' | 'pods' | 'use' | 'recorder' | 'measures'>,
  ) {}

  /** A claim holds its devices from the start. */
  restore(claim: number): void {
    const parts: number[] = [];
    this.run.allocator.claims.forEachDevice(claim, (device) => {
      parts.push(this.touch(device));
    });
    this.restoredParts.set(claim, parts);
  }

  /** A pod holds the devices of its claims from now on. */
  begin(pod: number, claimCount: number, nowUs: number): void {
    if (claimCount === 0) return;
    const { allocator, pods, recorder } = this.run;
    // An array with holes would be as slow as a map.
    while (this.firstRow.length <= pod) this.firstRow.push(NO_ROW);
    this.firstRow[pod] = recorder.allocations.count;
    for (let index = 0; index < claimCount; index++) {
      const claim = pods.claimOf(pod, index);
      const parts = this.takeRestored(claim);
      allocator.claims.forEachDevice(claim, (device) => {
        const part = parts?.shift() ?? this.touch(device);
        recorder.allocations.add(pod, index, device, nowUs, Number.NaN, part);
      });
    }
    recorder.readUse();
  }

  /** A pod holds no devices any more; its claims are released already. */
  end(pod: number, nowUs: number): void {
    const first = this.firstRow[pod] ?? NO_ROW;
    if (first === NO_ROW) return;
    this.firstRow[pod] = NO_ROW;
    const { allocations } = this.run.recorder;
    for (let row = first; row < allocations.count && allocations.at(row, 0) === pod; row++) {
      allocations.set(row, 4, nowUs);
      this.touch(allocations.at(row, 2));
    }
    this.run.recorder.readUse();
  }

  private takeRestored(claim: number): number[] | undefined {
    if (this.restoredParts.size === 0) return undefined;
    const parts = this.restoredParts.get(claim);
    this.restoredParts.delete(claim);
    return parts;
  }

  /** Measures anew what is in use of a device; returns the change. */
  private touch(device: number): number {
    const { use, measures } = this.run;
    const unit = use.unit(device);
    const before = use.useOf(unit);
    const change = use.touch(device);
    measures.used(unit, before, use.useOf(unit), device);
    return change;
  }
}
