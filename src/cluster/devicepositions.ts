// Where the devices of a node lie, as numbers: behind which PCIe root, on which NUMA node. Read from the attributes that
// drivers publish; a strategy asks this for every device that it orders, so that no graph is built for it.

import type { DeviceTable } from './devices.js';
import { Interner } from './interner.js';

// Standard attributes (resource.kubernetes.io) first, then what drivers published before them.
const PCIE_ROOT_ATTRIBUTES = ['resource.kubernetes.io/pcieRoot'];
const NUMA_ATTRIBUTES = ['resource.kubernetes.io/numaNode', 'dra.net/numaNode', 'numaNode'];

/** The PCIe root that a device publishes. */
export function pcieRootOf(devices: DeviceTable, device: number): string | undefined {
  return attributeText(devices, device, PCIE_ROOT_ATTRIBUTES);
}

/** The NUMA node that a device publishes. */
export function numaNodeOf(devices: DeviceTable, device: number): string | undefined {
  return attributeText(devices, device, NUMA_ATTRIBUTES);
}

function attributeText(
  devices: DeviceTable,
  device: number,
  names: readonly string[],
): string | undefined {
  const { attributes } = devices.objects[device]!;
  if (attributes === undefined) return undefined;
  for (const name of names) {
    const attribute = attributes[name];
    const value = attribute?.string ?? attribute?.int;
    if (value !== undefined) return `${value}`;
  }
  return undefined;
}

/** Whether some device of a node says where it lies. */
export function hasPositions(devices: DeviceTable): boolean {
  for (let device = 0; device < devices.count; device++) {
    if (devices.sliceNode[devices.deviceSlice[device]!]! < 0) continue;
    if (pcieRootOf(devices, device) ?? numaNodeOf(devices, device)) return true;
  }
  return false;
}

/**
 * Places by device: a place lies on one NUMA node, a NUMA node on one node. A PCIe root is a place; devices of a NUMA
 * node that name no root share a place, as those of a node that name neither do, and network-attached ones.
 */
export interface DevicePositions {
  readonly placeOf: Int32Array;
  /** NUMA node, node (-1 for network-attached devices) by place. */
  readonly placeNuma: Int32Array;
  readonly placeNode: Int32Array;
}

/** Reads the places of all devices. */
export function compilePositions(devices: DeviceTable): DevicePositions {
  const { count, deviceSlice, sliceNode } = devices;
  const roots: (string | undefined)[] = [];
  const numas: (string | undefined)[] = [];
  // One driver may know the NUMA node of a root and another not.
  const numaOfRoot = new Map<string, string>();
  for (let device = 0; device < count; device++) {
    const node = sliceNode[deviceSlice[device]!]!;
    const root = node < 0 ? undefined : pcieRootOf(devices, device);
    const numa = node < 0 ? undefined : numaNodeOf(devices, device);
    roots.push(root);
    numas.push(numa);
    if (root === undefined || numa === undefined) continue;
    const key = `${node} ${root}`;
    if (!numaOfRoot.has(key)) numaOfRoot.set(key, numa);
  }
  const places = new Interner();
  const numaNodes = new Interner();
  const placeNuma: number[] = [];
  const placeNode: number[] = [];
  const placeOf = new Int32Array(count);
  for (let device = 0; device < count; device++) {
    const node = sliceNode[deviceSlice[device]!]!;
    const root = roots[device];
    const ofRoot = root === undefined ? undefined : numaOfRoot.get(`${node} ${root}`);
    const numa = numaNodes.id(`${node} ${ofRoot ?? numas[device] ?? ''}`);
    const place = places.id(`${numa} ${root ?? ''}`);
    placeOf[device] = place;
    placeNuma[place] = numa;
    placeNode[place] = node;
  }
  return {
    placeOf,
    placeNuma: Int32Array.from(placeNuma),
    placeNode: Int32Array.from(placeNode),
  };
}
