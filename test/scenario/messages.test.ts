// What is told about a wrong scenario: the option that a value came from, the names that may stand there, and
// sizes that no computer holds.

import { expect, test } from 'vitest';
import { DrasimError, formatIssue, type Issue } from '../../src/errors.js';
import { type LoadOptions, loadScenario } from '../../src/scenario/load.js';

const NO_READER = {
  readText: (path: string): string => {
    throw new DrasimError({ code: 'ERR_INPUT_MISSING', path, message: 'it is not there' });
  },
  resolve: (_file: string, path: string) => path,
};
const head = 'apiVersion: drasim.dev/v1\nkind: Scenario\nmetadata: {name: test}\n';
const shape = (more: string) => `${head}workloads:
  - name: w
    generator:
      arrivals: {process: constant, every: 1s}
      count: 1
      shapes:
        - name: s
          ${more}
`;
const plainPod = '{spec: {containers: [{name: c}]}}';
const manifests = (object: string) =>
  `${head}workloads:\n  - name: w\n    manifests:\n      - ${object}\n`;

function issuesOf(text: string, options: LoadOptions = {}): readonly Issue[] {
  try {
    loadScenario(text, 'test.yaml', NO_READER, options);
  } catch (error) {
    if (error instanceof DrasimError) return error.issues;
    throw error;
  }
  return [];
}

test.each<[string, LoadOptions, string]>([
  ['--until', { until: '5' }, '--until 5: expected a duration'],
  [
    'a parameter',
    { set: ['size=x'] },
    '--set size=x: cluster.nodePools[0].count: expected a number',
  ],
  [
    'a machine',
    { set: ['machine=l4'] },
    '--set machine=l4: cluster.nodePools[0].machine: there is no',
  ],
  [
    'a version',
    { set: ['kubernetes.version="1.9"'] },
    '--set kubernetes.version="1.9": expected one of',
  ],
  [
    'a file',
    { set: ['cluster.manifests=[x.yaml]'] },
    '--set cluster.manifests=[x.yaml]: cluster.manifests[0]: x.yaml: it is',
  ],
])('%s of the command line is named in what comes of it', (_name, options, text) => {
  const file = `${head}parameters: {defaults: {size: 1, machine: l4-server}}
cluster: {nodePools: [{name: a, count: $size, machine: $machine}]}
`;
  expect(issuesOf(file, options).map(formatIssue)).toEqual([expect.stringContaining(text)]);
});

test.each([
  ['a field', `${head}clustr: {}\n`, 'did you mean cluster?'],
  ['a field in a list', `${head}workloads: [{name: a, generatr: 1}]\n`, 'did you mean generator?'],
  [
    'a field of one form of several',
    `${head}workloads: [{name: a, trace: {format: philly, jobs: a, limt: 1}}]\n`,
    'did you mean limit?',
  ],
  ['a field like no other', `${head}strategy: {x: 1}\n`, 'fields here: node, device'],
  [
    'a duration in another form',
    `${head}workloads: [{name: a, duration: 5}]\n`,
    'a duration, `forever`, or a distribution',
  ],
  ['a scenario of the wrong group', head.replace('drasim.dev', 'drasim.io'), undefined],
])('%s comes with the names that may stand there', (_name, text, hint) => {
  const { code, hint: given } = issuesOf(text).at(-1)!;
  expect(code).toBe('ERR_SCENARIO_FIELD');
  expect(given ?? '').toContain(hint ?? '');
  expect(given === undefined).toBe(hint === undefined);
});

test.each<[string, string, string]>([
  [
    'nodes',
    `${head}cluster: {nodePools: [{name: a, count: 1000000000, machine: l4-server}]}\n`,
    'nodes',
  ],
  [
    'pods of a Job',
    shape(`job: {parallelism: 2000000}\n          pod: ${plainPod}`),
    'pods at once',
  ],
  [
    'replicas',
    manifests(
      '{apiVersion: apps/v1, kind: Deployment, metadata: {name: d}, spec: {replicas: 2000000000, selector: {matchLabels: {a: b}}, template: {metadata: {labels: {a: b}}, spec: {containers: [{name: c, image: i}]}}}}',
    ),
    'pods at once',
  ],
  [
    'arrivals',
    shape(`pod: ${plainPod}`)
      .replace('every: 1s', 'every: 0s')
      .replace('count: 1\n', 'count: 1000000000\n'),
    'arrivals',
  ],
  [
    'demand',
    `${head}workloads: [{name: a, trace: {format: openb, pods: p.csv, demandPercent: 1000000000}}]\n`,
    'percent of the GPUs',
  ],
])('more %s than a computer holds are refused with their place', (_name, text, what) => {
  const reader = { ...NO_READER, readText: () => 'name\n' };
  expect(() => loadScenario(text, 'test.yaml', reader)).toThrow(
    expect.objectContaining({
      code: 'ERR_SCENARIO_SIZE',
      message: expect.stringMatching(
        new RegExp(`test\\.yaml:\\d+:.*expected at most \\d+ ${what}`),
      ),
    }),
  );
});

test('a duration of thousands of years is refused', () => {
  const [issue] = issuesOf(`${head}until: 999999999999w\n`);
  expect(issue).toMatchObject({
    code: 'ERR_SCENARIO_FIELD',
    message: expect.stringContaining('100 years'),
  });
});

test('all problems of a stage are told at once', () => {
  const unknown = Array.from({ length: 100 }, (_, index) => `x${index}: 1\n`);
  expect(issuesOf(head + unknown.join(''))).toHaveLength(100);
});
