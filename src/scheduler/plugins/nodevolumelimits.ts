// NodeVolumeLimits: a node attaches as many volumes of a CSI driver as the driver says. Source:
// kubernetes/kubernetes pkg/scheduler/framework/plugins/nodevolumelimits (1.32, 1.33, 1.37).

import type { PersistentVolumeClaim, Pod, Volume } from '../../api/core.js';
import type { CSINode, VolumeAttachment } from '../../api/storage.js';
import { ADD, DELETE, UPDATE } from '../events/clusterevent.js';
import { assignedResource, hasNode, isVolumeClaimOf, volumeClaimNames } from '../events/pods.js';
import { type EventContext, type EventRegistration, on, queueIf } from '../events/registration.js';

/** Volumes that were given back, higher limits, and claims that were missing. */
export function nodeVolumeLimitsEvents({ features }: EventContext): EventRegistration[] {
  const hasHints = features.minor >= 33;
  const onAttachment = (pod: Pod, { old }: { old?: VolumeAttachment | undefined }) =>
    queueIf(old !== undefined && mayWaitFor(pod, old.spec.attacher));
  return [
    on('storage.k8s.io/CSINode', ADD),
    ...(hasHints
      ? [
          on<CSINode>('storage.k8s.io/CSINode', UPDATE, (_pod, { old, new: current }) =>
            queueIf(old !== undefined && current !== undefined && hasHigherLimit(old, current)),
          ),
        ]
      : []),
    on<Pod>(assignedResource(features), DELETE, (_pod, { old }) =>
      queueIf(old !== undefined && hasNode(old, hasHints) && hasAttachedVolume(old)),
    ),
    on<PersistentVolumeClaim>('PersistentVolumeClaim', ADD, (pod, { new: claim }) =>
      queueIf(isVolumeClaimOf(claim, pod)),
    ),
    on('storage.k8s.io/VolumeAttachment', DELETE, hasHints ? onAttachment : undefined),
  ];
}

/** A limit that is not there counts as 0. */
function hasHigherLimit(old: CSINode, current: CSINode): boolean {
  const limits = new Map(
    (old.spec.drivers ?? []).map(({ name, allocatable }) => [name, allocatable?.count ?? 0]),
  );
  return (current.spec.drivers ?? []).some(
    ({ name, allocatable }) => (allocatable?.count ?? 0) > (limits.get(name) ?? 0),
  );
}

function hasAttachedVolume(pod: Pod): boolean {
  if (volumeClaimNames(pod).length > 0) return true;
  return (pod.spec.volumes ?? []).some((volume) => migratedDriver(volume) !== undefined);
}

function mayWaitFor(pod: Pod, attacher: string): boolean {
  return (pod.spec.volumes ?? []).some(
    (volume) => volume.persistentVolumeClaim || migratedDriver(volume) === attacher,
  );
}

/** The CSI driver that took over the kind of an inline volume. */
function migratedDriver(volume: Volume): string | undefined {
  if (volume.gcePersistentDisk) return 'pd.csi.storage.gke.io';
  if (volume.awsElasticBlockStore) return 'ebs.csi.aws.com';
  return volume.azureDisk ? 'disk.csi.azure.com' : undefined;
}
