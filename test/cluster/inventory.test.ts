import { expect, test } from 'vitest';
import type { Device } from '../../src/api/resource.js';
import { buildAllocator, buildDevice, buildNode, buildSlice } from '../builders.js';

function classesOf(devices: Record<string, readonly Device[]>, extra: readonly unknown[] = []) {
  const nodes = Object.keys(devices).map((name) => buildNode(name));
  const slices = Object.entries(devices).map(([name, list]) => buildSlice(name, list));
  const { cluster } = buildAllocator([...slices, ...(extra as typeof slices)], { nodes });
  return [...cluster.inventories.classOf];
}

const gpu = (name: string, model = 'a') =>
  buildDevice(name, { attributes: { model: { string: model } } });
const taint = { key: 'broken', effect: 'NoSchedule' } as const;

test('nodes of equal devices share a class, whatever the devices are called', () => {
  const classes = classesOf({
    a: [gpu('x-0'), gpu('x-1')],
    b: [gpu('y-0'), gpu('y-1')],
    fewer: [gpu('x-0')],
    other: [gpu('x-0'), gpu('x-1', 'b')],
    tainted: [gpu('x-0'), { ...gpu('x-1'), taints: [taint] }],
  });
  expect(classes).toEqual([0, 0, 1, 2, 3]);
});

test('the counters that devices share tell nodes apart', () => {
  const partition = (name: string, set: string) => ({
    ...gpu(name),
    consumesCounters: [{ counterSet: set, counters: { memory: { value: '10' } } }],
  });
  const sets = (...names: string[]) =>
    names.map((name) => ({ name, counters: { memory: { value: '10' } } }));
  const nodes = ['one', 'two'].map((name) => buildNode(name));
  const slices = [
    buildSlice('one', [partition('a', 's'), partition('b', 's')], {
      name: 'one-1',
      pool: { name: 'one', generation: 1, resourceSliceCount: 2 },
    }),
    buildSlice('one', undefined, {
      name: 'one-0',
      sharedCounters: sets('s'),
      pool: { name: 'one', generation: 1, resourceSliceCount: 2 },
    }),
    buildSlice('two', [partition('a', 's'), partition('b', 't')], {
      name: 'two-1',
      pool: { name: 'two', generation: 1, resourceSliceCount: 2 },
    }),
    buildSlice('two', undefined, {
      name: 'two-0',
      sharedCounters: sets('s', 't'),
      pool: { name: 'two', generation: 1, resourceSliceCount: 2 },
    }),
  ];
  const { cluster } = buildAllocator(slices, { nodes });
  expect([...cluster.inventories.classOf]).toEqual([0, 1]);
});

test('a node that shares a pool or has an incomplete one is like no other', () => {
  const shared = buildSlice(undefined, [gpu('net')], { allNodes: true });
  expect(classesOf({ a: [gpu('x')], b: [gpu('x')] }, [shared])).toEqual([-1, -1]);
  const incomplete = buildSlice('b', [gpu('more')], {
    name: 'more',
    pool: { name: 'second', generation: 1, resourceSliceCount: 2 },
  });
  expect(classesOf({ a: [gpu('x')], b: [gpu('x')] }, [incomplete])).toEqual([0, -1]);
});
