// What manifests may say and drasim does not model yet. Such input is refused by name, never ignored.

import type { Pod } from '../api/core.js';
import type { ApiObject } from '../api/decode.js';
import type { ResourceSlice } from '../api/resource.js';

/** A feature by name and the field that uses it. */
export interface UnmodelledUse {
  feature: string;
  path: string;
}

/** Features of a pod's spec that the scheduler does not model yet. */
export function unmodelledInPod({ spec }: Pod): UnmodelledUse[] {
  const uses: UnmodelledUse[] = [];
  const note = (feature: string, path: string) => void uses.push({ feature, path });
  (spec.resourceClaims ?? []).forEach((claim, index) => {
    if (claim.podGroupResourceClaim === undefined) return;
    note('claims of pod groups', `spec.resourceClaims[${index}]`);
  });
  (spec.volumes ?? []).forEach((volume, index) => {
    if (volume.ephemeral) note('ephemeral volumes', `spec.volumes[${index}]`);
  });
  return uses;
}

/** Features of a slice that the allocator does not model yet. */
export function unmodelledInSlice({ spec }: ResourceSlice): UnmodelledUse[] {
  const uses: UnmodelledUse[] = [];
  const note = (feature: string, path: string) => void uses.push({ feature, path });
  (spec.devices ?? []).forEach((device, index) => {
    const path = `spec.devices[${index}]`;
    if (device.nodeAllocatableResources !== undefined) {
      note('node-allocatable resources', `${path}.nodeAllocatableResources`);
    }
  });
  return uses;
}

/** Features of any object that drasim does not model yet; kinds without controllers here count too. */
export function unmodelledInObject(object: ApiObject): UnmodelledUse[] {
  switch (object.kind) {
    case 'Pod':
      return unmodelledInPod(object);
    case 'Job':
    case 'Deployment':
    case 'ReplicaSet':
      return unmodelledInTemplate(object.spec.template.spec);
    case 'StatefulSet':
    case 'DaemonSet':
    case 'CronJob':
    case 'ReplicationController':
      return [{ feature: `${object.kind} objects`, path: '' }];
    case 'ResourceSlice':
      return unmodelledInSlice(object);
    default:
      return [];
  }
}

function unmodelledInTemplate(spec: Pod['spec']): UnmodelledUse[] {
  const pod: Pod = { apiVersion: 'v1', kind: 'Pod', metadata: {}, spec };
  return unmodelledInPod(pod).map(({ feature, path }) => ({
    feature,
    path: `spec.template.${path}`,
  }));
}
