// Rules for ResourceSlices: pool, node selection, counters and devices.
// Follows `pkg/apis/resource/validation` of Kubernetes 1.37.

import type { NodeSelector } from '../core.js';
import type { Draft } from '../object.js';
import type {
  Counter,
  CounterSet,
  Device,
  DeviceTaint,
  ResourcePool,
  ResourceSliceSpec,
} from '../resource.js';
import { checkAttribute, countValues, usesLists } from './attribute.js';
import { checkCapacity } from './capacitypolicy.js';
import { DEVICE_EFFECTS } from './claim.js';
import {
  checkAttributeName,
  checkDriver,
  checkLabelName,
  checkLabelValue,
  checkPool,
  checkQualifiedName,
  checkSubdomain,
} from './names.js';
import { checkNodeSelector } from './nodeselector.js';
import { checkCount, checkEnum, checkNotNegative, checkUnique, type Problems } from './problems.js';

const DEVICES_MAX = 128;
const DEVICES_MAX_ADVANCED = 64;
const COUNTER_SETS_MAX = 8;
const COUNTERS_MAX = 32;
const CONSUMED_SETS_MAX = 2;
const ATTRIBUTES_MAX = 32;
const VALUES_MAX = 48;
const TAINTS_MAX = 16;
const CONDITIONS_MAX = 4;

export function checkSlice(problems: Problems, object: Draft): void {
  const spec = (object['spec'] ?? {}) as ResourceSliceSpec;
  checkDriver(problems, 'spec.driver', spec.driver);
  checkResourcePool(problems, spec.pool);
  checkNodeChoice(problems, spec);
  const devices = spec.devices ?? [];
  if (spec.sharedCounters !== undefined && spec.devices !== undefined) {
    problems.invalid('spec', '', 'only one of `sharedCounters` or `devices` is allowed');
  }
  checkCounterSets(problems, spec.sharedCounters ?? []);
  const countMax = devices.some(isAdvanced) ? DEVICES_MAX_ADVANCED : DEVICES_MAX;
  if (!checkCount(problems, 'spec.devices', devices.length, countMax)) return;
  for (const [index, device] of devices.entries()) {
    checkDevice(problems, `spec.devices[${index}]`, device, spec.perDeviceNodeSelection === true);
  }
  const names = devices.map(({ name }) => name ?? '');
  const fieldOf = (index: number) => `spec.devices[${index}]`;
  checkUnique(problems, names, (name) => name, fieldOf);
}

function isAdvanced(device: Device): boolean {
  if ((device.taints ?? []).length > 0 || (device.consumesCounters ?? []).length > 0) return true;
  return Object.values(device.attributes ?? {}).some(usesLists);
}

function checkResourcePool(problems: Problems, pool: ResourcePool | undefined): void {
  checkPool(problems, 'spec.pool.name', pool?.name);
  const count = pool?.resourceSliceCount ?? 0;
  if (count <= 0) {
    problems.invalid('spec.pool.resourceSliceCount', count, 'must be greater than zero');
  }
  checkNotNegative(problems, 'spec.pool.generation', pool?.generation);
}

function checkNodeChoice(problems: Problems, spec: ResourceSliceSpec): void {
  const chosen = chosenFields(problems, 'spec', spec);
  if (spec.perDeviceNodeSelection !== undefined) {
    if (spec.perDeviceNodeSelection) chosen.push('perDeviceNodeSelection');
    else refuseFalse(problems, 'spec.perDeviceNodeSelection');
  }
  const text =
    'exactly one of `nodeName`, `nodeSelector`, `allNodes`, `perDeviceNodeSelection` is required';
  if (chosen.length === 0) problems.required('spec', text);
  else if (chosen.length > 1) {
    const fields = `{${chosen.map((field) => `\`${field}\``).join(', ')}}`;
    problems.invalid('spec', fields, `${text}, but multiple fields are set`);
  }
}

interface NodeChoice {
  readonly nodeName?: string;
  readonly nodeSelector?: NodeSelector;
  readonly allNodes?: boolean;
}

// Checks the fields that choose nodes, and names those that count as set.
function chosenFields(problems: Problems, path: string, choice: NodeChoice): string[] {
  const chosen: string[] = [];
  if (choice.nodeName !== undefined) {
    chosen.push('nodeName');
    checkSubdomain(problems, `${path}.nodeName`, choice.nodeName);
  }
  if (choice.nodeSelector !== undefined) {
    chosen.push('nodeSelector');
    const field = `${path}.nodeSelector`;
    checkNodeSelector(problems, field, choice.nodeSelector);
    const count = (choice.nodeSelector.nodeSelectorTerms ?? []).length;
    if (count !== 1) {
      const reason = 'must have exactly one node selector term';
      problems.invalid(`${field}.nodeSelectorTerms`, count, reason);
    }
  }
  if (choice.allNodes !== undefined) {
    if (choice.allNodes) chosen.push('allNodes');
    else refuseFalse(problems, `${path}.allNodes`);
  }
  return chosen;
}

function refuseFalse(problems: Problems, field: string): void {
  problems.invalid(field, false, 'must be either unset or set to true');
}

function checkCounterSets(problems: Problems, sets: readonly CounterSet[]): void {
  const list = 'spec.sharedCounters';
  if (!checkCount(problems, list, sets.length, COUNTER_SETS_MAX)) return;
  for (const [index, set] of sets.entries()) {
    const path = `${list}[${index}]`;
    if (!set.name) problems.required(`${path}.name`);
    else checkLabelName(problems, `${path}.name`, set.name);
    checkCounters(problems, `${path}.counters`, set.counters);
  }
  const fieldOf = (index: number) => `${list}[${index}]`;
  checkUnique(problems, sets, ({ name }) => name ?? '', fieldOf);
}

function checkCounters(
  problems: Problems,
  field: string,
  counters: Readonly<Record<string, Counter>> | undefined,
): void {
  const names = Object.keys(counters ?? {});
  if (names.length === 0) problems.required(field);
  if (!checkCount(problems, field, names.length, COUNTERS_MAX)) return;
  for (const name of names) checkLabelName(problems, field, name);
}

function checkDevice(problems: Problems, path: string, device: Device, perDevice: boolean): void {
  checkLabelName(problems, `${path}.name`, device.name ?? '');
  checkAttributes(problems, path, device);
  checkTaints(problems, path, device.taints ?? []);
  checkConsumption(problems, path, device);
  checkDeviceNodes(problems, path, device, perDevice);
  checkBindingConditions(problems, path, device);
}

function checkAttributes(problems: Problems, path: string, device: Device): void {
  const attributes = Object.entries(device.attributes ?? {});
  const capacities = Object.entries(device.capacity ?? {});
  const count = attributes.length + capacities.length;
  if (count > ATTRIBUTES_MAX) {
    const reason = `the total number of attributes and capacities must not exceed ${ATTRIBUTES_MAX}`;
    problems.invalid(path, count, reason);
  }
  const values = attributes.reduce((sum, [, attribute]) => sum + countValues(attribute), 0);
  if (values > VALUES_MAX) {
    const reason = `the total number of attribute values must not exceed ${VALUES_MAX}`;
    problems.invalid(path, values, reason);
  }
  for (const [name, attribute] of attributes) {
    checkAttributeName(problems, `${path}.attributes`, name);
    checkAttribute(problems, `${path}.attributes[${name}]`, attribute);
  }
  for (const [name, capacity] of capacities) {
    checkAttributeName(problems, `${path}.capacity`, name);
    const shared = device.allowMultipleAllocations === true;
    checkCapacity(problems, `${path}.capacity[${name}]`, capacity, shared);
  }
}

function checkTaints(problems: Problems, path: string, taints: readonly DeviceTaint[]): void {
  if (!checkCount(problems, `${path}.taints`, taints.length, TAINTS_MAX)) return;
  for (const [index, taint] of taints.entries()) {
    checkDeviceTaint(problems, `${path}.taints[${index}]`, taint);
  }
}

/** Checks one taint of a device or of a rule. */
export function checkDeviceTaint(
  problems: Problems,
  path: string,
  taint: DeviceTaint | undefined,
): void {
  checkQualifiedName(problems, `${path}.key`, taint?.key ?? '');
  checkLabelValue(problems, `${path}.value`, taint?.value ?? '');
  const field = problems.declared(`${path}.effect`);
  checkEnum(problems, field, taint?.effect, DEVICE_EFFECTS);
}

function checkConsumption(problems: Problems, path: string, device: Device): void {
  const consumed = device.consumesCounters ?? [];
  const list = problems.declared(`${path}.consumesCounters`);
  if (!checkCount(problems, list, consumed.length, CONSUMED_SETS_MAX)) return;
  for (const [index, { counterSet, counters }] of consumed.entries()) {
    const field = `${list}[${index}]`;
    if (!counterSet) problems.required(`${field}.counterSet`);
    else checkLabelName(problems, `${field}.counterSet`, counterSet);
    checkCounters(problems, `${field}.counters`, counters);
  }
  const fieldOf = (index: number) => `${list}[${index}]`;
  checkUnique(problems, consumed, ({ counterSet }) => counterSet ?? '', fieldOf);
}

function checkDeviceNodes(
  problems: Problems,
  path: string,
  device: Device,
  perDevice: boolean,
): void {
  const { nodeName, nodeSelector, allNodes } = device;
  if (!perDevice) {
    if (nodeName === undefined && nodeSelector === undefined && allNodes === undefined) return;
    const reason =
      '`nodeName`, `nodeSelector` and `allNodes` can only be set if `perDeviceNodeSelection` is ' +
      'set to true in the ResourceSlice spec';
    problems.invalid(path, null, reason);
    return;
  }
  const chosen = chosenFields(problems, path, device);
  const text =
    'exactly one of `nodeName`, `nodeSelector`, or `allNodes` is required when ' +
    '`perDeviceNodeSelection` is set to true in the ResourceSlice spec';
  if (chosen.length === 0) problems.required(path, text);
  else if (chosen.length > 1) problems.invalid(path, `{${chosen.join(', ')}}`, text);
}

function checkBindingConditions(problems: Problems, path: string, device: Device): void {
  const conditions = device.bindingConditions ?? [];
  const failures = device.bindingFailureConditions ?? [];
  const lists = { bindingConditions: conditions, bindingFailureConditions: failures };
  for (const [name, list] of Object.entries(lists)) {
    const field = `${path}.${name}`;
    if (!checkCount(problems, problems.declared(field), list.length, CONDITIONS_MAX)) continue;
    for (const [index, condition] of list.entries()) {
      checkQualifiedName(problems, `${field}[${index}]`, condition);
      if (name === 'bindingFailureConditions' && conditions.includes(condition)) {
        const reason = 'bindingFailureConditions must not overlap with bindingConditions';
        problems.invalid(`${field}[${index}]`, condition, reason);
      }
    }
    checkUnique(
      problems,
      list,
      (condition) => condition,
      (index) => `${field}[${index}]`,
    );
  }
  if (conditions.length > 0 && failures.length === 0) {
    const reason = 'bindingFailureConditions are required to use bindingConditions';
    problems.invalid(`${path}.bindingFailureConditions`, null, reason);
  } else if (failures.length > 0 && conditions.length === 0) {
    const reason = 'bindingConditions are required to use bindingFailureConditions';
    problems.invalid(`${path}.bindingConditions`, null, reason);
  }
}
