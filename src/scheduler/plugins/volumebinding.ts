// VolumeBinding: binds claims to volumes, or has volumes made where the pod goes. Source:
// kubernetes/kubernetes pkg/scheduler/framework/plugins/volumebinding (1.37).

import type { PersistentVolumeClaim } from '../../api/core.js';
import { semanticallyEqual } from '../../api/equality.js';
import { Quantity } from '../../api/quantity.js';
import type { CSIDriver, CSINode, CSIStorageCapacity, StorageClass } from '../../api/storage.js';
import { ADD, UPDATE, UPDATE_NODE_LABEL } from '../events/clusterevent.js';
import { isVolumeClaimOf } from '../events/pods.js';
import { type EventRegistration, on, queueIf } from '../events/registration.js';
import type { Plugin, PluginHandle } from '../framework.js';
import type { PodShape } from '../podshape.js';
import { isBound, isDelayed, podVolumeClaims, volumeOf } from '../podvolumes.js';
import { type BindingOutcome, bindOnNode, type ClaimsToBind } from '../volumebinder.js';
import { scoreVolumes } from '../volumescores.js';

const MIGRATED_PLUGINS = 'storage.alpha.kubernetes.io/migrated-plugins';

export function createVolumeBinding({
  nodes,
  listers,
  reasons,
  features,
  args,
}: PluginHandle): Plugin {
  const name = 'VolumeBinding';
  const points = args.VolumeBinding?.shape ?? [];
  const scores = features.enabled('StorageCapacityScoring') && points.length > 0;
  const claims: ClaimsToBind[] = [];
  const unresolvable = (...texts: string[]) =>
    reasons.id(name, 'UnschedulableAndUnresolvable', ...texts);

  function outcome({ id }: PodShape, node: number): BindingOutcome {
    return bindOnNode(claims[id]!, nodes.nodes[node]!, listers);
  }

  return {
    name,
    dependsOn: 'node',
    normalization: 'none',
    preFilter({ id, pod }) {
      const own = podVolumeClaims(pod, listers);
      if (own.length === 0) return 'skip';
      const missing = own.find(({ claim }) => !claim);
      if (missing) {
        const text = missing.isEphemeral
          ? `waiting for ephemeral volume controller to create the persistentvolumeclaim "${missing.name}"`
          : `persistentvolumeclaim "${missing.name}" not found`;
        return { rejection: unresolvable(text) };
      }
      const found = own.map(({ claim }) => claim!);
      const bound = found.filter(isBound);
      const unbound = found.filter((claim) => !isBound(claim));
      if (unbound.some((claim) => !isDelayed(claim, listers))) {
        return { rejection: unresolvable('pod has unbound immediate PersistentVolumeClaims') };
      }
      claims[id] = { bound, unbound };
      const nodeNames = localNodes(claims[id]!, listers);
      return nodeNames ? { nodeNames } : 'run';
    },
    filter(shape, node) {
      const { isLost, isElsewhere, isUnbound, isFull } = outcome(shape, node);
      const texts: string[] = [];
      if (isLost)
        texts.push('node(s) unavailable due to one or more pvc(s) bound to non-existent pv(s)');
      if (isElsewhere) {
        texts.push(
          features.minor >= 33
            ? "node(s) didn't match PersistentVolume's node affinity"
            : 'node(s) had volume node affinity conflict',
        );
      }
      if (isUnbound) texts.push("node(s) didn't find available persistent volumes to bind");
      if (isFull) texts.push('node(s) did not have enough free storage');
      return texts.length === 0 ? 0 : unresolvable(...texts);
    },
    preScore: ({ id }) => scores && claims[id] !== undefined && claims[id].unbound.length > 0,
    score: (shape, node) => scoreVolumes(outcome(shape, node), points),
  };
}

/** The nodes of the local volumes that the claims are bound to; undefined without any. */
function localNodes(
  { bound }: ClaimsToBind,
  listers: PluginHandle['listers'],
): string[] | undefined {
  let names: string[] | undefined;
  for (const claim of bound) {
    const { local, nodeAffinity } = volumeOf(claim, listers)?.spec ?? {};
    if (!local || !nodeAffinity?.required) continue;
    const own = nodeAffinity.required.nodeSelectorTerms.flatMap(({ matchExpressions = [] }) =>
      matchExpressions.flatMap(({ key, operator, values = [] }) =>
        key === 'kubernetes.io/hostname' && operator === 'In' ? values : [],
      ),
    );
    if (own.length === 0) continue;
    names = names ? names.filter((other) => own.includes(other)) : own;
  }
  return names && [...new Set(names)].sort();
}

/** Everything that decides where volumes are and can be made. */
export function volumeBindingEvents(): EventRegistration[] {
  return [
    on<StorageClass>('storage.k8s.io/StorageClass', ADD | UPDATE, (_pod, { old, new: current }) =>
      queueIf(!old || !semanticallyEqual(old.allowedTopologies, current?.allowedTopologies)),
    ),
    on<PersistentVolumeClaim>('PersistentVolumeClaim', ADD | UPDATE, (pod, { new: claim }) =>
      queueIf(isVolumeClaimOf(claim, pod)),
    ),
    on('PersistentVolume', ADD | UPDATE),
    on('Node', ADD | UPDATE_NODE_LABEL),
    on<CSINode>('storage.k8s.io/CSINode', ADD | UPDATE, (_pod, { old, new: current }) =>
      queueIf(!old || migratedPlugins(old) !== migratedPlugins(current!)),
    ),
    on<CSIDriver>('storage.k8s.io/CSIDriver', UPDATE, (pod, { old, new: driver }) => {
      const name = driver?.metadata.name;
      const isUsed = (pod.spec.volumes ?? []).some(({ csi }) => csi?.driver === name);
      return queueIf(isUsed && hasCapacity(old) && !hasCapacity(driver));
    }),
    on<CSIStorageCapacity>(
      'storage.k8s.io/CSIStorageCapacity',
      ADD | UPDATE,
      (_pod, { old, new: capacity }) => queueIf(!old || hasGrown(old, capacity!)),
    ),
  ];
}

function migratedPlugins({ metadata }: CSINode): string {
  return metadata.annotations?.[MIGRATED_PLUGINS] ?? '';
}

function hasCapacity(driver: CSIDriver | undefined): boolean {
  return driver?.spec?.storageCapacity === true;
}

function hasGrown(old: CSIStorageCapacity, capacity: CSIStorageCapacity): boolean {
  const before = limitOf(old);
  const after = limitOf(capacity);
  return after !== undefined && (before === undefined || after.compare(before) > 0);
}

/** The largest volume that can be made; undefined where none can. */
function limitOf({ maximumVolumeSize, capacity }: CSIStorageCapacity): Quantity | undefined {
  const text = maximumVolumeSize ?? capacity;
  return text === undefined ? undefined : Quantity.parse(text);
}
