// Inventory classes: nodes that hold equal devices in equal order share a class, so that what is true of
// one of them while nobody uses its devices is true of all.

import type { DeviceTable } from './devices.js';
import { Interner } from './interner.js';
import { POOL_COMPLETE, type PoolTable } from './pools.js';

/** The class of a node that is like no other: it shares a pool, a pool is incomplete or invalid, or more than devices counts. */
export const INVENTORY_UNIQUE = -1;

/** Inventory classes by node. */
export interface InventoryTable {
  readonly classOf: Int32Array;
  readonly classCount: number;
}

/** Classifies nodes by the devices they see: content, taints, order and counters, names aside. */
export function classifyInventories(
  nodeCount: number,
  devices: DeviceTable,
  pools: PoolTable,
): InventoryTable {
  const classes = new Interner();
  const classOf = new Int32Array(nodeCount).fill(INVENTORY_UNIQUE);
  for (let node = 0; node < nodeCount; node++) {
    if (pools.sharing[node] === 1 || !isComplete(pools, node)) continue;
    if (asksTheNode(devices, pools, node)) continue;
    classOf[node] = classes.id(describe(devices, pools, node));
  }
  return { classOf, classCount: classes.size };
}

function isComplete(pools: PoolTable, node: number): boolean {
  for (let index = pools.nodeStart[node]!; index < pools.nodeStart[node + 1]!; index++) {
    if (pools.viewState[pools.nodeView[index]!] !== POOL_COMPLETE) return false;
  }
  return true;
}

/** Whether a device goes only to nodes whose kubelet knows how to do without it, which equal devices do not tell. */
function asksTheNode(
  { slices, deviceSlice }: DeviceTable,
  pools: PoolTable,
  node: number,
): boolean {
  for (let position = pools.nodeFirst[node]!; position < pools.nodeLast[node]!; position++) {
    const { skipNodeOperations } = slices[deviceSlice[pools.visit[position]!]!]!.spec;
    if (skipNodeOperations !== undefined && skipNodeOperations.length > 0) return true;
  }
  return false;
}

/** The node's devices as one text of numbers; counters are numbered in the order of first sight. */
function describe(devices: DeviceTable, pools: PoolTable, node: number): string {
  const parts: (number | string)[] = [];
  const counters = new Map<number, number>();
  for (let position = pools.nodeFirst[node]!; position < pools.nodeLast[node]!; position++) {
    const device = pools.visit[position]!;
    parts.push(devices.deviceContent[device]!, devices.deviceTaints[device]!);
    const end = devices.consumeStart[device + 1]!;
    for (let row = devices.consumeStart[device]!; row < end; row++) {
      const counter = devices.consumeCounter[row]!;
      let number = counters.get(counter);
      if (number === undefined) {
        number = counters.size;
        counters.set(counter, number);
        parts.push(`of ${devices.counterValue[counter]}`);
      }
      parts.push(`${number}x${devices.consumeAmount[row]}`);
    }
    parts.push(';');
  }
  return parts.join(' ');
}
