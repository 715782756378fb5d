// Jain's index, in cases small enough to work out by hand.

import { describe, expect, test } from 'vitest';
import { csvTables } from '../../src/report/csv.js';
import { metricsOf } from '../../src/scenario/expectations.js';
import { jainIndex } from '../../src/simulator/fairness.js';
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

function finished(input: RunInput) {
  const run = new Run(input);
  run.advance();
  return { run, result: summarize(run, 'test', '1.37', 'test') };
}

test.each([
  [[3, 3, 3], 1],
  [[1, 0, 0, 0], 0.25],
  [[1, 2], 0.9],
  [[0, 0], 1],
  [[1], Number.NaN],
])('the index of %j is %d', (values, index) => {
  expect(jainIndex(values)).toBe(index);
});

describe('fairness', () => {
  const nodes = [buildNode('node')];

  test('is between workloads, over the times at which several demand something', () => {
    // The first has the node until 10 s while the second waits; then the second has it alone.
    const plans = ['first', 'second'].map((name) => buildPlan(buildPod(name, '8'), [0], 10));
    const { run, result } = finished(buildRunInput(nodes, plans));
    expect(result.fairness).toEqual({
      by: 'workload',
      groups: 2,
      slowdown: 0.9,
      demandServed: 0.5,
    });
    expect(result.series['demandServedFairness']).toEqual({ mean: 0.5, max: 0.5 });
    expect(metricsOf(result)).toMatchObject({ 'fairness.slowdown': 0.9, 'fairness.groups': 2 });
    const [head, , second, , , , , , , , , tenth, eleventh] =
      csvTables(run)['utilisation.csv']!.split('\n');
    expect(head!.split(',').at(-1)).toBe('demandServedFairness');
    expect([second, tenth, eleventh].map((row) => row!.split(',').at(-1))).toEqual([
      '0.5',
      '0.5',
      '',
    ]);
  });

  test('goes by the dominant resource of each', () => {
    // Four pods want two devices: half is served until 10 s, all afterwards. The other has its CPU all the time.
    const slices = [buildSlice('node', [buildDevice('a'), buildDevice('b')])];
    const claims = [{ entry: 'gpu', spec: buildClaim({ gpu: {} }) }];
    const plans = [
      buildPlan(buildPod('devices'), [0, 0, 0, 0], 10, { claims }),
      buildPlan(buildPod('cpu'), [0], 20),
    ];
    const { result } = finished(buildRunInput(nodes, plans, { slices }));
    expect(result.fairness.demandServed).toBe(0.95);
  });

  test('is between namespaces where there are several', () => {
    const inTeam = buildPod('other', '8');
    const plans = [
      buildPlan(buildPod('pod', '8'), [0], 10),
      buildPlan({ ...inTeam, metadata: { ...inTeam.metadata, namespace: 'team' } }, [0], 10),
      buildPlan(buildPod('more', '8'), [0], 10),
    ];
    const { result } = finished(buildRunInput(nodes, plans));
    // Default has pods that end at 10 and 30 s, team one at 20 s; team waits for 10 s, then default for 10 s.
    expect(result.fairness).toMatchObject({ by: 'namespace', groups: 2, slowdown: 1 });
    expect(result.fairness.demandServed).toBe(0.5);
  });

  test('is nothing where all are of one kind', () => {
    const { result } = finished(buildRunInput(nodes, [buildPlan(buildPod('pod'), [0], 10)]));
    expect(result.fairness).toEqual({
      by: 'workload',
      groups: 1,
      slowdown: null,
      demandServed: null,
    });
    expect(result.series).not.toHaveProperty('demandServedFairness');
  });
});
