// What the readers of event vectors share: the profile of a vector, its objects with the names that the
// API server would have given them, and listers over them.

import type { Features } from '../api/features.js';
import type { JsonValue } from '../api/meta.js';
import { treeOf } from '../api/tree.js';
import {
  defaultConfiguration,
  profilePlugins,
  readConfiguration,
  type SchedulerProfile,
} from '../scheduler/configuration/configuration.js';
import { KnownPlugins } from '../scheduler/configuration/defaultplugins.js';
import type { EventRegistration } from '../scheduler/events/registration.js';
import { registerEvents } from '../scheduler/events/registry.js';
import { type ListedObject, listersOf } from '../scheduler/listers.js';
import type { Json, Vector } from './vector.js';

/** The registrations of the plugins of a vector's only profile. */
export function profileEvents(
  input: Vector['input'],
  features: Features,
): Map<string, readonly EventRegistration[]> {
  const { schedulerConfiguration, objects } = input;
  const profile = profileOf(schedulerConfiguration, features);
  const listers = listersOf(completeObjects(objects ?? []));
  const context = { features, args: profile.args, listers };
  return registerEvents(profilePlugins(profile), context);
}

/** The only profile of a configuration, or of the version's default one. */
export function profileOf(configuration: Json | undefined, features: Features): SchedulerProfile {
  const { profiles } = configuration
    ? readConfiguration(treeOf(configuration as JsonValue), new KnownPlugins(features))
    : defaultConfiguration(features);
  return profiles[0]!;
}

/** Gives an object the namespace and uid that vectors leave out. */
export function completeObject<T extends ListedObject>(object: T, isNamespaced: boolean): T {
  const { name } = object.metadata;
  const { namespace = 'default', uid = isNamespaced ? `${namespace}/${name}` : name! } =
    object.metadata;
  const metadata = { ...object.metadata, uid, ...(isNamespaced ? { namespace } : {}) };
  return { ...object, metadata };
}

/** Gives a list of objects what vectors leave out. */
export function completeObjects(objects: Json): ListedObject[] {
  return (objects as unknown as ListedObject[]).map((object) =>
    completeObject(object, isNamespacedKind(object.kind ?? '')),
  );
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
