// Bounded slowdown, in a case small enough to work out by hand.

import { expect, test } from 'vitest';
import { metricsOf } from '../../src/scenario/expectations.js';
import { summarize } from '../../src/simulator/result.js';
import { Run } from '../../src/simulator/simulator.js';
import { measureSlowdown } from '../../src/simulator/slowdown.js';
import { buildNode, buildPlan, buildPod, buildRunInput } from '../builders.js';

test('is the time from creation to end over the time that a pod ran, of which 10 s count at least', () => {
  // One at a time on the eight CPUs: created at 0, ending at 20, 40 and 42; the last waits for the end of the run.
  const plans = [
    buildPlan(buildPod('long', '8'), [0, 0], 20),
    buildPlan(buildPod('short', '8'), [0], 2),
    buildPlan(buildPod('endless', '8'), [0], Infinity),
  ];
  const run = new Run({ ...buildRunInput([buildNode('node')], plans), untilUs: 100e6 });
  run.advance();
  const result = summarize(run, 'test', '1.37', 'test');
  expect(result.slowdown).toEqual({ p50: 2, p95: 4.2, p99: 4.2, max: 4.2, mean: 2.4 });
  expect(metricsOf(result)).toMatchObject({ 'slowdown.p50': 2, 'slowdown.mean': 2.4 });
  expect(measureSlowdown(run, 0)).toMatchObject({ max: 2, mean: 1.5 });
  expect(measureSlowdown(run, 2)).toEqual({
    p50: null,
    p95: null,
    p99: null,
    max: null,
    mean: null,
  });
});

test('is 1 at least, where a pod ran for less than 10 s and did not wait', () => {
  const plan = buildPlan(buildPod('short'), [0], 3);
  const run = new Run(buildRunInput([buildNode('node')], [plan]));
  run.advance();
  expect(measureSlowdown(run)).toMatchObject({ p50: 1, mean: 1 });
});
