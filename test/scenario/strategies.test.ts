// Strategies of a scenario: partners, and where one says nothing.

import { expect, test } from 'vitest';
import { DrasimError } from '../../src/errors.js';
import { type LoadOptions, loadScenario } from '../../src/scenario/load.js';
import { scenarioText } from '../cli/process.js';

const files: Record<string, string> = {
  'nodes.csv': 'sn,cpu_milli,memory_mib,gpu,model\nn1,64000,262144,2,P100\nn2,96000,786432,8,T4\n',
  'pods.csv':
    'name,cpu_milli,memory_mib,num_gpu,gpu_milli\na,1000,1024,1,500\nb,1000,1024,2,1000\nc,1000,1024,0,0\n',
};
const shared = `apiVersion: drasim.dev/v1
kind: Scenario
metadata: {name: shared}
cluster: {trace: {format: openb, nodes: nodes.csv}}
workloads: [{name: w, trace: {format: openb, pods: pods.csv, times: in-order}}]
`;
const load = (text: string, options: LoadOptions) => {
  const reader = {
    readText: (path: string) => files[path]!,
    resolve: (_: string, path: string) => path,
  };
  return loadScenario(text, 'a.yaml', reader, options).input;
};

test.each([
  ['FGD', 'FGD', 'FGD'],
  ['DotProd', 'DotProd', 'BestFit'],
  ['GpuPacking+WorstFit', 'GpuPacking', 'WorstFit'],
  ['Random', 'Random', 'Random'],
  ['MostAllocated', 'MostAllocated', undefined],
  ['+BestFit', undefined, 'BestFit'],
])('%s runs with its partner', (strategy, node, device) => {
  const { scheduler, deviceStrategy } = load(shared, { strategy });
  expect(scheduler.strategy?.name).toBe(node);
  const handle = { devices: {}, nodes: {}, view: { shares: {} } } as never;
  expect(deviceStrategy!.create(handle)?.name).toBe(device);
});

test.each([
  ['FGD', 'strategy.node'],
  ['GpuPacking+BestFit', 'strategy.node'],
  ['LeastAllocated+FGD', 'strategy.device'],
])('%s is refused where no device gives shares', (strategy, path) => {
  let refusal: unknown;
  try {
    load(scenarioText(), { strategy });
  } catch (error) {
    refusal = error;
  }
  expect(refusal).toBeInstanceOf(DrasimError);
  expect(refusal).toMatchObject({
    code: 'ERR_STRATEGY_NO_SHARES',
    path: expect.stringContaining(path),
  });
});

test('PWR runs where power is stated, and is refused where it is not', () => {
  const stated = load(`${shared}power: {}\n`, { strategy: 'PWR' });
  expect(stated.scheduler.strategy?.power).toBe(stated.power);
  expect(load(`${shared}power: {}\n`, { strategy: 'FGD' }).scheduler.strategy).not.toHaveProperty(
    'power',
  );
  expect(() => load(shared, { strategy: 'PWR' })).toThrow(
    expect.objectContaining({
      code: 'ERR_STRATEGY_NO_POWER',
      hint: expect.stringContaining('power: {}'),
    }),
  );
});

test.each([
  ['MigAware', 'ERR_STRATEGY_NO_PARTITIONS'],
  ['Topology', 'ERR_STRATEGY_NO_POSITIONS'],
  ['SlicePriority', 'ERR_STRATEGY_NO_PRIORITIES'],
])('%s is refused where devices say nothing that it goes by', (name, code) => {
  expect(() => load(shared, { strategy: `+${name}` })).toThrow(
    expect.objectContaining({
      issues: [expect.objectContaining({ code, path: expect.stringContaining('strategy.device') })],
    }),
  );
});

test('ScarcestAttribute is refused where all devices are alike', () => {
  const alike = shared.replace('nodes.csv', 'alike.csv');
  files['alike.csv'] = 'sn,cpu_milli,memory_mib,gpu,model\nn1,64000,262144,2,T4\n';
  const strategy = '+ScarcestAttribute';
  expect(() => load(alike, { strategy })).toThrow(
    expect.objectContaining({
      issues: [expect.objectContaining({ code: 'ERR_STRATEGY_NO_SCARCITIES' })],
    }),
  );
  expect(() => load(shared, { strategy })).not.toThrow();
});

test.each(['Random', 'MostAllocated', 'WorstFit'])('%s applies to any scenario', (strategy) => {
  expect(() => load(scenarioText(), { strategy })).not.toThrow();
});
