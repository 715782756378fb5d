import { expect, test } from 'vitest';
import { scoreChange } from '../../src/dra/fragmentation.js';
import { PARENT } from '../../src/dra/partitions.js';
import { Picks } from '../../src/dra/picks.js';
import { DEVICE_STRATEGIES, DEVICE_STRATEGY_NAMES } from '../../src/dra/registry.js';
import type { DeviceStrategy, DeviceStrategyEntry } from '../../src/dra/strategy.js';
import {
  allocate,
  buildAllocator,
  buildClaim,
  buildDevice,
  buildSlice,
  DRIVER,
  findDevices,
} from '../builders.js';

const shared = (name: string, memory: string) =>
  buildDevice(name, { allowMultipleAllocations: true, capacity: { memory: { value: memory } } });

const share = (memory: string) => buildClaim({ gpu: { capacity: { requests: { memory } } } });

function build(strategy: DeviceStrategyEntry, devices: ReturnType<typeof buildDevice>[]) {
  return buildAllocator([buildSlice('node', devices)], {
    allocator: { strategy },
    amounts: { memory: '1' },
  });
}

const entry = (device: DeviceStrategy['device']): DeviceStrategyEntry => ({
  summary: 'for a test',
  create: () => ({ name: 'Test', device }),
});

test('best fit fills the device in use, worst fit takes the idle one', () => {
  const devices = () => [shared('a', '10'), shared('b', '10'), shared('c', '10')];
  const best = build(DEVICE_STRATEGIES.BestFit, devices());
  const worst = build(DEVICE_STRATEGIES.WorstFit, devices());
  for (const built of [best, worst]) {
    allocate(built, share('5'));
    allocate(built, share('2'));
  }
  expect(findDevices(best, [share('1')])).toEqual(['a']);
  expect(findDevices(worst, [share('1')])).toEqual(['c']);
  // Eight tenths fit into no device in use.
  expect(findDevices(best, [share('8')])).toEqual(['b']);
});

test('a strategy orders, and backtracking finds what its first choices would spoil', () => {
  const devices = ['a', 'b', 'c', 'd'].map((name, index) =>
    buildDevice(name, { attributes: { numa: { int: Math.trunc((index + 1) / 2) } } }),
  );
  const backwards = build(
    entry((_request, device) => -device),
    devices,
  );
  const pair = buildClaim({ a: {}, b: {} }, [{ matchAttribute: `${DRIVER}/numa` }]);
  expect(findDevices(backwards, [pair])).toEqual(['c', 'b']);
  expect(findDevices(backwards, [buildClaim({ a: { count: 2 } })])).toEqual(['d', 'c']);
});

test('every strategy finds what first fit finds', () => {
  const claims = [share('7'), share('5'), share('5')];
  for (const name of DEVICE_STRATEGY_NAMES) {
    const built = build(DEVICE_STRATEGIES[name], [shared('a', '10'), shared('b', '7')]);
    expect(findDevices(built, claims), name).toHaveLength(3);
  }
});

test('random takes every device in turn as the node changes', () => {
  const built = build(DEVICE_STRATEGIES.Random, [shared('a', '100'), shared('b', '100')]);
  const taken = new Set<unknown>();
  for (let round = 0; round < 20; round++) {
    const found = findDevices(built, [share('1')]);
    // What is only asked draws nothing.
    expect(findDevices(built, [share('1')])).toEqual(found);
    taken.add(`${found}`);
    allocate(built, share('1'));
  }
  expect(taken).toEqual(new Set(['a', 'b']));
});

test('FGD takes a share where typical pods lose least, in whole numbers of score', () => {
  const sizes = { a: 300, b: 500 };
  const devices = Object.keys(sizes).map((name) => shared(name, '1000'));
  const built = build(DEVICE_STRATEGIES.FGD, devices);
  const { view, shapes } = built.allocator;
  const claimsOf = (memory: string) => [{ shape: shapes.intern(share(memory)) }];
  view.setPods([{ claims: claimsOf('500'), cpuMilli: 0, pods: 1 }]);
  for (const [name, milli] of Object.entries(sizes)) {
    const device = built.cluster.devices.objects.findIndex((one) => one.name === name);
    built.cluster.devices.capacityUsed[device] = 1000 - milli;
    built.cluster.devices.useVersion[0]!++;
  }
  // 300 of a are lost already; taking 100 of b would lose the other 400 of it.
  const { fragmentation } = view;
  expect(fragmentation.measure(0, 8000)).toBe(300);
  expect(fragmentation.measureWithPod(claimsOf('100'), 0, 8000)).toBe(200);
  const request = shapes.intern(share('100')).requests[0]!.alternatives[0]!;
  // Scores of a hundred less and of four hundred more.
  expect([0, 1].map((device) => fragmentation.costOf(request, device, 8000, 8000))).toEqual([
    -52, -40,
  ]);
  expect(findDevices(built, [share('100')])).toEqual(['a']);
  expect([0, 100, -100].map((less) => scoreChange(fragmentation, 300, 300 - less))).toEqual([
    50, 52, 47,
  ]);
});

/** Two parents with four slices each: whole, halves and quarters, every one at its place. */
function buildPartitions(strategy: DeviceStrategyEntry) {
  const pool = { name: 'node', generation: 1, resourceSliceCount: 2 };
  const slice = (index: number) => [`s${index}`, { value: '1' }] as const;
  const part = (parent: string, size: number, place: number) =>
    buildDevice(`${parent}-${size}-at-${place}`, {
      attributes: { size: { int: size } },
      consumesCounters: [
        {
          counterSet: parent,
          counters: Object.fromEntries(
            Array.from({ length: size }, (_, index) => slice(place + index)),
          ),
        },
      ],
    });
  const parents = ['a', 'b'];
  const parts = parents.flatMap((parent) => [
    part(parent, 4, 0),
    ...[0, 2].map((place) => part(parent, 2, place)),
    ...[0, 1, 2, 3].map((place) => part(parent, 1, place)),
  ]);
  const sharedCounters = parents.map((name) => ({
    name,
    counters: Object.fromEntries([0, 1, 2, 3].map(slice)),
  }));
  return buildAllocator(
    [
      buildSlice('node', undefined, { name: 'counters', pool, sharedCounters }),
      buildSlice('node', parts, { name: 'devices', pool }),
    ],
    { allocator: { strategy } },
  );
}

const sized = (size: number) =>
  buildClaim({
    part: {
      selectors: [{ cel: { expression: `device.attributes["${DRIVER}"].size == ${size}` } }],
    },
  });

test('MIG-aware takes the place that spoils the least of what its parent could still give', () => {
  const built = buildPartitions(DEVICE_STRATEGIES.MigAware);
  const quarter = () => findDevices(built, [sized(1)]);
  // The first half of a is opened; a second quarter goes beside the first, a half behind them.
  expect(quarter()).toEqual(['a-1-at-0']);
  allocate(built, sized(1));
  expect(quarter()).toEqual(['a-1-at-1']);
  expect(findDevices(built, [sized(2)])).toEqual(['a-2-at-2']);
  allocate(built, sized(2));
  expect(quarter()).toEqual(['a-1-at-1']);
  // The other parent stays whole for those that need it.
  expect(findDevices(built, [sized(4)])).toEqual(['b-4-at-0']);
});

test('fragmentation of partitions is what is left of parents on which typical pods have no place', () => {
  const built = buildPartitions(DEVICE_STRATEGIES.FGD);
  const { view, shapes } = built.allocator;
  const claimsOf = (size: number, count = 1) => [
    {
      shape: shapes.intern(
        buildClaim({ part: { ...sized(size).devices!.requests![0]!.exactly!, count } }),
      ),
    },
  ];
  view.setPods([
    { claims: claimsOf(2), cpuMilli: 1000, pods: 3 },
    { claims: claimsOf(4), cpuMilli: 1000, pods: 1 },
  ]);
  const { fragmentation } = view;
  expect(fragmentation.measure(0, 8000)).toBe(0);
  allocate(built, sized(1));
  // Three quarters of a are left: one pod of four could not use them.
  expect(fragmentation.measure(0, 8000)).toBe(0.75 * PARENT);
  // Without CPU none could use anything, 1.75 parents.
  expect(fragmentation.measure(0, 999)).toBe(4 * 1.75 * PARENT);
  // A quarter beside the first leaves half of a to halves; elsewhere on a to none, on b three quarters to halves.
  expect(fragmentation.measureWithPod(claimsOf(1), 0, 8000)).toBe(0.5 * PARENT);
  const request = claimsOf(1)[0]!.shape.requests[0]!.alternatives[0]!;
  const costOf = (name: string) => {
    const device = built.cluster.devices.objects.findIndex((one) => one.name === name);
    fragmentation.open!(new Picks());
    return fragmentation.costOf(request, device, 8000, 8000);
  };
  expect(['a-1-at-1', 'a-1-at-2', 'b-1-at-0'].map(costOf)).toEqual(
    [0.5, 2, 1.5].map((parents) => parents * PARENT),
  );
  expect(findDevices(built, [sized(1)])).toEqual(['a-1-at-1']);
  expect(findDevices(built, [sized(2), sized(1), sized(1)])).toEqual([
    'a-2-at-2',
    'a-1-at-1',
    'b-1-at-0',
  ]);
  expect(fragmentation.measureWithPod(claimsOf(4), 0, 8000)).toBe(0.75 * PARENT);
  expect(fragmentation.measureWithPod(claimsOf(4, 2), 0, 8000)).toBe(Infinity);
  // Two whole parents for one pod: there is only one, so that all that is left is of no use to it.
  view.setPods([{ claims: claimsOf(4, 2), cpuMilli: 1000, pods: 1 }]);
  expect(view.fragmentation.measure(0, 8000)).toBe(1.75 * PARENT);
});

test('a node has left of its partitions what nobody holds', () => {
  const { allocator, ...built } = buildPartitions(DEVICE_STRATEGIES.FirstFit);
  const { parts } = allocator.view;
  expect([parts.size, parts.nodeSizeMax, parts.leftOf(0)]).toEqual([2000, 2000, 2000]);
  const claim = allocate({ allocator, ...built }, sized(2));
  allocate({ allocator, ...built }, sized(1));
  expect(parts.leftOf(0)).toBe(1250);
  allocator.deallocate(claim);
  expect(parts.leftOf(0)).toBe(1750);
  expect(parts.wantedBy([{ shape: allocator.shapes.intern(sized(2)) }])).toBe(500);
});

test('MIG-aware counts the picks of the same search', () => {
  const built = buildPartitions(DEVICE_STRATEGIES.MigAware);
  expect(findDevices(built, [sized(2), sized(1), sized(1)])).toEqual([
    'a-2-at-0',
    'a-1-at-2',
    'a-1-at-3',
  ]);
  const spread = buildPartitions(DEVICE_STRATEGIES.WorstFit);
  expect(findDevices(spread, [sized(2), sized(1)])).toEqual(['a-2-at-0', 'a-1-at-2']);
});

test('a cost that is no number names the strategy', () => {
  const built = build(
    entry(() => Number.NaN),
    [buildDevice('a')],
  );
  expect(() => findDevices(built, [buildClaim({ gpu: {} })])).toThrow(
    expect.objectContaining({ issues: [expect.objectContaining({ code: 'ERR_STRATEGY_COST' })] }),
  );
});

const ROOT = 'resource.kubernetes.io/pcieRoot';
const NUMA = 'resource.kubernetes.io/numaNode';

/** A device of a kind behind a root, two roots a NUMA node. */
const behind = (root: number, kind: string, index: number) =>
  buildDevice(`${kind}${index}`, {
    attributes: {
      kind: { string: kind },
      [ROOT]: { string: `pci0000:${root}0` },
      [NUMA]: { int: Math.trunc(root / 2) },
    },
  });

const kind = (name: string) => ({
  selectors: [{ cel: { expression: `device.attributes["${DRIVER}"].kind == "${name}"` } }],
});

/** Four roots with two GPUs and a NIC each; GPUs are published first. */
function buildRoots(strategy: DeviceStrategyEntry) {
  const gpus = Array.from({ length: 8 }, (_, gpu) => behind(Math.trunc(gpu / 2), 'gpu', gpu));
  const nics = Array.from({ length: 4 }, (_, nic) => behind(nic, 'nic', nic));
  return build(strategy, [...gpus, ...nics]);
}

const gpus = (count: number) => buildClaim({ gpu: { count, ...kind('gpu') } });
const gpuAndNic = (count: number) =>
  buildClaim({ gpu: { count, ...kind('gpu') }, nic: kind('nic') });

test('topology aligns a NIC with the GPU, without a constraint, where first fit spreads them', () => {
  for (const [name, devices] of [
    ['FirstFit', ['gpu2', 'nic0']],
    ['Topology', ['gpu2', 'nic1']],
  ] as const) {
    const built = buildRoots(DEVICE_STRATEGIES[name]);
    allocate(built, gpus(2));
    expect(findDevices(built, [gpuAndNic(1)]), name).toEqual(devices);
    // Claims of one pod are kept together as requests of one claim are.
    const claims = [gpus(1), buildClaim({ nic: kind('nic') })];
    expect(findDevices(built, claims), name).toEqual(devices);
  }
});

test('topology breaks a place that is broken already, and gives whole ones to those that fill them', () => {
  const built = buildRoots(DEVICE_STRATEGIES.Topology);
  allocate(built, gpus(1));
  expect(findDevices(built, [gpus(1)])).toEqual(['gpu1']);
  expect(findDevices(built, [gpus(2)])).toEqual(['gpu2', 'gpu3']);
  // Three: the whole root of the broken NUMA node, and the rest of the other.
  expect(findDevices(built, [gpus(3)])).toEqual(['gpu2', 'gpu3', 'gpu1']);
  // Four are on the other NUMA node only; a single NIC too goes where a device is gone.
  expect(findDevices(built, [gpus(4)])).toEqual(['gpu4', 'gpu5', 'gpu6', 'gpu7']);
  expect(findDevices(built, [gpuAndNic(1)])).toEqual(['gpu1', 'nic0']);
  expect(findDevices(built, [gpuAndNic(2)])).toEqual(['gpu2', 'gpu3', 'nic1']);
  // What is too much for one NUMA node begins where most is free.
  const five = ['gpu4', 'gpu5', 'gpu6', 'gpu7', 'gpu1'];
  expect(findDevices(built, [gpus(5)])).toEqual(five);
});

test('slice priority puts devices of the higher slice first, then the order of publication', () => {
  const pool = { name: 'node', generation: 1, resourceSliceCount: 3 };
  const slice = (name: string, priority?: string) => {
    const one = buildSlice(
      'node',
      [`${name}0`, `${name}1`].map((device) => buildDevice(device)),
      {
        name,
        pool,
      },
    );
    if (priority === undefined) return one;
    const annotations = { 'drasim.dev/slice-priority': priority };
    return { ...one, metadata: { ...one.metadata, annotations } };
  };
  const allocator = { strategy: DEVICE_STRATEGIES.SlicePriority };
  const built = buildAllocator([slice('a', '-1'), slice('b'), slice('c', '7')], { allocator });
  const all = buildClaim({ gpu: { count: 6 } });
  expect(findDevices(built, [all])).toEqual(['c0', 'c1', 'b0', 'b1', 'a0', 'a1']);
  const bad = () => buildAllocator([slice('a', '1.5'), slice('b', '2147483648')], { allocator });
  const path = 'ResourceSlice a metadata.annotations[drasim.dev/slice-priority]';
  expect(bad).toThrow(
    expect.objectContaining({
      issues: [
        expect.objectContaining({ code: 'ERR_SLICE_PRIORITY', path }),
        expect.objectContaining({ code: 'ERR_SLICE_PRIORITY' }),
      ],
    }),
  );
});

test('scarcest attribute keeps the devices whose values fewest others share', () => {
  const device = (name: string, model: string, numa: number) =>
    buildDevice(name, {
      attributes: { model: { string: model }, numa: { int: numa }, uuid: { string: name } },
    });
  const built = build(DEVICE_STRATEGIES.ScarcestAttribute, [
    device('a', 'rare', 0),
    device('b', 'usual', 1),
    device('c', 'usual', 0),
    device('d', 'usual', 0),
    device('e', 'usual', 1),
    device('f', 'usual', 0),
    device('g', 'odd', 1),
  ]);
  // Of model and NUMA node: c, d, f 4 and 5; b, e 3 and 5; a 1 and 4; g 1 and 3. UUIDs say nothing.
  expect(findDevices(built, [buildClaim({ gpu: { count: 7 } })])).toEqual([
    'c',
    'd',
    'f',
    'b',
    'e',
    'a',
    'g',
  ]);
  expect(findDevices(built, [buildClaim({ gpu: {} })])).toEqual(['c']);
});
