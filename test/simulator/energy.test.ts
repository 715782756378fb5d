// Power and energy, in cases small enough to work out by hand.

import { describe, expect, test } from 'vitest';
import type { PowerModel } from '../../src/cluster/power.js';
import { cpuWatts, deviceWatts } from '../../src/cluster/power.js';
import { csvTables } from '../../src/report/csv.js';
import { summaryText } from '../../src/report/summary.js';
import { metricsOf } from '../../src/scenario/expectations.js';
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

/** A node of 100 W with two packages of four vCPUs, and two devices of 20 to 120 W. */
const power = (isStep: 0 | 1): PowerModel => ({
  nodeIdle: Float64Array.of(100),
  cpuIdle: Float64Array.of(10),
  cpuMax: Float64Array.of(50),
  packageMilli: Float64Array.of(4000),
  packages: Int32Array.of(2),
  deviceIdle: Float64Array.of(20, 20),
  deviceMax: Float64Array.of(120, 120),
  isStep: Uint8Array.of(isStep, isStep),
});

function finished(milli: string, isStep: 0 | 1 | null) {
  const devices = ['a', 'b'].map((name) =>
    buildDevice(name, {
      capacity: { milli: { value: '1000' } },
      allowMultipleAllocations: true,
    }),
  );
  const spec = buildClaim({ gpu: { capacity: { requests: { milli } } } });
  const plan = buildPlan(buildPod('pod', '3'), [0], 10, { claims: [{ entry: 'gpu', spec }] });
  const input = buildRunInput([buildNode('node')], [plan], {
    slices: [buildSlice('node', devices)],
    ...(isStep !== null && { power: power(isStep) }),
  });
  const run = new Run({ ...input, untilUs: 20e6 });
  run.advance();
  return { run, result: summarize(run, 'test', '1.37', 'test') };
}

test.each([
  [0, 20],
  [1, 60],
  [4000, 60],
  [4001, 100],
  [9000, 100],
])('packages of which %d milli are requested draw %d W', (milli, watts) => {
  expect(cpuWatts(power(0), 0, milli)).toBe(watts);
});

test.each([
  [0, 0, 20],
  [0, 0.5, 70],
  [0, 1, 120],
  [1, 0, 20],
  [1, 0.01, 120],
] as const)('a device (step %d) of which %d is in use draws %d W', (isStep, use, watts) => {
  expect(deviceWatts(power(isStep), 0, use)).toBe(watts);
});

describe('a run', () => {
  test.each([
    // Idle it draws 100 + 2 x 10 + 2 x 20 = 160 W; for half of the time a package is in use, and a device in part.
    ['300', 0, { wattsMax: 230, wattsMean: 195, kWh: 0.001083 }],
    ['300', 1, { wattsMax: 300, wattsMean: 230, kWh: 0.001278 }],
    ['1000', 0, { wattsMax: 300, wattsMean: 230, kWh: 0.001278 }],
  ] as const)('with %s thousandths of a device (step %d) draws %j', (milli, isStep, energy) => {
    const { run, result } = finished(milli, isStep);
    expect(result.energy).toEqual(energy);
    expect(metricsOf(result)).toMatchObject({ 'energy.wattsMean': energy.wattsMean });
    const [head, , second] = csvTables(run)['utilisation.csv']!.split('\n');
    const column = head!.split(',').indexOf('powerWatts');
    expect(second!.split(',')[column]).toBe(`${energy.wattsMax}`);
  });

  test('tells nothing of energy where no power is stated', () => {
    const { result } = finished('300', null);
    expect(result).not.toHaveProperty('energy');
    const plain = (text: string) => text;
    const paint = { bold: plain, dim: plain, green: plain, red: plain, yellow: plain };
    expect(summaryText(result, paint)).not.toContain('Energy');
    expect(summaryText(finished('300', 0).result, paint)).toContain(
      '0.00108 kWh, 0.20 kW on average',
    );
  });
});
