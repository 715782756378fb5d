// Partitions by the parent whose shared counters they draw on (KEP-4815): the partitions of a GPU, the regions of an FPGA.
// Nothing names a parent; counters that some device draws on together belong to one.

import type { DeviceTable } from '../cluster/devices.js';

/** Parents by the lowest of their counters: numbers with gaps. */
export interface Parents {
  /** Parent by device, -1 for those that draw on no counter. */
  readonly parentOf: Int32Array;
  /** Devices of parent `p` are `members[start[p] .. start[p + 1]]`, in the order of publication. */
  readonly start: Int32Array;
  readonly members: Int32Array;
  /** Counters that a parent has. */
  readonly counterCount: Int32Array;
}

/** Groups devices by parent. */
export function groupByParent(devices: DeviceTable): Parents {
  const { count, consumeStart, consumeCounter } = devices;
  const counters = devices.counterValue.length;
  const roots = joinCounters(devices);
  const parentOf = new Int32Array(count).fill(-1);
  const start = new Int32Array(counters + 1);
  const counterCount = new Int32Array(counters);
  for (let counter = 0; counter < counters; counter++) counterCount[rootOf(roots, counter)]!++;
  for (let device = 0; device < count; device++) {
    const row = consumeStart[device]!;
    if (row === consumeStart[device + 1]!) continue;
    const parent = rootOf(roots, consumeCounter[row]!);
    parentOf[device] = parent;
    start[parent + 1]!++;
  }
  for (let parent = 0; parent < counters; parent++) start[parent + 1]! += start[parent]!;
  const members = new Int32Array(start[counters]!);
  const next = start.slice();
  for (let device = 0; device < count; device++) {
    const parent = parentOf[device]!;
    if (parent >= 0) members[next[parent]!++] = device;
  }
  return { parentOf, start, members, counterCount };
}

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
