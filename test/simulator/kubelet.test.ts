// What kubelets do in a run: pods that are refused after binding, images that are pulled first, and slow ends.

import { expect, test } from 'vitest';
import { summarize } from '../../src/simulator/result.js';
import type { RunInput } from '../../src/simulator/runinput.js';
import { Run } from '../../src/simulator/simulator.js';
import type { TopologyManagerOptions } from '../../src/workloads/kubelet/topologymanager.js';
import type { PodTemplate } from '../../src/workloads/plan.js';
import { buildNode, buildPlan, buildPod, buildRunInput } from '../builders.js';

const MI = 2 ** 20;

function run(plans: RunInput['workloads'], overrides: Partial<RunInput>) {
  const images = [{ names: ['there:latest'] }];
  const status = { allocatable: { cpu: '16', memory: '64Gi', pods: '110' }, images };
  const run = new Run(
    buildRunInput([buildNode('node', { status })], plans, { untilUs: 2000e6, ...overrides }),
  );
  run.advance();
  return { pods: run.pods, result: summarize(run, 'test', '1.37', '1') };
}

const seconds = (column: Float64Array, count: number) =>
  Array.from(column.subarray(0, count), (us) => us / 1e6);

const strict: TopologyManagerOptions = {
  topologyManagerPolicy: 'single-numa-node',
  topologyManagerScope: 'container',
  cpuManagerPolicy: 'static',
  memoryManagerPolicy: 'None',
};
const kubelet = { topology: { ...strict, numaNodes: Uint8Array.of(2) } };

function guaranteed(name: string, cpu: string, at: number[], template: Partial<PodTemplate> = {}) {
  const amounts = { cpu, memory: '1Gi' };
  const containers = [{ name: 'c', resources: { requests: amounts, limits: amounts } }];
  return buildPlan(buildPod(name, cpu, { containers }), at, 100, template);
}

test('a pod that its kubelet refuses has failed, and its node is free for the next', () => {
  // 5 and 5 of 8 CPUs a NUMA node: the scheduler sees six free ones, the kubelet three and three.
  const { pods, result } = run([guaranteed('a', '5', [0, 1]), guaranteed('b', '6', [2, 200])], {
    kubelet,
  });
  expect(result.pods).toMatchObject({ created: 4, failed: 1, succeeded: 3 });
  expect([pods.node[2], pods.finishedUs[2]]).toEqual([0, 2e6]);
});

test('a Job tries again ever later, and is given up at its limit', () => {
  const job = { parallelism: 1, completions: 1, backoffLimit: 2 };
  const { pods, result } = run([guaranteed('a', '12', [5], { job })], { kubelet });
  expect(seconds(pods.scheduledUs, pods.count)).toEqual([5, 15, 35]);
  expect(result.jobs).toMatchObject({ created: 1, completed: 0, failed: 1 });
});

test('a Job whose pod is refused completes with another', () => {
  const job = { parallelism: 1, completions: 1 };
  const { result } = run([guaranteed('a', '5', [0, 0]), guaranteed('b', '6', [95], { job })], {
    kubelet,
  });
  expect(result.jobs).toMatchObject({ created: 1, completed: 1, failed: 0 });
  expect(result.pods.failed).toBe(1);
});

test('pods start when their images are there, which a node pulls once', () => {
  const image = (name: string, count: number) =>
    buildPlan(
      buildPod(name, '1', { containers: [{ name: 'c', image: name }] }),
      Array<number>(count).fill(0),
      10,
    );
  const { pods } = run([image('large', 2), image('small:1', 1), image('there', 1)], {
    kubelet: {
      imagePull: {
        bytesPerSecond: 100 * MI,
        sizes: new Map([['large:latest', 1000 * MI]]),
        defaultBytes: 100 * MI,
      },
    },
  });
  expect(seconds(pods.startedUs, 4)).toEqual([10, 10, 11, 0]);
});

test('a preemptor waits for the preStop sleep of its victim', () => {
  const sleep = { preStop: { sleep: { seconds: 7 } } };
  const low = buildPlan(
    buildPod('low', '16', {
      containers: [{ name: 'c', lifecycle: sleep, resources: { requests: { cpu: '16' } } }],
    }),
    [0],
    100,
    { priority: 0 },
  );
  const high = buildPlan(buildPod('high', '16', { priority: 10 }), [5], 100, { priority: 10 });
  // Seven seconds of sleep, one for the containers.
  expect(seconds(run([low, high], {}).pods.scheduledUs, 2)).toEqual([0, 13]);
});
