// How shared devices stand as demand arrives, in a case small enough to work out by hand.

import { expect, test } from 'vitest';
import type { ResourceClaimSpec } from '../../src/api/resource.js';
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

const share = (milli: string): ResourceClaimSpec =>
  buildClaim({ gpu: { capacity: { requests: { milli } } } });

function finished(shared: boolean) {
  const devices = ['a', 'b'].map((name) =>
    buildDevice(name, {
      capacity: { milli: { value: '1000' } },
      ...(shared && { allowMultipleAllocations: true }),
    }),
  );
  const plan = (name: string, milli: string, seconds: number[]) =>
    buildPlan(buildPod(name), seconds, 1000, { claims: [{ entry: 'gpu', spec: share(milli) }] });
  const plans = [plan('large', '700', [1, 2, 3]), plan('small', '400', [0])];
  const input = buildRunInput([buildNode('node')], plans, {
    slices: [buildSlice('node', devices)],
  });
  const run = new Run({ ...input, untilUs: 10e6 });
  run.advance();
  return run;
}

test('states belong to the percents that arrived demand passes', () => {
  // 400 to a; then 700 to b; then nothing for the other two: 600 of a and 300 of b are too little.
  const { arrivals } = finished(true);
  expect(arrivals!.arrivedMilli).toBe(2500);
  // Typical are three of 700 and one of 400.
  expect(arrivals!.at(1)).toEqual({ allocationRatio: 0, fragmentAmount: 0, fragmentRatio: 0 });
  expect(arrivals!.at(19)).toMatchObject({ allocationRatio: 0 });
  const first = arrivals!.at(20)!;
  expect(first.allocationRatio).toBe(20);
  expect(first.fragmentAmount).toBeCloseTo((100 * (0.75 * 600)) / 2000, 9);
  expect(first.fragmentRatio).toBeCloseTo((100 * (0.75 * 600)) / 1600, 9);
  const second = arrivals!.at(56)!;
  expect(second.allocationRatio).toBe(55);
  expect(second.fragmentAmount).toBeCloseTo((100 * (0.75 * 900 + 0.25 * 300)) / 2000, 9);
  expect(arrivals!.at(125)).toEqual(arrivals!.now());
  // 125 % have arrived: another pod would have passed 150, none 180.
  expect(arrivals!.at(150)).toEqual(arrivals!.now());
  expect(arrivals!.at(180)).toBeUndefined();
});

test('where no device gives shares there is nothing to follow', () => {
  expect(finished(false).arrivals).toBeNull();
});
