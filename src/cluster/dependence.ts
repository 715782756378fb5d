// Which nodes' answers depend on who holds a device: those that see it, and those that see another device of
// its pool while both draw on shared counters.

import type { DeviceTable } from './devices.js';
import type { PoolTable } from './pools.js';

const NOBODY = -2;
const SEVERAL = -1;

/** Fills `deviceNode` of the devices, and of the nodes `sharing` and `exclusiveCount`. */
export function findDependence(nodeCount: number, devices: DeviceTable, pools: PoolTable): void {
  const { deviceNode } = devices;
  deviceNode.fill(NOBODY);
  for (let node = 0; node < nodeCount; node++) {
    for (let position = pools.nodeFirst[node]!; position < pools.nodeLast[node]!; position++) {
      const device = pools.visit[position]!;
      deviceNode[device] = merge(deviceNode[device]!, node);
    }
  }
  joinCounters(devices);
  for (let device = 0; device < devices.count; device++) {
    if (deviceNode[device] === NOBODY) deviceNode[device] = SEVERAL;
  }
  for (let node = 0; node < nodeCount; node++) {
    for (let position = pools.nodeFirst[node]!; position < pools.nodeLast[node]!; position++) {
      if (deviceNode[pools.visit[position]!] === SEVERAL) pools.sharing[node] = 1;
    }
    pools.exclusiveCount[node] = countExclusive(node, devices, pools);
  }
}

function countExclusive(node: number, devices: DeviceTable, pools: PoolTable): number {
  if (pools.sharing[node] === 1) return -1;
  const first = pools.nodeFirst[node]!;
  const last = pools.nodeLast[node]!;
  for (let position = first; position < last; position++) {
    if (devices.allowMultiple[pools.visit[position]!] === 1) return -1;
  }
  return last - first;
}

/** Devices that draw on the counters of one pool are held at the cost of each other. */
function joinCounters({
  count,
  consumeStart,
  consumeCounter,
  counterPool,
  poolOverdrawn,
  deviceNode,
}: DeviceTable): void {
  const nodes = new Int32Array(poolOverdrawn.length).fill(NOBODY);
  const poolOf = (device: number) => counterPool[consumeCounter[consumeStart[device]!]!]!;
  const isDrawing = (device: number) => consumeStart[device]! < consumeStart[device + 1]!;
  for (let device = 0; device < count; device++) {
    if (!isDrawing(device)) continue;
    // What no node sees may be held nevertheless, and no node can count it as its own.
    const node = deviceNode[device] === NOBODY ? SEVERAL : deviceNode[device]!;
    nodes[poolOf(device)] = merge(nodes[poolOf(device)]!, node);
  }
  for (let device = 0; device < count; device++) {
    if (isDrawing(device)) deviceNode[device] = nodes[poolOf(device)]!;
  }
}

function merge(known: number, node: number): number {
  return known === NOBODY || known === node ? node : SEVERAL;
}
