// Pods of a Deployment are spread by default, as upstream's system defaults do, by the replica set that owns them.

import { expect, test } from 'vitest';
import { simulateScenario } from '../../src/scenario/simulate.js';

const pod = '{spec: {containers: [{name: c, image: i}]}}';
const labelled = '{metadata: {labels: {app: web}}, spec: {containers: [{name: c, image: i}]}}';

/** Pods on each of three nodes, of which the first is by far the emptiest by every other score. */
function countsOf(workload: string): number[] {
  const { run } = simulateScenario(`apiVersion: drasim.dev/v1
kind: Scenario
metadata: {name: test}
until: 1h
scheduler: {tieBreak: first-by-name, profiles: [{plugins: {score: {disabled: [{name: '*'}], enabled: [{name: PodTopologySpread}]}}}]}
cluster: {nodePools: [{name: a, count: 3, machine: cpu-server}]}
workloads:
  - name: w
    ${workload}
`);
  const counts = [0, 0, 0];
  for (let index = 0; index < run.pods.count; index++) counts[run.pods.node[index]!]!++;
  return counts;
}

test('a Deployment is spread over nodes, pods without an owner are not', () => {
  const deployment = `manifests: [{apiVersion: apps/v1, kind: Deployment, metadata: {name: web}, spec: {replicas: 9, selector: {matchLabels: {app: web}}, template: ${labelled}}}]`;
  expect(countsOf(deployment)).toEqual([3, 3, 3]);
  const plain = `generator: {arrivals: {process: constant, every: 0s}, count: 9, shapes: [{name: s, pod: ${pod}}]}`;
  expect(countsOf(plain)).toEqual([9, 0, 0]);
});
