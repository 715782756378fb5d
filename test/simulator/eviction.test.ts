// Device taint rules over time: what they keep away, whom they end, and what takes its place.

import { describe, expect, test } from 'vitest';
import type { DeviceTaintRule, DeviceToleration } from '../../src/api/resource.js';
import { summarize } from '../../src/simulator/result.js';
import type { TaintChange } from '../../src/simulator/runinput.js';
import { Run } from '../../src/simulator/simulator.js';
import type { PodTemplate } from '../../src/workloads/plan.js';
import {
  buildClaim,
  buildDevice,
  buildNode,
  buildPlan,
  buildPod,
  buildRunInput,
  buildSlice,
} from '../builders.js';

const rule = (device: string, effect: 'NoSchedule' | 'NoExecute'): DeviceTaintRule => ({
  apiVersion: 'resource.k8s.io/v1',
  kind: 'DeviceTaintRule',
  metadata: { name: device },
  spec: { deviceSelector: { device }, taint: { key: 'sick', effect } },
});

/** Rules in force from these seconds on. */
const changes = (entries: Record<number, DeviceTaintRule[]>): TaintChange[] => [
  { timeUs: 0, rules: [] },
  ...Object.entries(entries).map(([second, rules]) => ({ timeUs: Number(second) * 1e6, rules })),
];

function run(
  taintChanges: TaintChange[],
  {
    seconds = [0],
    devices = ['a', 'b'],
    tolerations = [] as DeviceToleration[],
    template = {} as Partial<PodTemplate>,
  },
) {
  const claims = [{ entry: 'gpu', spec: buildClaim({ gpu: { tolerations } }) }];
  const plan = buildPlan(buildPod('p'), seconds, 100, { claims, ...template });
  const slice = buildSlice(
    'node',
    devices.map((name) => buildDevice(name)),
  );
  const result = new Run(
    buildRunInput([buildNode('node')], [plan], { slices: [slice], taintChanges, untilUs: 200e6 }),
  );
  result.advance();
  const rows = Array.from({ length: result.recorder.allocations.count }, (_, row) => {
    const [, , device, from, until] = [0, 1, 2, 3, 4].map((column) =>
      result.recorder.allocations.at(row, column),
    );
    return [devices[device!], from! / 1e6, until! / 1e6];
  });
  return { rows, pods: summarize(result, 'test', '1.37', '1').pods };
}

describe('NoSchedule', () => {
  test('keeps pods away while the rule is there, and lets them in when it goes', () => {
    const { rows } = run(changes({ 5: [rule('a', 'NoSchedule')], 30: [] }), {
      seconds: [0, 10, 20],
      devices: ['a', 'b'],
    });
    // The third finds nothing until the rule has gone; by then the first has the device until 100.
    expect(rows).toEqual([
      ['a', 0, 100],
      ['b', 10, 110],
      ['a', 100, 200],
    ]);
  });

  test('of a device that nobody holds wakes those that wait for it when it goes', () => {
    const { rows } = run(changes({ 5: [rule('a', 'NoSchedule')], 30: [] }), {
      seconds: [10],
      devices: ['a'],
    });
    expect(rows).toEqual([['a', 30, 130]]);
  });
});

describe('NoExecute', () => {
  test('ends pods that do not tolerate it; their devices are free when they have stopped', () => {
    const { rows, pods } = run(changes({ 5: [rule('a', 'NoExecute')] }), {});
    expect(rows).toEqual([['a', 0, 6]]);
    expect(pods).toMatchObject({ created: 1, evicted: 1, succeeded: 0, running: 0 });
  });

  test('a controller puts another pod in the place of one', () => {
    const template = { isReplaced: true };
    const { rows, pods } = run(changes({ 5: [rule('a', 'NoExecute')] }), { template });
    expect(rows).toEqual([
      ['a', 0, 6],
      ['b', 5, 105],
    ]);
    expect(pods).toMatchObject({ created: 2, evicted: 1, succeeded: 1 });
  });

  test('a Job still gets its completions', () => {
    const template = { job: { parallelism: 1, completions: 1 } };
    const { pods } = run(changes({ 5: [rule('a', 'NoExecute')] }), { template });
    expect(pods).toMatchObject({ created: 2, evicted: 1, succeeded: 1 });
  });

  test.each<[string, DeviceToleration[], unknown]>([
    ['for ever', [{ key: 'sick', operator: 'Exists' }], ['a', 0, 100]],
    ['for a time', [{ key: 'sick', operator: 'Exists', tolerationSeconds: 30 }], ['a', 0, 36]],
    ['not at all', [{ key: 'other', operator: 'Exists' }], ['a', 0, 6]],
  ])('is tolerated %s', (_name, tolerations, row) => {
    const { rows } = run(changes({ 5: [rule('a', 'NoExecute')] }), { tolerations });
    expect(rows).toEqual([row]);
  });

  test('a rule that goes in time ends nobody', () => {
    const tolerations: DeviceToleration[] = [
      { key: 'sick', operator: 'Exists', tolerationSeconds: 30 },
    ];
    const { rows } = run(changes({ 5: [rule('a', 'NoExecute')], 20: [] }), { tolerations });
    expect(rows).toEqual([['a', 0, 100]]);
  });
});
