// Finds volumes for the claims of a pod on one node: static volumes that are there, or room to make new
// ones. Source: pkg/scheduler/framework/plugins/volumebinding/binder.go and component-helpers
// storage/volume, Kubernetes 1.32 to 1.37; spec scheduler.md 3.5.

import type { Node, PersistentVolume, PersistentVolumeClaim } from '../api/core.js';
import { compileLabelSelector } from '../api/labelselector.js';
import { compileNodeSelector } from '../api/nodeselector.js';
import { Quantity } from '../api/quantity.js';
import type { CSIStorageCapacity, StorageClass } from '../api/storage.js';
import { namespaceOf } from './events/pods.js';
import type { ObjectListers } from './listers.js';
import { storageClassOf, volumeOf } from './podvolumes.js';

const SELECTED_NODE = 'volume.kubernetes.io/selected-node';
const NO_PROVISIONER = 'kubernetes.io/no-provisioner';

/** A claim that takes a volume which is there. */
export interface StaticBinding {
  readonly claim: PersistentVolumeClaim;
  readonly volume: PersistentVolume;
}

/** A claim whose volume is made; the capacity of its storage where that is known. */
export interface Provision {
  readonly claim: PersistentVolumeClaim;
  readonly capacity: CSIStorageCapacity | undefined;
}

/** How the claims of a pod come out on a node. */
export interface BindingOutcome {
  /** A bound claim names a volume that does not exist. */
  readonly isLost: boolean;
  /** The volume of a bound claim cannot be used on the node. */
  readonly isElsewhere: boolean;
  /** No volume was found for some claim, and none can be made. */
  readonly isUnbound: boolean;
  /** The storage of some claim has no room. */
  readonly isFull: boolean;
  readonly bindings: readonly StaticBinding[];
  readonly provisions: readonly Provision[];
}

/** The claims of a pod by what has to be done for them. */
export interface ClaimsToBind {
  readonly bound: readonly PersistentVolumeClaim[];
  readonly unbound: readonly PersistentVolumeClaim[];
}

/** Whether the volume of every bound claim is there and usable on a node, and what becomes of the others. */
export function bindOnNode(
  { bound, unbound }: ClaimsToBind,
  node: Node,
  listers: ObjectListers,
): BindingOutcome {
  const volumes = bound.map((claim) => volumeOf(claim, listers));
  const isLost = volumes.includes(undefined);
  const isElsewhere =
    !isLost && volumes.some((volume) => volume !== undefined && !isUsableOn(volume, node));
  const none = { isUnbound: false, isFull: false, bindings: [], provisions: [] };
  if (isLost || unbound.length === 0) return { ...none, isLost, isElsewhere };
  return { isLost, isElsewhere, ...bindUnbound(unbound, node, listers) };
}

function bindUnbound(
  unbound: readonly PersistentVolumeClaim[],
  node: Node,
  listers: ObjectListers,
): Omit<BindingOutcome, 'isLost' | 'isElsewhere'> {
  const bindings: StaticBinding[] = [];
  const toMake: PersistentVolumeClaim[] = [];
  let isUnbound = false;
  const selected = unbound.filter((claim) => selectedNode(claim) !== undefined);
  for (const claim of selected) {
    if (selectedNode(claim) === node.metadata.name) toMake.push(claim);
    else isUnbound = true;
  }
  const taken = new Set<PersistentVolume>();
  const rest = unbound.filter((claim) => selectedNode(claim) === undefined);
  if (!isUnbound) {
    for (const claim of [...rest].sort(compareRequests)) {
      const volume = findVolume(claim, node, taken, listers);
      if (volume) {
        taken.add(volume);
        bindings.push({ claim, volume });
      } else toMake.push(claim);
    }
  }
  const provisions: Provision[] = [];
  let isFull = false;
  for (const claim of isUnbound ? [] : toMake) {
    const storageClass = storageClassOf(claim, listers);
    if (!storageClass || !canProvision(storageClass, node)) {
      isUnbound = true;
      break;
    }
    const capacity = findCapacity(claim, storageClass, node, listers);
    if (capacity === 'full') {
      isFull = true;
      break;
    }
    provisions.push({ claim, capacity });
  }
  return { isUnbound, isFull, bindings, provisions };
}

function selectedNode({ metadata }: PersistentVolumeClaim): string | undefined {
  return metadata.annotations?.[SELECTED_NODE];
}

/** What a claim asks for. */
export function requestOf({ spec }: PersistentVolumeClaim): Quantity {
  return Quantity.parse(spec?.resources?.requests?.['storage'] ?? '0');
}

/** What a volume has. */
export function capacityOf({ spec }: PersistentVolume): Quantity {
  return Quantity.parse(spec?.capacity?.['storage'] ?? '0');
}

function compareRequests(left: PersistentVolumeClaim, right: PersistentVolumeClaim): number {
  return requestOf(left).compare(requestOf(right));
}

function isUsableOn({ spec }: PersistentVolume, node: Node): boolean {
  const required = spec?.nodeAffinity?.required;
  return !required || compileNodeSelector(required)(node);
}

/** The smallest volume that fits, on a node where one is given; one that is kept for the claim goes before all others. */
export function findVolume(
  claim: PersistentVolumeClaim,
  node: Node | undefined,
  taken: ReadonlySet<PersistentVolume>,
  listers: ObjectListers,
): PersistentVolume | undefined {
  const {
    selector,
    accessModes = [],
    storageClassName = '',
    volumeMode = 'Filesystem',
  } = claim.spec ?? {};
  const matches = selector ? compileLabelSelector(selector) : () => true;
  const request = requestOf(claim);
  let found: PersistentVolume | undefined;
  for (const volume of listers.persistentVolumes()) {
    const { metadata, spec = {}, status } = volume;
    if (taken.has(volume) || (spec.storageClassName ?? '') !== storageClassName) continue;
    if ((spec.volumeMode ?? 'Filesystem') !== volumeMode) continue;
    if (capacityOf(volume).compare(request) < 0 || (node && !isUsableOn(volume, node))) continue;
    if (spec.claimRef) {
      if (isReservedFor(volume, claim)) return volume;
      continue;
    }
    if (status?.phase !== undefined && status.phase !== 'Available') continue;
    if (!matches(metadata.labels)) continue;
    if (!accessModes.every((mode) => spec.accessModes?.includes(mode))) continue;
    if (!found || capacityOf(volume).compare(capacityOf(found)) < 0) found = volume;
  }
  return found;
}

function isReservedFor({ spec }: PersistentVolume, claim: PersistentVolumeClaim): boolean {
  const { name, namespace, uid } = spec?.claimRef ?? {};
  if (name !== claim.metadata.name || namespace !== namespaceOf(claim)) return false;
  return !uid || uid === claim.metadata.uid;
}

function canProvision({ provisioner, allowedTopologies = [] }: StorageClass, node: Node): boolean {
  if (provisioner === '' || provisioner === NO_PROVISIONER) return false;
  if (allowedTopologies.length === 0) return true;
  return allowedTopologies.some(({ matchLabelExpressions = [] }) =>
    matchLabelExpressions.every(({ key, values }) => {
      const value = node.metadata.labels?.[key];
      return value !== undefined && values.includes(value);
    }),
  );
}

/** The storage that has room for a claim; undefined where the driver does not say, `full` without room. */
function findCapacity(
  claim: PersistentVolumeClaim,
  { metadata, provisioner }: StorageClass,
  node: Node,
  listers: ObjectListers,
): CSIStorageCapacity | undefined | 'full' {
  if (listers.csiDriver(provisioner)?.spec.storageCapacity !== true) return undefined;
  const request = requestOf(claim);
  const found = listers.csiStorageCapacities().find((capacity) => {
    if (capacity.storageClassName !== metadata.name || !capacity.nodeTopology) return false;
    const limit = capacity.maximumVolumeSize ?? capacity.capacity;
    if (limit === undefined || Quantity.parse(limit).compare(request) < 0) return false;
    return compileLabelSelector(capacity.nodeTopology)(node.metadata.labels);
  });
  return found ?? 'full';
}
