// How close together the devices of pods lie, in cases small enough to work out by hand.

import { expect, test } from 'vitest';
import type { Device } from '../../src/api/resource.js';
import { metricsOf } from '../../src/scenario/expectations.js';
import { summarize } from '../../src/simulator/result.js';
import { Run } from '../../src/simulator/simulator.js';
import type { WorkloadPlan } from '../../src/workloads/plan.js';
import {
  buildClaim,
  buildDevice,
  buildNode,
  buildPlan,
  buildPod,
  buildRunInput,
  buildSlice,
} from '../builders.js';

const behind = (name: string, root: string): Device =>
  buildDevice(name, {
    attributes: {
      'resource.kubernetes.io/pcieRoot': { string: root },
      'resource.kubernetes.io/numaNode': { int: 0 },
    },
  });
const wanting = (count: number) => ({
  claims: [{ entry: 'gpu', spec: buildClaim({ gpu: { count } }) }],
});

function result(plans: WorkloadPlan[], devices: Record<string, Device[]>) {
  const nodes = Object.keys(devices).map((name) => buildNode(name));
  const slices = Object.entries(devices).map(([name, list]) => buildSlice(name, list));
  const run = new Run({ ...buildRunInput(nodes, plans, { slices }), untilUs: 20e6 });
  run.advance();
  return summarize(run, 'test', '1.37', 'test');
}

test('alignment is of the pods with several devices, while there are any', () => {
  // Beside a single the first pair lies behind two roots from 1 to 10 s; the second has one root from 11 s on.
  const plans = [
    buildPlan(buildPod('single'), [0], 10, wanting(1)),
    buildPlan(buildPod('pair'), [1, 11], 9, wanting(2)),
  ];
  const devices = [behind('a', 'r0'), behind('b', 'r0'), behind('c', 'r1')];
  const found = result(plans, { node: devices });
  expect(found.locality).toEqual({
    pods: 2,
    onePcieRoot: 1,
    oneNumaNode: 2,
    onePcieRootPercentMean: 50,
    oneNumaNodePercentMean: 100,
    railJobs: 0,
    oneRail: 0,
  });
  expect(metricsOf(found)).toMatchObject({ 'locality.onePcieRootPercentMean': 50 });
});

test('where no pod wants several devices there is nothing to align', () => {
  const found = result([buildPlan(buildPod('single'), [0], 10, wanting(1))], {
    node: [behind('a', 'r0')],
  });
  expect(found.locality).toMatchObject({ pods: 0, onePcieRootPercentMean: null });
  expect(found.series).not.toHaveProperty('onePcieRootPercent');
});

test.each([
  ['the same', ['mlx5_0', 'mlx5_1'], 2],
  ['other', ['mlx5_1', 'mlx5_0'], 1],
])('Jobs whose pods have %s rails', (_name, order, aligned) => {
  const nic = (name: string) =>
    buildDevice(name, { attributes: { 'dra.net/rdmaDevice': { string: name } } });
  // Each node has CPU for one pod of each Job; a third NIC of other makes has no rail.
  const job = { job: { parallelism: 2, completions: 2 } };
  const whole = buildPlan(buildPod('whole', '4'), [0], 5, { ...wanting(2), ...job });
  const part = buildPlan(buildPod('part', '5'), [6], 5, { ...wanting(1), ...job });
  const found = result([whole, part], {
    first: [nic('mlx5_0'), nic('mlx5_1'), nic('rdmap16s27')],
    second: order.map(nic),
  });
  expect(found.locality).toMatchObject({ railJobs: 2, oneRail: aligned });
});

test('a rail may be published by name', () => {
  const nic = (name: string, rail: number) =>
    buildDevice(name, { attributes: { 'fabric.test/rail': { int: rail } } });
  const job = { job: { parallelism: 2, completions: 2 } };
  const plan = buildPlan(buildPod('part', '5'), [0], 5, { ...wanting(1), ...job });
  const found = result([plan], { first: [nic('a', 3)], second: [nic('b', 3)] });
  expect(found.locality).toMatchObject({ railJobs: 1, oneRail: 1 });
});
