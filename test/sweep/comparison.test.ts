// What a comparison makes of rows: means, differences seed by seed, and their correction.

import { describe, expect, test } from 'vitest';
import { compareRuns } from '../../src/sweep/comparison.js';
import { arrivedPercents, type RunRow } from '../../src/sweep/runtask.js';
import { comparisonText } from '../../src/sweep/table.js';

const percents = arrivedPercents();

function row(strategy: string, seed: string, value: number, more: Partial<RunRow> = {}): RunRow {
  const all = (scale: number) => percents.map((percent) => (percent > 100 ? null : value * scale));
  return {
    scenario: 'small',
    strategy,
    seed,
    fingerprint: `${strategy}${seed}`,
    arrival: { allocationRatio: all(1), fragmentAmount: all(2), fragmentRatio: all(3) },
    metrics: { 'pods.unschedulable': value },
    ...more,
  };
}

const options = {
  scenario: 'small',
  strategies: ['A', 'B', 'C'],
  seeds: ['1', '2', '3'],
  baseline: 'A',
  halfWidth: 0.5,
};
const rows = options.seeds.flatMap((seed, index) => [
  row('B', seed, 13 + index),
  row('A', seed, 10 + index),
  row('C', seed, 10 + 2 * index),
]);
const comparison = compareRuns(rows, options);

describe('cells', () => {
  test('have mean, standard deviation and number by strategy, metric and percent', () => {
    const cell = comparison.cells.find(
      ({ strategy, metric, arrivedPercent }) =>
        strategy === 'B' && metric === 'allocationRatio' && arrivedPercent === 95,
    );
    expect(cell).toEqual({
      strategy: 'B',
      metric: 'allocationRatio',
      arrivedPercent: 95,
      mean: 14,
      sd: 1,
      n: 3,
    });
  });

  test('are left out where demand never came so far', () => {
    const arrived = new Set(comparison.cells.map(({ arrivedPercent }) => arrivedPercent));
    expect([...arrived]).toEqual([20, 40, 60, 80, 90, 95, 100]);
  });

  test('do not depend on the order in which runs ended', () => {
    expect(compareRuns([...rows].reverse(), options)).toEqual(comparison);
  });
});

describe('differences', () => {
  const at = (strategy: string) =>
    comparison.differences.find(
      (one) =>
        one.strategy === strategy && one.metric === 'allocationRatio' && one.arrivedPercent === 100,
    )!;

  test('are taken seed by seed, so that what seeds have in common falls out', () => {
    expect(at('B')).toMatchObject({ mean: 3, sd: 0, low: 3, high: 3, p: 0, pHolm: 0 });
    expect(at('B').seedsAdvised).toBe(2);
  });

  test('have an interval, and a p-value corrected for the strategies compared', () => {
    const { mean, sd, low, high, p, pHolm } = at('C');
    expect([mean, sd]).toEqual([1, 1]);
    expect(low).toBeCloseTo(1 - 4.3027 / Math.sqrt(3), 3);
    expect(high).toBeCloseTo(1 + 4.3027 / Math.sqrt(3), 3);
    expect(p).toBeCloseTo(0.2254, 3);
    // The smaller p-value was doubled, the larger one stands alone.
    expect(pHolm).toBeCloseTo(p!, 9);
  });

  test('of one seed have a mean only', () => {
    const { differences, cells } = compareRuns(rows, { ...options, seeds: ['1'] });
    expect(differences[0]).toMatchObject({ n: 1, sd: null, low: null, p: null, pHolm: null });
    expect(cells[0]).toMatchObject({ sd: null, n: 1 });
  });
});

describe('the table', () => {
  const plain = (text: string) => text;
  const paint = { bold: plain, dim: plain, green: plain, red: plain, yellow: plain };

  test('shows curves where devices give shares', () => {
    const text = comparisonText(comparison, paint);
    expect(text).toMatch(/│ B +│ 14\.00 ±1\.00 │/);
    expect(text).toContain('Difference from A');
    expect(text).toMatch(/│ B +│ allocationRatio +│ \+3 /);
  });

  test('shows metrics of whole runs where none does', () => {
    const bare = rows.map((one) => ({ ...one, arrival: {} }));
    const text = comparisonText(compareRuns(bare, options), paint);
    expect(text).toMatch(/│ pods\.unschedulable │ 11 ± 1 +│ 14 ± 1 +│ 12 ± 2 +│/);
    expect(text).not.toContain('arrived');
  });

  test('names strategies that decide as the baseline, and what is equal, instead of showing zeros', () => {
    const same = rows.map((one) => ({
      ...one,
      fingerprint: one.strategy === 'B' ? `A${one.seed}` : one.fingerprint,
      arrival: {},
      metrics: { ...one.metrics, 'pods.evicted': 0 },
    }));
    const text = comparisonText(compareRuns(same, options), paint);
    expect(text).toContain('Decides as A in every run: B');
    expect(text).toContain('Equal in every run: pods.evicted 0');
    expect(text).not.toMatch(/│ B +│ pods/);
  });

  test('shows metrics of whole runs beside curves where they are named', () => {
    const named = { ...options, metrics: ['pods.*'] };
    const text = comparisonText(compareRuns(rows, named), paint);
    expect(text).toMatch(/│ B +│ pods\.unschedulable +│ \+3 /);
    expect(text).toMatch(/│ B +│ 14\.00 ±1\.00 │/);
  });
});
