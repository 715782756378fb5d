// Admission by the kubelet: which pods each policy refuses as NUMA nodes fill up, and what comes back.

import { describe, expect, test } from 'vitest';
import {
  numaRequests,
  TopologyManager,
  type TopologyManagerOptions,
  type TopologyPolicy,
} from '../../../src/workloads/kubelet/topologymanager.js';
import { buildPod } from '../../builders.js';

const GI = 2 ** 30;

/** One node of two NUMA nodes with 8 CPUs and 32 Gi each. */
const build = (policy: TopologyPolicy) =>
  new TopologyManager(policy, Uint8Array.of(2), {
    cpuMilli: Float64Array.of(16_000),
    memoryBytes: Float64Array.of(64 * GI),
  });

const cpus = (...counts: number[]) =>
  counts.map((count) => ({ cpuMilli: count * 1000, memoryBytes: 0 }));

/** Whether pods of so many CPUs are admitted one after the other. */
const admitted = (policy: TopologyPolicy, ...counts: number[]) => {
  const manager = build(policy);
  return counts.map((count, pod) => manager.admit(pod, cpus(count), 0));
};

describe('policies', () => {
  // 5 and 5 leave 3 on each NUMA node: six more exist, but on no one of them.
  test('best-effort refuses nobody', () => {
    expect(admitted('best-effort', 5, 5, 6)).toEqual([true, true, true]);
  });

  test('restricted refuses what would fit on fewer NUMA nodes if they were free', () => {
    expect(admitted('restricted', 5, 5, 6, 3)).toEqual([true, true, false, true]);
    expect(admitted('restricted', 12)).toEqual([true]);
  });

  test('single-numa-node refuses all that needs several', () => {
    expect(admitted('single-numa-node', 5, 5, 6, 3)).toEqual([true, true, false, true]);
    expect(admitted('single-numa-node', 12, 8, 8, 1)).toEqual([false, true, true, false]);
  });

  test('CPUs and memory must lie on one NUMA node together', () => {
    const manager = build('single-numa-node');
    const request = (cpu: number, memory: number) => [
      { cpuMilli: cpu * 1000, memoryBytes: memory * GI },
    ];
    expect(manager.admit(0, request(7, 4), 0)).toBe(true);
    expect(manager.admit(1, request(1, 30), 0)).toBe(true);
    // One CPU is left beside 28 Gi, seven beside 2 Gi.
    expect(manager.admit(2, request(4, 8), 0)).toBe(false);
    expect(manager.admit(3, request(1, 8), 0)).toBe(true);
  });
});

test('what a pod held is free when it is gone, and a refused one takes nothing', () => {
  const manager = build('single-numa-node');
  expect(manager.admit(0, cpus(8), 0)).toBe(true);
  // Its first container fits, the second does not.
  expect(manager.admit(1, cpus(6, 6), 0)).toBe(false);
  expect(manager.admit(2, cpus(8), 0)).toBe(true);
  manager.release(0);
  expect(manager.admit(3, cpus(8), 0)).toBe(true);
});

describe('requests', () => {
  const options: TopologyManagerOptions = {
    topologyManagerPolicy: 'restricted',
    topologyManagerScope: 'container',
    cpuManagerPolicy: 'static',
    memoryManagerPolicy: 'Static',
  };
  const container = (name: string, cpu: string, limit = cpu) => ({
    name,
    resources: { requests: { cpu, memory: '1Gi' }, limits: { cpu: limit, memory: '1Gi' } },
  });
  const pod = (...containers: ReturnType<typeof container>[]) => buildPod('p', '1', { containers });

  test('are those of Guaranteed pods, by container or summed up', () => {
    const two = pod(container('a', '2'), container('b', '3'));
    expect(numaRequests(two, options)).toEqual([
      { cpuMilli: 2000, memoryBytes: GI },
      { cpuMilli: 3000, memoryBytes: GI },
    ]);
    expect(numaRequests(two, { ...options, topologyManagerScope: 'pod' })).toEqual([
      { cpuMilli: 5000, memoryBytes: 2 * GI },
    ]);
    expect(numaRequests(pod(container('a', '2', '3')), options)).toEqual([]);
  });

  test('count whole CPUs alone, and what the managers are for', () => {
    expect(numaRequests(pod(container('a', '1500m')), options)).toEqual([
      { cpuMilli: 0, memoryBytes: GI },
    ]);
    const without: TopologyManagerOptions = {
      ...options,
      cpuManagerPolicy: 'none',
      memoryManagerPolicy: 'None',
    };
    expect(numaRequests(pod(container('a', '2')), without)).toEqual([
      { cpuMilli: 0, memoryBytes: 0 },
    ]);
  });
});
