// In which order waiting pods are tried, by the QueueSort plugin of the configuration.

import { describe, expect, test } from 'vitest';
import { InputFiles } from '../../src/cli/files.js';
import { DrasimError } from '../../src/errors.js';
import { loadScenario } from '../../src/scenario/load.js';
import { podName } from '../../src/simulator/result.js';
import { Run } from '../../src/simulator/simulator.js';

/** Pods of a CPU each on a node with one: one waits for the other. */
const scenario = (scheduler: string) => `
apiVersion: drasim.dev/v1
kind: Scenario
metadata: { name: order }
cluster:
  manifests:
    - apiVersion: v1
      kind: Node
      metadata: { name: node }
      status: { allocatable: { cpu: "1", memory: 1Gi, pods: "9" } }
    - { apiVersion: scheduling.k8s.io/v1, kind: PriorityClass, metadata: { name: high }, value: 10 }
workloads:
${[
  ['first', '0s', '100s', ''],
  ['long', '1s', '60s', ''],
  ['short', '2s', '10s', ''],
  ['urgent', '3s', '30s', 'priorityClassName: high, preemptionPolicy: Never, '],
]
  .map(
    ([name, at, duration, more]) => `
  - name: ${name}
    start: ${at}
    duration: ${duration}
    manifests:
      - apiVersion: v1
        kind: Pod
        metadata: { name: ${name} }
        spec: { ${more}containers: [{ name: a, image: a, resources: { requests: { cpu: "1" } } }] }`,
  )
  .join('')}
scheduler:
  tieBreak: first-by-name
  ${scheduler}
until: 10m
`;

const sortedBy = (name: string) =>
  `profiles: [{ schedulerName: default-scheduler, plugins: { queueSort: { enabled: [{ name: ${name} }], disabled: [{ name: "*" }] } } }]`;

function order(scheduler: string): string[] {
  const { input } = loadScenario(scenario(scheduler), 'order.yaml', new InputFiles());
  const run = new Run(input);
  run.advance();
  const { pods } = run;
  const all = Array.from({ length: pods.count }, (_, pod) => pod);
  all.sort((left, right) => pods.scheduledUs[left]! - pods.scheduledUs[right]!);
  return all.map((pod) => podName(run, pod));
}

describe('pods that wait go', () => {
  test.each([
    ['by priority, then by age', '', ['first', 'urgent', 'long', 'short']],
    [
      'by priority with PrioritySort',
      sortedBy('PrioritySort'),
      ['first', 'urgent', 'long', 'short'],
    ],
    [
      'in the order of their creation with FIFO',
      sortedBy('FIFO'),
      ['first', 'long', 'short', 'urgent'],
    ],
    ['by how long they run with SJF', sortedBy('SJF'), ['first', 'short', 'urgent', 'long']],
  ])('%s', (_title, scheduler, expected) => {
    expect(order(scheduler)).toEqual(expected);
  });

  test('by one plugin: another beside it is refused', () => {
    const both =
      'profiles: [{ schedulerName: default-scheduler, plugins: { queueSort: { enabled: [{ name: SJF }] } } }]';
    expect(() => order(both)).toThrow(DrasimError);
  });
});
