// The state of a cluster as frozen, structurally shared objects: for checkpoints, for comparing two times,
// and as the ground of what-if edits. Never made inside the hot loop.

import { type Draft, enablePatches, freeze, type Patch, produceWithPatches } from 'immer';
import type { CompiledCluster } from './cluster.js';
import { deviceId } from './devices.js';

enablePatches();

/** What one node gives at a time; only what is in use stands here. */
export interface NodeSnapshot {
  readonly name: string;
  /** Amounts by resource: CPU in milli, `pods` as a count, all else in whole units. */
  readonly requested: Readonly<Record<string, number>>;
  /** Held devices by `driver/pool/device`: 1, or how many shares are held. */
  readonly devices: Readonly<Record<string, number>>;
}

/** All nodes of a cluster at a time. */
export interface ClusterSnapshot {
  /** Virtual time, microseconds. */
  readonly timeUs: number;
  /**
   * Nodes in index order, in shards: changing one node copies one shard. In one list of 10,000 it cost
   * milliseconds (measured).
   */
  readonly shards: readonly (readonly NodeSnapshot[])[];
  /** Held devices that are attached to no single node. */
  readonly sharedDevices: Readonly<Record<string, number>>;
}

/** One difference of two snapshots: `nodes[gpu-3].requested.cpu`, what stood there and what stands now. */
export interface SnapshotChange {
  readonly path: string;
  readonly before: number | undefined;
  readonly after: number | undefined;
}

const SHARD_NODES = 128;

/** A snapshot of the present state. */
export function takeSnapshot(cluster: CompiledCluster, timeUs: number): ClusterSnapshot {
  const { nodes } = cluster;
  const { byNode, shared } = heldDevices(cluster);
  const shards: NodeSnapshot[][] = [];
  for (let node = 0; node < nodes.count; node++) {
    if (node % SHARD_NODES === 0) shards.push([]);
    shards.at(-1)!.push({
      name: nodes.names[node]!,
      requested: requestedOf(cluster, node),
      devices: byNode.get(node) ?? {},
    });
  }
  return freeze({ timeUs, shards, sharedDevices: shared }, true);
}

/**
 * The present state as a successor of an earlier snapshot of the same cluster: what did not change is the
 * same object in both.
 *
 * @returns the snapshot, and the differences in the order of nodes
 */
export function advanceSnapshot(
  previous: ClusterSnapshot,
  cluster: CompiledCluster,
  timeUs: number,
): { snapshot: ClusterSnapshot; changes: SnapshotChange[] } {
  const { byNode, shared } = heldDevices(cluster);
  const [snapshot, patches, inverse] = produceWithPatches(previous, (draft) => {
    draft.timeUs = timeUs;
    previous.shards.forEach((shard, shardIndex) => {
      shard.forEach((before, position) => {
        const node = shardIndex * SHARD_NODES + position;
        const requested = requestedOf(cluster, node);
        const devices = byNode.get(node) ?? {};
        // Reads go to the original; a draft is made only of a node that changed.
        if (!isSame(before.requested, requested)) {
          rewrite(draft.shards[shardIndex]![position]!.requested, requested);
        }
        if (!isSame(before.devices, devices)) {
          rewrite(draft.shards[shardIndex]![position]!.devices, devices);
        }
      });
    });
    if (!isSame(previous.sharedDevices, shared)) rewrite(draft.sharedDevices, shared);
  });
  return { snapshot, changes: describePatches(snapshot, patches, inverse) };
}

type Amounts = Record<string, number>;

function requestedOf({ nodes }: CompiledCluster, node: number): Amounts {
  const amounts: Amounts = {};
  for (let resource = 0; resource < nodes.requested.length; resource++) {
    const amount = nodes.requested[resource]![node]!;
    if (amount !== 0) amounts[nodes.resources.text(resource)] = amount;
  }
  return amounts;
}

function heldDevices({ devices }: CompiledCluster): {
  byNode: Map<number, Amounts>;
  shared: Amounts;
} {
  const byNode = new Map<number, Amounts>();
  const shared: Amounts = {};
  for (let device = 0; device < devices.count; device++) {
    const held = devices.holder[device] !== -1 ? 1 : devices.shares[device]!;
    if (held === 0) continue;
    const node = devices.sliceNode[devices.deviceSlice[device]!]!;
    let amounts = node < 0 ? shared : byNode.get(node);
    if (!amounts) {
      amounts = {};
      byNode.set(node, amounts);
    }
    amounts[deviceId(devices, device)] = held;
  }
  return { byNode, shared };
}

function isSame(left: Readonly<Amounts>, right: Readonly<Amounts>): boolean {
  const keys = Object.keys(left);
  if (keys.length !== Object.keys(right).length) return false;
  return keys.every((key) => left[key] === right[key]);
}

function rewrite(draft: Draft<Amounts>, wanted: Readonly<Amounts>): void {
  for (const key of Object.keys(draft)) if (!(key in wanted)) delete draft[key];
  for (const [key, amount] of Object.entries(wanted)) {
    if (draft[key] !== amount) draft[key] = amount;
  }
}

/** Patches with names instead of positions, each beside the value that its inverse would put back. */
function describePatches(
  snapshot: ClusterSnapshot,
  patches: readonly Patch[],
  inverse: readonly Patch[],
): SnapshotChange[] {
  const before = new Map(inverse.map(({ path, value }) => [path.join('\0'), value as number]));
  // Immer gives the deepest and latest first.
  return patches
    .filter(({ path }) => path[0] !== 'timeUs')
    .sort((left, right) => comparePaths(left.path, right.path))
    .map(({ path, value }) => ({
      path: describePath(snapshot, path),
      before: before.get(path.join('\0')),
      after: value as number | undefined,
    }));
}

function comparePaths(left: Patch['path'], right: Patch['path']): number {
  for (let index = 0; index < Math.min(left.length, right.length); index++) {
    const a = left[index]!;
    const b = right[index]!;
    if (a !== b) return a < b ? -1 : 1;
  }
  return left.length - right.length;
}

function describePath(snapshot: ClusterSnapshot, path: Patch['path']): string {
  const [first, shard, position, field, key] = path;
  if (first === 'sharedDevices') return `sharedDevices[${shard}]`;
  const { name } = snapshot.shards[Number(shard)]![Number(position)]!;
  return `nodes[${name}].${field}[${key}]`;
}
