// MIG-aware: takes the partition that destroys least of what its parent could still give. The cost of a partition is
// the number of partitions of the same parent that could be taken before and cannot afterwards, each weighted with its
// size, so that whole devices and the largest profiles are kept as long as possible, and a profile lies where it spoils
// the fewest places. Everything follows from the shared counters (KEP-4815): regions of an FPGA are meant as well as MIG.
// Source: the idea is that of FGD (Weng et al., USENIX ATC 2023), the least loss of what could still be placed, with
// the profiles of a parent in place of typical pods; nobody has to say what is typical.

import type { DeviceTable } from '../../cluster/devices.js';
import type { DeviceStrategyEntry } from '../strategy.js';

export const migAware: DeviceStrategyEntry = {
  summary: 'the partition after which its parent can still give most, the largest profiles first',
  needs: 'partitions',
  create({ devices }) {
    const parents = new Parents(devices);
    return {
      name: 'MigAware',
      device: (_request, device) => parents.loss(device),
    };
  },
};

/** Partitions by the parent whose counters they draw on. */
class Parents {
  /** Parent by device, -1 for those that draw on no counter. */
  private readonly parentOf: Int32Array;
  /** Devices of parent p lie at `start[p] .. start[p + 1]`. */
  private readonly start: Int32Array;
  private readonly members: Int32Array;
  /** Mean share of its parent's counters that a device draws, 0 to 1. */
  private readonly size: Float64Array;
  /** What is drawn in thought, by counter; zero between calls. */
  private readonly drawn: Float64Array;

  constructor(private readonly devices: DeviceTable) {
    const { count, consumeStart, consumeCounter } = devices;
    const counters = devices.counterValue.length;
    const roots = joinCounters(devices);
    this.parentOf = new Int32Array(count).fill(-1);
    this.drawn = new Float64Array(counters);
    this.start = new Int32Array(counters + 1);
    const countersOf = new Int32Array(counters);
    for (let counter = 0; counter < counters; counter++) countersOf[rootOf(roots, counter)]!++;
    for (let device = 0; device < count; device++) {
      const row = consumeStart[device]!;
      if (row === consumeStart[device + 1]!) continue;
      const parent = rootOf(roots, consumeCounter[row]!);
      this.parentOf[device] = parent;
      this.start[parent + 1]!++;
    }
    for (let parent = 0; parent < counters; parent++) {
      this.start[parent + 1]! += this.start[parent]!;
    }
    this.members = new Int32Array(this.start[counters]!);
    const next = this.start.slice();
    this.size = new Float64Array(count);
    for (let device = 0; device < count; device++) {
      const parent = this.parentOf[device]!;
      if (parent < 0) continue;
      this.members[next[parent]!++] = device;
      this.size[device] = drawnShares(devices, device) / countersOf[parent]!;
    }
  }

  /** Size of all partitions that cannot be taken any more once a device is; itself among them. */
  loss(device: number): number {
    const parent = this.parentOf[device]!;
    if (parent < 0) return 0;
    const { consumeStart, consumeCounter, consumeAmount } = this.devices;
    const end = consumeStart[device + 1]!;
    const { drawn, members, size } = this;
    let loss = 0;
    for (let index = this.start[parent]!; index < this.start[parent + 1]!; index++) {
      if (this.isPlaceable(members[index]!)) loss += size[members[index]!]!;
    }
    for (let row = consumeStart[device]!; row < end; row++) {
      drawn[consumeCounter[row]!]! += consumeAmount[row]!;
    }
    for (let index = this.start[parent]!; index < this.start[parent + 1]!; index++) {
      const other = members[index]!;
      if (other !== device && this.isPlaceable(other)) loss -= size[other]!;
    }
    for (let row = consumeStart[device]!; row < end; row++) drawn[consumeCounter[row]!] = 0;
    return Math.round(loss * PRECISION) / PRECISION;
  }

  private isPlaceable(device: number): boolean {
    const { devices, drawn } = this;
    const { consumeStart, consumeCounter, consumeAmount, counterUsed, counterValue } = devices;
    if (devices.holder[device]! >= 0) return false;
    for (let row = consumeStart[device]!; row < consumeStart[device + 1]!; row++) {
      const counter = consumeCounter[row]!;
      const after = counterUsed[counter]! + drawn[counter]! + consumeAmount[row]!;
      if (!(after <= counterValue[counter]!)) return false;
    }
    return true;
  }
}

/** Sums in another order differ in their last bits: equal losses shall be equal. */
const PRECISION = 1e6;

/** Counters that some device draws on together have one root. */
function joinCounters({ count, consumeStart, consumeCounter, counterValue }: DeviceTable) {
  const roots = Int32Array.from(counterValue, (_, counter) => counter);
  for (let device = 0; device < count; device++) {
    const start = consumeStart[device]!;
    for (let row = start + 1; row < consumeStart[device + 1]!; row++) {
      const left = rootOf(roots, consumeCounter[start]!);
      const right = rootOf(roots, consumeCounter[row]!);
      roots[Math.max(left, right)] = Math.min(left, right);
    }
  }
  return roots;
}

function rootOf(roots: Int32Array, counter: number): number {
  let root = counter;
  while (roots[root]! !== root) {
    roots[root] = roots[roots[root]!]!;
    root = roots[root]!;
  }
  return root;
}

function drawnShares(devices: DeviceTable, device: number): number {
  const { consumeStart, consumeCounter, consumeAmount, counterValue } = devices;
  let sum = 0;
  for (let row = consumeStart[device]!; row < consumeStart[device + 1]!; row++) {
    const value = counterValue[consumeCounter[row]!]!;
    if (value > 0) sum += consumeAmount[row]! / value;
  }
  return sum;
}
