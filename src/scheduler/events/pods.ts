// What hints ask about the pods of events.

import type { Pod } from '../../api/core.js';
import type { Features } from '../../api/features.js';
import type { EventResource } from './clusterevent.js';

/** What registers updates of the waiting pod itself: its own resource from 1.37 on. */
export function targetResource(features: Features): EventResource {
  return features.minor >= 37 ? 'TargetPod' : 'Pod';
}

/** What registers events of other pods: those on nodes alone from 1.37 on. */
export function assignedResource(features: Features): EventResource {
  return features.minor >= 37 ? 'AssignedPod' : 'Pod';
}

/** Whether an event is about the waiting pod itself. */
export function isSamePod(changed: Pod | undefined, pod: Pod): boolean {
  return changed !== undefined && changed.metadata.uid === pod.metadata.uid;
}

/** Whether a pod is on a node, or counts there because preemption made room for it. */
export function hasNode(pod: Pod, countsNominated: boolean): boolean {
  if (pod.spec.nodeName) return true;
  return countsNominated && Boolean(pod.status?.nominatedNodeName);
}

/** A pod's namespace; `default` where it says none. */
export function namespaceOf(object: {
  readonly metadata: { readonly namespace?: string };
}): string {
  return object.metadata.namespace || 'default';
}

/** The claims of a pod's volumes in their order: those that it names, and those made for it. */
export function volumeClaimNames(pod: Pod): string[] {
  return (pod.spec.volumes ?? []).flatMap(({ name, persistentVolumeClaim, ephemeral }) => {
    if (persistentVolumeClaim) return [persistentVolumeClaim.claimName];
    return ephemeral ? [`${pod.metadata.name}-${name}`] : [];
  });
}

/** Whether an object is a volume claim of the pod. */
export function isVolumeClaimOf(
  claim: { readonly metadata: { readonly namespace?: string; readonly name?: string } } | undefined,
  pod: Pod,
): boolean {
  if (!claim || namespaceOf(claim) !== namespaceOf(pod)) return false;
  return volumeClaimNames(pod).includes(claim.metadata.name ?? '');
}
