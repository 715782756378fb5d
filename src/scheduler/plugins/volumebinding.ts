// VolumeBinding: binds claims to volumes, or has volumes made where the pod goes. Source:
// kubernetes/kubernetes pkg/scheduler/framework/plugins/volumebinding (1.37).

import type { PersistentVolumeClaim } from '../../api/core.js';
import { semanticallyEqual } from '../../api/equality.js';
import { Quantity } from '../../api/quantity.js';
import type { CSIDriver, CSINode, CSIStorageCapacity, StorageClass } from '../../api/storage.js';
import { ADD, UPDATE, UPDATE_NODE_LABEL } from '../events/clusterevent.js';
import { isVolumeClaimOf } from '../events/pods.js';
import { type EventRegistration, on, queueIf } from '../events/registration.js';

const MIGRATED_PLUGINS = 'storage.alpha.kubernetes.io/migrated-plugins';

/** Everything that decides where volumes are and can be made. */
export function volumeBindingEvents(): EventRegistration[] {
  return [
    on<StorageClass>('storage.k8s.io/StorageClass', ADD | UPDATE, (_pod, { old, new: current }) =>
      queueIf(!old || !semanticallyEqual(old.allowedTopologies, current?.allowedTopologies)),
    ),
    on<PersistentVolumeClaim>('PersistentVolumeClaim', ADD | UPDATE, (pod, { new: claim }) =>
      queueIf(isVolumeClaimOf(claim, pod)),
    ),
    on('PersistentVolume', ADD | UPDATE),
    on('Node', ADD | UPDATE_NODE_LABEL),
    on<CSINode>('storage.k8s.io/CSINode', ADD | UPDATE, (_pod, { old, new: current }) =>
      queueIf(!old || migratedPlugins(old) !== migratedPlugins(current!)),
    ),
    on<CSIDriver>('storage.k8s.io/CSIDriver', UPDATE, (pod, { old, new: driver }) => {
      const name = driver?.metadata.name;
      const isUsed = (pod.spec.volumes ?? []).some(({ csi }) => csi?.driver === name);
      return queueIf(isUsed && hasCapacity(old) && !hasCapacity(driver));
    }),
    on<CSIStorageCapacity>(
      'storage.k8s.io/CSIStorageCapacity',
      ADD | UPDATE,
      (_pod, { old, new: capacity }) => queueIf(!old || hasGrown(old, capacity!)),
    ),
  ];
}

function migratedPlugins({ metadata }: CSINode): string {
  return metadata.annotations?.[MIGRATED_PLUGINS] ?? '';
}

function hasCapacity(driver: CSIDriver | undefined): boolean {
  return driver?.spec?.storageCapacity === true;
}

function hasGrown(old: CSIStorageCapacity, capacity: CSIStorageCapacity): boolean {
  const before = limitOf(old);
  const after = limitOf(capacity);
  return after !== undefined && (before === undefined || after.compare(before) > 0);
}

/** The largest volume that can be made; undefined where none can. */
function limitOf({ maximumVolumeSize, capacity }: CSIStorageCapacity): Quantity | undefined {
  const text = maximumVolumeSize ?? capacity;
  return text === undefined ? undefined : Quantity.parse(text);
}
