// Devices with binding conditions (KEP-5007): pods wait for them before they are bound, and lose them when it takes
// too long.

import { expect, test } from 'vitest';
import { resolveFeatures } from '../../src/api/features.js';
import { summarize } from '../../src/simulator/result.js';
import type { RunInput } from '../../src/simulator/runinput.js';
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

/** Pods with a device each, on a node of one attached device and one plain one; draws in seconds. */
function run(seconds: number[], draws: number[], overrides: Partial<RunInput> = {}) {
  const claims = [{ entry: 'gpu', spec: buildClaim({ gpu: {} }) }];
  const slices = [buildSlice('node', [buildDevice('attached', { bindingConditions: ['ready'] })])];
  let next = 0;
  const run = new Run(
    buildRunInput([buildNode('node')], [buildPlan(buildPod('p'), seconds, 100, { claims })], {
      slices,
      untilUs: 3000e6,
      deviceReadyUs: () => draws[next++]! * 1e6,
      ...overrides,
    }),
  );
  run.advance();
  return { run, result: summarize(run, 'test', '1.37', '1') };
}

test.each([
  [0, 0],
  [3, 5],
  [5, 5],
  [12, 15],
])('a device that is ready after %d s is seen at the next poll', (ready, started) => {
  const { run: done, result } = run([0], [ready]);
  expect(done.pods.startedUs[0]).toBe(started * 1e6);
  expect(result.pods.succeeded).toBe(1);
});

test('one that takes too long is given back, and the pod is tried again', () => {
  const { run: done, result } = run([0, 1], [700, 7, 7]);
  expect(result.counters['failedBindings']).toBe(1);
  expect(result.pods.succeeded).toBe(2);
  // The timeout is ten minutes; the other pod had no device until then.
  expect(done.pods.scheduledUs[1]).toBeGreaterThanOrEqual(600e6);
  expect(done.recorder.allocations.count).toBe(3);
  expect(result.devices[0]!.utilisationPercentMax).toBe(100);
});

test('a pod that waits in vain misses no event meanwhile', () => {
  const { run: done } = run([0], [700, 0]);
  // Its own claim was freed: it is woken at once, after its backoff.
  expect(done.pods.scheduledUs[0]).toBeLessThan(602e6);
});

test('before its gate such a device is not taken at all', () => {
  const features = resolveFeatures({
    version: '1.34',
    featureGates: { DynamicResourceAllocation: true },
  });
  const { result } = run([0], [0], { features });
  expect(result.pods).toMatchObject({ scheduled: 0, unschedulable: 1 });
});
