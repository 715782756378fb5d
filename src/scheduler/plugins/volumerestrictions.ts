// VolumeRestrictions: some volumes take one pod at a time. Source: kubernetes/kubernetes
// pkg/scheduler/framework/plugins/volumerestrictions (1.37).

import type { PersistentVolumeClaim, Pod, Volume } from '../../api/core.js';
import { ADD, DELETE } from '../events/clusterevent.js';
import { assignedResource, namespaceOf } from '../events/pods.js';
import { type EventContext, type EventRegistration, on, queueIf } from '../events/registration.js';
import type { Plugin, PluginHandle } from '../framework.js';
import type { PodShape } from '../podshape.js';

const EXCLUSIVE = 'ReadWriteOncePod';

/** What the volumes of a shape restrict. */
interface Restrictions {
  /** Volumes that are a disk. */
  readonly disks: readonly Volume[];
  /** Claims that pods name, and those of them that one pod at a time may use, as `namespace/name`. */
  readonly claims: readonly string[];
  readonly exclusive: readonly string[];
}

export function createVolumeRestrictions(handle: PluginHandle): Plugin {
  const { nodes, pods, shapes, nodePods, listers, reasons, features } = handle;
  const name = 'VolumeRestrictions';
  const noDisk = reasons.id(name, 'Unschedulable', 'node(s) had no available disk');
  const inUse = reasons.id(
    name,
    'Unschedulable',
    features.minor >= 34
      ? 'node(s) unavailable due to PersistentVolumeClaim with ReadWriteOncePod access mode already in-use by another pod'
      : 'node has pod using PersistentVolumeClaim with the same name and ReadWriteOncePod access mode',
  );
  const compiled: Restrictions[] = [];
  /** Pods on nodes by the claim that they use. */
  const users = new Map<string, number>();
  /** Claims that came into use or out of it, in order, and how many of them a shape has seen. */
  let changes = 0;
  const seen: number[] = [];

  function restrictionsOf({ id, pod }: PodShape): Restrictions {
    return (compiled[id] ??= compile(pod));
  }

  function compile(pod: Pod): Restrictions {
    const namespace = namespaceOf(pod);
    const names = namedClaims(pod);
    const isExclusive = (claim: string) =>
      listers.persistentVolumeClaim(namespace, claim)?.spec?.accessModes?.includes(EXCLUSIVE) ===
      true;
    return {
      disks: (pod.spec.volumes ?? []).filter(isDisk),
      claims: names.map((claim) => `${namespace}/${claim}`),
      exclusive: names.filter(isExclusive).map((claim) => `${namespace}/${claim}`),
    };
  }

  function count(pod: number, sign: 1 | -1): void {
    const { claims } = restrictionsOf(shapes.shape(pods.shape[pod]!));
    for (let index = 0; index < claims.length; index++) {
      users.set(claims[index]!, (users.get(claims[index]!) ?? 0) + sign);
      changes++;
    }
  }

  return {
    name,
    dependsOn: 'cluster',
    preFilter(shape) {
      const { disks, exclusive } = restrictionsOf(shape);
      const namespace = namespaceOf(shape.pod);
      const missing = namedClaims(shape.pod).find(
        (claim) => !listers.persistentVolumeClaim(namespace, claim),
      );
      if (missing !== undefined) {
        const text = `persistentvolumeclaim "${missing}" not found`;
        return { rejection: reasons.id(name, 'UnschedulableAndUnresolvable', text) };
      }
      return disks.length + exclusive.length > 0 ? 'run' : 'skip';
    },
    filter(shape, node) {
      const { disks, exclusive } = restrictionsOf(shape);
      for (let pod = nodePods.firstOn(node); disks.length > 0 && pod >= 0; ) {
        const others = restrictionsOf(shapes.shape(pods.shape[pod]!)).disks;
        if (disks.some((disk) => others.some((other) => hasDiskConflict(disk, other)))) {
          return noDisk;
        }
        pod = pods.nextOnNode[pod]!;
      }
      return exclusive.some((claim) => (users.get(claim) ?? 0) > 0) ? inUse : 0;
    },
    visitChanges(shape, visit) {
      if (seen[shape.id] === changes) return;
      seen[shape.id] = changes;
      if (restrictionsOf(shape).exclusive.length === 0) return;
      for (let node = 0; node < nodes.count; node++) visit(node);
    },
    addPod: (pod) => count(pod, 1),
    removePod: (pod) => count(pod, -1),
  };
}

function isDisk({ gcePersistentDisk, awsElasticBlockStore, iscsi, rbd }: Volume): boolean {
  return Boolean(gcePersistentDisk ?? awsElasticBlockStore ?? iscsi ?? rbd);
}

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
