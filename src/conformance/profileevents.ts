// What the readers of event vectors share: the profile of a vector, its objects with the names that the
// API server would have given them, and listers over them.

import type { ReplicaSet, StatefulSet } from '../api/apps.js';
import type { Namespace, ReplicationController, Service } from '../api/core.js';
import type { Features } from '../api/features.js';
import type { JsonValue, ObjectMeta } from '../api/meta.js';
import type { DeviceClass, ResourceClaim } from '../api/resource.js';
import { treeOf } from '../api/tree.js';
import {
  defaultConfiguration,
  profilePlugins,
  readConfiguration,
} from '../scheduler/configuration/configuration.js';
import type { EventRegistration } from '../scheduler/events/registration.js';
import { registerEvents } from '../scheduler/events/registry.js';
import type { ObjectListers } from '../scheduler/listers.js';
import type { Json, Vector } from './vector.js';

interface ApiJson {
  readonly kind?: string;
  readonly metadata: ObjectMeta;
}

/** The registrations of the plugins of a vector's only profile. */
export function profileEvents(
  input: Vector['input'],
  features: Features,
): Map<string, readonly EventRegistration[]> {
  const { schedulerConfiguration, objects } = input;
  const configuration = schedulerConfiguration
    ? readConfiguration(treeOf(schedulerConfiguration as JsonValue), features)
    : defaultConfiguration(features);
  const profile = configuration.profiles[0]!;
  const context = { features, args: profile.args, listers: listersOf(objects ?? []) };
  return registerEvents(profilePlugins(profile), context);
}

/** Gives an object the namespace and uid that vectors leave out. */
export function completeObject<T extends ApiJson>(object: T, isNamespaced: boolean): T {
  const { name } = object.metadata;
  const { namespace = 'default', uid = isNamespaced ? `${namespace}/${name}` : name! } =
    object.metadata;
  const metadata = { ...object.metadata, uid, ...(isNamespaced ? { namespace } : {}) };
  return { ...object, metadata };
}

/** Kinds of the event vectors that have no namespace. */
const CLUSTER_KINDS = new Set([
  'CSIDriver',
  'CSINode',
  'DeviceClass',
  'Namespace',
  'Node',
  'PersistentVolume',
  'ResourceSlice',
  'StorageClass',
  'VolumeAttachment',
]);

/** Whether objects of a kind have a namespace. */
export function isNamespacedKind(kind: string): boolean {
  return !CLUSTER_KINDS.has(kind);
}

function listersOf(objects: Json): ObjectListers {
  const all = (objects as unknown as ApiJson[]).map((object) =>
    completeObject(object, isNamespacedKind(object.kind ?? '')),
  );
  const ofKind = <T>(kind: string) => all.filter((object) => object.kind === kind) as T[];
  const find = <T extends ApiJson>(kind: string, namespace: string, name: string) =>
    ofKind<T>(kind).find(
      ({ metadata }) => metadata.name === name && metadata.namespace === namespace,
    );
  return {
    namespaceLabels: (name) =>
      ofKind<Namespace>('Namespace').find(({ metadata }) => metadata.name === name)?.metadata
        .labels,
    services: (namespace) =>
      ofKind<Service>('Service').filter(({ metadata }) => metadata.namespace === namespace),
    replicationController: (namespace, name) =>
      find<ReplicationController>('ReplicationController', namespace, name),
    replicaSet: (namespace, name) => find<ReplicaSet>('ReplicaSet', namespace, name),
    statefulSet: (namespace, name) => find<StatefulSet>('StatefulSet', namespace, name),
    resourceClaim: (namespace, name) => find<ResourceClaim>('ResourceClaim', namespace, name),
    deviceClasses: () => ofKind<DeviceClass>('DeviceClass'),
  };
}
