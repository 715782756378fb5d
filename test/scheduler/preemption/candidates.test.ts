import { expect, test } from 'vitest';
import { PodTable } from '../../../src/scheduler/pods.js';
import {
  chooseCandidate,
  compareImportance,
  costsOf,
  type PreemptionCandidate,
} from '../../../src/scheduler/preemption/candidates.js';

// Pods 0 to 5, with priority and start.
const pods = new PodTable();
for (const [priority, startedUs] of [
  [5, 100],
  [5, 200],
  [1, 100],
  [1, 300],
  [-3, 100],
  [1, Number.NaN],
] as const) {
  pods.startedUs[pods.add(0, 0, priority, 0, Infinity)] = startedUs;
}

const candidate = (node: number, victims: number[], violations = 0): PreemptionCandidate => ({
  node,
  victims,
  violations,
  costs: costsOf(victims, violations, pods),
});

test.each([
  ['fewest budgets broken', [candidate(0, [4], 1), candidate(1, [0])], 1],
  ['lowest priority of the most important victim', [candidate(0, [0]), candidate(1, [2, 3])], 1],
  ['smallest sum of priorities', [candidate(0, [2, 3]), candidate(1, [2, 4])], 1],
  ['latest start of the most important victims', [candidate(0, [2]), candidate(1, [3])], 1],
  ['the first of equal ones', [candidate(3, [2]), candidate(1, [2])], 3],
])('the node is chosen by %s', (_name, candidates, node) => {
  expect(chooseCandidate(candidates)?.node).toBe(node);
});

test('without candidates there is none to choose', () => {
  expect(chooseCandidate([])).toBeUndefined();
});

test('importance is priority, then the longer run; a pod that has not started comes last', () => {
  const order = [5, 4, 3, 2, 1, 0].sort((a, b) => compareImportance(pods, a, b));
  expect(order).toEqual([0, 1, 2, 3, 5, 4]);
});
