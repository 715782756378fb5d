// A comparison for the terminal: means with their spread by arrived demand, or of whole runs, then the differences from
// the baseline where the runs end.

import Table from 'cli-table3';
import type { Paint } from '../report/summary.js';
import type { Comparison, Difference } from './comparison.js';
import { ARRIVAL_METRICS, ARRIVED_PERCENTS, type ArrivalMetric } from './runtask.js';
import type { Sample } from './statistics.js';

const TITLES: Readonly<Record<ArrivalMetric, string>> = {
  allocationRatio: 'Allocated, % of all that devices give',
  fragmentAmount: 'Fragmented, % of all that devices give',
  fragmentRatio: 'Fragmented, % of what is not allocated',
};

/** Cells and differences as tables. */
export function comparisonText(comparison: Comparison, paint: Paint): string {
  const { scenario, seeds, cells, strategies, baseline } = comparison;
  const runs = `${strategies.length} strategies, ${seeds.length} seeds: mean ± standard deviation`;
  const parts = [`${paint.bold(scenario)}${paint.dim(`  ${runs}`)}`];
  if (cells.length > 0) {
    for (const metric of ARRIVAL_METRICS) parts.push(arrivalTable(comparison, metric, paint));
  } else {
    parts.push(runTable(comparison));
  }
  if (strategies.length > 1) {
    parts.push(
      `Difference from ${baseline}, seed by seed (95 % interval by Student's t, p after Holm's correction)`,
      differenceTable(comparison, paint),
    );
  }
  return `${parts.join('\n')}\n`;
}

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

function runTable({ runCells, strategies }: Comparison): string {
  const metrics = [...new Set(runCells.map(({ metric }) => metric))];
  const table = plainTable(['', ...strategies]);
  for (const metric of metrics) {
    const own = strategies.map((strategy) => {
      const cell = runCells.find((one) => one.strategy === strategy && one.metric === metric);
      return cell ? `${number(cell.mean)} ± ${number(cell.sd ?? 0)}` : '-';
    });
    table.push([metric, ...own]);
  }
  return table.toString();
}

function differenceTable({ differences, cells, halfWidth }: Comparison, paint: Paint): string {
  const last = cells.reduce((most, { arrivedPercent }) => Math.max(most, arrivedPercent), 0);
  const shown = differences.filter(({ arrivedPercent }) =>
    last > 0 ? arrivedPercent === last : arrivedPercent === undefined,
  );
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
      seedsAdvised ?? '-',
    ]);
  }
  return table.toString();
}

function isClear({ pHolm }: Difference): boolean {
  return pHolm !== null && pHolm < 0.05;
}

function spread({ sd }: Sample, paint: Paint): string {
  return sd === null ? '' : paint.dim(` ±${sd.toFixed(2)}`);
}

function signed(value: number): string {
  return `${value < 0 ? '−' : '+'}${number(Math.abs(value))}`;
}

function number(value: number): string {
  return Number.isInteger(value) ? `${value}` : value.toFixed(2);
}

function plainTable(head: readonly string[]) {
  return new Table({ head: [...head], style: { head: [], border: [], compact: true } });
}
