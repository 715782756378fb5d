// Machines of the catalogue as objects: the Node that the kubelet registers and the ResourceSlices that
// the drivers on it publish.

import type { Node } from '../api/core.js';
import type { CounterSet, Device, DeviceClass, ResourceSlice } from '../api/resource.js';
import { suggest } from '../errors.js';
import { DEVICE_CLASSES } from './classes.js';
import { FPGAS } from './fpgas.js';
import { GPUS } from './gpus.js';
import { MACHINES, type MachineSpec, type PcieRoot } from './machinespecs.js';
import { NICS } from './nics.js';
import { publishAmdPartitions, publishGpu, publishMigGpu } from './publish.js';
import { publishFpga, publishFpgaRegions, publishRadio } from './publishfpga.js';
import { publishNic } from './publishnic.js';
import { RADIOS } from './radios.js';
import type { Seat } from './seat.js';

export interface PublishedMachine {
  readonly node: Node;
  /** Nodes that share its fabric domain, where it has one; the label `drasim.dev/fabric` names it. */
  readonly fabricNodes?: number;
  readonly slices: readonly ResourceSlice[];
}

/** Why a machine cannot be made, and which field says so. */
export interface MachineProblem {
  readonly problem: string;
  readonly field: 'machine' | 'partitions';
  readonly hint: string;
}

// The kubelet keeps this much of a node for the system; a common default of cloud providers.
const RESERVED_MEMORY_GIB = 4;
const PODS = 110;
/** Names the fabric domain of a node. */
export const FABRIC_LABEL = 'drasim.dev/fabric';
/** First PCI device number behind a root, where no addresses are known. */
const FIRST_SLOT = 0x18;

/** Classes for all devices of the catalogue. */
export function catalogueClasses(): readonly DeviceClass[] {
  return DEVICE_CLASSES;
}

/**
 * Node and slices of one machine.
 *
 * @param partitions - `mig` publishes MIG partitions and `regions` FPGA regions, both as shared counters;
 *   `dpx`, `qpx` and `cpx` publish the equal parts into which AMD GPUs are split beforehand
 * @returns the objects, or the problem with the field that has it
 */
export function publishMachine(
  machine: string,
  nodeName: string,
  partitions?: string,
): PublishedMachine | MachineProblem {
  const spec = MACHINES[machine];
  if (!spec || !Object.hasOwn(MACHINES, machine)) {
    const names = Object.keys(MACHINES);
    const hint = suggest(machine, names, 'machines');
    return { problem: `there is no machine ${machine} in the catalogue`, field: 'machine', hint };
  }
  const offered = partitionsOf(spec);
  if (partitions !== undefined && !offered.includes(partitions)) {
    const hint = offered.length === 0 ? 'it has none' : `it offers ${offered.join(', ')}`;
    return { problem: `${machine} has no partitions ${partitions}`, field: 'partitions', hint };
  }
  return {
    node: publishNode(machine, spec, nodeName),
    ...(spec.fabric && { fabricNodes: spec.fabric.nodes }),
    slices: publishSlices(spec, nodeName, partitions),
  };
}

/** Kinds of partitions that a machine's devices offer. */
export function partitionsOf(spec: MachineSpec): string[] {
  const devices = spec.roots.flatMap((root) => root.devices.map(nameOf));
  const kinds: string[] = [];
  if (devices.some((device) => GPUS[device]?.mig !== undefined)) kinds.push('mig');
  if (devices.some((device) => (FPGAS[device]?.regions ?? 1) > 1)) kinds.push('regions');
  const splits = devices.flatMap((device) => Object.keys(GPUS[device]?.splits ?? {}));
  return [...kinds, ...new Set(splits)];
}

function nameOf(entry: PcieRoot['devices'][number]): string {
  return typeof entry === 'string' ? entry : entry.device;
}

function publishNode(machine: string, spec: MachineSpec, name: string): Node {
  const instanceType = spec.instanceType ?? machine;
  return {
    apiVersion: 'v1',
    kind: 'Node',
    metadata: {
      name,
      labels: {
        'kubernetes.io/arch': spec.arch ?? 'amd64',
        'kubernetes.io/hostname': name,
        'kubernetes.io/os': 'linux',
        'node.kubernetes.io/instance-type': instanceType,
        ...(spec.fabric && { [FABRIC_LABEL]: spec.fabric.name }),
      },
    },
    status: {
      capacity: { cpu: `${spec.cpu}`, memory: `${spec.memoryGib}Gi`, pods: `${PODS}` },
      allocatable: {
        cpu: `${spec.cpu}`,
        memory: `${spec.memoryGib - RESERVED_MEMORY_GIB}Gi`,
        pods: `${PODS}`,
      },
    },
  };
}

/** What one driver publishes on a node. */
interface DriverDevices {
  counterSets: CounterSet[];
  /** Devices by slice: partitioned ones have a slice for each parent. */
  slices: Device[][];
  plain: Device[];
  count: number;
}

function publishSlices(
  spec: MachineSpec,
  nodeName: string,
  partitions: string | undefined,
): ResourceSlice[] {
  const drivers = new Map<string, DriverDevices>();
  for (const { root, numa, devices } of spec.roots) {
    const positions = new Map<string, number>();
    devices.forEach((entry, order) => {
      const name = nameOf(entry);
      const driver = driverOf(name);
      const own = drivers.get(driver) ?? { counterSets: [], slices: [], plain: [], count: 0 };
      drivers.set(driver, own);
      const position = positions.get(driver) ?? 0;
      positions.set(driver, position + 1);
      const pciAddress = typeof entry === 'string' ? countedAddress(root!, order) : entry.address;
      const seat: Seat = {
        nodeName,
        index: own.count++,
        position,
        pciAddress,
        numa,
        ...(root !== undefined && { pcieRoot: root }),
      };
      publishDevice(name, seat, spec, partitions, own);
    });
  }
  return [...drivers].flatMap(([driver, own]) => driverSlices(driver, nodeName, own));
}

function driverOf(name: string): string {
  return (GPUS[name] ?? NICS[name] ?? FPGAS[name] ?? RADIOS[name])!.driver;
}

function countedAddress(root: string, order: number): string {
  const slot = (FIRST_SLOT + order).toString(16).padStart(2, '0');
  return `${root.replace('pci', '')}:${slot}.0`;
}

function publishDevice(
  name: string,
  seat: Seat,
  spec: MachineSpec,
  partitions: string | undefined,
  own: DriverDevices,
): void {
  const gpu = GPUS[name];
  const fpga = FPGAS[name];
  const radio = RADIOS[name];
  let parts: { counterSet: CounterSet; devices: Device[] } | undefined;
  if (gpu?.mig !== undefined && partitions === 'mig') parts = publishMigGpu(gpu, seat);
  if (fpga && fpga.regions > 1 && partitions === 'regions') parts = publishFpgaRegions(fpga, seat);
  if (parts) {
    own.counterSets.push(parts.counterSet);
    own.slices.push(parts.devices);
  } else if (gpu?.splits && partitions !== undefined && Object.hasOwn(gpu.splits, partitions)) {
    own.plain.push(...publishAmdPartitions(gpu, seat, partitions));
  } else if (gpu) own.plain.push(publishGpu(gpu, seat));
  else if (fpga) own.plain.push(publishFpga(fpga, seat));
  else if (radio) own.plain.push(publishRadio(radio, seat));
  else own.plain.push(publishNic(NICS[name]!, seat, spec.nicAttributes));
}

/** Counter sets stand in a slice of their own, before the devices that consume them (1.35 and newer). */
function driverSlices(driver: string, nodeName: string, own: DriverDevices): ResourceSlice[] {
  const contents: Partial<ResourceSlice['spec']>[] = [];
  if (own.counterSets.length > 0) contents.push({ sharedCounters: own.counterSets });
  for (const devices of own.slices) contents.push({ devices });
  if (own.plain.length > 0) contents.push({ devices: own.plain });
  return contents.map((content, index) => ({
    apiVersion: 'resource.k8s.io/v1',
    kind: 'ResourceSlice',
    metadata: { name: `${nodeName}-${driver}-${index}` },
    spec: {
      driver,
      nodeName,
      pool: { name: nodeName, generation: 1, resourceSliceCount: contents.length },
      ...content,
    },
  }));
}
