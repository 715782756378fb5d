// Devices without CPU, and CPU without devices, in cases small enough to work out by hand.

import { describe, expect, test } from 'vitest';
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

const slices = [buildSlice('node', [buildDevice('a'), buildDevice('b')])];
const claims = [{ entry: 'gpu', spec: buildClaim({ gpu: {} }) }];

function result(plans: WorkloadPlan[]) {
  const input = buildRunInput([buildNode('node')], plans, { slices });
  const run = new Run({ ...input, untilUs: 20e6 });
  run.advance();
  return summarize(run, 'test', '1.37', 'test');
}

describe('stranded are', () => {
  test('free devices whose node has too little CPU left for any pod with devices', () => {
    // Until 10 s two of eight CPUs are left, and one of two devices.
    const plans = [
      buildPlan(buildPod('device', '3'), [0], 10, { claims }),
      buildPlan(buildPod('plain', '3'), [0], 10),
    ];
    expect(result(plans).devices[0]).toMatchObject({
      strandedPercentMean: 25,
      cpuStrandedPercentMean: 0,
    });
  });

  test('CPU and memory of nodes whose devices are all taken', () => {
    // Until 10 s two of eight CPUs are left, and all of the memory.
    const plans = [buildPlan(buildPod('device', '3'), [0, 0], 10, { claims })];
    const found = result(plans);
    expect(found.devices[0]).toMatchObject({
      strandedPercentMean: 0,
      cpuStrandedPercentMean: 12.5,
      memoryStrandedPercentMean: 50,
    });
    expect(found.series['gpu.test a cpuStrandedPercent']).toEqual({ mean: 12.5, max: 25 });
    expect(metricsOf(found)).toMatchObject({ 'devices.gpu.test a.cpuStrandedPercentMean': 12.5 });
  });

  test('nothing where no pod wants devices', () => {
    const found = result([buildPlan(buildPod('plain', '8'), [0], 10)]);
    expect(found.devices[0]).toMatchObject({ strandedPercentMean: 0, cpuStrandedPercentMean: 0 });
    expect(found.series).not.toHaveProperty('gpu.test a strandedPercent');
  });
});
