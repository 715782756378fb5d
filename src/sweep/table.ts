// A comparison for the terminal: means with their spread by arrived demand, or of whole runs, then the differences from
// the baseline where the runs end.

import Table from 'cli-table3';
import type { Paint } from '../report/summary.js';
import { arrivalMetrics, type Comparison, type Difference } from './comparison.js';
import { distanceNote } from './distance.js';
import { ARRIVED_PERCENTS, type ArrivalMetric } from './runtask.js';
import type { Sample } from './statistics.js';

/** What the metrics over arrived demand are. */
export const TITLES: Readonly<Record<ArrivalMetric, string>> = {
  allocationRatio: 'Allocated, % of all that devices give',
  fragmentAmount: 'Fragmented, % of all that devices give',
  fragmentRatio: 'Fragmented, % of what is not allocated',
  grantedRatio: 'Granted as partitions, % of all that devices give',
};

/** Cells and differences as tables. */
export function comparisonText(comparison: Comparison, paint: Paint): string {
  const { scenario, seeds, cells, strategies, baseline } = comparison;
  const runs = `${strategies.length} strategies, ${seeds.length} seeds: mean ± standard deviation`;
  const parts = [`${paint.bold(scenario)}${paint.dim(`  ${runs}`)}`];
  for (const metric of arrivalMetrics(cells)) parts.push(arrivalTable(comparison, metric, paint));
  if (comparison.runMetrics.length > 0) parts.push(runTable(comparison));
  if (strategies.length > 1) {
    parts.push(
      `Difference from ${baseline}, seed by seed (95 % interval by Student's t, p after Holm's correction)`,
      differenceTable(comparison, paint),
    );
  }
  if (comparison.distances.length > 0) parts.push(distanceText(comparison));
  return `${parts.join('\n')}\n`;
}

/** Distances from the optimum as a table. */
function distanceText({ distances }: Comparison): string {
  const table = plainTable(['', 'in use', 'best found', 'at most', 'distance', 'interval']);
  for (const one of distances) {
    const { strategy, low, high } = one;
    const means = [one.inUsePercent, one.foundPercent, one.boundPercent, one.distancePercent];
    table.push([
      strategy,
      ...means.map(({ mean }) => number(mean)),
      low === null || high === null ? '-' : `${number(low)} to ${number(high)}`,
    ]);
  }
  return `${DISTANCE_TITLE}\n${table.toString()}\n${distanceNote(distances)}`;
}

export const DISTANCE_TITLE =
  'Distance from the best placement of the pods that were there, % of all devices that pods may have';

/** Cells as CSV, those of whole runs without a percent. */
export function cellsCsv({ cells, runCells }: Comparison): string {
  const lines = ['strategy,metric,arrived_percent,mean,sd,n'];
  const add = (cell: Sample & { strategy: string; metric: string; arrivedPercent?: number }) => {
    const { strategy, metric, arrivedPercent = '', mean, sd, n } = cell;
    lines.push([strategy, metric, arrivedPercent, mean, sd ?? '', n].join());
  };
  cells.forEach(add);
  runCells.forEach(add);
  return `${lines.join('\n')}\n`;
}

function arrivalTable(
  { cells, strategies }: Comparison,
  metric: ArrivalMetric,
  paint: Paint,
): string {
  const table = plainTable(['arrived', ...ARRIVED_PERCENTS.map((percent) => `${percent} %`)]);
  for (const strategy of strategies) {
    const own = ARRIVED_PERCENTS.map((percent) => {
      const cell = cells.find(
        (one) =>
          one.strategy === strategy && one.metric === metric && one.arrivedPercent === percent,
      );
      return cell ? `${cell.mean.toFixed(2)}${spread(cell, paint)}` : '-';
    });
    table.push([strategy, ...own]);
  }
  return `${TITLES[metric]}, by demand that has arrived\n${table.toString()}`;
}

function runTable(comparison: Comparison): string {
  const { runCells, runMetrics, strategies } = comparison;
  const equal = equalMetrics(comparison);
  const table = plainTable(['', ...strategies]);
  for (const metric of runMetrics) {
    if (equal.has(metric)) continue;
    const own = strategies.map((strategy) => {
      const cell = runCells.find((one) => one.strategy === strategy && one.metric === metric);
      return cell ? `${number(cell.mean)} ± ${number(cell.sd ?? 0)}` : '-';
    });
    table.push([metric, ...own]);
  }
  const same = [...equal].map(([metric, value]) => `${metric} ${number(value)}`).join(', ');
  const parts = [...(table.length > 0 ? [table.toString()] : []), ...(same ? [EQUAL + same] : [])];
  return parts.join('\n');
}

export const EQUAL = 'Equal in every run: ';

/** Metrics of whole runs that have one value in all of several runs, with that value. */
export function equalMetrics({ runCells, runMetrics, runs }: Comparison): Map<string, number> {
  const equal = new Map<string, number>();
  if (runs.length < 2) return equal;
  for (const metric of runMetrics) {
    const cells = runCells.filter((cell) => cell.metric === metric);
    const { mean } = cells[0]!;
    const isEqual = cells.every((cell) => cell.mean === mean && (cell.sd ?? 0) === 0);
    if (isEqual && cells.reduce((sum, { n }) => sum + n, 0) === runs.length)
      equal.set(metric, mean);
  }
  return equal;
}

/** Strategies that decide in every run as the baseline does. */
export function sameAsBaseline({ strategies, baseline, runs }: Comparison): string[] {
  const decided = (name: string) =>
    JSON.stringify(
      runs
        .filter(({ strategy }) => strategy === name)
        .map(({ seed, fingerprint }) => [seed, fingerprint]),
    );
  const base = decided(baseline);
  return strategies.filter((name) => name !== baseline && decided(name) === base);
}

function differenceTable(comparison: Comparison, paint: Paint): string {
  const { halfWidth } = comparison;
  const shown = differencesShown(comparison);
  const head = ['', 'metric', 'difference', 'interval', 'p', `seeds for ± ${halfWidth}`];
  const table = plainTable(head);
  for (const difference of shown) {
    const { strategy, metric, mean, low, high, pHolm, seedsAdvised } = difference;
    table.push([
      strategy,
      metric,
      isClear(difference) ? paint.bold(signed(mean)) : signed(mean),
      low === null || high === null ? '-' : `${signed(low)} to ${signed(high)}`,
      pHolm === null ? '-' : pHolm < 0.001 ? '< 0.001' : pHolm.toFixed(3),
      seedsText(seedsAdvised),
    ]);
  }
  const same = sameAsBaseline(comparison);
  const note = `Decides as ${comparison.baseline} in every run: ${same.join(', ')}`;
  const parts = [
    ...(shown.length > 0 ? [table.toString()] : []),
    ...(same.length > 0 ? [note] : []),
  ];
  return parts.join('\n');
}

/** Differences where the runs end, and of the metrics that are shown; none of what is equal throughout. */
function differencesShown(comparison: Comparison): Difference[] {
  const { differences, cells, runMetrics } = comparison;
  const last = lastArrived(cells);
  const equal = equalMetrics(comparison);
  const same = sameAsBaseline(comparison);
  return differences.filter(({ strategy, metric, arrivedPercent, mean, sd }) => {
    if (same.includes(strategy)) return false;
    if (arrivedPercent !== undefined) return arrivedPercent === last;
    const isNone = mean === 0 && (sd ?? 0) === 0;
    return runMetrics.includes(metric) && !equal.has(metric) && !isNone;
  });
}

/** The last percent that demand came to; 0 where no device gives shares. */
export function lastArrived(cells: Comparison['cells']): number {
  return cells.reduce((most, { arrivedPercent }) => Math.max(most, arrivedPercent), 0);
}

/** A number of seeds that somebody may run. */
export function seedsText(count: number | null): string {
  return count === null ? '-' : count > SEEDS_SHOWN_MAX ? `> ${SEEDS_SHOWN_MAX}` : `${count}`;
}

const SEEDS_SHOWN_MAX = 10_000;

function isClear({ pHolm }: Difference): boolean {
  return pHolm !== null && pHolm < 0.05;
}

function spread({ sd }: Sample, paint: Paint): string {
  return sd === null ? '' : paint.dim(` ±${sd.toFixed(2)}`);
}

export function signed(value: number): string {
  return `${value < 0 ? '−' : '+'}${number(Math.abs(value))}`;
}

export function number(value: number): string {
  return Number.isInteger(value) ? `${value}` : value.toFixed(2);
}

function plainTable(head: readonly string[]) {
  return new Table({ head: [...head], style: { head: [], border: [], compact: true } });
}
