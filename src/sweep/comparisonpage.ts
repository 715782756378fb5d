// A comparison as one page that opens offline: curves with bands over arrived demand where devices give shares, box plots
// of the seeds' values, and paired differences from the baseline; the numbers stand in a table under each picture.

import { escapeHtml, figure, htmlPage, htmlTable } from '../report/page.js';
import {
  type Box,
  boxChart,
  boxes,
  type ChartOption,
  curveChart,
  differenceChart,
  type Theme,
} from './charts.js';
import type { Comparison, Difference } from './comparison.js';
import { arrivalMetrics } from './comparison.js';
import { distanceNote } from './distance.js';
import { ARRIVED_PERCENTS, type ArrivalMetric, arrivedPercents, type RunRow } from './runtask.js';
import {
  DISTANCE_TITLE,
  EQUAL,
  equalMetrics,
  lastArrived,
  number,
  sameAsBaseline,
  seedsText,
  signed,
  TITLES,
} from './table.js';

/** A picture, for light and for dark ground. */
interface Picture {
  id: string;
  heightPx: number;
  light: ChartOption;
  dark: ChartOption;
}

/** Collects pictures as their places in the page are made. */
class Pictures {
  readonly list: Picture[] = [];

  /** A figure with a picture; `table` is HTML. */
  add(
    title: string,
    note: string,
    heightPx: number,
    table: string,
    option: (theme: Theme) => ChartOption,
  ): string {
    const id = `picture-${this.list.length}`;
    this.list.push({ id, heightPx, light: option('light'), dark: option('dark') });
    return figure(id, title, note, table);
  }
}

const SCRIPT = `
for (const { id, heightPx, ...options } of data.pictures) {
  document.getElementById(id).style.height = heightPx + 'px';
  const option = options[theme];
  const one = (p) => escape(p.seriesName || p.name) + ': ' + [p.value].flat().map((v) => Math.round(v * 100) / 100).join(', ');
  const means = (list) => list.filter((p) => p.seriesId.startsWith('mean'));
  const curves = (list) => list[0].axisValue + ' % arrived<br>' + means(list).map((p) => p.marker + escape(p.seriesName) + ': ' + p.value[1].toFixed(2)).join('<br>');
  draw(id, { ...option, tooltip: option.dataZoom ? { trigger: 'axis', formatter: curves } : { trigger: 'item', formatter: one } });
}
`;

/**
 * The page of a comparison.
 *
 * @param rows - those that the comparison was made from, perhaps among others
 * @param chartLibrary - source text of ECharts
 */
export function comparisonHtml(
  comparison: Comparison,
  rows: readonly RunRow[],
  chartLibrary: string,
): string {
  const { scenario, strategies, seeds, baseline } = comparison;
  const pictures = new Pictures();
  const last = lastArrived(comparison.cells);
  const parts = [
    `<header><h1>${escapeHtml(scenario)}</h1>
<p>${strategies.length} strategies, ${seeds.length} seeds, the same arrivals for all strategies under a seed</p>${sameText(comparison)}</header>`,
  ];
  if (last > 0) {
    for (const metric of arrivalMetrics(comparison.cells)) {
      parts.push(curvePart(comparison, rows, metric, pictures));
      const place = arrivedPercents().indexOf(last);
      const title = `${TITLES[metric]}, when ${last} % have arrived`;
      const metricOf = (row: RunRow) => row.arrival[metric]?.[place];
      const found = boxes(comparison, rows, metricOf);
      parts.push(boxPart(comparison, found, title, '%', pictures));
      const own = comparison.differences.filter(
        (one) => one.metric === metric && one.arrivedPercent === last,
      );
      parts.push(differencePart(comparison, own, title, ', percentage points', pictures));
    }
  }
  const equal = equalMetrics(comparison);
  for (const metric of comparison.runMetrics) {
    if (equal.has(metric)) continue;
    const found = boxes(comparison, rows, (row) => row.metrics[metric]);
    const unit = unitOf(metric);
    parts.push(boxPart(comparison, found, metric, unit, pictures));
    const own = comparison.differences.filter(
      (one) => one.metric === metric && one.arrivedPercent === undefined,
    );
    parts.push(differencePart(comparison, own, metric, unit && `, ${unit}`, pictures));
  }
  if (comparison.distances.length > 0) parts.push(distancePart(comparison, rows, pictures));
  const texts = [...equal].map(([metric, value]) => `${metric} ${number(value)}`);
  if (texts.length > 0) parts.push(`<p>${EQUAL}${escapeHtml(texts.join(', '))}</p>`);
  return htmlPage({
    title: `drasim compare: ${scenario}, from ${baseline}`,
    body: parts.join('\n'),
    data: { pictures: pictures.list },
    script: SCRIPT,
    chartLibrary,
  });
}

function sameText(comparison: Comparison): string {
  const same = sameAsBaseline(comparison).join(', ');
  if (same === '') return '';
  return `<p>${escapeHtml(`Decides as ${comparison.baseline} in every run: ${same}`)}</p>`;
}

function curvePart(
  comparison: Comparison,
  rows: readonly RunRow[],
  metric: ArrivalMetric,
  pictures: Pictures,
): string {
  const { strategies, cells, seeds } = comparison;
  const percents = ARRIVED_PERCENTS.filter((percent) =>
    cells.some((cell) => cell.arrivedPercent === percent),
  );
  const table = htmlTable(
    ['mean ± sd at', ...percents.map((percent) => `${percent} %`)],
    strategies.map((strategy) => [
      strategy,
      ...percents.map((percent) => {
        const found = cells.find(
          (cell) =>
            cell.strategy === strategy && cell.metric === metric && cell.arrivedPercent === percent,
        );
        if (!found) return '-';
        const spread = found.sd === null ? '' : ` ±${found.sd.toFixed(2)}`;
        return `${found.mean.toFixed(2)}${spread}`;
      }),
    ]),
    (column) => column > 0,
  );
  const band =
    seeds.length > 1
      ? 'Lines are means over seeds, bands the 95 % interval of the mean (Student’s t).'
      : 'Lines are of one seed: there is no interval.';
  const note = `${band} The slider shows more of the arrivals.`;
  return pictures.add(TITLES[metric], note, 420, table, (theme) =>
    curveChart(comparison, rows, metric, theme),
  );
}

function boxPart(
  comparison: Comparison,
  found: readonly Box[],
  title: string,
  unit: string,
  pictures: Pictures,
): string {
  const table = htmlTable(
    ['', 'least', 'lower quartile', 'median', 'upper quartile', 'largest', 'seeds'],
    found.map(({ strategy, five, values }) => [
      strategy,
      ...five.map((value) => number(value)),
      values.length,
    ]),
    (column) => column > 0,
  );
  const note = 'A point a seed; boxes are quartiles with the median, whiskers reach the ends.';
  return pictures.add(`${title}: seed by seed`, note, 320, table, (theme) =>
    boxChart(found, comparison, unit, theme),
  );
}

function differencePart(
  comparison: Comparison,
  own: readonly Difference[],
  title: string,
  unit: string,
  pictures: Pictures,
): string {
  if (own.length === 0) return '';
  const table = htmlTable(
    ['', 'difference', '95 % interval', 'p (Holm)', `seeds for ± ${comparison.halfWidth}`],
    own.map(({ strategy, mean, low, high, pHolm, seedsAdvised }) => [
      strategy,
      signed(mean),
      low === null || high === null ? '-' : `${signed(low)} to ${signed(high)}`,
      pHolm === null ? '-' : pHolm < 0.001 ? '< 0.001' : pHolm.toFixed(3),
      seedsText(seedsAdvised),
    ]),
    (column) => column > 0,
  );
  const note =
    'Paired seed by seed: the mean difference, and its 95 % interval by Student’s t; p after Holm’s correction.';
  const heightPx = 90 + 34 * own.length;
  return pictures.add(
    `${title}: difference from ${comparison.baseline}`,
    note,
    heightPx,
    table,
    (theme) => differenceChart(own, comparison, unit, theme),
  );
}

function distancePart(comparison: Comparison, rows: readonly RunRow[], pictures: Pictures): string {
  const { distances } = comparison;
  const table = htmlTable(
    ['', 'in use', 'best found', 'at most', 'distance', '95 % interval'],
    distances.map((one) => [
      one.strategy,
      ...[one.inUsePercent, one.foundPercent, one.boundPercent, one.distancePercent].map(
        ({ mean }) => number(mean),
      ),
      one.low === null || one.high === null ? '-' : `${number(one.low)} to ${number(one.high)}`,
    ]),
    (column) => column > 0,
  );
  const found = boxes(comparison, rows, (row) => row.metrics['optimum.distancePercent']);
  const note = `A point a seed. ${distanceNote(distances)}`;
  return pictures.add(DISTANCE_TITLE, note, 320, table, (theme) =>
    boxChart(found, comparison, '%', theme),
  );
}

/** What a metric of a whole run counts in, where its name says so. */
function unitOf(metric: string): string {
  if (metric.includes('waitSeconds')) return 'seconds';
  if (/percent/i.test(metric)) return '%';
  return metric.startsWith('pods.') ? 'pods' : '';
}
