// What manifests may say and drasim does not model yet. Such input is refused by name, never ignored.

import type { Pod } from '../api/core.js';
import type { ApiObject } from '../api/decode.js';
import { isExtendedResource } from '../api/podrequests.js';
import type { DeviceClass, ResourceSlice } from '../api/resource.js';

/** A feature by name and the field that uses it. */
export interface UnmodelledUse {
  feature: string;
  path: string;
}

/** Features of a pod's spec that the scheduler does not model yet. */
export function unmodelledInPod(
  pod: Pod,
  classes: ReadonlyMap<string, DeviceClass>,
): UnmodelledUse[] {
  const { spec } = pod;
  const uses: UnmodelledUse[] = [];
  const note = (feature: string, path: string) => void uses.push({ feature, path });
  if (spec.schedulingGroup || spec.workloadRef) note('gang scheduling', 'spec.schedulingGroup');
  (spec.volumes ?? []).forEach((volume, index) => {
    if (volume.persistentVolumeClaim || volume.ephemeral) {
      note('persistent volumes', `spec.volumes[${index}]`);
    }
  });
  const byResource = new Set(
    [...classes.values()].map((deviceClass) => deviceClass.spec.extendedResourceName),
  );
  const containers = [
    ...spec.containers.map((container, index) => ({
      container,
      path: `spec.containers[${index}]`,
    })),
    ...(spec.initContainers ?? []).map((container, index) => ({
      container,
      path: `spec.initContainers[${index}]`,
    })),
  ];
  for (const { container, path } of containers) {
    const wanted = { ...container.resources?.limits, ...container.resources?.requests };
    for (const name of Object.keys(wanted)) {
      const isDra = byResource.has(name) || name.startsWith('deviceclass.resource.kubernetes.io/');
      if (isExtendedResource(name) || isDra) {
        if (isDra) note('extended resources backed by DRA', `${path}.resources[${name}]`);
      }
    }
  }
  return uses;
}

/** Features of a slice that the allocator does not model yet. */
export function unmodelledInSlice({ spec }: ResourceSlice): UnmodelledUse[] {
  const uses: UnmodelledUse[] = [];
  const note = (feature: string, path: string) => void uses.push({ feature, path });
  (spec.devices ?? []).forEach((device, index) => {
    const path = `spec.devices[${index}]`;
    if ((device.bindingConditions ?? []).length > 0) {
      note('binding conditions', `${path}.bindingConditions`);
    }
    if (device.nodeAllocatableResources !== undefined) {
      note('node-allocatable resources', `${path}.nodeAllocatableResources`);
    }
  });
  return uses;
}

/** Features of any object that drasim does not model yet; kinds without controllers here count too. */
export function unmodelledInObject(
  object: ApiObject,
  classes: ReadonlyMap<string, DeviceClass>,
): UnmodelledUse[] {
  switch (object.kind) {
    case 'Pod':
      return unmodelledInPod(object, classes);
    case 'Job':
    case 'Deployment':
    case 'ReplicaSet':
      return unmodelledInTemplate(object.spec.template.spec, classes);
    case 'StatefulSet':
    case 'DaemonSet':
    case 'CronJob':
    case 'ReplicationController':
      return [{ feature: `${object.kind} objects`, path: '' }];
    case 'PodGroup':
    case 'Workload':
      return [{ feature: 'gang scheduling', path: '' }];
    case 'ResourceSlice':
      return unmodelledInSlice(object);
    default:
      return [];
  }
}

function unmodelledInTemplate(
  spec: Pod['spec'],
  classes: ReadonlyMap<string, DeviceClass>,
): UnmodelledUse[] {
  const pod: Pod = { apiVersion: 'v1', kind: 'Pod', metadata: {}, spec };
  return unmodelledInPod(pod, classes).map(({ feature, path }) => ({
    feature,
    path: `spec.template.${path}`,
  }));
}
