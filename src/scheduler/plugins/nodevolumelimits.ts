// NodeVolumeLimits: a node attaches as many volumes of a CSI driver as the driver says. Source:
// kubernetes/kubernetes pkg/scheduler/framework/plugins/nodevolumelimits (1.32, 1.33, 1.37).

import type { PersistentVolumeClaim, Pod, Volume } from '../../api/core.js';
import type { CSINode, VolumeAttachment } from '../../api/storage.js';
import { ADD, DELETE, UPDATE } from '../events/clusterevent.js';
import { assignedResource, hasNode, isVolumeClaimOf, volumeClaimNames } from '../events/pods.js';
import { type EventContext, type EventRegistration, on, queueIf } from '../events/registration.js';
import type { Plugin, PluginHandle } from '../framework.js';
import type { PodShape } from '../podshape.js';
import { podVolumeClaims, storageClassOf, volumeOf } from '../podvolumes.js';

/** A volume that a CSI driver attaches. */
interface AttachedVolume {
  readonly driver: string;
  /** Tells volumes of a driver apart. */
  readonly handle: string;
}

export function createNodeVolumeLimits(handle: PluginHandle): Plugin {
  const { nodes, pods, shapes, nodePods, listers, reasons, features } = handle;
  const name = 'NodeVolumeLimits';
  const exceeded = reasons.id(name, 'Unschedulable', 'node(s) exceed max volume count');
  const compiled: (readonly AttachedVolume[])[] = [];

  function volumesOf({ id, pod }: PodShape): readonly AttachedVolume[] {
    return (compiled[id] ??= podVolumeClaims(pod, listers).flatMap(({ claim }) => {
      if (!claim) return [];
      const csi = volumeOf(claim, listers)?.spec?.csi;
      if (csi) return [{ driver: csi.driver, handle: csi.volumeHandle }];
      const driver = storageClassOf(claim, listers)?.provisioner;
      const { namespace, name: claimName } = claim.metadata;
      return driver ? [{ driver, handle: `claim ${namespace}/${claimName}` }] : [];
    }));
  }

  /** Handles of a driver's volumes on a node. */
  function attachedOn(node: number, driver: string): Set<string> {
    const handles = new Set<string>();
    for (let pod = nodePods.firstOn(node); pod >= 0; pod = pods.nextOnNode[pod]!) {
      for (const volume of volumesOf(shapes.shape(pods.shape[pod]!))) {
        if (volume.driver === driver) handles.add(volume.handle);
      }
    }
    return handles;
  }

  function isMissing(driver: string, installed: ReadonlySet<string>): boolean {
    if (!features.enabled('VolumeLimitScaling') || installed.has(driver)) return false;
    return listers.csiDriver(driver)?.spec.preventPodSchedulingIfMissing === true;
  }

  return {
    name,
    dependsOn: 'pods',
    preFilter: (shape) => (volumesOf(shape).length > 0 ? 'run' : 'skip'),
    filter(shape, node) {
      const csiNode = listers.csiNode(nodes.names[node]!);
      const installed = new Set((csiNode?.spec.drivers ?? []).map((driver) => driver.name));
      const added = new Map<string, Set<string>>();
      const present = new Map<string, Set<string>>();
      for (const { driver, handle: volume } of volumesOf(shape)) {
        if (!present.has(driver)) present.set(driver, attachedOn(node, driver));
        if (present.get(driver)!.has(volume)) continue;
        if (isMissing(driver, installed)) {
          return reasons.id(
            name,
            'Unschedulable',
            `${driver} CSI driver is not installed on the node`,
          );
        }
        added.set(driver, (added.get(driver) ?? new Set()).add(volume));
      }
      for (const { name: driver, allocatable } of csiNode?.spec.drivers ?? []) {
        const more = added.get(driver)?.size ?? 0;
        if (more === 0 || allocatable?.count === undefined) continue;
        if (present.get(driver)!.size + more > allocatable.count) return exceeded;
      }
      return 0;
    },
  };
}

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
