// Preemption in a run: who makes room for whom, when, and who comes back.

import { describe, expect, test } from 'vitest';
import { resolveFeatures } from '../../src/api/features.js';
import type { ResourceSlice } from '../../src/api/resource.js';
import { summarize } from '../../src/simulator/result.js';
import type { RunInput } from '../../src/simulator/runinput.js';
import { Run } from '../../src/simulator/simulator.js';
import type { PodTemplate } from '../../src/workloads/plan.js';
import {
  buildClaim,
  buildDevice,
  buildNode,
  buildPlan,
  buildPod,
  buildRunInput,
  buildSlice,
} from '../builders.js';

/** Pods of some priority and CPU that arrive at these seconds. */
const plan = (
  name: string,
  priority: number,
  seconds: number[],
  template: Partial<PodTemplate> = {},
  cpu = '4',
) =>
  buildPlan(buildPod(name, cpu, { priority, ...template.pod?.spec }), seconds, 100, {
    priority,
    ...template,
  });

function run(
  workloads: RunInput['workloads'],
  overrides: Partial<RunInput> = {},
  slices: ResourceSlice[] = [],
) {
  const status = { allocatable: { cpu: '4', memory: '32Gi', pods: '110' } };
  const nodes = [buildNode('a', { status }), buildNode('b', { status })];
  const run = new Run(buildRunInput(nodes, workloads, { untilUs: 400e6, slices, ...overrides }));
  run.advance();
  const { pods } = run;
  const rows = Array.from({ length: pods.count }, (_, pod) => [
    pods.node[pod] === -1 ? 'none' : 'ab'[pods.node[pod]!],
    pods.scheduledUs[pod]! / 1e6,
    pods.finishedUs[pod]! / 1e6,
  ]);
  return { rows, result: summarize(run, 'test', '1.37', '1') };
}

test('a pod of higher priority takes the place of one of lower priority when it has stopped', () => {
  const { rows, result } = run([plan('low', 0, [0, 1]), plan('high', 10, [5])]);
  // Of two like victims the one that started last has to go; containers stop in a second.
  expect(rows).toEqual([
    ['a', 0, 100],
    ['b', 1, 6],
    ['b', 6, 106],
  ]);
  expect(result.pods).toMatchObject({ evicted: 1, succeeded: 2 });
  expect(result.counters['preemptions']).toBe(1);
});

test('a controller replaces the victim, which waits for room like any other', () => {
  const low = plan('low', 0, [0, 0], { isReplaced: true });
  const { rows, result } = run([low, plan('high', 10, [5])]);
  expect(result.pods).toMatchObject({ created: 4, evicted: 1, succeeded: 3 });
  expect(rows[3]![1]).toBeGreaterThanOrEqual(100);
});

test('room that is made is kept for the pod it was made for', () => {
  const low = plan('low', 0, [0, 0]);
  // A small pod of middle priority comes between the eviction and its end.
  const { rows } = run([low, plan('high', 10, [5]), plan('middle', 5, [5.5], {}, '1')]);
  const [, , high, middle] = rows;
  expect(high![1]).toBe(6);
  expect(middle![1]).toBeGreaterThan(6);
});

test('equal priorities, or preemption switched off, evict nobody', () => {
  const low = plan('low', 0, [0, 0]);
  expect(run([low, plan('same', 0, [5])]).result.pods.evicted).toBe(0);
  const scheduler = { ...buildRunInput([], []).scheduler, preemption: false };
  const { rows, result } = run([low, plan('high', 10, [5])], { scheduler });
  expect(result.pods.evicted).toBe(0);
  expect(rows[2]![1]).toBe(100);
});

describe('calls of the API take time', () => {
  const latencies = { attemptUs: 0, bindUs: 0, podStartUs: 0, podStopUs: 1e6, apiCallUs: 1e6 };
  const low = plan('low', 0, [0, 0]);
  const release = (version: string, isAsync: boolean) =>
    resolveFeatures({
      version,
      featureGates: { DynamicResourceAllocation: true, SchedulerAsyncPreemption: isAsync },
    });

  test.each(['1.32', '1.34', '1.37'])(
    '%s: a victim is marked, then deleted, then stops',
    (version) => {
      for (const isAsync of [true, false]) {
        const { rows } = run([low, plan('high', 10, [5])], {
          latencies,
          features: release(version, isAsync),
        });
        // Two calls and the stop of its containers; at 1.32 the pod waits its backoff out, which is over by then.
        expect(rows[2]!.slice(0, 2)).toEqual([expect.any(String), 8]);
      }
    },
  );

  test('the scheduler waits for its calls unless preemption is asynchronous', () => {
    const nodes = [plan('low', 0, [0]), plan('small', 0, [0], {}, '1')];
    const high = plan('high', 10, [5], {}, '4');
    const other = plan('other', 0, [5.5], {}, '1');
    const waits = (isAsync: boolean) =>
      run([...nodes, high, other], { latencies, features: release('1.37', isAsync) }).rows[3]![1];
    expect([waits(true), waits(false)]).toEqual([5.5, 7]);
  });

  test('its victims are evicted some at once, the last one after all others', () => {
    // Sixteen victims go in one round; the seventeenth is the last and has one of its own.
    const evictedUs = (count: number) => {
      const cpu = `${Math.floor(4000 / count)}m`;
      const lows = plan('low', 0, Array<number>(2 * count).fill(0), {}, cpu);
      const { rows } = run([lows, plan('high', 10, [5])], {
        latencies,
        features: release('1.37', true),
      });
      return rows.at(-1)![1];
    };
    expect([evictedUs(1), evictedUs(2), evictedUs(17), evictedUs(18)]).toEqual([8, 10, 10, 12]);
  });

  test('a pod of lower priority that room was kept for loses it, and is tried again', () => {
    const middle = plan('middle', 5, [5]);
    const higher = plan('higher', 10, [5.5]);
    const { rows, result } = run([low, middle, higher], {
      latencies,
      features: release('1.37', true),
    });
    expect(rows[3]![1]).toBeLessThanOrEqual(rows[2]![1] as number);
    expect(result.pods.evicted).toBe(2);
  });
});

test('pods that were told to go count no more where pods are spread', () => {
  const labels = { app: 'web' };
  const spread = {
    maxSkew: 1,
    topologyKey: 'kubernetes.io/hostname',
    whenUnsatisfiable: 'DoNotSchedule' as const,
    labelSelector: { matchLabels: labels },
  };
  const pod = (name: string, priority: number) => ({
    ...buildPod(name, '1', { priority, topologySpreadConstraints: [spread] }),
    metadata: { ...buildPod(name).metadata, labels },
  });
  const web = buildPlan(pod('web', 0), [0, 0, 0, 0], 100, { priority: 0 });
  // One of the two pods on a node makes room for `big`: one more on the other would be a skew of two then.
  const big = plan('big', 10, [5], {}, '3');
  const more = buildPlan(pod('more', 0), [8], 100, { priority: 0 });
  const { rows, result } = run([web, big, more]);
  expect(result.pods.evicted).toBe(1);
  expect(rows.at(-1)![1]).toBeGreaterThanOrEqual(100);
});

describe('devices of victims', () => {
  const spec = buildClaim({ gpu: {} });
  const device = (name: string, priority: number, seconds: number[], count = 1) =>
    plan(
      name,
      priority,
      seconds,
      {
        claims: Array.from({ length: count }, (_, index) => ({ entry: `gpu-${index}`, spec })),
      },
      '1',
    );
  const on = (workloads: RunInput['workloads'], preemptsDevices: boolean) => {
    const scheduler = { ...buildRunInput([], []).scheduler, preemptsDevices };
    const slices = [
      buildSlice(
        'a',
        ['x', 'y'].map((name) => buildDevice(name)),
      ),
    ];
    return run(workloads, { scheduler }, slices);
  };

  test('are no reason to evict them, as in every release', () => {
    const { rows, result } = on([device('low', 0, [0, 0]), device('high', 10, [5])], false);
    expect(result.pods.evicted).toBe(0);
    expect(rows[2]![1]).toBeGreaterThanOrEqual(100);
  });

  test('are one in the what-if of KEP-5690, and only as many go as are needed', () => {
    const { rows, result } = on([device('low', 0, [0, 1]), device('high', 10, [5])], true);
    expect(result.pods.evicted).toBe(1);
    // Of equals the one that started last has to go, and its device is free when it has stopped.
    expect(rows.map((row) => row[1])).toEqual([0, 1, 6]);
    expect(rows[1]![2]).toBe(6);
    const both = on([device('low', 0, [0, 0]), device('high', 10, [5], 2)], true);
    expect(both.result.pods.evicted).toBe(2);
  });

  test('stay where no room is made by it: all is as before', () => {
    const { result } = on([device('low', 0, [0, 0]), device('high', 10, [5], 3)], true);
    expect(result.pods.evicted).toBe(0);
    expect(result.devices[0]).toMatchObject({ utilisationPercentMax: 100 });
  });
});
