// Strategies side by side: means over seeds, and differences from one of them seed by seed, since all strategies meet
// the same arrivals under the same seed (common random numbers). Plain data, made from rows in any order.

import { type Distance, distancesOf } from './distance.js';
import { chooseMetrics } from './metrics.js';
import {
  ARRIVAL_METRICS,
  ARRIVED_PERCENTS,
  type ArrivalMetric,
  arrivedPercents,
  type RunRow,
} from './runtask.js';
import { advisedCount, halfWidth, holm, pairedP, type Sample, sample } from './statistics.js';

/** Version of the shape below; grows when a field changes its meaning or goes. */
export const COMPARISON_VERSION = 'drasim.dev/comparison/v1';

const CONFIDENCE = 0.95;

/** A mean over seeds; `sd` is that of a sample, null for one seed. */
export interface Cell extends Sample {
  readonly strategy: string;
  readonly metric: ArrivalMetric;
  readonly arrivedPercent: number;
}

/** A mean over seeds of a metric of the whole run. */
export interface RunCell extends Sample {
  readonly strategy: string;
  readonly metric: string;
}

/** How much more a strategy has than the baseline, seed by seed. */
export interface Difference extends Sample {
  readonly strategy: string;
  readonly metric: string;
  /** Absent for metrics of the whole run. */
  readonly arrivedPercent?: number;
  /** Confidence interval of the mean, by Student's t; null for one seed. */
  readonly low: number | null;
  readonly high: number | null;
  readonly p: number | null;
  /** After Holm's correction over the strategies that are compared. */
  readonly pHolm: number | null;
  /** Seeds after which the interval is likely within the wanted half-width. */
  readonly seedsAdvised: number | null;
}

export interface Comparison {
  readonly version: typeof COMPARISON_VERSION;
  readonly scenario: string;
  readonly strategies: readonly string[];
  readonly seeds: readonly string[];
  readonly baseline: string;
  readonly confidence: number;
  /** Wanted half-width of intervals, in the metric's own unit. */
  readonly halfWidth: number;
  /** Percent, by demand that has arrived; empty where no device gives shares. */
  readonly cells: readonly Cell[];
  readonly runCells: readonly RunCell[];
  /** Metrics of whole runs that tables and pictures show: none where shares tell more, unless asked for. */
  readonly runMetrics: readonly string[];
  readonly differences: readonly Difference[];
  /** From the best placement; empty where none was looked for. */
  readonly distances: readonly Distance[];
  readonly runs: readonly { strategy: string; seed: string; fingerprint: string }[];
}

export interface ComparisonOptions {
  readonly scenario: string;
  readonly strategies: readonly string[];
  readonly seeds: readonly string[];
  readonly baseline: string;
  readonly halfWidth: number;
  /** Metrics of whole runs to show, with `*` for any text. */
  readonly metrics?: readonly string[];
}

/**
 * Compares runs.
 *
 * @throws DrasimError `ERR_COMPARE_METRIC`
 */
export function compareRuns(rows: readonly RunRow[], options: ComparisonOptions): Comparison {
  const { strategies, seeds, baseline } = options;
  const ordered = rowsCompared(rows, options);
  const ofStrategy = new Map(
    strategies.map((name) => [name, ordered.filter(({ strategy }) => strategy === name)]),
  );
  const cells: Cell[] = [];
  const runCells: RunCell[] = [];
  const differences: Difference[] = [];
  const percents = arrivedPercents();
  for (const metric of ARRIVAL_METRICS) {
    for (const arrivedPercent of ARRIVED_PERCENTS) {
      const place = percents.indexOf(arrivedPercent);
      const metricOf = (row: RunRow) => row.arrival[metric]?.[place] ?? undefined;
      for (const found of samples(ofStrategy, metricOf)) {
        cells.push({ strategy: found.strategy, metric, arrivedPercent, ...found.values });
      }
      const differ = compareWith(baseline, ofStrategy, metricOf, options.halfWidth);
      differences.push(...differ.map((one) => ({ ...one, metric, arrivedPercent })));
    }
  }
  const asked = options.metrics && chooseMetrics(ordered, options.metrics);
  const usual = chooseMetrics(ordered, undefined);
  for (const metric of new Set([...(asked ?? []), ...usual])) {
    const metricOf = (row: RunRow) => row.metrics[metric];
    for (const found of samples(ofStrategy, metricOf)) {
      runCells.push({ strategy: found.strategy, metric, ...found.values });
    }
    const differ = compareWith(baseline, ofStrategy, metricOf, options.halfWidth);
    differences.push(...differ.map((one) => ({ ...one, metric })));
  }
  return {
    version: COMPARISON_VERSION,
    scenario: options.scenario,
    strategies,
    seeds,
    baseline,
    confidence: CONFIDENCE,
    halfWidth: options.halfWidth,
    cells: inOrder(cells, strategies),
    runCells,
    runMetrics: asked ?? (cells.length > 0 ? [] : usual),
    differences: inOrder(differences, strategies),
    distances: distancesOf(ofStrategy, CONFIDENCE),
    runs: ordered.map(({ strategy, seed, fingerprint }) => ({ strategy, seed, fingerprint })),
  };
}

/** Metrics over arrived demand that some run has. */
export function arrivalMetrics(cells: readonly Cell[]): ArrivalMetric[] {
  return ARRIVAL_METRICS.filter((name) => cells.some(({ metric }) => metric === name));
}

/** The rows of the strategies and seeds that are compared, in their order. */
export function rowsCompared(
  rows: readonly RunRow[],
  { strategies, seeds }: Pick<ComparisonOptions, 'strategies' | 'seeds'>,
): RunRow[] {
  const rowOf = new Map(rows.map((row) => [`${row.strategy} ${row.seed}`, row]));
  return strategies.flatMap((strategy) =>
    seeds.flatMap((seed) => rowOf.get(`${strategy} ${seed}`) ?? []),
  );
}

type RowsByStrategy = ReadonlyMap<string, readonly RunRow[]>;
type MetricOf = (row: RunRow) => number | undefined;

function samples(
  ofStrategy: RowsByStrategy,
  metricOf: MetricOf,
): { strategy: string; values: Sample }[] {
  return [...ofStrategy].flatMap(([strategy, rows]) => {
    const values = rows.flatMap((row) => metricOf(row) ?? []);
    return values.length === 0 ? [] : [{ strategy, values: sample(values) }];
  });
}

/** Differences of all strategies from the baseline in one metric. */
function compareWith(
  baseline: string,
  ofStrategy: RowsByStrategy,
  metricOf: MetricOf,
  wanted: number,
): Omit<Difference, 'metric' | 'arrivedPercent'>[] {
  const base = new Map((ofStrategy.get(baseline) ?? []).map((row) => [row.seed, metricOf(row)]));
  const found = [...ofStrategy].flatMap(([strategy, rows]) => {
    if (strategy === baseline) return [];
    const pairs = rows.flatMap((row) => {
      const value = metricOf(row);
      const other = base.get(row.seed);
      return value === undefined || other === undefined ? [] : [value - other];
    });
    return pairs.length === 0 ? [] : [{ strategy, ...sample(pairs) }];
  });
  const ps = found.map(pairedP);
  const corrected = holm(ps.map((p) => p ?? 1));
  return found.map((one, index) => {
    const half = halfWidth(one, CONFIDENCE);
    return {
      ...one,
      low: half === null ? null : one.mean - half,
      high: half === null ? null : one.mean + half,
      p: ps[index]!,
      pHolm: ps[index] === null ? null : corrected[index]!,
      seedsAdvised: advisedCount(one, wanted, CONFIDENCE),
    };
  });
}

/** By strategy, as they were listed; otherwise as before. */
function inOrder<T extends { readonly strategy: string }>(
  list: readonly T[],
  strategies: readonly string[],
): T[] {
  return strategies.flatMap((name) => list.filter(({ strategy }) => strategy === name));
}
