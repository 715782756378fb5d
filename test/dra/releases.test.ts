// What a release does that the next one does not: one small cluster a row, asked under both versions.

import { describe, expect, test } from 'vitest';
import type { Device, ResourceClaimSpec, ResourceSlice } from '../../src/api/resource.js';
import {
  buildAllocator,
  buildClaim,
  buildDevice,
  buildSlice,
  DRIVER,
  findDevices,
} from '../builders.js';

const ALL = {
  DRAConsumableCapacity: true,
  DRADeviceTaints: true,
  DRAPartitionableDevices: true,
};

function ask(
  version: string,
  slices: readonly ResourceSlice[],
  claims: readonly ResourceClaimSpec[],
  featureGates: Record<string, boolean> = ALL,
) {
  return findDevices(buildAllocator(slices, { version, featureGates }), claims);
}

const draws = (name: string, amount: string, rest: Partial<Device> = {}) =>
  buildDevice(name, {
    consumesCounters: [{ counterSet: 'set', counters: { memory: { value: amount } } }],
    ...rest,
  });

/** A pool of the node: its devices, and beside them a slice with one counter. */
function counterPool(devices: readonly Device[], memory: string, driver = DRIVER): ResourceSlice[] {
  const pool = { name: 'node', generation: 1, resourceSliceCount: 2 };
  const sharedCounters = [{ name: 'set', counters: { memory: { value: memory } } }];
  return [
    buildSlice('node', devices, { name: `${driver}-devices`, pool, driver }),
    buildSlice('node', undefined, { name: `${driver}-sets`, pool, driver, sharedCounters }),
  ];
}

const select = (name: string) => ({
  selectors: [{ cel: { expression: `device.attributes["${DRIVER}"].name == "${name}"` } }],
});
const named = (name: string, rest: Partial<Device> = {}): Partial<Device> => ({
  attributes: { name: { string: name } },
  ...rest,
});

describe('1.33', () => {
  const quarter = { count: 2 ** 62 };
  const claim = buildClaim({ a: quarter, b: quarter, c: quarter, d: quarter });

  test('sums of counts wrap, so that four quarters of all numbers pass the limit', () => {
    expect(ask('1.33', [], [claim], {})).toBeNull();
    expect(ask('1.33', [], [buildClaim({ a: { count: 20 }, b: { count: 20 } })], {})).toEqual({
      error: 'claim claim-0: number of requested devices 40 exceeds the claim limit of 32',
    });
    expect(ask('1.34', [], [claim], {})).toEqual({ error: expect.stringContaining('adding') });
  });
});

describe('1.34', () => {
  test('a taint of effect None keeps a device from those that do not tolerate it', () => {
    const taints = [{ key: 'look', effect: 'None' as const }];
    const slices = [buildSlice('node', [buildDevice('gpu', { taints })])];
    const claims = [buildClaim({ gpu: {} })];
    expect(ask('1.34', slices, claims)).toBeNull();
    expect(ask('1.35', slices, claims)).toEqual(['gpu']);
  });

  test('the capacity of the first device of the slice stands for that of the picked one', () => {
    const sized = (name: string, memory: string) =>
      buildDevice(name, { capacity: { memory: { value: memory } } });
    const slices = [buildSlice('node', [sized('small', '1Gi'), sized('large', '8Gi')])];
    const claims = [buildClaim({ gpu: { capacity: { requests: { memory: '4Gi' } } } })];
    expect(ask('1.34', slices, claims)).toBeNull();
    expect(ask('1.35', slices, claims)).toEqual(['large']);
  });

  test('all devices with a capacity are those that can be shared', () => {
    const shared = buildDevice('shared', {
      capacity: { memory: { value: '8Gi' } },
      allowMultipleAllocations: true,
    });
    const whole = buildDevice('whole', { capacity: { memory: { value: '8Gi' } } });
    const slices = [buildSlice('node', [shared, whole])];
    const requests = { memory: '4Gi' };
    const claims = [buildClaim({ gpu: { allocationMode: 'All', capacity: { requests } } })];
    expect(ask('1.34', slices, claims)).toEqual(['shared']);
    expect(ask('1.35', slices, claims)).toEqual(['shared', 'whole']);
  });
});

describe('1.35', () => {
  test('pools of one name draw on the counters of the one that is met first', () => {
    const slices = [
      ...counterPool([draws('a', '10')], '10', 'a.test'),
      ...counterPool([draws('b', '10')], '10', 'b.test'),
    ];
    const claims = [buildClaim({ gpu: { count: 2 } })];
    expect(ask('1.35', slices, claims)).toBeNull();
    expect(ask('1.36', slices, claims)).toEqual(['a', 'b']);
  });

  test('a share that is taken back keeps its counters', () => {
    const shared = draws('shared', '1', named('first', { allowMultipleAllocations: true }));
    const plain = buildDevice('plain', named('first'));
    const drawing = draws('drawing', '1', named('second'));
    const slices = counterPool([shared, plain, drawing], '1');
    const claims = [buildClaim({ a: select('first'), b: select('second') })];
    expect(ask('1.35', slices, claims)).toBeNull();
    expect(ask('1.36', slices, claims)).toEqual(['plain', 'drawing']);
  });

  test('a share of a device without capacity that is taken back spares the next its counters', () => {
    const kind = (name: string, model: string) =>
      ({ attributes: { name: { string: name }, model: { string: model } } }) as const;
    const shared = draws('shared', '1', { ...kind('x', 'm'), allowMultipleAllocations: true });
    const slices = counterPool([shared, buildDevice('plain', kind('y', 'm'))], '1');
    const distinct = [{ distinctAttribute: `${DRIVER}/name` }];
    const claims = [buildClaim({ a: {}, b: select('x') }, distinct)];
    expect(ask('1.35', slices, claims)).toEqual(['plain', 'shared']);
  });

  test('a device refused for its capacity keeps the constraint that it met', () => {
    const shared = buildDevice(
      'shared',
      named('x', { allowMultipleAllocations: true, capacity: { memory: { value: '2' } } }),
    );
    const slices = [buildSlice('node', [shared, buildDevice('other', named('y'))])];
    const capacity = { requests: { memory: '2' } };
    const first = buildClaim({ a: { ...select('x'), capacity } });
    const subrequest = { deviceClassName: 'gpu' } as const;
    const second: ResourceClaimSpec = {
      devices: {
        requests: [
          {
            name: 'a',
            firstAvailable: [
              { ...subrequest, name: 'all', allocationMode: 'All', ...select('x'), capacity },
              {
                ...subrequest,
                name: 'one',
                allocationMode: 'ExactCount',
                count: 1,
                ...select('y'),
              },
            ],
          },
        ],
        constraints: [{ matchAttribute: `${DRIVER}/name` }],
      },
    };
    expect(ask('1.35', slices, [first, second])).toBeNull();
    expect(ask('1.36', slices, [first, second])).toEqual(['shared', 'other']);
  });
});

test('1.35 fails where an alternative of all devices leads back to one beyond the limit', () => {
  const sub = { deviceClassName: 'gpu' } as const;
  const list = {
    name: 'list',
    firstAvailable: [
      { ...sub, name: 'many', allocationMode: 'ExactCount' as const, count: 32 },
      { ...sub, name: 'all', allocationMode: 'All' as const, ...select('x') },
    ],
  };
  const one = buildClaim({ one: select('y') }).devices!.requests![0]!;
  const devices = ['x', 'x', 'y'].map((name, index) => buildDevice(`gpu-${index}`, named(name)));
  const claim = { devices: { requests: [one, list] } };
  const published = [buildSlice('node', devices)];
  expect(ask('1.35', published, [claim])).toEqual({ error: 'allocation max size exceeded' });
  expect(ask('1.36', published, [claim])).toEqual(['gpu-2', 'gpu-0', 'gpu-1']);
});

describe('1.36', () => {
  test('a device beside counter sets is not seen, but can make its pool invalid', () => {
    const sharedCounters = [{ name: 'set', counters: { memory: { value: '1' } } }];
    const beside = (set: string) => [
      buildSlice(
        'node',
        [
          buildDevice('gpu', {
            consumesCounters: [{ counterSet: set, counters: { memory: { value: '1' } } }],
          }),
        ],
        { sharedCounters },
      ),
    ];
    const claims = [buildClaim({ gpu: {} })];
    expect(ask('1.36', beside('set'), claims)).toBeNull();
    expect(ask('1.36', beside('other'), claims)).toEqual({
      error: 'invalid resource pools were encountered',
    });
    expect(ask('1.37', beside('other'), claims)).toBeNull();
  });

  test('a request that cannot be counted exactly is rounded up, and told exactly', () => {
    const memory = {
      value: '9E',
      requestPolicy: { default: '1', validRange: { min: '1', step: '1Ki' } },
    };
    const device = buildDevice('gpu', { allowMultipleAllocations: true, capacity: { memory } });
    const built = buildAllocator([buildSlice('node', [device])], { version: '1.36' });
    const spec = buildClaim({ gpu: { capacity: { requests: { memory: '1E' } } } });
    expect(findDevices(built, [spec])).toEqual(['gpu']);
    const shape = built.allocator.shapes.intern(spec);
    expect(built.allocator.found(0, shape, 0).devices?.results?.[0]?.consumedCapacity).toEqual({
      memory: '1000000000000000001',
    });
  });
});
