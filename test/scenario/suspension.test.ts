// A workload whose Jobs are suspended: what it becomes, and what is refused.

import { expect, test } from 'vitest';
import { DrasimError } from '../../src/errors.js';
import { simulateScenario } from '../../src/scenario/simulate.js';

const GATES = 'GenericWorkload: true, GangScheduling: true';
const text = (
  parts: { version?: string; gates?: string; job?: string; interval?: string } = {},
) => {
  const { version = '1.37', gates = 'GenericWorkload: true', job = '', interval = '1m' } = parts;
  return `apiVersion: drasim.dev/v1
kind: Scenario
metadata: {name: test}
kubernetes: {version: '${version}', featureGates: {${gates}}}
cluster: {nodePools: [{name: v100, count: 1, machine: v100-server}]}
workloads:
  - name: w
    duration: 5m
    suspension: {policy: SRTF, interval: ${interval}, cost: 30s}
    generator:
      arrivals: {process: trace, times: [0s, 10s]}
      shapes:
        - name: s
          duration: 90s
          pod: {spec: {containers: [{name: c}]}}
          claims: {gpu: {devices: {requests: [{name: g, exactly: {deviceClassName: gpu.nvidia.com, count: 8}}]}}}
          ${job}
`;
};
const codeOf = (source: string) => {
  try {
    simulateScenario(source);
  } catch (error) {
    if (error instanceof DrasimError) return error.issues[0]!.code;
    throw error;
  }
  return undefined;
};

test('pods become Jobs of one, which take turns on the GPUs', () => {
  const { result } = simulateScenario(text());
  expect(result.jobs).toMatchObject({ created: 2, completed: 2 });
  // The second starts with the look after the end of the first.
  expect(result.jobs.lastEndSeconds).toBeGreaterThan(210);
});

test('metrics of completion can be expected', () => {
  const expected = (bound: string) =>
    `${text()}expect: {jobs.completionSeconds.mean: {${bound}}, jobs.lastEndSeconds: {min: 1}}\n`;
  expect(simulateScenario(expected('min: 100, max: 300')).result.jobs.completed).toBe(2);
});

test.each([
  ['ERR_GANG_GATE', { gates: '' }],
  ['ERR_SUSPENSION', { version: '1.36', gates: GATES }],
  ['ERR_SUSPENSION', { interval: '0s' }],
  ['ERR_SUSPENSION', { job: 'job: {parallelism: 1, completions: 2}' }],
])('%s for %o', (code, parts) => {
  expect(codeOf(text(parts))).toBe(code);
});
