// The section `power` of a scenario: what nodes and devices draw. Fields that are left out are the catalogue's.

import { z } from 'zod';
import { resolveAllocator } from '../api/allocator.js';
import { compileErrorText } from '../api/cel/problem.js';
import { compileSelector } from '../api/cel/selector.js';
import type { Node } from '../api/core.js';
import type { Features } from '../api/features.js';
import { DEVICE_POWER, PACKAGE_POWER } from '../catalogue/power.js';
import type { CompiledCluster } from '../cluster/cluster.js';
import type { DeviceTable } from '../cluster/devices.js';
import { CPU } from '../cluster/nodes.js';
import type { PowerModel } from '../cluster/power.js';
import { SelectorTable } from '../dra/selectors.js';
import { DrasimError, type Issue } from '../errors.js';
import { formatPath } from './document.js';
import type { CompileSource } from './objects.js';

const watts = z.number().min(0);
const INSTANCE_LABEL = 'node.kubernetes.io/instance-type';
const MODEL_ATTRIBUTES = ['productName', 'model'];
/** Of fixed partitions of one device, this attribute names it. */
const PARENT_ATTRIBUTE = 'parentDeviceID';

const cpu = z.strictObject({
  idle: watts.optional().describe('Watts of a package of which no CPU is requested. Default 15.'),
  max: watts.optional().describe('Watts of any other package. Default 120.'),
  cores: z.int().min(1).optional().describe('vCPUs of a package. Default 32.'),
});

const use = z.enum(['linear', 'step']);

export const powerSchema = z.strictObject({
  nodeIdle: watts.optional().describe('Watts of a node beside packages and devices. Default 0.'),
  cpu: cpu.optional().describe('The processor packages of a node. Default: Xeon E5-2682 v4.'),
  machines: z
    .record(
      z.string(),
      z.strictObject({
        nodeIdle: watts.optional().describe('Default: as for all nodes.'),
        cpu: cpu.optional().describe('Default: as for all nodes.'),
      }),
    )
    .optional()
    .describe('Nodes that differ, by machine: their label `node.kubernetes.io/instance-type`.'),
  use: use
    .default('linear')
    .describe(
      'Devices in part in use draw in proportion, or (`step`) their most as soon as any of them is.',
    ),
  devices: z
    .array(
      z.strictObject({
        selector: z
          .string()
          .describe('CEL as in a DeviceClass; where it cannot be evaluated it does not match.'),
        idle: watts.describe('Watts of a device that nobody uses.'),
        max: watts.describe('Watts of one that is in use whole.'),
        use: use.optional().describe('Default: as for all devices.'),
      }),
    )
    .optional()
    .describe('The first that matches counts. Default: by productName or model.'),
});

export type PowerSection = z.output<typeof powerSchema>;

/** Compiles the section. @throws DrasimError `ERR_POWER_SELECTOR`, `ERR_POWER_MACHINE` */
export function compilePower(
  source: CompileSource,
  cluster: CompiledCluster,
): { model?: PowerModel; notes: string[] } {
  const section = source.scenario.power;
  if (!section) return { notes: [] };
  checkSelectors(section, source);
  checkMachines(section, source, cluster.nodes.nodes);
  const { columns, unknown } = powerOfDevices(section, source.features, cluster.devices);
  const named = unknown.slice(0, UNKNOWN_MAX).join(', ');
  const more = unknown.length > UNKNOWN_MAX ? ` and ${unknown.length - UNKNOWN_MAX} more` : '';
  const notes =
    unknown.length === 0
      ? []
      : [`power: no figure for ${named}${more}: these devices draw nothing; see power.devices`];
  return { model: { ...powerOfNodes(section, cluster), ...columns }, notes };
}

const UNKNOWN_MAX = 6;

function powerOfNodes(section: PowerSection, { nodes }: CompiledCluster) {
  const nodeIdle = new Float64Array(nodes.count);
  const cpuIdle = new Float64Array(nodes.count);
  const cpuMax = new Float64Array(nodes.count);
  const packageMilli = new Float64Array(nodes.count);
  const packages = new Int32Array(nodes.count);
  for (let node = 0; node < nodes.count; node++) {
    const own = section.machines?.[machineOf(nodes.nodes[node]!)];
    const { idle, max, cores } = { ...PACKAGE_POWER, ...section.cpu, ...own?.cpu };
    nodeIdle[node] = own?.nodeIdle ?? section.nodeIdle ?? 0;
    cpuIdle[node] = idle;
    cpuMax[node] = max;
    packageMilli[node] = cores * 1000;
    packages[node] = Math.max(1, Math.ceil(nodes.allocatable[CPU]![node]! / (cores * 1000)));
  }
  return { nodeIdle, cpuIdle, cpuMax, packageMilli, packages };
}

function machineOf({ metadata }: Node): string {
  return metadata.labels?.[INSTANCE_LABEL] ?? '';
}

/** Watts by device, and the models of which nobody says anything. */
function powerOfDevices(section: PowerSection, features: Features, devices: DeviceTable) {
  const columns = {
    deviceIdle: new Float64Array(devices.count),
    deviceMax: new Float64Array(devices.count),
    isStep: new Uint8Array(devices.count),
  };
  const table = new SelectorTable(devices, features, resolveAllocator(features));
  const rules = (section.devices ?? []).map(({ selector, ...rule }, index) => ({
    ...rule,
    list: table.register([{ className: null, index, expression: selector }]),
  }));
  const parts = countParts(devices);
  const unknown = new Set<string>();
  const matches = (list: number, device: number) => {
    const answer = table.matches(list, device);
    if (table.hasFailed) table.takeError('');
    return answer;
  };
  for (let device = 0; device < devices.count; device++) {
    const rule = rules.find(({ list }) => matches(list, device));
    const model = modelOf(devices, device);
    const known = rule ?? (Object.hasOwn(DEVICE_POWER, model) ? DEVICE_POWER[model] : undefined);
    if (!known) {
      unknown.add(model || devices.slices[devices.deviceSlice[device]!]!.spec.driver);
      continue;
    }
    // What the catalogue says is of the device that was split.
    const share = rule ? 1 : (parts.get(parentOf(devices, device)) ?? 1);
    columns.deviceIdle[device] = known.idle / share;
    columns.deviceMax[device] = known.max / share;
    columns.isStep[device] = (rule?.use ?? section.use) === 'step' ? 1 : 0;
  }
  return { columns, unknown: [...unknown] };
}

function modelOf(devices: DeviceTable, device: number): string {
  const { attributes = {} } = devices.objects[device]!;
  const { driver } = devices.slices[devices.deviceSlice[device]!]!.spec;
  for (const name of MODEL_ATTRIBUTES) {
    const text = (attributes[name] ?? attributes[`${driver}/${name}`])?.string;
    if (text !== undefined) return text;
  }
  return '';
}

/** Fixed partitions by the device that they are parts of. */
function countParts(devices: DeviceTable): Map<string, number> {
  const counts = new Map<string, number>();
  for (let device = 0; device < devices.count; device++) {
    const parent = parentOf(devices, device);
    if (parent !== '') counts.set(parent, (counts.get(parent) ?? 0) + 1);
  }
  return counts;
}

function parentOf(devices: DeviceTable, device: number): string {
  const parent = devices.objects[device]!.attributes?.[PARENT_ATTRIBUTE]?.string;
  return parent === undefined ? '' : `${devices.deviceNode[device]}/${parent}`;
}

function checkSelectors({ devices = [] }: PowerSection, source: CompileSource): void {
  const { document, features } = source;
  const issues = devices.flatMap(({ selector }, index): Issue[] => {
    const compiled = compileSelector(selector, {
      minor: features.minor,
      stored: false,
      listTypeAttributes: features.enabled('DRAListTypeAttributes'),
      consumableCapacity: features.enabled('DRAConsumableCapacity'),
    });
    if ('selector' in compiled) return [];
    const path = ['power', 'devices', index, 'selector'];
    const message = compileErrorText(selector, compiled.error);
    const position = document.positionOf(path);
    return [{ code: 'ERR_POWER_SELECTOR', path: formatPath(path), message, position }];
  });
  if (issues.length > 0) throw new DrasimError(issues);
}

/** A machine that no node has is a slip of the pen. */
function checkMachines(
  { machines = {} }: PowerSection,
  { document }: CompileSource,
  nodes: readonly Node[],
): void {
  const known = new Set(nodes.map(machineOf));
  const issues = Object.keys(machines)
    .filter((name) => !known.has(name))
    .map((name): Issue => {
      const path = ['power', 'machines', name];
      return {
        code: 'ERR_POWER_MACHINE',
        path: formatPath(path),
        message: `no node has the label ${INSTANCE_LABEL}: ${name}`,
        hint: `nodes have ${[...known].filter((text) => text !== '').join(', ') || 'no such label'}`,
        position: document.positionOf(path),
      };
    });
  if (issues.length > 0) throw new DrasimError(issues);
}
