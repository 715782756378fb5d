// Rules for nodes and storage, as far as they keep drasim from nonsense. Kubernetes 1.37 has more
// rules for them.

import type { NodeSpec, NodeStatus, PersistentVolumeSpec } from '../core.js';
import type { ResourceList } from '../meta.js';
import type { Draft } from '../object.js';
import { Quantity } from '../quantity.js';
import { checkLabelSelector } from './affinity.js';
import { checkLabelValue, checkQualifiedName, checkSubdomain } from './names.js';
import { checkNodeSelector } from './nodeselector.js';
import { checkEnum, checkUnique, type Problems } from './problems.js';

const EFFECTS = ['NoSchedule', 'PreferNoSchedule', 'NoExecute'];

export function checkNode(problems: Problems, object: Draft): void {
  const { taints = [] } = (object['spec'] ?? {}) as NodeSpec;
  for (const [index, { key = '', value = '', effect }] of taints.entries()) {
    const path = `spec.taints[${index}]`;
    checkQualifiedName(problems, `${path}.key`, key);
    checkLabelValue(problems, `${path}.value`, value);
    checkEnum(problems, `${path}.effect`, effect, EFFECTS);
  }
  const keyOf = ({ key, effect }: { key: string; effect: string }) => `${key}:${effect}`;
  checkUnique(problems, taints, keyOf, (index) => `spec.taints[${index}]`);
  const status = (object['status'] ?? {}) as NodeStatus;
  checkNotNegativeAmounts(problems, 'status.capacity', status.capacity);
  checkNotNegativeAmounts(problems, 'status.allocatable', status.allocatable);
}

function checkNotNegativeAmounts(
  problems: Problems,
  path: string,
  amounts: ResourceList | undefined,
): void {
  for (const [name, text] of Object.entries(amounts ?? {})) {
    if (Quantity.parse(text).sign() >= 0) continue;
    problems.invalid(`${path}[${name}]`, text, 'must be greater than or equal to 0');
  }
}

export function checkVolumeClaim(problems: Problems, object: Draft): void {
  const spec = (object['spec'] ?? {}) as {
    accessModes?: readonly string[];
    selector?: Parameters<typeof checkLabelSelector>[2];
    resources?: { requests?: ResourceList };
    storageClassName?: string;
  };
  if ((spec.accessModes ?? []).length === 0) problems.required('spec.accessModes');
  checkAccessModes(problems, spec.accessModes);
  checkLabelSelector(problems, 'spec.selector', spec.selector);
  const storage = spec.resources?.requests?.['storage'];
  if (storage === undefined) problems.required('spec.resources[storage]');
  else if (Quantity.parse(storage).sign() <= 0) {
    problems.invalid('spec.resources[storage]', storage, 'must be greater than zero');
  }
  if (spec.storageClassName) {
    checkSubdomain(problems, 'spec.storageClassName', spec.storageClassName);
  }
}

export function checkVolume(problems: Problems, object: Draft): void {
  const spec = (object['spec'] ?? {}) as PersistentVolumeSpec;
  if ((spec.accessModes ?? []).length === 0) problems.required('spec.accessModes');
  checkAccessModes(problems, spec.accessModes);
  if (spec.capacity?.['storage'] === undefined) problems.required('spec.capacity');
  checkNotNegativeAmounts(problems, 'spec.capacity', spec.capacity);
  const required = spec.nodeAffinity?.required;
  if (required) checkNodeSelector(problems, 'spec.nodeAffinity.required', required);
}

function checkAccessModes(problems: Problems, modes: readonly string[] = []): void {
  const supported = ['ReadOnlyMany', 'ReadWriteMany', 'ReadWriteOnce', 'ReadWriteOncePod'];
  for (const mode of modes) {
    if (!supported.includes(mode)) problems.unsupported('spec.accessModes', mode, supported);
  }
}

export function checkStorageClass(problems: Problems, object: Draft): void {
  if (!object['provisioner']) problems.required('provisioner');
  const modes = ['Immediate', 'WaitForFirstConsumer'];
  checkEnum(problems, 'volumeBindingMode', object['volumeBindingMode'] as string, modes);
}

export function checkCsiNode(problems: Problems, object: Draft): void {
  const { drivers = [] } = (object['spec'] ?? {}) as {
    drivers?: readonly { name?: string; nodeID?: string; allocatable?: { count?: number } }[];
  };
  for (const [index, { name, nodeID, allocatable }] of drivers.entries()) {
    const path = `spec.drivers[${index}]`;
    if (!name) problems.required(`${path}.name`);
    if (!nodeID) problems.required(`${path}.nodeID`);
    const count = allocatable?.count;
    if (count !== undefined && count < 0) {
      problems.invalid(`${path}.allocatable.count`, count, 'must be greater than or equal to 0');
    }
  }
  const keyOf = ({ name }: { name?: string }) => name ?? '';
  checkUnique(problems, drivers, keyOf, (index) => `spec.drivers[${index}].name`);
}

export function checkStorageCapacity(problems: Problems, object: Draft): void {
  const name = object['storageClassName'] as string | undefined;
  if (!name) problems.required('storageClassName');
  else checkSubdomain(problems, 'storageClassName', name);
  for (const field of ['capacity', 'maximumVolumeSize']) {
    const text = object[field] as string | undefined;
    if (text === undefined || Quantity.parse(text).sign() >= 0) continue;
    problems.invalid(field, text, 'must be greater than or equal to 0');
  }
}
