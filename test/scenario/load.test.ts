// What is wrong with a scenario is told by code, field path, place and way out; what it means is compiled.

import { describe, expect, test } from 'vitest';
import { DrasimError, formatIssue, type Issue } from '../../src/errors.js';
import { checkExpectations } from '../../src/scenario/expectations.js';
import { type LoadOptions, loadScenario } from '../../src/scenario/load.js';
import { simulateScenario } from '../../src/scenario/simulate.js';

const NO_READER = {
  readText: (path: string): string => {
    throw new DrasimError({ code: 'ERR_INPUT_MISSING', path, message: 'it is not there' });
  },
  resolve: (_file: string, path: string) => path,
};

const head = 'apiVersion: drasim.dev/v1\nkind: Scenario\nmetadata: {name: test}\n';
const pool = 'cluster: {nodePools: [{name: a, count: 1, machine: l4-server}]}\n';
const shape = (more: string) =>
  `${head}${pool}until: 1m
workloads:
  - name: w
    generator:
      arrivals: {process: constant, every: 1s}
      count: 1
      shapes:
        - name: s
          ${more}
`;
const claimOf = (deviceClass: string) =>
  `{gpu: {devices: {requests: [{name: g, exactly: {deviceClassName: ${deviceClass}}}]}}}`;
const plainPod = '{spec: {containers: [{name: c}]}}';
const manifests = (...objects: string[]) =>
  `${head}${pool}until: 1m\nworkloads:\n  - name: w\n    manifests:\n${objects
    .map((object) => `      - ${object}\n`)
    .join('')}`;
const podObject = (spec: string) =>
  `{apiVersion: v1, kind: Pod, metadata: {name: p}, spec: {${spec}, containers: [{name: c, image: i}]}}`;

function issuesOf(text: string, options: LoadOptions = {}): readonly Issue[] {
  try {
    loadScenario(text, 'test.yaml', NO_READER, options);
  } catch (error) {
    if (error instanceof DrasimError) return error.issues;
    throw error;
  }
  return [];
}

describe('errors', () => {
  test.each<[string, string, LoadOptions, string, string, number | undefined]>([
    ['a tab', `${head}\tx: 1\n`, {}, 'ERR_SCENARIO_SYNTAX', 'a tab stands where', 4],
    ['a key twice', `${head}kind: Scenario\n`, {}, 'ERR_SCENARIO_SYNTAX', 'here twice', 4],
    ['an empty file', '# nothing\n', {}, 'ERR_SCENARIO_EMPTY', 'no document', 1],
    [
      'a manifest',
      'apiVersion: v1\nkind: Pod\n',
      {},
      'ERR_SCENARIO_KIND',
      'a manifest of kind Pod',
      2,
    ],
    [
      'a number that is text',
      `${head}limits: {events: many}\n`,
      {},
      'ERR_SCENARIO_FIELD',
      'expected a number, got "many"',
      4,
    ],
    [
      'a list that is a mapping',
      `${head}workloads: {a: 1}\n`,
      {},
      'ERR_SCENARIO_FIELD',
      'expected a list, got a mapping',
      4,
    ],
    [
      'a mapping that is missing',
      'apiVersion: drasim.dev/v1\nkind: Scenario\n',
      {},
      'ERR_SCENARIO_FIELD',
      'expected a mapping, got nothing',
      1,
    ],
    [
      'a choice',
      `${head}scheduler: {tieBreak: rand}\n`,
      {},
      'ERR_SCENARIO_FIELD',
      'expected upstream or first-by-name or drawn-order or random, got "rand"',
      4,
    ],
    [
      'too large',
      `${head}scheduler: {percentageOfNodesToScore: 101}\n`,
      {},
      'ERR_SCENARIO_FIELD',
      'expected at most 100, got 101',
      4,
    ],
    [
      'an empty list',
      shape(`pod: ${plainPod}`).replace(/shapes:[\s\S]*/, 'shapes: []\n'),
      {},
      'ERR_SCENARIO_FIELD',
      'not an empty one, got an empty list',
      11,
    ],
    [
      'a branch of a union',
      shape(`pod: ${plainPod}`).replace('every: 1s', 'evry: 1s'),
      {},
      'ERR_SCENARIO_FIELD',
      'expected a text, got nothing',
      9,
    ],
    [
      'no branch of a union',
      `${head}seed: [1]\n`,
      {},
      'ERR_SCENARIO_FIELD',
      'expected a number or a text, got a list',
      4,
    ],
    ['a duration', `${head}until: 5 days\n`, {}, 'ERR_SCENARIO_FIELD', 'got "5 days"', 4],
    [
      'two pools of one name',
      `${head}cluster:\n  nodePools:\n    - {name: a, count: 1, machine: l4-server}\n    - {name: a, count: 1, machine: l4-server}\n`,
      {},
      'ERR_SCENARIO_DUPLICATE',
      'cluster.nodePools[0] is called a already',
      7,
    ],
    [
      'two different objects of one name',
      manifests(podObject('nodeName: a-0'), podObject('hostNetwork: false')),
      {},
      'ERR_SCENARIO_DUPLICATE',
      'there is a Pod p already',
      10,
    ],
    [
      'arrivals without an end',
      shape(`pod: ${plainPod}`)
        .replace(/ +count: 1\n/, '')
        .replace('until: 1m\n', ''),
      {},
      'ERR_SCENARIO_FIELD',
      'these arrivals never end',
      8,
    ],
    [
      'a device class that is not there',
      shape(`pod: ${plainPod}\n          claims: ${claimOf('gpu.nvidia.con')}`),
      {},
      'ERR_CLASS_MISSING',
      'there is no device class gpu.nvidia.con',
      14,
    ],
    [
      'a priority class that is not there',
      shape('pod: {spec: {priorityClassName: hihg, containers: [{name: c}]}}'),
      {},
      'ERR_PRIORITY_CLASS_MISSING',
      'there is no priority class hihg',
      13,
    ],
    [
      'a node that is not there',
      manifests(`${podObject('nodeName: a-7').slice(0, -1)}, status: {phase: Running}}`),
      {},
      'ERR_NODE_MISSING',
      'runs on node a-7',
      9,
    ],
    [
      'what is not modelled yet',
      shape(
        'pod: {spec: {volumes: [{name: v, ephemeral: {volumeClaimTemplate: {spec: {accessModes: [ReadWriteOnce], resources: {requests: {storage: 1Gi}}}}}}], containers: [{name: c}]}}',
      ),
      {},
      'ERR_UNMODELLED',
      'not modelled yet: ephemeral volumes',
      13,
    ],
    [
      'an unknown parameter',
      `${head}parameters: {defaults: {pods: 1}}\nuntil: $podz\n`,
      {},
      'ERR_PARAMETER_UNKNOWN',
      'there is no parameter podz',
      5,
    ],
    [
      'an unknown parameter set',
      `${head}parameters: {defaults: {}, sets: {slow: {}}}\n`,
      { parameters: 'slwo' },
      'ERR_PARAMETER_SET',
      'there is no parameter set slwo',
      undefined,
    ],
    ['no setting', head, { set: ['a b'] }, 'ERR_SET_SYNTAX', 'expected NAME=value', undefined],
    ['no YAML', head, { set: ['seed=[1'] }, 'ERR_SET_SYNTAX', '[1 is not YAML', undefined],
    [
      'no such place',
      `${head}seed: 1\n`,
      { set: ['seed.x=1'] },
      'ERR_SET_PATH',
      'seed.x',
      undefined,
    ],
    [
      'a wrong setting',
      `${head}${pool}`,
      { set: ['cluster.nodePools[0].count=-1'] },
      'ERR_SCENARIO_FIELD',
      'expected at least 0, got -1',
      undefined,
    ],
    ['a wrong --until', head, { until: '5' }, 'ERR_SCENARIO_FIELD', 'got "5"', undefined],
  ])('%s', (_name, text, options, code, message, line) => {
    const issues = issuesOf(text, options);
    expect(issues.map((issue) => [issue.code, issue.position?.line])).toContainEqual([code, line]);
    expect(issues.map((issue) => issue.message).join('\n')).toContain(message);
  });

  test('the way out names what may have been meant', () => {
    const text = shape(`pod: ${plainPod}\n          claims: ${claimOf('gpu.nvidia.con')}`);
    expect(issuesOf(text)[0]).toMatchObject({
      path: 'workloads[0].generator.shapes[0].claims.gpu.devices.requests[0].exactly.deviceClassName',
      hint: expect.stringContaining('did you mean gpu.nvidia.com'),
    });
  });

  test('a setting is named where the file does not show it', () => {
    const [issue] = issuesOf(`${head}${pool}`, { set: ['cluster.nodePools[0].count=-1'] });
    expect(formatIssue(issue!)).toBe(
      '--set cluster.nodePools[0].count=-1: expected at least 0, got -1',
    );
  });

  test('a program that gives no reader cannot name files', () => {
    const text = `${head}cluster: {manifests: [nodes.yaml]}\n`;
    expect(() => simulateScenario(text)).toThrow(
      expect.objectContaining({ code: 'ERR_INPUT_READER' }),
    );
  });
});

describe('meaning', () => {
  const pods = (text: string) => simulateScenario(text).result.pods;

  test('an object that stands there twice counts once', () => {
    const text = manifests(podObject('hostNetwork: false'), podObject('hostNetwork: false'));
    expect(pods(text)).toMatchObject({ created: 1, scheduled: 1 });
  });

  test.each([
    ['gpu.nvidia.com', 0],
    ['gpu.amd.com', 1],
  ])('a taint rule for %s lets %i pods start', (driver, scheduled) => {
    const rule = `{apiVersion: resource.k8s.io/v1beta2, kind: DeviceTaintRule, metadata: {name: r}, spec: {deviceSelector: {driver: ${driver}}, taint: {key: a, effect: NoSchedule}}}`;
    const text = shape(`pod: ${plainPod}\n          claims: ${claimOf('gpu.nvidia.com')}`);
    expect(
      pods(text.replace('machine: l4-server}]', `machine: l4-server}], manifests: [${rule}]`)),
    ).toMatchObject({ scheduled });
  });

  test('kinds and fields without effect are counted and told', () => {
    const attachment =
      '{apiVersion: storage.k8s.io/v1, kind: VolumeAttachment, metadata: {name: a}, spec: {attacher: d, nodeName: node, source: {}}}';
    const { notes } = simulateScenario(manifests(attachment));
    expect(notes).toEqual(['VolumeAttachment (1x): understood, no effect on scheduling']);
  });

  test('devices of a node that is not there are told, and pods without any node say so', () => {
    const slice =
      '{apiVersion: resource.k8s.io/v1, kind: ResourceSlice, metadata: {name: s}, spec: {driver: d.e, nodeName: far, pool: {name: far, generation: 1, resourceSliceCount: 1}, devices: [{name: x}]}}';
    const text = manifests(slice, podObject('hostNetwork: false')).replace('count: 1', 'count: 0');
    const { notes, result } = simulateScenario(text);
    expect(notes).toContain('node far is not in the scenario: its 1 devices are of no use');
    expect(result.pendingReasons[0]!.message).toBe('no nodes available to schedule pods');
  });

  test('an unknown field of an inline pod is told with its place', () => {
    const text = shape('pod: {spec: {colour: red, containers: [{name: c}]}}');
    expect(simulateScenario(text).notes.join()).toMatch(/scenario\.yaml:13:\d+.*colour/);
  });

  test('trays share a fabric by racks of 18', () => {
    const pod = '{spec: {nodeSelector: {drasim.dev/fabric: a-1}, containers: [{name: c}]}}';
    const claims = claimOf('gpu.nvidia.com').replace('com}', 'com, count: 4}');
    const text = shape(`pod: ${pod}\n          claims: ${claims}`)
      .replace('count: 1, machine: l4-server', 'count: 20, machine: gb200-nvl72-tray')
      .replace('count: 1\n', 'count: 5\n');
    expect(pods(text)).toMatchObject({ created: 5, scheduled: 2 });
  });
});

test('an expectation on a metric that is not there is an error, a broken one a sentence', () => {
  const { result } = simulateScenario(shape(`pod: ${plainPod}`));
  expect(checkExpectations({ 'pods.created': { min: 2 } }, result)).toEqual([
    'expect.pods.created: 1 is below 2',
  ]);
  expect(() => checkExpectations({ 'pods.lost': { max: 0 } }, result)).toThrow(
    expect.objectContaining({ code: 'ERR_EXPECT_METRIC', path: 'expect.pods.lost' }),
  );
});
