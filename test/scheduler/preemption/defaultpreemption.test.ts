import { expect, test } from 'vitest';
import { buildNode, buildPod } from '../../builders.js';
import { buildCycle } from '../cycle.js';

const LABELS = { app: 'kept' };
const BUDGET = {
  kind: 'PodDisruptionBudget',
  metadata: { name: 'budget', namespace: 'default' },
  spec: { selector: { matchLabels: LABELS } },
  status: { disruptionsAllowed: 0 },
};

/** The node where a pod of priority 10 makes room; each node is full with one pod of the given priority. */
function chosenNode(priorities: readonly number[], unbudgeted = -1): number {
  const names = priorities.map((_, index) => `node-${index}`);
  const setup = buildCycle({
    nodes: names.map((name) => buildNode(name)),
    pods: priorities.map((priority, index) => {
      const pod = buildPod(`low-${index}`, '8', { nodeName: names[index]!, priority });
      const labels = index === unbudgeted ? {} : LABELS;
      return { ...pod, metadata: { ...pod.metadata, labels } };
    }),
    pod: buildPod('high', '8', { priority: 10 }),
    objects: [BUDGET],
  });
  const { cycle, pod } = setup;
  return cycle.fail(cycle.run(pod), pod, -1).postFilter!.nominatedNode;
}

test('of candidates that overdraw a budget no more are compared than are wanted', () => {
  const priorities = new Array(101).fill(5);
  expect(chosenNode([...priorities.slice(0, 99), 4, 3])).toBe(99);
});

test('the search goes on to the first candidate that overdraws no budget', () => {
  expect(chosenNode(new Array(120).fill(5), 110)).toBe(110);
});
