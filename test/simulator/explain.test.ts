import { expect, test } from 'vitest';
import { DrasimError } from '../../src/errors.js';
import { explainClaimAt } from '../../src/simulator/explain.js';
import { explainPodAt } from '../../src/simulator/explainpod.js';
import { Records } from '../../src/simulator/records.js';
import { summarize } from '../../src/simulator/result.js';
import type { RunInput } from '../../src/simulator/runinput.js';
import { Run } from '../../src/simulator/simulator.js';
import {
  buildClaim,
  buildDevice,
  buildNode,
  buildPlan,
  buildPod,
  buildRunInput,
  buildSlice,
} from '../builders.js';

/** A run of one pod with two claims of one device each, on a node of three. */
function build(deviceClassName = 'gpu'): Run {
  const spec = buildClaim({ gpu: { deviceClassName } });
  const claims = ['a', 'b'].map((entry) => ({ entry, spec }));
  const plan = buildPlan(buildPod('p'), [0], 10, { claims });
  const slice = buildSlice(
    'node',
    ['x', 'y', 'z'].map((name) => buildDevice(name)),
  );
  const run = new Run(
    buildRunInput([buildNode('node')], [plan], { slices: [slice], untilUs: 5e6 }),
  );
  run.advance();
  return run;
}

const codeOf = (ask: () => unknown) => {
  try {
    ask();
  } catch (error) {
    return error instanceof DrasimError ? error.issues[0]!.code : error;
  }
  return undefined;
};

test('a claim of a running pod is told with what it holds and what stands beside it', () => {
  expect(explainClaimAt(build(), 'p-0/b', 'node')).toMatchObject({
    claim: 'p-0/b',
    timeSeconds: 5,
    allocated: { node: 'node', devices: [{ request: 'gpu', device: 'gpu.test/node/y' }] },
    beside: ['p-0/a'],
    outcome: 'fits',
    devices: [{ request: 'gpu', device: 'gpu.test/node/z' }],
  });
});

test('a pod is told with its node, its attempts and its claims there', () => {
  expect(explainPodAt(build(), 'p-0', { nodeName: 'node' })).toMatchObject({
    pod: 'p-0',
    node: 'node',
    attempts: [{ timeSeconds: 0, node: 'node' }],
    message: '0/1 nodes are available: 1 cannot allocate all claims.',
    rejected: [{ plugin: 'DynamicResources', nodes: ['node'] }],
    feasible: [],
    claims: [{ claim: 'p-0/a' }, { claim: 'p-0/b' }],
  });
  expect(codeOf(() => explainPodAt(build(), 'q-0'))).toBe('ERR_EXPLAIN_POD');
});

test('what is not there is told', () => {
  const run = build();
  expect(codeOf(() => explainClaimAt(run, 'p-0/b', 'nod'))).toBe('ERR_EXPLAIN_NODE');
  expect(codeOf(() => explainClaimAt(run, 'p-0/c', 'node'))).toBe('ERR_EXPLAIN_CLAIM');
  expect(codeOf(() => explainClaimAt(run, 'p-0', 'node'))).toBe('ERR_EXPLAIN_CLAIM');
  expect(codeOf(() => explainClaimAt(run, 'q-0', 'node'))).toBe('ERR_EXPLAIN_CLAIM');
  expect(codeOf(() => explainClaimAt(build('none'), 'p-0/a', 'node'))).toBe('ERR_EXPLAIN_CLASS');
});

test('attempts are told with the events that led to them', () => {
  const records = new Records();
  const status = { allocatable: { cpu: '1', memory: '8Gi', pods: '110' } };
  const input = buildRunInput(
    [buildNode('node', { status })],
    [buildPlan(buildPod('p', '1'), [0, 0], 10), buildPlan(buildPod('big', '2'), [1], 10)],
    { untilUs: 30e6, observe: records.observe },
  );
  const run = new Run(input);
  run.advance();
  const second = explainPodAt(run, 'p-1', { records });
  expect(
    second.attempts.map(({ node, wokenBy }) => [node, wokenBy?.map(({ event }) => event)]),
  ).toEqual([
    [undefined, ['UnscheduledPodAdd']],
    ['node', ['AssignedPodDelete']],
  ]);
  // The end of a pod frees CPU, which is all that the hint asks: the big one is woken in vain.
  const events = explainPodAt(run, 'big-0', { records }).attempts.map(
    ({ wokenBy }) => wokenBy![0]!.event,
  );
  expect(events).toEqual(['UnscheduledPodAdd', 'AssignedPodDelete', 'AssignedPodDelete']);
  expect(explainPodAt(run, 'big-0', { records }).wokenBy).toEqual([]);
});

test('decisions of chosen pods are recorded without changing any', () => {
  const plans = [buildPlan(buildPod('p', '1'), [0, 0, 0], 10)];
  const nodes = [buildNode('a'), buildNode('b')];
  const records = new Records((pod) => pod === 'p-1');
  const fingerprint = (overrides: Partial<RunInput>) => {
    const run = new Run(buildRunInput(nodes, plans, { untilUs: 30e6, ...overrides }));
    run.advance();
    return summarize(run, 'test', '1.37', '1').fingerprint;
  };
  expect(fingerprint({ observe: records.observe })).toBe(fingerprint({}));
  expect(records.decisions).toEqual([
    expect.objectContaining({ pod: 'p-1', timeSeconds: 0, rejected: [] }),
  ]);
  expect(records.decisions[0]!.feasible.map(({ node }) => node)).toEqual(['b', 'a']);
});

test.each([
  [
    'another scheduler',
    { schedulerName: 'volcano' },
    'no profile of the scheduler is called "volcano"',
  ],
  ['a gate', { schedulingGates: [{ name: 'quota' }] }, 'waiting for scheduling gates: [quota]'],
])('a pod that %s holds back is told why', (_what, spec, message) => {
  const plan = buildPlan(buildPod('p', '1', spec), [0], 10);
  const run = new Run(buildRunInput([buildNode('node')], [plan], { untilUs: 5e6 }));
  run.advance();
  expect(explainPodAt(run, 'p-0')).toMatchObject({ message, attempts: [] });
});
