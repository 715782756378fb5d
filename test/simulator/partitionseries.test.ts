// What parents of partitions could still give, in cases small enough to work out by hand.

import { describe, expect, test } from 'vitest';
import { resolveFeatures } from '../../src/api/features.js';
import type { Device } from '../../src/api/resource.js';
import { publishMachine } from '../../src/catalogue/machines.js';
import { compileCluster } from '../../src/cluster/cluster.js';
import { metricsOf } from '../../src/scenario/expectations.js';
import { DeviceUse } from '../../src/simulator/deviceuse.js';
import { PartitionSeries } from '../../src/simulator/partitionseries.js';
import { PartitionType } from '../../src/simulator/partitiontype.js';
import { Recorder } from '../../src/simulator/recorder.js';
import { summarize } from '../../src/simulator/result.js';
import { Run } from '../../src/simulator/simulator.js';
import {
  buildClaim,
  buildDevice,
  buildNode,
  buildPlan,
  buildPod,
  buildRunInput,
  buildSlice,
} from '../builders.js';

describe('a GPU with MIG', () => {
  const machine = publishMachine('dgx-a100', 'node', 'mig');
  if (!('slices' in machine)) throw new Error(machine.problem);
  const { devices, ...cluster } = compileCluster([machine.node], machine.slices, resolveFeatures());
  const deviceOf = (name: string) => devices.objects.findIndex((device) => device.name === name);

  function measured(...names: string[]) {
    const use = new DeviceUse(devices);
    const recorder = new Recorder(use);
    for (const name of names) {
      const device = deviceOf(name);
      devices.holder[device] = 0;
    }
    const input = { cluster: { ...cluster, devices } } as never;
    const measure = new PartitionSeries({ input, use, recorder });
    for (const name of names) devices.holder[deviceOf(name)] = -1;
    return { measure, result: measure.result()[0]! };
  }

  test('can give as many of each profile as its slices hold', () => {
    const { result } = measured();
    expect(result).toMatchObject({ parents: 8, largestMean: 1 });
    expect(result.placeableMean).toEqual({
      gpu: 8,
      '1g.10gb': 56,
      '1g.10gb+me': 8,
      '1g.20gb': 32,
      '2g.20gb': 24,
      '3g.40gb': 16,
      '4g.40gb': 8,
      '7g.80gb': 8,
    });
    expect(result.strandedPercentMean['memory']).toBe(0);
  });

  test('has only small places left where a small partition lies in each half', () => {
    const { result } = measured('gpu-0-mig-1g10gb-19-0', 'gpu-0-mig-1g10gb-19-4');
    // Of the slices 1 to 3 and 5 to 7 are left.
    expect(result.placeableMean).toMatchObject({
      '1g.10gb': 49 + 5,
      '1g.20gb': 28 + 2,
      '2g.20gb': 21 + 1,
      '3g.40gb': 14,
      '7g.80gb': 7,
    });
    // Two of 19,968 MiB and two of 9,856 draw all but 1,024 of what is left; 2g and three of 1g all multiprocessors.
    expect(result.strandedPercentMean['memory']).toBeCloseTo((100 * 1024) / (8 * 80384), 4);
    expect(result.strandedPercentMean['multiprocessors']).toBe(0);
  });

  test('strands multiprocessors beside two of three sevenths', () => {
    const { result } = measured('gpu-0-mig-3g40gb-9-0', 'gpu-0-mig-3g40gb-9-4');
    expect(result.strandedPercentMean['multiprocessors']).toBeCloseTo((100 * 14) / (8 * 98), 4);
    expect(result.placeableMean).toMatchObject({ '1g.10gb': 49, gpu: 7 });
  });
});

test.each([
  ['numbered', 40],
  ['unnumbered', 60],
])('parents of more sets than are looked at are filled one by one: %s', (_name, count) => {
  const all = <T>(value: T) => Array.from({ length: count }, () => value);
  const type = new PartitionType({
    ...{ counterValues: [count], profiles: all(0), profileCount: 1 },
    ...{ places: all(0), amounts: all(Float64Array.of(1)), sizes: all(1 / count) },
  });
  const taken = new Uint8Array(count);
  for (const left of [count, count - 1]) {
    taken[3] = left === count ? 0 : 1;
    const { placeable, stranded } = type.state(taken, taken[3] * type.bit(3));
    expect([...placeable]).toEqual([left]);
    expect([...stranded]).toEqual([0]);
  }
});

test('means are weighted with time, and have names', () => {
  const partition = (name: string, profile: string, cores: string, memory: string): Device =>
    buildDevice(name, {
      attributes: { model: { string: 'm' }, profile: { string: profile } },
      consumesCounters: [
        { counterSet: 'set', counters: { cores: { value: cores }, memory: { value: memory } } },
      ],
    });
  const pool = { name: 'node', generation: 1, resourceSliceCount: 2 };
  const counters = { cores: { value: '10' }, memory: { value: '100' } };
  const slices = [
    buildSlice(undefined, undefined, {
      ...{ name: 'counters', pool, sharedCounters: [{ name: 'set', counters }] },
      nodeName: 'node',
    }),
    buildSlice(
      'node',
      [
        partition('small', 'small', '5', '20'),
        partition('large', 'large', '4', '70'),
        partition('other', 'large', '4', '70'),
      ],
      { name: 'devices', pool },
    ),
  ];
  const claims = [{ entry: 'gpu', spec: buildClaim({ gpu: {} }) }];
  const plans = [buildPlan(buildPod('pod'), [10], 10, { claims })];
  const input = buildRunInput([buildNode('node')], plans, { slices });
  const run = new Run({ ...input, untilUs: 20e6 });
  run.advance();
  const result = summarize(run, 'test', '1.37', 'test');
  // Idle for 10 s: a small and a large draw 9 of 10 and 90 of 100. Then small is taken for 10 s, and a large left.
  expect(result.fragmentation.partitions).toEqual([
    {
      kind: 'gpu.test m',
      parents: 1,
      largestMean: 0.7,
      placeableMean: { small: 0.5, large: 1 },
      strandedPercentMean: { cores: 10, memory: 10 },
    },
  ]);
  expect(metricsOf(result)).toMatchObject({
    'fragmentation.gpu.test m.largestMean': 0.7,
    'fragmentation.gpu.test m.placeableMean.small': 0.5,
  });
});
