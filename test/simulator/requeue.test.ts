// How pods that found no node come back: by events, after backoffs, and after five minutes.

import { describe, expect, test } from 'vitest';
import { resolveFeatures } from '../../src/api/features.js';
import { summarize } from '../../src/simulator/result.js';
import type { RunInput } from '../../src/simulator/runinput.js';
import { Run } from '../../src/simulator/simulator.js';
import { buildClaim, buildNode, buildPlan, buildPod, buildRunInput } from '../builders.js';

const node = buildNode('node', {
  status: { allocatable: { cpu: '4', memory: '8Gi', pods: '10' } },
});

function run(workloads: RunInput['workloads'], more: Partial<RunInput> = {}) {
  const finished = new Run(buildRunInput([node], workloads, more));
  finished.advance();
  const { pods } = finished;
  return {
    result: summarize(finished, 'test', '1.37', 'test'),
    scheduledSeconds: Array.from(pods.scheduledUs.subarray(0, pods.count), (us) => us / 1e6),
    attempts: [...pods.attempts.subarray(0, pods.count)],
  };
}

test('the end of a pod wakes all pods that lack room, whether they fit or not', () => {
  const { result, attempts } = run([
    buildPlan(buildPod('there', '3'), [0], 60),
    buildPlan(buildPod('brief', '1'), [0], 30),
    buildPlan(buildPod('large', '4'), [1, 1], 10),
  ]);
  expect(attempts).toEqual([1, 1, 3, 4]);
  expect(result.counters).toMatchObject({ wakeups: 5, wastedAttempts: 3, failedAttempts: 5 });
});

test('a pod that no event helps is tried again when five minutes are over', () => {
  const { attempts } = run([buildPlan(buildPod('huge', '64'), [0], 1)], { untilUs: 1000e6 });
  expect(attempts).toEqual([4]);
});

test('pods that nothing can help do not keep a run going', () => {
  const huge = buildPlan(buildPod('huge', '64'), [0], 1);
  const { result, attempts } = run([buildPlan(buildPod('p'), [0], 20), huge]);
  expect([result.virtualSeconds, attempts]).toEqual([20, [1, 2]]);
});

describe('an attempt takes its time', () => {
  const latencies = { attemptUs: 1_000_000, bindUs: 0, podStartUs: 0, podStopUs: 0, apiCallUs: 0 };
  const plans = [
    buildPlan(buildPod('there', '4'), [0], 5.5),
    buildPlan(buildPod('p', '4'), [5], 1),
  ];

  test('a pod is shown what it missed, and is tried at once where the queue is empty', () => {
    expect(run(plans, { latencies }).scheduledSeconds).toEqual([0, 6]);
  });

  test('up to 1.32 it waits its backoff out', () => {
    const features = resolveFeatures({
      version: '1.32',
      featureGates: { DynamicResourceAllocation: true },
    });
    expect(run(plans, { latencies, features }).scheduledSeconds).toEqual([0, 7]);
  });
});

test('pods whose claims do not exist are held back and say so', () => {
  const claims = [{ entry: 'gpu', missing: 'resourceclaimtemplate "default/t" not found' }];
  const { result } = run([
    buildPlan(buildPod('p'), [0], 1, { claims }),
    buildPlan(buildPod('q', '1', { schedulingGates: [{ name: 'a' }, { name: 'b' }] }), [0], 1),
    buildPlan(buildPod('r'), [0], 1, { claims: [{ entry: 'gpu', spec: buildClaim({ gpu: {} }) }] }),
  ]);
  expect(result.pods).toMatchObject({ gated: 2, unschedulable: 1 });
  expect(result.pendingReasons.map(({ message }) => message)).toEqual([
    '0/1 nodes are available: 1 cannot allocate all claims.',
    'resourceclaimtemplate "default/t" not found',
    'waiting for scheduling gates: [a b]',
  ]);
});
