// Strategies of the user's own: a score that alone ranks nodes, a cost that orders devices, from ES modules.

import { describe, expect, test } from 'vitest';
import { DrasimError } from '../../src/errors.js';
import { simulateScenario } from '../../src/scenario/simulate.js';

const text = (strategy: string) => `apiVersion: drasim.dev/v1
kind: Scenario
metadata: {name: test}
until: 1h
strategy: ${strategy}
cluster: {nodePools: [{name: a, count: 1, machine: l4-server}, {name: b, count: 1, machine: l4-server}]}
workloads:
  - name: w
    generator:
      arrivals: {process: constant, every: 0s}
      count: 3
      shapes:
        - name: s
          duration: 2h
          pod: {spec: {containers: [{name: c, image: i}]}}
          claims: {gpu: {devices: {requests: [{name: one, exactly: {deviceClassName: gpu.nvidia.com}}]}}}
`;

function run(strategy: string, modules: Record<string, unknown>) {
  const reader = { readText: () => '', resolve: (_from: string, path: string) => path };
  return simulateScenario(text(strategy), { reader, modules: new Map(Object.entries(modules)) });
}

/** Node and device of each pod, for example `a-0 gpu-3`. */
function places({ run: done }: ReturnType<typeof run>): string[] {
  const { devices, nodes } = done.input.cluster;
  const { allocations } = done.recorder;
  return Array.from({ length: allocations.count }, (_, row) => {
    const node = nodes.names[done.pods.node[allocations.at(row, 0)]!]!;
    return `${node} ${devices.objects[allocations.at(row, 2)]!.name}`;
  });
}

function issueOf(strategy: string, modules: Record<string, unknown>) {
  try {
    run(strategy, modules);
  } catch (error) {
    if (error instanceof DrasimError) return error.issues[0]!;
    throw error;
  }
  throw new Error('it was accepted');
}

const lastNode = {
  name: 'LastNode',
  score: (_pod: unknown, { node }: { node: { metadata: { name: string } } }) =>
    node.metadata.name === 'b-0' ? 1 : 0,
};
const lastDevice = {
  name: 'LastDevice',
  device: ({ device }: { device: { name: string } }) => -Number(device.name.split('-')[1]),
};

describe('a module', () => {
  test('ranks nodes alone', () => {
    const found = run('{node: own.js}', { 'own.js': lastNode });
    expect(places(found)).toEqual(['b-0 gpu-0', 'b-0 gpu-1', 'b-0 gpu-2']);
  });

  test('orders devices', () => {
    const found = run('{node: own.js, device: dev.js}', {
      'own.js': lastNode,
      'dev.js': lastDevice,
    });
    expect(places(found)).toEqual(['b-0 gpu-3', 'b-0 gpu-2', 'b-0 gpu-1']);
  });

  test('does both under one name', () => {
    const both = { ...lastNode, ...lastDevice, name: 'Both' };
    expect(places(run('{node: own.js}', { 'own.js': both }))[0]).toBe('b-0 gpu-3');
  });

  test('of devices alone leaves the ranking of nodes as it is', () => {
    const devices = places(run('{node: own.js}', { 'own.js': lastDevice }));
    expect(devices).toEqual(places(run('{device: own.js}', { 'own.js': lastDevice })));
    expect(devices[0]).toMatch(/gpu-3$/);
  });

  test('stands beside strategies of drasim', () => {
    const found = run('{node: LeastAllocated, device: own.js}', { 'own.js': lastDevice });
    expect(places(found)[0]).toMatch(/gpu-3$/);
  });

  test('sees all of a pod but its name', () => {
    const seen = new Set<string>();
    const look = {
      name: 'Look',
      score: ({ metadata }: { metadata: { labels?: { tier?: string } } }) => {
        seen.add(metadata.labels?.tier ?? 'none');
        return 0;
      },
    };
    const shape = (name: string, tier: string) =>
      `        - {name: ${name}, pod: {metadata: {labels: {tier: ${tier}}}, spec: {containers: [{name: c, image: i}]}}}\n`;
    const [head] = text('{node: own.js}').split('        - name: s');
    const source = head!.replace('count: 3', 'count: 40') + shape('a', 'web') + shape('b', 'db');
    const reader = { readText: () => '', resolve: (_from: string, path: string) => path };
    simulateScenario(source, { reader, modules: new Map([['own.js', look]]) });
    expect([...seen].sort()).toEqual(['db', 'web']);
  });

  test('sees the request, and whether a device is free', () => {
    const seen: unknown[] = [];
    const look = {
      name: 'Look',
      device: ({ isFree, driver }: never, request: never) => {
        seen.push([driver, isFree, request]);
        return 0;
      },
    };
    run('{device: own.js}', { 'own.js': look });
    const request = { name: 'one', deviceClassName: 'gpu.nvidia.com', count: 1 };
    expect(seen[0]).toEqual(['gpu.nvidia.com', true, request]);
  });
});

test.each<[string, string, unknown, string, string]>([
  ['that was not imported', '{node: own.js}', null, 'ERR_PLUGIN_MODULE', 'not imported'],
  ['without a name', '{device: own.js}', { device: () => 0 }, 'ERR_PLUGIN_MODULE', 'no name'],
  ['with nothing to do', '{node: own.js}', { name: 'Own' }, 'ERR_PLUGIN_MODULE', 'neither'],
  [
    'with a number for a function',
    '{device: own.js}',
    { name: 'Own', device: 3 },
    'ERR_PLUGIN_MODULE',
    'device must be a function',
  ],
  [
    'of nodes where devices are meant',
    '{device: own.js}',
    lastNode,
    'ERR_STRATEGY_MODULE',
    'has no function device',
  ],
])('a module %s is refused', (_what, strategy, exported, code, message) => {
  const issue = issueOf(strategy, exported === null ? {} : { 'own.js': exported });
  expect(issue).toMatchObject({ code, position: { line: 5 } });
  expect(issue.message).toContain(message);
});

/** Answers otherwise each time. */
function counting() {
  let calls = 0;
  return () => ++calls;
}

test.each<[string, object, string]>([
  [
    'throws',
    {
      device: () => {
        throw new RangeError('oh');
      },
    },
    'device of strategy Own threw RangeError: oh',
  ],
  ['returns NaN', { device: () => Number.NaN }, 'returned NaN, expected a number'],
  ['answers later', { device: async () => 1 }, 'returned a promise'],
  ['scores with NaN', { score: () => Number.NaN }, 'score of plugin Own returned NaN'],
  [
    'orders as it has counted',
    { device: counting() },
    'device of strategy Own answered 1 and then 2',
  ],
  ['scores as it has counted', { score: counting() }, 'score of plugin Own answered 1 and then 2'],
])('one that %s ends the run with its module named', (_what, part, message) => {
  const issue = issueOf('{node: own.js}', { 'own.js': { name: 'Own', ...part } });
  expect(issue).toMatchObject({ code: 'ERR_PLUGIN_FAILED', path: 'own.js' });
  expect(issue.message).toContain(message);
});
