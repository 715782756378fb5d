// The pictures of a comparison as options for ECharts: plain data without functions, so that a page can hold them and a
// script can draw them to files. Curves with bands over arrived demand, box plots of the seeds, paired differences.

import { COLORS, INKS } from '../report/page.js';
import { type Comparison, type Difference, rowsCompared } from './comparison.js';
import { type ArrivalMetric, arrivedPercents, type RunRow } from './runtask.js';
import { halfWidth, sample } from './statistics.js';

export type Theme = 'light' | 'dark';
export type ChartOption = Readonly<Record<string, unknown>>;

/** Curves also differ in their dashes, for prints and eyes without colours. */
const DASHES = ['solid', 'dashed', 'dotted', [8, 3, 2, 3]] as const;
/** Strategies differ little before the devices are nearly full: this share of the arrivals is shown at first. */
const SHOWN_FROM = 0.5;

/** Means over arrived demand, with the 95 % interval of the mean as a band. */
export function curveChart(
  comparison: Comparison,
  rows: readonly RunRow[],
  metric: ArrivalMetric,
  theme: Theme,
): ChartOption {
  const compared = rowsCompared(rows, comparison);
  const curves = comparison.strategies.map((strategy) =>
    meanCurve(
      compared.filter((row) => row.strategy === strategy),
      metric,
      comparison.confidence,
    ),
  );
  const last = Math.max(...curves.map((points) => points.at(-1)?.percent ?? 0));
  const series = comparison.strategies.flatMap((strategy, index) => {
    const color = colorOf(index, theme);
    const points = curves[index]!;
    const line = { type: 'line', name: strategy, color, showSymbol: false };
    const band = {
      ...line,
      stack: strategy,
      stackStrategy: 'all',
      silent: true,
      lineStyle: { opacity: 0 },
    };
    return [
      { ...band, id: `band low ${index}`, data: points.map((one) => [one.percent, one.low]) },
      {
        ...band,
        id: `band ${index}`,
        areaStyle: { color, opacity: 0.22 },
        data: points.map((one) => [one.percent, one.high - one.low]),
      },
      {
        ...line,
        id: `mean ${index}`,
        lineStyle: { width: 2, type: DASHES[Math.floor(index / 2) % DASHES.length] },
        endLabel: { show: true, formatter: '{a}', color, distance: 6, lineHeight: 15 },
        labelLayout: { moveOverlap: 'shiftY' },
        data: points.map((one) => [one.percent, one.mean]),
      },
    ];
  });
  return {
    ...common(theme),
    grid: { left: 60, right: 30 + endLabelWidth(comparison.strategies), top: 44, bottom: 92 },
    legend: { type: 'scroll', top: 4, textStyle: { color: INKS[theme] } },
    xAxis: {
      ...axis(theme, 'arrived demand, % of all that devices give'),
      nameGap: 28,
      min: 0,
      max: last,
    },
    yAxis: { ...axis(theme, '%'), nameLocation: 'end', nameGap: 12, scale: true },
    dataZoom: [{ type: 'slider', startValue: last * SHOWN_FROM, endValue: last, bottom: 12 }],
    series,
  };
}

interface CurvePoint {
  percent: number;
  mean: number;
  low: number;
  high: number;
}

function meanCurve(
  rows: readonly RunRow[],
  metric: ArrivalMetric,
  confidence: number,
): CurvePoint[] {
  return arrivedPercents().flatMap((percent, place) => {
    const values = rows.flatMap((row) => row.arrival[metric]?.[place] ?? []);
    if (values.length === 0) return [];
    const found = sample(values);
    const half = halfWidth(found, confidence) ?? 0;
    const { mean } = found;
    return [{ percent, mean: round(mean), low: round(mean - half), high: round(mean + half) }];
  });
}

/** The seeds' values of one strategy, in order, with the quartiles of a box plot. */
export interface Box {
  readonly strategy: string;
  readonly values: readonly number[];
  /** Least, lower quartile, median, upper quartile, largest. */
  readonly five: readonly number[];
}

/** Boxes of what a run is worth, by strategy. */
export function boxes(
  comparison: Comparison,
  rows: readonly RunRow[],
  metricOf: (row: RunRow) => number | undefined | null,
): Box[] {
  const compared = rowsCompared(rows, comparison);
  return comparison.strategies.flatMap((strategy) => {
    const own = compared.filter((row) => row.strategy === strategy);
    const values = own.flatMap((row) => metricOf(row) ?? []).sort((a, b) => a - b);
    if (values.length === 0) return [];
    return [{ strategy, values, five: [0, 0.25, 0.5, 0.75, 1].map((q) => quantile(values, q)) }];
  });
}

/** Quantile of sorted values, straight between neighbours. */
function quantile(sorted: readonly number[], share: number): number {
  const place = share * (sorted.length - 1);
  const below = Math.floor(place);
  const low = sorted[below]!;
  return round(low + (place - below) * ((sorted[below + 1] ?? low) - low));
}

/** A box a strategy, and a point a seed. */
export function boxChart(list: readonly Box[], comparison: Comparison, unit: string, theme: Theme) {
  const color = ({ strategy }: Box) => colorOf(comparison.strategies.indexOf(strategy), theme);
  return {
    ...common(theme),
    grid: { left: 70, right: 24, top: 36, bottom: 40 },
    xAxis: { ...axis(theme, ''), type: 'category', data: list.map(({ strategy }) => strategy) },
    yAxis: { ...axis(theme, unit), nameLocation: 'end', nameGap: 12, scale: true },
    series: [
      {
        type: 'boxplot',
        boxWidth: [16, 60],
        data: list.map((box) => ({
          value: box.five,
          itemStyle: { color: 'transparent', borderColor: color(box), borderWidth: 2 },
        })),
      },
      {
        type: 'scatter',
        symbolSize: 6,
        data: list.flatMap((box, index) =>
          box.values.map((value) => ({
            value: [index, value],
            itemStyle: { color: color(box), opacity: 0.55 },
          })),
        ),
      },
    ],
  } satisfies ChartOption;
}

/** Mean differences from the baseline, a line for the interval of each. */
export function differenceChart(
  list: readonly Difference[],
  { strategies, baseline }: Comparison,
  unit: string,
  theme: Theme,
): ChartOption {
  const names = strategies.filter((name) => name !== baseline);
  const zero = {
    xAxis: 0,
    lineStyle: { color: INKS[theme], type: 'dashed' },
    label: { show: false },
  };
  return {
    ...common(theme),
    grid: { left: 24 + labelWidth(names), right: 40, top: 16, bottom: 52 },
    xAxis: {
      ...axis(theme, `difference from ${baseline}${unit}`),
      nameGap: 28,
      splitLine: { show: true, lineStyle: { color: INKS[theme], opacity: 0.2 } },
    },
    yAxis: { ...axis(theme, ''), type: 'category', inverse: true, data: names },
    series: list.map(({ strategy, mean, low, high }, index) => {
      const color = colorOf(strategies.indexOf(strategy), theme);
      const row = names.indexOf(strategy);
      const end = { symbol: 'rect', symbolSize: [2, 12] };
      const middle = { value: [round(mean), row], symbol: 'circle', symbolSize: 9 };
      const hasInterval = low !== null && high !== null;
      return {
        type: 'line',
        name: strategy,
        color,
        lineStyle: { width: 2 },
        showAllSymbol: true,
        data: hasInterval
          ? [{ value: [round(low), row], ...end }, middle, { value: [round(high), row], ...end }]
          : [middle],
        ...(index === 0 && { markLine: { silent: true, symbol: 'none', data: [zero] } }),
      };
    }),
  };
}

function common(theme: Theme) {
  return {
    color: COLORS[theme],
    textStyle: { color: INKS[theme], fontFamily: 'system-ui, sans-serif' },
    animation: false,
  };
}

function axis(theme: Theme, name: string) {
  const color = INKS[theme];
  return {
    type: 'value',
    name,
    nameLocation: 'middle',
    nameTextStyle: { color },
    axisLabel: { color },
    axisLine: { lineStyle: { color } },
    splitLine: { lineStyle: { color, opacity: 0.2 } },
  };
}

function colorOf(index: number, theme: Theme): string {
  return COLORS[theme][index % COLORS[theme].length]!;
}

/** Room for names at about seven pixels a letter. */
function labelWidth(names: readonly string[]): number {
  return 7 * Math.min(30, Math.max(0, ...names.map((name) => name.length)));
}

function endLabelWidth(names: readonly string[]): number {
  return 6 + labelWidth(names);
}

function round(value: number): number {
  return Math.round(value * 1e4) / 1e4;
}
