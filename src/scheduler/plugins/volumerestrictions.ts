// VolumeRestrictions: some volumes take one pod at a time. Source: kubernetes/kubernetes
// pkg/scheduler/framework/plugins/volumerestrictions (1.37).

import type { PersistentVolumeClaim, Pod, Volume } from '../../api/core.js';
import { ADD, DELETE } from '../events/clusterevent.js';
import { assignedResource, namespaceOf } from '../events/pods.js';
import { type EventContext, type EventRegistration, on, queueIf } from '../events/registration.js';

/** Pods that gave back a volume, new nodes, and claims that were missing. */
export function volumeRestrictionsEvents({ features }: EventContext): EventRegistration[] {
  return [
    on<Pod>(assignedResource(features), DELETE, (pod, { old }) =>
      queueIf(old !== undefined && namespaceOf(old) === namespaceOf(pod) && shareVolume(pod, old)),
    ),
    on('Node', ADD),
    on<PersistentVolumeClaim>('PersistentVolumeClaim', ADD, (pod, { new: claim }) =>
      queueIf(
        claim !== undefined &&
          namespaceOf(claim) === namespaceOf(pod) &&
          namedClaims(pod).includes(claim.metadata.name ?? ''),
      ),
    ),
  ];
}

function shareVolume(pod: Pod, other: Pod): boolean {
  const claims = namedClaims(other);
  if (namedClaims(pod).some((claim) => claims.includes(claim))) return true;
  const volumes = other.spec.volumes ?? [];
  return (pod.spec.volumes ?? []).some((volume) =>
    volumes.some((otherVolume) => hasDiskConflict(volume, otherVolume)),
  );
}

// Ephemeral claims do not count: they belong to one pod.
function namedClaims(pod: Pod): string[] {
  return (pod.spec.volumes ?? []).flatMap(({ persistentVolumeClaim }) =>
    persistentVolumeClaim ? [persistentVolumeClaim.claimName] : [],
  );
}

/** Whether two volumes are the same disk, and one of them may write where that excludes the other. */
export function hasDiskConflict(volume: Volume, other: Volume): boolean {
  const { gcePersistentDisk: gce, awsElasticBlockStore: ebs, iscsi, rbd } = volume;
  const otherGce = other.gcePersistentDisk;
  if (gce && otherGce && gce.pdName === otherGce.pdName)
    return !(gce.readOnly && otherGce.readOnly);
  if (ebs && ebs.volumeID === other.awsElasticBlockStore?.volumeID) return true;
  if (iscsi && other.iscsi && iscsi.iqn === other.iscsi.iqn) {
    return !(iscsi.readOnly && other.iscsi.readOnly);
  }
  if (!rbd || !other.rbd) return false;
  const monitors = other.rbd.monitors ?? [];
  const isSameImage =
    (rbd.monitors ?? []).some((monitor) => monitors.includes(monitor)) &&
    (rbd.pool || 'rbd') === (other.rbd.pool || 'rbd') &&
    rbd.image === other.rbd.image;
  return isSameImage && !(rbd.readOnly && other.rbd.readOnly);
}
