// The section `scheduler`: a KubeSchedulerConfiguration in the scenario or in a file, profiles, and plugins of one's own.

import { describe, expect, test } from 'vitest';
import { DrasimError, type Issue } from '../../src/errors.js';
import { simulateScenario } from '../../src/scenario/simulate.js';

const text = (scheduler: string, pods: string) => `apiVersion: drasim.dev/v1
kind: Scenario
metadata: {name: test}
cluster: {nodePools: [{name: cpu, count: 1, machine: cpu-server}, {name: gpu, count: 1, machine: l4-server}]}
until: 1h
scheduler: ${scheduler}
workloads:
  - name: w
    manifests: [${pods}]
`;
const pod = (name: string, more = '') =>
  `{apiVersion: v1, kind: Pod, metadata: {name: ${name}, labels: {app: ${name}}}, spec: {${more} containers: [{name: c, image: i, resources: {requests: {cpu: 16, memory: 1Gi}}}]}}`;

function run(
  scheduler: string,
  pods: string,
  modules: Record<string, unknown> = {},
  files: Record<string, string> = {},
) {
  const reader = {
    readText: (path: string) => files[path] ?? '',
    resolve: (_from: string, path: string) => path,
  };
  return simulateScenario(text(scheduler, pods), {
    file: 'test.yaml',
    reader,
    modules: new Map(Object.entries(modules)),
  });
}

function nodesOf({ run: { pods, input } }: ReturnType<typeof run>): string[] {
  const { names } = input.cluster.nodes;
  return Array.from({ length: pods.count }, (_, index) => names[pods.node[index]!] ?? 'none');
}

function issueOf(...args: Parameters<typeof run>): Issue {
  try {
    run(...args);
  } catch (error) {
    if (error instanceof DrasimError) return error.issues[0]!;
    throw error;
  }
  throw new Error('it was accepted');
}

const PACKING =
  '{name: NodeResourcesFit, args: {scoringStrategy: {type: MostAllocated, resources: [{name: cpu, weight: 1}]}}}';

test('each pod is scheduled by the profile that it names', () => {
  const profiles = `{profiles: [{schedulerName: default-scheduler}, {schedulerName: packing, pluginConfig: [${PACKING}]}]}`;
  const packed = 'schedulerName: packing,';
  // A pod fills the smaller node more: packing takes it, spreading the other one.
  expect(nodesOf(run(profiles, `${pod('a', packed)}, ${pod('b')}`))).toEqual(['gpu-0', 'cpu-0']);
});

test('pods of another scheduler wait, and the result says why', () => {
  const { result } = run('{}', `${pod('a', 'schedulerName: volcano,')}, ${pod('b')}`);
  expect(result.pods).toMatchObject({ scheduled: 1, gated: 1 });
  expect(result.pendingReasons).toEqual([
    expect.objectContaining({ message: expect.stringContaining('"volcano"'), pods: 1 }),
  ]);
});

test('a plugin that one profile disables rejects no pod of it, and hints are asked of its own pods', () => {
  const profiles =
    '{profiles: [{schedulerName: default-scheduler}, {schedulerName: blind, plugins: {filter: {disabled: [{name: NodeAffinity}]}}}]}';
  const nowhere = 'nodeSelector: {no: where},';
  const both = `${pod('a', nowhere)}, ${pod('b', `${nowhere} schedulerName: blind,`)}`;
  const { result } = run(profiles, both);
  expect(result.pods).toMatchObject({ scheduled: 1, unschedulable: 1 });
});

test('a configuration stands in a file of its own as the scheduler is given it', () => {
  const file = `apiVersion: kubescheduler.config.k8s.io/v1
kind: KubeSchedulerConfiguration
percentageOfNodesToScore: 50
podInitialBackoffSeconds: 3
profiles: [{pluginConfig: [${PACKING}]}]
`;
  const found = run('{file: kube.yaml}', pod('a'), {}, { 'kube.yaml': file });
  expect(nodesOf(found)).toEqual(['gpu-0']);
  const { backoff, percentageOfNodesToScore } = found.run.input.scheduler;
  expect({ ...backoff, percentageOfNodesToScore }).toEqual({
    initialUs: 3e6,
    maxUs: 10e6,
    percentageOfNodesToScore: 50,
  });
});

describe("a plugin of one's own", () => {
  const modules = (plugin: object) => ({ 'own.js': plugin });
  const section = '{plugins: [own.js]}';
  const rank = (name: string) => ({
    name: 'Own',
    score: (_pod: unknown, { node }: { node: { metadata: { name: string } } }) =>
      node.metadata.name === name ? 100 : 0,
  });

  test('scores nodes in every profile', () => {
    expect(nodesOf(run(section, pod('a'), modules(rank('cpu-0'))))).toEqual(['cpu-0']);
    expect(nodesOf(run(section, pod('a'), modules({ ...rank('gpu-0') })))).toEqual(['gpu-0']);
  });

  test('weighs what the profile says, or is disabled by it', () => {
    const weigh = (set: string) =>
      `{plugins: [own.js], profiles: [{plugins: {multiPoint: {${set}}}}]}`;
    const off = run(weigh('disabled: [{name: Own}]'), pod('a'), modules(rank('gpu-0')));
    expect(nodesOf(off)).toEqual(['cpu-0']);
    const light = { name: 'Own', score: rank('gpu-0').score };
    const heavy = weigh('enabled: [{name: Own, weight: 50}]');
    expect(nodesOf(run(heavy, pod('a'), modules(light)))).toEqual(['gpu-0']);
  });

  test('filters nodes by what is on them, with the arguments of the profile, and says why', () => {
    const plugin = {
      name: 'Few',
      filter: (own: { metadata: { labels: object } }, node: { pods: unknown[] }, args: unknown) =>
        node.pods.length < (args as { most: number }).most ||
        `node(s) were full for ${JSON.stringify(own.metadata.labels)}`,
    };
    const few = '{plugins: [own.js], profiles: [{pluginConfig: [{name: Few, args: {most: 1}}]}]}';
    const { result } = run(few, ['a', 'b', 'c'].map((name) => pod(name)).join(), modules(plugin));
    expect(result.pods).toMatchObject({ scheduled: 2, unschedulable: 1 });
    expect(result.pendingReasons[0]!.message).toContain('2 node(s) were full for {"app":"c"}');
  });

  test('sees devices, and which of them are free', () => {
    const seen: string[] = [];
    const plugin = {
      name: 'Look',
      score: (_pod: unknown, { node, devices, allocatable, requested }: never) => {
        void [node, allocatable, requested];
        seen.push(
          (devices as { driver: string; isFree: boolean }[])
            .map((d) => `${d.driver} ${d.isFree}`)
            .join(),
        );
        return 0;
      },
    };
    run(section, pod('a'), modules(plugin));
    expect(seen).toEqual(['', Array(4).fill('gpu.nvidia.com true').join()]);
  });

  test.each<[string, unknown, string]>([
    ['no plugin', undefined, 'expected a plugin as default export, got undefined'],
    ['no name', { score: () => 1 }, 'no name'],
    ['nothing to do', { name: 'Own' }, 'neither filter nor score'],
    ['no function', { name: 'Own', score: 3 }, 'score must be a function'],
    ['an odd normalization', { name: 'O', score: () => 1, normalization: 'x' }, 'got x'],
    ['an odd dependence', { name: 'O', score: () => 1, dependsOn: 'x' }, 'got x'],
  ])('%s is refused with its module and place', (_what, exported, message) => {
    const issue = issueOf(section, pod('a'), { 'own.js': exported });
    expect(issue).toMatchObject({ code: 'ERR_PLUGIN_MODULE', path: 'scheduler.plugins[0]' });
    expect(issue.position).toMatchObject({ line: 6 });
    expect(issue.message).toContain('own.js: ');
    expect(issue.message).toContain(message);
  });

  test.each<[string, object, string]>([
    [
      'throws',
      {
        score: () => {
          throw new TypeError('oh');
        },
      },
      'threw TypeError: oh',
    ],
    ['returns NaN', { score: () => Number.NaN }, 'returned NaN, expected 0 to 100'],
    ['leaves the range', { score: () => 101 }, 'returned 101, expected 0 to 100'],
    ['goes below it', { score: () => -1, normalization: 'default' }, 'a number from 0 on'],
    ['answers later', { score: async () => 1 }, 'returned a promise'],
    ['never settles', { filter: () => new Promise(() => {}) }, 'returned a promise'],
    ['gives no reason', { filter: () => 7 }, 'returned 7, expected a reason'],
  ])('one that %s ends the run and is named with its module', (_what, plugin, message) => {
    const issue = issueOf(section, pod('a'), modules({ name: 'Own', ...plugin }));
    expect(issue).toMatchObject({ code: 'ERR_PLUGIN_FAILED', path: 'own.js' });
    expect(issue.message).toContain(message);
  });
});

test.each<[string, string, string, string]>([
  [
    'an unknown plugin',
    '{profiles: [{plugins: {score: {enabled: [{name: NodeResourceFit}]}}}]}',
    'ERR_SCHEDULER_CONFIG_PLUGIN',
    'scheduler.profiles[0].plugins',
  ],
  [
    'a weight that is no number',
    '{profiles: [{plugins: {score: {enabled: [{name: NodeResourcesFit, weight: x}]}}}]}',
    'ERR_SCHEDULER_CONFIG_SYNTAX',
    'scheduler.profiles[0].plugins.score.enabled[0].weight',
  ],
  [
    'an unknown field of a profile',
    '{profiles: [{colour: red}]}',
    'ERR_SCHEDULER_CONFIG_SYNTAX',
    'scheduler.profiles[0].colour',
  ],
  [
    'an extender',
    '{extenders: [{urlPrefix: "http://x", weight: 1, prioritizeVerb: p}]}',
    'ERR_UNMODELLED',
    'scheduler.extenders',
  ],
  [
    'a file and fields',
    '{file: a.yaml, parallelism: 3}',
    'ERR_SCENARIO_FIELD',
    'scheduler.parallelism',
  ],
  [
    'one backoff twice',
    '{podMaxBackoffSeconds: 9, backoff: {max: 9s}}',
    'ERR_SCENARIO_FIELD',
    'scheduler.podMaxBackoffSeconds',
  ],
  [
    'a module that is not there',
    '{plugins: [own.js]}',
    'ERR_PLUGIN_MODULE',
    'scheduler.plugins[0]',
  ],
])('%s is refused', (_what, scheduler, code, path) => {
  expect(issueOf(scheduler, pod('a'))).toMatchObject({ code, path, position: { line: 6 } });
});
