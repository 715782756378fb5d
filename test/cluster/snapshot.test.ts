import { produce } from 'immer';
import { describe, expect, test } from 'vitest';
import { advanceSnapshot, takeSnapshot } from '../../src/cluster/snapshot.js';
import {
  allocate,
  buildAllocator,
  buildClaim,
  buildDevice,
  buildNode,
  buildSlice,
} from '../builders.js';

const NODES = 300;

function build() {
  const nodes = Array.from({ length: NODES }, (_, index) => buildNode(`node-${index}`));
  const slices = nodes.map((node) => buildSlice(node.metadata.name, [buildDevice('gpu-0')]));
  return buildAllocator(slices, { nodes });
}

describe('snapshots', () => {
  test('a snapshot is frozen and stays as it was when the cluster goes on', () => {
    const built = build();
    const before = takeSnapshot(built.cluster, 5);
    allocate(built, buildClaim({ gpu: {} }), 3);
    expect(before.shards[0]![3]!.devices).toEqual({});
    expect(() => {
      (before.shards[0]![3]!.devices as Record<string, number>)['x'] = 1;
    }).toThrow(TypeError);
  });

  test('a later snapshot shares all shards without a change', () => {
    const built = build();
    const before = takeSnapshot(built.cluster, 0);
    allocate(built, buildClaim({ gpu: {} }), 150);
    const { snapshot } = advanceSnapshot(before, built.cluster, 10);
    const shared = snapshot.shards.map((shard, index) => shard === before.shards[index]);
    expect([snapshot.timeUs, shared]).toEqual([10, [true, false, true]]);
    expect(snapshot).toEqual(takeSnapshot(built.cluster, 10));
  });

  test('differences name node, field and both values', () => {
    const built = build();
    const { nodes } = built.cluster;
    nodes.requested[0]![7] = 1000;
    const before = takeSnapshot(built.cluster, 0);
    nodes.requested[0]![7] = 3000;
    nodes.requested[1]![8] = 64;
    const claim = allocate(built, buildClaim({ gpu: {} }), 9);
    const { changes } = advanceSnapshot(before, built.cluster, 1);
    expect(changes).toEqual([
      { path: 'nodes[node-7].requested[cpu]', before: 1000, after: 3000 },
      { path: 'nodes[node-8].requested[memory]', before: undefined, after: 64 },
      { path: 'nodes[node-9].devices[gpu.test/node-9/gpu-0]', before: undefined, after: 1 },
    ]);
    built.allocator.deallocate(claim);
    const later = takeSnapshot(built.cluster, 2);
    expect(later.shards[0]![9]!.devices).toEqual({});
  });

  test('a recipe changes a copy', () => {
    const before = takeSnapshot(build().cluster, 0);
    const after = produce(before, (draft) => {
      draft.shards[0]![0]!.requested['cpu'] = 500;
    });
    expect([before.shards[0]![0]!.requested, after.shards[0]![0]!.requested]).toEqual([
      {},
      { cpu: 500 },
    ]);
  });
});
