// MIG-aware: takes the partition that destroys least of what its parent could still give. The cost of a partition is
// the number of partitions of the same parent that could be taken before and cannot afterwards, each weighted with its
// size, so that whole devices and the largest profiles are kept as long as possible, and a profile lies where it spoils
// the fewest places. Everything follows from the shared counters (KEP-4815): regions of an FPGA are meant as well as MIG.
// Source: the idea is that of FGD (Weng et al., USENIX ATC 2023), the least loss of what could still be placed, with
// the profiles of a parent in place of typical pods; nobody has to say what is typical.

import type { DeviceTable } from '../../cluster/devices.js';
import { groupByParent, type Parents } from '../parents.js';
import type { DeviceStrategyEntry } from '../strategy.js';

export const migAware: DeviceStrategyEntry = {
  summary: 'the partition after which its parent can still give most, the largest profiles first',
  needs: 'partitions',
  create({ devices }) {
    const losses = new Losses(devices);
    return {
      name: 'MigAware',
      open: () => losses.begin(),
      device: (_request, device) => losses.of(device),
    };
  },
};

/** What parents lose with a partition. */
class Losses {
  private readonly parents: Parents;
  /** Mean share of its parent's counters that a device draws, 0 to 1. */
  private readonly size: Float64Array;
  /** What is drawn in thought, by counter; zero between calls. */
  private readonly drawn: Float64Array;
  /** Size of what can be taken by parent, of the request with that number. */
  private readonly before: Float64Array;
  private readonly requestOf: Int32Array;
  private request = 0;

  constructor(private readonly devices: DeviceTable) {
    this.parents = groupByParent(devices);
    this.drawn = new Float64Array(devices.counterValue.length);
    this.before = new Float64Array(devices.counterValue.length);
    this.requestOf = new Int32Array(devices.counterValue.length);
    this.size = new Float64Array(devices.count);
    const { parentOf, counterCount } = this.parents;
    for (let device = 0; device < devices.count; device++) {
      const parent = parentOf[device]!;
      if (parent >= 0) this.size[device] = drawnShares(devices, device) / counterCount[parent]!;
    }
  }

  /** Nothing is taken or given back until the next call. */
  begin(): void {
    this.request++;
  }

  /** Size of all partitions that cannot be taken any more once a device is; itself among them. */
  of(device: number): number {
    const { parentOf, start, members } = this.parents;
    const parent = parentOf[device]!;
    if (parent < 0) return 0;
    const { consumeStart, consumeCounter, consumeAmount } = this.devices;
    const end = consumeStart[device + 1]!;
    const { drawn, size } = this;
    let loss = this.placeableSize(parent);
    for (let row = consumeStart[device]!; row < end; row++) {
      drawn[consumeCounter[row]!]! += consumeAmount[row]!;
    }
    for (let index = start[parent]!; index < start[parent + 1]!; index++) {
      const other = members[index]!;
      if (other !== device && this.isPlaceable(other)) loss -= size[other]!;
    }
    for (let row = consumeStart[device]!; row < end; row++) drawn[consumeCounter[row]!] = 0;
    return Math.round(loss * PRECISION) / PRECISION;
  }

  private placeableSize(parent: number): number {
    if (this.requestOf[parent] === this.request) return this.before[parent]!;
    const { start, members } = this.parents;
    let sum = 0;
    for (let index = start[parent]!; index < start[parent + 1]!; index++) {
      if (this.isPlaceable(members[index]!)) sum += this.size[members[index]!]!;
    }
    this.requestOf[parent] = this.request;
    this.before[parent] = sum;
    return sum;
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

function drawnShares(devices: DeviceTable, device: number): number {
  const { consumeStart, consumeCounter, consumeAmount, counterValue } = devices;
  let sum = 0;
  for (let row = consumeStart[device]!; row < consumeStart[device + 1]!; row++) {
    const value = counterValue[consumeCounter[row]!]!;
    if (value > 0) sum += consumeAmount[row]! / value;
  }
  return sum;
}
