// Gangs: pods that get nodes all together or not at all, as 1.37 tries them (one attempt for all) and as 1.35 and 1.36
// do (one by one, waiting at Permit).

import { describe, expect, test } from 'vitest';
import { resolveFeatures } from '../../src/api/features.js';
import { DrasimError } from '../../src/errors.js';
import { simulateScenario } from '../../src/scenario/simulate.js';
import { summarize } from '../../src/simulator/result.js';
import type { RunInput } from '../../src/simulator/runinput.js';
import { Run } from '../../src/simulator/simulator.js';
import { buildNode, buildPlan, buildPod, buildRunInput } from '../builders.js';

const features = (version: string) =>
  resolveFeatures({
    version,
    featureGates: {
      GenericWorkload: true,
      ...(version !== '1.37' && { GangScheduling: true }),
    },
  });

/** Gangs of so many pods of one CPU at these seconds, each for 100 s. */
const gangs = (name: string, size: number, seconds: number[], priority = 0) =>
  buildPlan(buildPod(name, '1', { priority }), seconds, 100, {
    priority,
    job: { parallelism: size, completions: size, isGang: true },
  });
const single = (name: string, seconds: number[]) => buildPlan(buildPod(name, '1'), seconds, 100);

function run(version: string, plans: RunInput['workloads'], overrides: Partial<RunInput> = {}) {
  const status = { allocatable: { cpu: '4', memory: '32Gi', pods: '110' } };
  const run = new Run(
    buildRunInput([buildNode('node', { status })], plans, {
      untilUs: 3000e6,
      features: features(version),
      ...overrides,
    }),
  );
  run.advance();
  const scheduled = Array.from(run.pods.scheduledUs.subarray(0, run.pods.count), (us) => us / 1e6);
  return { run, scheduled, result: summarize(run, 'test', version, '1') };
}

describe.each(['1.35', '1.36', '1.37'])('%s', (version) => {
  test('all members of a gang that fits are placed', () => {
    const { scheduled, result } = run(version, [gangs('g', 4, [0])]);
    expect(scheduled).toEqual([0, 0, 0, 0]);
    expect(result.pods.succeeded).toBe(4);
    expect(result.jobs.completed).toBe(1);
  });

  test('no member runs before there is room for all', () => {
    const { scheduled, run: done } = run(version, [single('s', [0]), gangs('g', 4, [1])]);
    // The single pod ends after 100 s.
    expect(Math.min(...done.pods.startedUs.subarray(1, 5)) / 1e6).toBeGreaterThanOrEqual(100);
    expect(Math.max(...scheduled)).toBeLessThan(400);
  });

  test('a gang that is too large never runs, and holds nothing for good', () => {
    const { result, scheduled } = run(version, [gangs('g', 5, [0]), single('s', [1000])]);
    expect(result.pods).toMatchObject({ succeeded: 1, running: 0 });
    expect(scheduled[5]).toBeLessThan(1400);
    // Up to 1.36 some members wait at Permit at any time, with a node.
    const waiting = result.pendingReasons.reduce((sum, { pods }) => sum + pods, 0);
    if (version === '1.37') expect(waiting).toBe(5);
    else expect(waiting).toBeGreaterThan(0);
  });

  test('members beyond the count that is needed come when there is room', () => {
    const job = { parallelism: 3, completions: 6, isGang: true };
    const plan = buildPlan(buildPod('g', '1'), [0], 100, { job });
    expect(run(version, [plan]).result.jobs.completed).toBe(1);
  });

  test('is the same with every shortcut off', () => {
    const plans = [single('s', [0, 0]), gangs('g', 3, [1, 2, 150]), gangs('h', 2, [3])];
    const scheduler = buildRunInput([], []).scheduler;
    const shortcuts = { shapeTables: false, changedNodes: false, deviceAnswers: false };
    const slow = run(version, plans, { scheduler: { ...scheduler, shortcuts } });
    expect(run(version, plans).result.fingerprint).toBe(slow.result.fingerprint);
  });
});

test('two gangs that meet one by one block each other until a wait at Permit ends; tried as a whole they do not', () => {
  // Three and three of four: up to 1.36 whoever comes first takes what the other would need as well.
  const plans = [gangs('g', 3, [0]), gangs('h', 3, [0])];
  const whole = run('1.37', plans);
  expect(whole.result.jobs.completed).toBe(2);
  expect(Math.max(...whole.scheduled)).toBeLessThan(200);
});

test('pods that wait at Permit hold their nodes for five minutes', () => {
  const late = run('1.36', [gangs('g', 5, [0]), single('s', [10])]);
  expect(late.scheduled[5]).toBeGreaterThanOrEqual(300);
  expect(run('1.37', [gangs('g', 5, [0]), single('s', [10])]).scheduled[5]).toBe(10);
});

describe('manifests', () => {
  const podOf = (name: string, group: string) =>
    `{apiVersion: v1, kind: Pod, metadata: {name: ${name}}, spec: {${group} containers: [{name: c, image: i, resources: {requests: {cpu: 30}}}]}}`;
  const text = (version: string, objects: string, gates = true) => `apiVersion: drasim.dev/v1
kind: Scenario
metadata: {name: test}
until: 1h
kubernetes: {version: '${version}'${gates ? `, featureGates: {GenericWorkload: true${version === '1.37' ? '' : ', GangScheduling: true'}}` : ''}}
cluster: {nodePools: [{name: l4, count: 1, machine: l4-server}]}
workloads: [{name: w, manifests: [${objects}]}]
`;
  const group = (minCount: number) =>
    `{apiVersion: scheduling.k8s.io/v1beta1, kind: PodGroup, metadata: {name: g}, spec: {schedulingPolicy: {gang: {minCount: ${minCount}}}}}`;
  const member = (name: string) => podOf(name, 'schedulingGroup: {podGroupName: g},');
  const scheduled = (source: string) => simulateScenario(source).result.pods.scheduled;

  test('pods of a PodGroup wait for one another', () => {
    const pods = ['a', 'b', 'c'].map(member).join();
    // Two of 30 CPUs fit.
    expect(scheduled(text('1.37', `${group(3)}, ${pods}`))).toBe(0);
    expect(scheduled(text('1.37', `${group(2)}, ${pods}`))).toBe(2);
    expect(scheduled(text('1.37', `${group(4)}, ${pods}`))).toBe(0);
  });

  test('pods of a group that does not exist are held, and the result says so', () => {
    const { result } = simulateScenario(text('1.37', member('a')));
    expect(result.pods.gated).toBe(1);
    expect(result.pendingReasons[0]!.message).toContain('gang');
  });

  test('a Workload of 1.35 names groups within itself', () => {
    const workload =
      '{apiVersion: scheduling.k8s.io/v1alpha1, kind: Workload, metadata: {name: w}, spec: {podGroups: [{name: g, policy: {gang: {minCount: 3}}}]}}';
    const pods = ['a', 'b', 'c']
      .map((name) => podOf(name, 'workloadRef: {name: w, podGroup: g},'))
      .join();
    const { result } = simulateScenario(text('1.35', `${workload}, ${pods}`));
    expect(result.pods.running).toBe(0);
  });

  test('without the gates the pods are like any others', () => {
    const pods = ['a', 'b', 'c'].map(member).join();
    expect(scheduled(text('1.37', `${group(3)}, ${pods}`, false))).toBe(2);
  });
});

test('a gang in a generator needs a release that knows it, and its gates', () => {
  const text = (kubernetes: string) => `apiVersion: drasim.dev/v1
kind: Scenario
metadata: {name: test}
kubernetes: ${kubernetes}
cluster: {nodePools: [{name: l4, count: 1, machine: l4-server}]}
workloads:
  - name: w
    generator:
      arrivals: {process: constant, every: 0s}
      count: 1
      shapes: [{name: s, duration: 1m, job: {parallelism: 2, gang: true}, pod: {spec: {containers: [{name: c, image: i}]}}}]
`;
  const issueOf = (kubernetes: string) => {
    try {
      simulateScenario(text(kubernetes));
    } catch (error) {
      if (error instanceof DrasimError) return error.issues[0]!;
      throw error;
    }
    return undefined;
  };
  expect(
    issueOf("{version: '1.32', featureGates: {DynamicResourceAllocation: true}}"),
  ).toMatchObject({
    code: 'ERR_GANG_GATE',
    path: 'workloads[0].generator.shapes[0].job.gang',
    hint: 'kubernetes.version 1.35 or newer has them',
  });
  expect(issueOf("{version: '1.37'}")!.hint).toBe(
    'kubernetes: {featureGates: {GenericWorkload: true}}',
  );
  expect(issueOf("{version: '1.37', featureGates: {GenericWorkload: true}}")).toBeUndefined();
});
