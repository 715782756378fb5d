// The work of a pod follows what changed since the one before, not the size of the cluster.

import { expect, test } from 'vitest';
import { Run } from '../../src/simulator/simulator.js';
import { buildNode, buildPlan, buildPod, buildRunInput } from '../builders.js';

const LABELS = { app: 'web' };

/** Work of 300 pods, one a second, that are spread over three zones with a skew of one. */
function spreadOver(nodeCount: number) {
  const nodes = Array.from({ length: nodeCount }, (_, index) => {
    const name = `node-${`${index}`.padStart(4, '0')}`;
    return buildNode(name, { metadata: { name, labels: { zone: `${index % 3}` } } });
  });
  const pod = buildPod('web', '1', {
    topologySpreadConstraints: [
      {
        maxSkew: 1,
        topologyKey: 'zone',
        whenUnsatisfiable: 'DoNotSchedule',
        labelSelector: { matchLabels: LABELS },
      },
    ],
  });
  const spread = { ...pod, metadata: { ...pod.metadata, labels: LABELS } };
  const seconds = Array.from({ length: 300 }, (_, second) => second);
  const run = new Run(buildRunInput(nodes, [buildPlan(spread, seconds, Infinity)]));
  run.advance();
  return run.scheduler.counters;
}

test('a zone that may take no more pods is not looked at node by node', () => {
  const { attempts, nodesFiltered } = spreadOver(600);
  expect(attempts).toBe(300);
  // All nodes once, and after each pod its node again; now and then a node that was left while its zone was full.
  expect(nodesFiltered).toBeLessThan(600 + 2 * 300 + 1);
});
