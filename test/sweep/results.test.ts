// The page of results: how far from published means counts as near, and which policies lie the other way round.

import { expect, test } from 'vitest';
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
