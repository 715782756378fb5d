// Preemption in a run: who makes room for whom, when, and who comes back.

import { expect, test } from 'vitest';
import { summarize } from '../../src/simulator/result.js';
import { Run, type RunInput } from '../../src/simulator/simulator.js';
import type { PodTemplate } from '../../src/workloads/plan.js';
import { buildNode, buildPlan, buildPod, buildRunInput } from '../builders.js';

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

function run(workloads: RunInput['workloads'], overrides: Partial<RunInput> = {}) {
  const status = { allocatable: { cpu: '4', memory: '32Gi', pods: '110' } };
  const nodes = [buildNode('a', { status }), buildNode('b', { status })];
  const run = new Run(buildRunInput(nodes, workloads, { untilUs: 400e6, ...overrides }));
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
