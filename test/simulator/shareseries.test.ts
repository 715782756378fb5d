// Fragmentation of shared devices over time, in a case small enough to work out by hand.

import { expect, test } from 'vitest';
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

function result(shared: boolean) {
  const devices = ['a', 'b'].map((name) =>
    buildDevice(name, {
      capacity: { milli: { value: '1000' } },
      ...(shared && { allowMultipleAllocations: true }),
    }),
  );
  const plan = (name: string, milli: string, seconds: number[]) =>
    buildPlan(buildPod(name), seconds, 1000, {
      claims: [{ entry: 'gpu', spec: buildClaim({ gpu: { capacity: { requests: { milli } } } }) }],
    });
  const plans = [plan('large', '700', [1, 2, 3]), plan('small', '400', [0])];
  const slices = [buildSlice('node', devices)];
  const run = new Run({ ...buildRunInput([buildNode('node')], plans, { slices }), untilUs: 10e6 });
  run.advance();
  return summarize(run, 'test', '1.37', 'test');
}

test('what typical pods cannot use has a mean that is weighted with time', () => {
  // Of 2000, 400 are allocated for a second and 1100 for nine. Typical are three pods of 700 and one of 400: first they
  // cannot use 600 in three cases of four, then 900 in three, and 300 in the fourth.
  const { fragmentation, series } = result(true);
  expect(fragmentation.shares).toEqual({
    allocationRatioMean: 51.5,
    fragmentAmountMean: 36,
    fragmentRatioMean: 77.8125,
  });
  expect(series['fragmentAmount']).toEqual({ mean: 36, max: 37.5 });
});

test('there is none where no device gives shares', () => {
  expect(result(false).fragmentation.shares).toBeNull();
});
