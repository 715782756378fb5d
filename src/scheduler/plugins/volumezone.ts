// VolumeZone: a bound volume is used in its own zone. Source: kubernetes/kubernetes
// pkg/scheduler/framework/plugins/volumezone (1.37).

import type { PersistentVolume, PersistentVolumeClaim } from '../../api/core.js';
import type { StorageClass } from '../../api/storage.js';
import { ADD, UPDATE, UPDATE_NODE_LABEL } from '../events/clusterevent.js';
import { isVolumeClaimOf } from '../events/pods.js';
import { type EventRegistration, on, queueIf } from '../events/registration.js';
import type { Plugin, PluginHandle } from '../framework.js';
import { podVolumeClaims, volumeOf } from '../podvolumes.js';

/** The labels of volumes and nodes that name a zone or region. */
const TOPOLOGY_LABELS = [
  'topology.kubernetes.io/zone',
  'topology.kubernetes.io/region',
  'failure-domain.beta.kubernetes.io/zone',
  'failure-domain.beta.kubernetes.io/region',
] as const;

/** A label of a volume: the values that a node may have, under the label's key or its other form. */
interface ZoneRequirement {
  readonly key: string;
  readonly values: readonly string[];
}

export function createVolumeZone({ nodes, listers, reasons }: PluginHandle): Plugin {
  const name = 'VolumeZone';
  const text = 'node(s) had no available volume zone';
  const rejection = reasons.id(name, 'UnschedulableAndUnresolvable', text);
  const requirements: (readonly ZoneRequirement[])[] = [];
  return {
    name,
    dependsOn: 'node',
    preFilter({ id, pod }) {
      requirements[id] = podVolumeClaims(pod, listers).flatMap(({ claim }) => {
        const volume = claim && volumeOf(claim, listers);
        return volume ? zonesOf(volume) : [];
      });
      return requirements[id]!.length > 0 ? 'run' : 'skip';
    },
    filter(shape, node) {
      const labels = nodes.nodes[node]!.metadata.labels ?? {};
      if (!TOPOLOGY_LABELS.some((key) => labels[key] !== undefined)) return 0;
      const isMet = requirements[shape.id]!.every(({ key, values }) => {
        const value = labels[key] ?? labels[otherForm(key)];
        return value !== undefined && values.includes(value);
      });
      return isMet ? 0 : rejection;
    },
  };
}

/** The beta key of a label of today, and the other way round. */
function otherForm(key: string): string {
  const [today, beta] = ['topology.kubernetes.io/', 'failure-domain.beta.kubernetes.io/'];
  return key.startsWith(today) ? beta + key.slice(today.length) : today + key.slice(beta.length);
}

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

/** The zones and regions of a volume, to compare. */
function topologyOf(volume: PersistentVolume): string {
  return JSON.stringify(zonesOf(volume));
}

/** The labels of a volume that say where it is; `a__b` stands for both, in any order. */
function zonesOf({ metadata: { labels = {} } }: PersistentVolume): ZoneRequirement[] {
  return TOPOLOGY_LABELS.flatMap((key) => {
    const value = labels[key];
    return value === undefined ? [] : [{ key, values: [...new Set(value.split('__'))].sort() }];
  });
}
