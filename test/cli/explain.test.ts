// `drasim explain`: a claim found by name, the answer at a time, and questions that cannot be answered.

import { afterAll, describe, expect, test } from 'vitest';
import { explainCommand } from '../../src/cli/explain.js';
import { Workplace } from './process.js';

const place = new Workplace({
  'pairs.yaml': `apiVersion: drasim.dev/v1
kind: Scenario
metadata: {name: pairs}
until: 1h
cluster:
  nodePools: [{name: l4, count: 1, machine: l4-server}]
workloads:
  - name: work
    generator:
      arrivals: {process: constant, every: 1m}
      count: 3
      shapes:
        - name: pod
          pod:
            spec: {containers: [{name: c, image: i, resources: {requests: {cpu: "1"}}}]}
          claims: {gpu: {devices: {requests: [{name: gpu, exactly: {deviceClassName: gpu.nvidia.com, count: 2}}]}}}
          duration: 10m
`,
});
afterAll(() => place.remove());

const explain = (...args: string[]) => place.drasim(['explain', 'pairs.yaml', ...args]);

describe('the answer', () => {
  test('is about the time that was asked for', () => {
    const json = (at: string) => {
      const { code, stdout } = explain(
        '--claim',
        'work-pod-2/gpu',
        '--node',
        'l4-0',
        '--at',
        at,
        '--format',
        'json',
      );
      expect(code).toBe(0);
      return JSON.parse(stdout) as { outcome: string; timeSeconds: number; allocated?: object };
    };
    expect(json('5m')).toMatchObject({ outcome: 'does not fit', timeSeconds: 300 });
    expect(json('11m')).toMatchObject({ allocated: { node: 'l4-0' }, beside: [] });
  });

  test('names who holds the devices', () => {
    const { stdout } = explain('--claim', 'work-pod-2', '--node', 'l4-0', '--at', '5m');
    expect(stdout).toContain('claim work-pod-2/gpu on node l4-0 at 5m');
    expect(stdout).toContain('by claim work-pod-0/gpu');
    expect(stdout).toContain('0 of 4 would do');
  });
});

test.each([
  [
    'an unknown node',
    ['--claim', 'work-pod-0', '--node', 'l4-1'],
    'there is no node l4-1 (did you mean l4-0?)',
  ],
  [
    'an unknown claim',
    ['--claim', 'work-pod-7', '--node', 'l4-0'],
    'there is no claim or pod work-pod-7 at this time',
  ],
  ['an unknown entry', ['--claim', 'work-pod-0/cpu', '--node', 'l4-0'], 'name one: work-pod-0/gpu'],
  [
    'no time',
    ['--claim', 'work-pod-0', '--node', 'l4-0', '--at', 'noon'],
    '--at: expected a time such as 90s',
  ],
  ['neither pod nor claim', ['--node', 'l4-0'], 'expected a pod, or --claim with --node'],
  ['an unknown pod', ['work-pod-7'], 'there is no pod work-pod-7 at this time'],
])('%s', (_name, args, message) => {
  const { code, stdout, stderr } = explain(...args);
  expect([code, stdout]).toEqual([2, '']);
  expect(stderr).toContain(message);
});

describe('a pod', () => {
  test('shows what every node says, and how its attempts ended', () => {
    const { stdout } = explain('work-pod-2', '--at', '5m');
    expect(stdout).toContain('0/1 nodes are available: 1 cannot allocate all claims.');
    expect(stdout).toMatch(/l4-0\s+│ DynamicResources │ cannot allocate all claims/);
    expect(stdout).toContain('Attempts: 1');
    expect(stdout).toMatch(/UnscheduledPodAdd\s+│ DynamicResources: cannot allocate/);
  });

  test('counts which events woke it, and in vain', () => {
    const { stdout } = explain('work-pod-2');
    expect(stdout).toContain(
      'It was woken by\n  UnschedulableTimeout once, 1 in vain\n  ResourceClaimUpdate once, 0 in vain',
    );
  });

  test('that runs shows its node, and what another like it would get', () => {
    const { stdout } = explain('work-pod-0', '--at', '30s', '--node', 'l4-0');
    expect(stdout).toContain('It got node l4-0 at 0s.');
    expect(stdout).toContain('1 node takes it');
    expect(stdout).toContain('claim work-pod-0/gpu on node l4-0');
  });
});

test('a command without a target is refused', async () => {
  const options = { format: 'text' as const, inputMax: 2 ** 20 };
  await expect(explainCommand('any.yaml', undefined, options)).rejects.toMatchObject({
    code: 'ERR_EXPLAIN_TARGET',
  });
});

test('a time that is none is refused', async () => {
  const options = {
    claim: 'work-pod-0',
    node: 'l4-0',
    at: 'noon',
    format: 'text' as const,
    inputMax: 2 ** 20,
  };
  await expect(explainCommand(place.path('pairs.yaml'), undefined, options)).rejects.toMatchObject({
    code: 'ERR_EXPLAIN_TIME',
  });
});
