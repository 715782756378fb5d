// The persistent volumes of a pod: its claims, what they are bound to and how the others will be bound.
// Source: pkg/scheduler/framework/plugins/volumebinding, Kubernetes 1.32 to 1.37; spec scheduler.md 3.5.

import type { PersistentVolume, PersistentVolumeClaim, Pod } from '../api/core.js';
import type { StorageClass } from '../api/storage.js';
import { namespaceOf } from './events/pods.js';
import type { ObjectListers } from './listers.js';

/** Marks claims that are bound for good. */
export const BIND_COMPLETED = 'pv.kubernetes.io/bind-completed';

/** A claim that a volume of the pod names or that is made for it. */
export interface PodVolumeClaim {
  readonly name: string;
  readonly isEphemeral: boolean;
  /** Undefined where there is no such claim. */
  readonly claim: PersistentVolumeClaim | undefined;
}

/** The claims of a pod, in the order of its volumes. */
export function podVolumeClaims(pod: Pod, listers: ObjectListers): PodVolumeClaim[] {
  const namespace = namespaceOf(pod);
  return (pod.spec.volumes ?? []).flatMap((volume) => {
    const isEphemeral = volume.ephemeral !== undefined;
    const name =
      volume.persistentVolumeClaim?.claimName ??
      (isEphemeral ? `${pod.metadata.name}-${volume.name}` : undefined);
    if (name === undefined) return [];
    return [{ name, isEphemeral, claim: listers.persistentVolumeClaim(namespace, name) }];
  });
}

/** Whether a claim is bound for good. */
export function isBound({ metadata, spec }: PersistentVolumeClaim): boolean {
  return Boolean(spec?.volumeName) && metadata.annotations?.[BIND_COMPLETED] !== undefined;
}

/** The volume that a claim is bound to or names; undefined where it names none or it is not there. */
export function volumeOf(
  { spec }: PersistentVolumeClaim,
  listers: ObjectListers,
): PersistentVolume | undefined {
  return spec?.volumeName ? listers.persistentVolume(spec.volumeName) : undefined;
}

/** The class of a claim. */
export function storageClassOf(
  { spec }: PersistentVolumeClaim,
  listers: ObjectListers,
): StorageClass | undefined {
  return spec?.storageClassName ? listers.storageClass(spec.storageClassName) : undefined;
}

/** Whether a claim is bound only when its pod has a node. */
export function isDelayed(claim: PersistentVolumeClaim, listers: ObjectListers): boolean {
  return storageClassOf(claim, listers)?.volumeBindingMode === 'WaitForFirstConsumer';
}

/** Whether a pod's volumes are claims. */
export function hasVolumeClaims({ spec }: Pod): boolean {
  return (spec.volumes ?? []).some(({ persistentVolumeClaim }) => persistentVolumeClaim);
}
