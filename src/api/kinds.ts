// The kinds that drasim decodes: in which API versions they are written, how their fields are read,
// and the version that they are brought into.

import * as cluster from './fields/cluster.js';
import type { Field } from './fields/field.js';
import { pod } from './fields/pod.js';
import * as resource from './fields/resource.js';
import * as workload from './fields/workload.js';

/** A kind in one API version. */
export interface KindEntry {
  readonly apiVersion: string;
  readonly kind: string;
  /** The fields in this version. */
  readonly field: Field;
  /** The version of the decoded object, and its fields. */
  readonly outApiVersion: string;
  readonly outField: Field;
  /** Requests beside their name and devices in `basic`. */
  readonly shape: 'v1' | 'v1beta1';
  readonly namespaced: boolean;
  /** What upstream's 1.37 serves among the kinds that the `decode` vectors know. */
  readonly served: boolean;
}

const DRA = 'resource.k8s.io';

interface KindOptions {
  readonly clusterWide?: boolean;
  readonly served?: boolean;
}

function plainKind(
  apiVersion: string,
  kind: string,
  field: Field,
  { clusterWide = false, served = false }: KindOptions = {},
): KindEntry {
  const namespaced = !clusterWide;
  const out = { outApiVersion: apiVersion, outField: field };
  return { apiVersion, kind, field, ...out, shape: 'v1', namespaced, served };
}

function draKinds(
  kind: string,
  namespaced: boolean,
  versions: Readonly<Record<string, Field>>,
  served: readonly string[],
  flat: readonly string[],
): KindEntry[] {
  const outField = versions['v1']!;
  return Object.entries(versions).map(([version, field]) => ({
    apiVersion: `${DRA}/${version}`,
    kind,
    field,
    outApiVersion: `${DRA}/v1`,
    outField,
    shape: flat.includes(version) ? 'v1beta1' : 'v1',
    namespaced,
    served: served.includes(version),
  }));
}

const SERVED = ['v1', 'v1beta2', 'v1beta1'];
const FLAT = ['v1beta1', 'v1alpha3'];

const ENTRIES: readonly KindEntry[] = [
  ...draKinds(
    'ResourceClaim',
    true,
    {
      v1: resource.resourceClaim,
      v1beta2: resource.resourceClaim,
      v1beta1: resource.resourceClaimBeta1,
      v1alpha3: resource.resourceClaimBeta1,
    },
    SERVED,
    FLAT,
  ),
  ...draKinds(
    'ResourceClaimTemplate',
    true,
    {
      v1: resource.resourceClaimTemplate,
      v1beta2: resource.resourceClaimTemplate,
      v1beta1: resource.resourceClaimTemplateBeta1,
      v1alpha3: resource.resourceClaimTemplateBeta1,
    },
    SERVED,
    FLAT,
  ),
  ...draKinds(
    'DeviceClass',
    false,
    {
      v1: resource.deviceClass,
      v1beta2: resource.deviceClass,
      v1beta1: resource.deviceClass,
      v1alpha3: resource.deviceClassAlpha3,
    },
    SERVED,
    FLAT,
  ),
  ...draKinds(
    'ResourceSlice',
    false,
    {
      v1: resource.resourceSlice,
      v1beta2: resource.resourceSlice,
      v1beta1: resource.resourceSliceBeta1,
      v1alpha3: resource.resourceSliceBeta1,
    },
    SERVED,
    FLAT,
  ),
  ...draKinds(
    'DeviceTaintRule',
    false,
    {
      v1: resource.deviceTaintRule,
      v1beta2: resource.deviceTaintRule,
      v1alpha3: resource.deviceTaintRule,
    },
    ['v1', 'v1beta2', 'v1alpha3'],
    [],
  ),
  plainKind('v1', 'Pod', pod, { served: true }),
  plainKind('v1', 'Node', cluster.node, { clusterWide: true }),
  plainKind('v1', 'Namespace', cluster.namespace, { clusterWide: true }),
  plainKind('v1', 'Service', cluster.service),
  plainKind('v1', 'ReplicationController', workload.replicationController),
  plainKind('v1', 'PersistentVolumeClaim', cluster.persistentVolumeClaim),
  plainKind('v1', 'PersistentVolume', cluster.persistentVolume, { clusterWide: true }),
  plainKind('apps/v1', 'ReplicaSet', workload.replicaSet),
  plainKind('apps/v1', 'Deployment', workload.deployment),
  plainKind('apps/v1', 'StatefulSet', workload.statefulSet),
  plainKind('apps/v1', 'DaemonSet', workload.daemonSet),
  plainKind('batch/v1', 'Job', workload.job, { served: true }),
  plainKind('batch/v1', 'CronJob', workload.cronJob),
  plainKind('policy/v1', 'PodDisruptionBudget', workload.podDisruptionBudget),
  plainKind('scheduling.k8s.io/v1', 'PriorityClass', workload.priorityClass, {
    clusterWide: true,
    served: true,
  }),
  ...['v1alpha1', 'v1alpha2', 'v1alpha3', 'v1beta1', 'v1'].flatMap((version) => [
    plainKind(`scheduling.k8s.io/${version}`, 'PodGroup', workload.podGroup),
    plainKind(`scheduling.k8s.io/${version}`, 'Workload', workload.workload),
  ]),
  plainKind('storage.k8s.io/v1', 'StorageClass', cluster.storageClass, { clusterWide: true }),
  plainKind('storage.k8s.io/v1', 'CSINode', cluster.csiNode, { clusterWide: true }),
  plainKind('storage.k8s.io/v1', 'CSIDriver', cluster.csiDriver, { clusterWide: true }),
  plainKind('storage.k8s.io/v1', 'CSIStorageCapacity', cluster.csiStorageCapacity),
  plainKind('storage.k8s.io/v1', 'VolumeAttachment', cluster.volumeAttachment, {
    clusterWide: true,
  }),
];

const BY_NAME = new Map(ENTRIES.map((entry) => [`${entry.apiVersion} ${entry.kind}`, entry]));

/** The entry of a kind in an API version, undefined when drasim does not decode it. */
export function kindEntry(apiVersion: string, kind: string): KindEntry | undefined {
  return BY_NAME.get(`${apiVersion} ${kind}`);
}

/** All kinds with their versions, for documentation and tests. */
export function kindEntries(): readonly KindEntry[] {
  return ENTRIES;
}
