// What hint functions look up beside the objects of their event, after the event.

import type { ReplicaSet, StatefulSet } from '../api/apps.js';
import type { ReplicationController, Service } from '../api/core.js';
import type { StringMap } from '../api/meta.js';
import type { DeviceClass, ResourceClaim } from '../api/resource.js';

/** Finds API objects by name; undefined or empty for what is not there. */
export interface ObjectListers {
  namespaceLabels(name: string): StringMap | undefined;
  services(namespace: string): readonly Service[];
  replicationController(namespace: string, name: string): ReplicationController | undefined;
  replicaSet(namespace: string, name: string): ReplicaSet | undefined;
  statefulSet(namespace: string, name: string): StatefulSet | undefined;
  resourceClaim(namespace: string, name: string): ResourceClaim | undefined;
  deviceClasses(): readonly DeviceClass[];
}

/** Finds nothing. */
export const NO_OBJECTS: ObjectListers = {
  namespaceLabels: () => undefined,
  services: () => [],
  replicationController: () => undefined,
  replicaSet: () => undefined,
  statefulSet: () => undefined,
  resourceClaim: () => undefined,
  deviceClasses: () => [],
};
