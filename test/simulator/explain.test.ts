import { expect, test } from 'vitest';
import { DrasimError } from '../../src/errors.js';
import { explainClaimAt } from '../../src/simulator/explain.js';
import { explainPodAt } from '../../src/simulator/explainpod.js';
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
  expect(explainPodAt(build(), 'p-0', 'node')).toMatchObject({
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
