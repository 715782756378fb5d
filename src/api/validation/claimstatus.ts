// Rules for the status of a ResourceClaim: what it was given, who uses it, what drivers say.
// Follows `pkg/apis/resource/validation` of Kubernetes 1.37.

import type { Condition } from '../meta.js';
import { byteLength } from '../names.js';
import type { Draft } from '../object.js';
import type {
  AllocatedDeviceStatus,
  AllocationResult,
  DeviceAllocationConfiguration,
  DeviceRequestAllocationResult,
  ResourceClaimSpec,
  ResourceClaimStatus,
} from '../resource.js';
import { isCidr } from './cidr.js';
import {
  checkOpaque,
  checkRawObject,
  checkReference,
  checkReferences,
  checkTolerations,
  forbidAdminAccess,
  requestNamesOf,
} from './claim.js';
import { checkDriver, checkLabelName, checkPool, checkQualifiedName } from './names.js';
import { checkNodeSelector } from './nodeselector.js';
import { checkCount, checkEnum, checkUnique, type Problems } from './problems.js';

const CONSUMERS_MAX = 256;
const RESULTS_MAX = 32;
const CONFIGS_MAX = 64;
const CONDITIONS_MAX = 8;
const BINDING_CONDITIONS_MAX = 4;
const IPS_MAX = 16;
const INTERFACE_LENGTH_MAX = 256;
const ADDRESS_LENGTH_MAX = 128;
const UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/;

export function checkClaimStatus(problems: Problems, object: Draft): void {
  const status = object['status'] as ResourceClaimStatus | undefined;
  if (!status) return;
  const spec = (object['spec'] ?? {}) as ResourceClaimSpec;
  const names = requestNamesOf(spec.devices);
  checkConsumers(problems, status);
  if (status.allocation) checkAllocation(problems, status.allocation, names);
  const devices = status.devices ?? [];
  const allocated = new Set((status.allocation?.devices?.results ?? []).map(deviceKey));
  for (const [index, device] of devices.entries()) {
    checkDeviceStatus(problems, `status.devices[${index}]`, device, allocated);
  }
  checkUnique(problems, devices, deviceKey, (index) => `status.devices[${index}]`);
}

function checkConsumers(problems: Problems, { allocation, reservedFor = [] }: ResourceClaimStatus) {
  const list = 'status.reservedFor';
  if (reservedFor.length > 0 && !allocation) {
    problems.forbidden(list, 'may not be specified when `allocated` is not set');
  }
  if (!checkCount(problems, list, reservedFor.length, CONSUMERS_MAX)) return;
  for (const [index, consumer] of reservedFor.entries()) {
    for (const field of ['resource', 'name', 'uid'] as const) {
      if (!consumer[field]) problems.required(`${list}[${index}].${field}`);
    }
  }
  const fieldOf = (index: number) => `${list}[${index}]`;
  checkUnique(problems, reservedFor, ({ uid }) => uid ?? '', fieldOf);
}

function checkAllocation(
  problems: Problems,
  allocation: AllocationResult,
  names: ReadonlySet<string>,
): void {
  const path = 'status.allocation';
  const results = allocation.devices?.results ?? [];
  const list = `${path}.devices.results`;
  if (checkCount(problems, list, results.length, RESULTS_MAX)) {
    for (const [index, result] of results.entries()) {
      checkResult(problems, `${list}[${index}]`, result, names);
    }
  }
  if (problems.options.adminAccess === false) {
    const index = results.findIndex(({ adminAccess }) => adminAccess === true);
    if (index >= 0) forbidAdminAccess(problems, `${list}[${index}].adminAccess`);
  }
  const configs = allocation.devices?.config ?? [];
  if (checkCount(problems, `${path}.devices.config`, configs.length, CONFIGS_MAX)) {
    for (const [index, config] of configs.entries()) {
      checkConfig(problems, `${path}.devices.config[${index}]`, config, names);
    }
  }
  if (allocation.nodeSelector) {
    checkNodeSelector(problems, `${path}.nodeSelector`, allocation.nodeSelector);
  }
}

function checkResult(
  problems: Problems,
  path: string,
  result: DeviceRequestAllocationResult,
  names: ReadonlySet<string>,
): void {
  checkReference(problems, `${path}.request`, result.request ?? '', names);
  checkDriver(problems, `${path}.driver`, result.driver);
  checkPool(problems, `${path}.pool`, result.pool);
  checkLabelName(problems, `${path}.device`, result.device ?? '');
  if (result.shareID !== undefined && !UUID.test(result.shareID)) {
    const reason = 'must be a lowercase UUID in 8-4-4-4-12 format';
    problems.invalid(`${path}.shareID`, result.shareID, reason);
  }
  checkTolerations(problems, `${path}.tolerations`, result.tolerations ?? []);
  const { bindingConditions = [], bindingFailureConditions = [] } = result;
  const lists = { bindingConditions, bindingFailureConditions };
  for (const [name, conditions] of Object.entries(lists)) {
    const field = `${path}.${name}`;
    if (!checkCount(problems, field, conditions.length, BINDING_CONDITIONS_MAX)) continue;
    for (const [index, condition] of conditions.entries()) {
      checkQualifiedName(problems, `${field}[${index}]`, condition);
    }
  }
}

function checkConfig(
  problems: Problems,
  path: string,
  config: DeviceAllocationConfiguration,
  names: ReadonlySet<string>,
): void {
  checkEnum(problems, `${path}.source`, config.source, ['FromClaim', 'FromClass']);
  // A class does not know the names of requests, yet they are looked up in the claim all the same.
  checkReferences(problems, `${path}.requests`, config.requests, names);
  checkOpaque(problems, `${path}.opaque`, config.opaque);
}

type DeviceName = Pick<DeviceRequestAllocationResult, 'driver' | 'pool' | 'device' | 'shareID'>;

function deviceKey({ driver, pool, device, shareID }: DeviceName): string {
  return JSON.stringify([driver, pool, device, shareID ?? '']);
}

function checkDeviceStatus(
  problems: Problems,
  path: string,
  device: AllocatedDeviceStatus,
  allocated: ReadonlySet<string>,
): void {
  if (!allocated.has(deviceKey(device))) {
    const { driver, pool, device: name, shareID = '' } = device;
    const id = { Driver: driver, Pool: pool, Device: name, ShareID: shareID };
    problems.invalid(path, id, 'must be an allocated device in the claim');
  }
  const conditions = device.conditions ?? [];
  if (checkCount(problems, `${path}.conditions`, conditions.length, CONDITIONS_MAX)) {
    for (const [index, condition] of conditions.entries()) {
      checkCondition(problems, `${path}.conditions[${index}]`, condition);
    }
  }
  checkRawObject(problems, `${path}.data`, device.data, false);
  const { interfaceName = '', ips = [], hardwareAddress = '' } = device.networkData ?? {};
  const network = `${path}.networkData`;
  if (byteLength(interfaceName) > INTERFACE_LENGTH_MAX) {
    problems.tooLong(`${network}.interfaceName`, INTERFACE_LENGTH_MAX);
  }
  if (byteLength(hardwareAddress) > ADDRESS_LENGTH_MAX) {
    problems.tooLong(`${network}.hardwareAddress`, ADDRESS_LENGTH_MAX);
  }
  if (!checkCount(problems, `${network}.ips`, ips.length, IPS_MAX)) return;
  for (const [index, ip] of ips.entries()) {
    if (isCidr(ip)) continue;
    const reason = 'must be a valid address in CIDR form, (e.g. 10.9.8.7/24 or 2001:db8::1/64)';
    problems.invalid(`${network}.ips[${index}]`, ip, reason);
  }
  checkUnique(
    problems,
    ips,
    (ip) => ip,
    (index) => `${network}.ips[${index}]`,
  );
}

function checkCondition(problems: Problems, path: string, condition: Condition): void {
  if (!condition.type) problems.required(`${path}.type`);
  else checkQualifiedName(problems, `${path}.type`, condition.type);
  const statuses = ['True', 'False', 'Unknown'];
  if (!condition.status) problems.required(`${path}.status`);
  else if (!statuses.includes(condition.status)) {
    problems.unsupported(`${path}.status`, condition.status, statuses);
  }
  if (!condition.lastTransitionTime) problems.required(`${path}.lastTransitionTime`);
  if (!condition.reason) problems.required(`${path}.reason`);
  else if (!/^[A-Za-z]([A-Za-z0-9_,:]*[A-Za-z0-9_])?$/.test(condition.reason)) {
    const reason = 'a condition reason must start with alphabetic character';
    problems.invalid(`${path}.reason`, condition.reason, reason);
  }
}
