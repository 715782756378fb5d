// VolumeZone: a bound volume is used in its own zone. Source: kubernetes/kubernetes
// pkg/scheduler/framework/plugins/volumezone (1.37).

import type { PersistentVolume, PersistentVolumeClaim } from '../../api/core.js';
import type { StorageClass } from '../../api/storage.js';
import { ADD, UPDATE, UPDATE_NODE_LABEL } from '../events/clusterevent.js';
import { isVolumeClaimOf } from '../events/pods.js';
import { type EventRegistration, on, queueIf } from '../events/registration.js';

/** The labels of volumes and nodes that name a zone or region. */
const TOPOLOGY_LABELS = [
  'topology.kubernetes.io/zone',
  'topology.kubernetes.io/region',
  'failure-domain.beta.kubernetes.io/zone',
  'failure-domain.beta.kubernetes.io/region',
] as const;

/** Volumes, claims and classes as far as they say where a volume is. */
export function volumeZoneEvents(): EventRegistration[] {
  return [
    on<StorageClass>('storage.k8s.io/StorageClass', ADD, (_pod, { new: storageClass }) =>
      queueIf(storageClass?.volumeBindingMode === 'WaitForFirstConsumer'),
    ),
    on('Node', ADD | UPDATE_NODE_LABEL),
    on<PersistentVolumeClaim>('PersistentVolumeClaim', ADD | UPDATE, (pod, { new: claim }) =>
      queueIf(isVolumeClaimOf(claim, pod)),
    ),
    on<PersistentVolume>('PersistentVolume', ADD | UPDATE, (_pod, { old, new: volume }) =>
      queueIf(!old || topologyOf(old) !== topologyOf(volume!)),
    ),
  ];
}

/** The zones and regions of a volume; `a__b` stands for both, in any order. */
function topologyOf({ metadata: { labels = {} } }: PersistentVolume): string {
  const sets = TOPOLOGY_LABELS.flatMap((key) => {
    const value = labels[key];
    return value === undefined ? [] : [[key, [...new Set(value.split('__'))].sort()]];
  });
  return JSON.stringify(sets);
}
