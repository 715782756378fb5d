// What plugins and hint functions look up beside pods and nodes: API objects by name.

import type { ReplicaSet, StatefulSet } from '../api/apps.js';
import type {
  Namespace,
  PersistentVolume,
  PersistentVolumeClaim,
  ReplicationController,
  Service,
} from '../api/core.js';
import type { ObjectMeta, StringMap } from '../api/meta.js';
import type { PodDisruptionBudget } from '../api/policy.js';
import type { DeviceClass, ResourceClaim } from '../api/resource.js';
import type { CSIDriver, CSINode, CSIStorageCapacity, StorageClass } from '../api/storage.js';
import { ExtendedResourceCache } from '../dra/extendedresources.js';

/** Finds API objects by name; undefined or empty for what is not there. */
export interface ObjectListers {
  namespaceLabels(name: string): StringMap | undefined;
  services(namespace: string): readonly Service[];
  replicationController(namespace: string, name: string): ReplicationController | undefined;
  replicaSet(namespace: string, name: string): ReplicaSet | undefined;
  statefulSet(namespace: string, name: string): StatefulSet | undefined;
  resourceClaim(namespace: string, name: string): ResourceClaim | undefined;
  deviceClasses(): readonly DeviceClass[];
  /** The class that serves an extended resource. */
  classServing(resource: string): DeviceClass | undefined;
  persistentVolumeClaim(namespace: string, name: string): PersistentVolumeClaim | undefined;
  persistentVolumeClaims(): readonly PersistentVolumeClaim[];
  persistentVolume(name: string): PersistentVolume | undefined;
  persistentVolumes(): readonly PersistentVolume[];
  storageClass(name: string): StorageClass | undefined;
  storageClasses(): readonly StorageClass[];
  csiNode(name: string): CSINode | undefined;
  csiDriver(name: string): CSIDriver | undefined;
  csiStorageCapacities(): readonly CSIStorageCapacity[];
  podDisruptionBudgets(): readonly PodDisruptionBudget[];
}

/** What a lister reads of an object. */
export interface ListedObject {
  readonly kind?: string;
  readonly metadata: ObjectMeta;
}

/** Lists objects; namespaced ones say their namespace. */
export function listersOf(objects: readonly ListedObject[]): ObjectListers {
  const byKind = new Map<string, ListedObject[]>();
  const byKey = new Map<string, ListedObject>();
  for (const object of objects) {
    const { kind = '', metadata } = object;
    const known = byKind.get(kind);
    if (known) known.push(object);
    else byKind.set(kind, [object]);
    const key = keyOf(kind, metadata.namespace ?? '', metadata.name ?? '');
    if (!byKey.has(key)) byKey.set(key, object);
  }
  const all = <T>(kind: string) => (byKind.get(kind) ?? []) as unknown as T[];
  const find = <T>(kind: string, namespace: string, name: string) =>
    byKey.get(keyOf(kind, namespace, name)) as T | undefined;
  let resources: ExtendedResourceCache | undefined;
  return {
    namespaceLabels: (name) => find<Namespace>('Namespace', '', name)?.metadata.labels,
    services: (namespace) =>
      all<Service>('Service').filter(({ metadata }) => metadata.namespace === namespace),
    replicationController: (namespace, name) => find('ReplicationController', namespace, name),
    replicaSet: (namespace, name) => find('ReplicaSet', namespace, name),
    statefulSet: (namespace, name) => find('StatefulSet', namespace, name),
    resourceClaim: (namespace, name) => find('ResourceClaim', namespace, name),
    deviceClasses: () => all('DeviceClass'),
    classServing(resource) {
      resources ??= new ExtendedResourceCache(all('DeviceClass'));
      return resources.find(resource);
    },
    persistentVolumeClaim: (namespace, name) => find('PersistentVolumeClaim', namespace, name),
    persistentVolumeClaims: () => all('PersistentVolumeClaim'),
    persistentVolume: (name) => find('PersistentVolume', '', name),
    persistentVolumes: () => all('PersistentVolume'),
    storageClasses: () => all('StorageClass'),
    storageClass: (name) => find('StorageClass', '', name),
    csiNode: (name) => find('CSINode', '', name),
    csiDriver: (name) => find('CSIDriver', '', name),
    csiStorageCapacities: () => all('CSIStorageCapacity'),
    podDisruptionBudgets: () => all('PodDisruptionBudget'),
  };
}

function keyOf(kind: string, namespace: string, name: string): string {
  return `${kind}\0${namespace}\0${name}`;
}

/** Finds nothing. */
export const NO_OBJECTS: ObjectListers = listersOf([]);
