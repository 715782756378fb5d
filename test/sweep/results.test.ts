// The page of results: how far from published means counts as near, and which policies lie the other way round.

import { expect, test } from 'vitest';
import { benchMigResults, roundingOf } from '../../bench/migresults.js';
import {
  type CellPair,
  comparePolicies,
  isWithinBounds,
  isWithinPoints,
} from '../../bench/published.js';

function pair(strategy: string, mean: number, publishedMean: number, sd: number): CellPair {
  const cell = { strategy, metric: 'allocationRatio', arrivedPercent: 130, mean, sd: 0, n: 10 };
  return {
    list: 'default',
    cell: cell as CellPair['cell'],
    published: { mean: publishedMean, sd, n: 10 },
    deviation: mean - publishedMean,
  };
}

test.each([
  ['half a point', 90.5, 0, true, true],
  ['more, within two standard deviations', 91, 0.5, false, true],
  ['more than both', 91.1, 0.5, false, false],
])('%s from the published mean', (_name, mean, sd, isNear, isWithin) => {
  const one = pair('FGD', mean, 90, sd);
  expect([isWithinPoints(one), isWithinBounds(one)]).toEqual([isNear, isWithin]);
});

test('policies are turned around only where published intervals are apart', () => {
  const pairs = [pair('A', 90, 91, 0.1), pair('B', 90.5, 90, 0.1), pair('C', 90.4, 90.05, 0.1)];
  const { apart, turned } = comparePolicies(pairs);
  const names = (list: typeof apart) =>
    list.map(({ left, right }) => `${left.cell.strategy}${right.cell.strategy}`);
  expect(names(apart)).toEqual(['AB', 'AC']);
  expect(names(turned)).toEqual(['AB', 'AC']);
});

test('rounding tells sevenths from shares that take a whole GPU', () => {
  const text = 'num_gpu,gpu_milli\n1,142\n1,500\n1,810\n1,572\n2,1000\n0,0\n';
  const { sevenths, large, whole } = roundingOf(text, 'pods.csv');
  expect(sevenths).toMatchObject({ pods: 2, asked: 0.642 });
  expect(sevenths.granted).toBeCloseTo(1 / 7 + 4 / 7, 12);
  expect(large).toMatchObject({ pods: 2, granted: 2 });
  expect(large.asked).toBeCloseTo(1.382, 12);
  expect(whole).toEqual({ pods: 1, asked: 2, granted: 2 });
});

test('the page of partitions is not made without its runs', () => {
  expect(benchMigResults('nowhere')).toMatch(/missing|is not in/);
});
