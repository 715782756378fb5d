// The page of a comparison: pictures from the rows, whole offline, whatever things are called.

import { describe, expect, test } from 'vitest';
import { boxes, curveChart } from '../../src/sweep/charts.js';
import { compareRuns } from '../../src/sweep/comparison.js';
import { comparisonHtml } from '../../src/sweep/comparisonpage.js';
import { arrivedPercents, type RunRow } from '../../src/sweep/runtask.js';

const AWKWARD = 'B</script><img src=x>';
const percents = arrivedPercents();
const row = (strategy: string, seed: string, value: number): RunRow => ({
  scenario: 'small',
  strategy,
  seed,
  fingerprint: `${strategy}${seed}`,
  arrival: { allocationRatio: percents.map((percent) => (percent > 100 ? null : value)) },
  metrics: { 'waitSeconds.p95': value, 'pods.evicted': 0 },
});
const seeds = ['1', '2', '3', '4', '5'];
const rows = seeds.flatMap((seed, index) => [
  row(AWKWARD, seed, 13 + index),
  row('A', seed, 10 + index),
]);
const options = {
  scenario: AWKWARD,
  strategies: ['A', AWKWARD],
  seeds,
  baseline: 'A',
  halfWidth: 0.5,
};
const comparison = compareRuns(rows, options);
const bare = rows.map((one) => ({ ...one, arrival: {} }));
const library = 'const library = "</script>";';

interface Series {
  id: string;
  data: [number, number][];
}
const seriesOf = (id: string, among = rows) => {
  const made = curveChart(compareRuns(among, options), among, 'allocationRatio', 'light');
  return (made['series'] as Series[]).find((one) => one.id === id)!.data;
};

describe('curves', () => {
  test('are means at every percent that demand came to', () => {
    const mean = seriesOf('mean 0');
    expect(mean[0]).toEqual([2, 12]);
    expect(mean.at(-1)).toEqual([100, 12]);
  });

  test('have the interval of the mean as a band', () => {
    const half = (2.7764 * Math.sqrt(2.5)) / Math.sqrt(5);
    expect(seriesOf('band low 0')[0]![1]).toBeCloseTo(12 - half, 3);
    expect(seriesOf('band 0')[0]![1]).toBeCloseTo(2 * half, 3);
  });

  test('do not count rows of other seeds that a folder kept', () => {
    expect(seriesOf('mean 0', [...rows, row('A', '9', 500)])[0]).toEqual([2, 12]);
  });
});

test('boxes have quartiles of the seeds, and every value', () => {
  const [box] = boxes(comparison, rows, ({ metrics }) => metrics['waitSeconds.p95']);
  expect(box).toEqual({ strategy: 'A', values: [10, 11, 12, 13, 14], five: [10, 11, 12, 13, 14] });
});

describe('the page', () => {
  const page = comparisonHtml(comparison, rows, library);
  const dataOf = (text: string) => JSON.parse(/const data = (\{.*\});\n/.exec(text)![1]!);

  test('has curves, boxes and differences of each metric over arrived demand', () => {
    expect(page).toContain('bands the 95 % interval of the mean');
    expect(page).toContain(
      'Allocated, % of all that devices give, when 100 % have arrived: difference',
    );
    expect(dataOf(page).pictures[0].light.series).toHaveLength(6);
  });

  test('has boxes and differences of whole runs where no device gives shares', () => {
    const other = comparisonHtml(compareRuns(bare, options), bare, library);
    expect(dataOf(other).pictures).toHaveLength(2);
    expect(other).toContain('waitSeconds.p95: difference from A');
    expect(other).toContain('Equal in every run: pods.evicted 0');
  });

  test('no name ends a script or becomes an element, and nothing is fetched', () => {
    expect(page.match(/<script>/g)).toHaveLength(2);
    expect(page.match(/<\/script/g)).toHaveLength(2);
    expect(page.includes('<img')).toBe(false);
    expect(page.match(/<\w[^>]*\s(?:src|href)=|https?:|@import|url\(/)).toBeNull();
  });

  test('of one seed has curves without a band', () => {
    const one = comparisonHtml(compareRuns(rows, { ...options, seeds: ['1'] }), rows, library);
    expect(one).toContain('Lines are of one seed');
    expect(one).not.toContain('NaN');
  });
});
