// Cells of `drasim compare` beside the published ones of the FGD paper: how far apart, and in which order policies lie.

import { existsSync, readFileSync } from 'node:fs';
import type { Cell, Comparison } from '../src/sweep/comparison.js';
import { readRows } from '../src/sweep/resume.js';
import type { ArrivalMetric, RunRow } from '../src/sweep/runtask.js';
import { halfWidth, type Sample } from '../src/sweep/statistics.js';

export const LISTS = ['default', 'cpu050', 'cpu250', 'gpushare100', 'gpuspec33', 'multigpu50'];
export const POLICIES = ['Random', 'DotProd', 'GpuClustering', 'GpuPacking', 'BestFit', 'FGD'];

/** Points that a mean may lie apart, and standard deviations where those are wider. */
export const POINTS_MAX = 0.5;
const DEVIATIONS_MAX = 2;

const METRICS: Readonly<Record<string, ArrivalMetric>> = {
  alloc_pct: 'allocationRatio',
  frag_amount_pct_of_capacity: 'fragmentAmount',
  frag_ratio_pct_of_idle: 'fragmentRatio',
};

/** Metrics that are published. */
export const PUBLISHED_METRICS = Object.values(METRICS);

/** What a folder of a comparison holds. */
export interface ListRuns {
  readonly comparison: Comparison;
  readonly rows: readonly RunRow[];
}

/** A mean beside the published one. */
export interface CellPair {
  readonly list: string;
  readonly cell: Cell;
  readonly published: Sample & { readonly sd: number };
  readonly deviation: number;
}

/** Reads what `drasim compare --out` wrote; null where it did not. */
export function readRuns(folder: string): ListRuns | null {
  if (!existsSync(`${folder}/comparison.json`)) return null;
  const comparison = JSON.parse(readFileSync(`${folder}/comparison.json`, 'utf8')) as Comparison;
  const path = `${folder}/runs.jsonl`;
  return { comparison, rows: readRows(readFileSync(path, 'utf8'), path) };
}

/** Published samples, by list, policy, metric and percent. */
export function readPublished(path: string): Map<string, Sample & { sd: number }> {
  const lines = readFileSync(path, 'utf8').trim().split('\n').slice(1);
  return new Map(
    lines.map((line) => {
      const [list, policy, metric, percent, n, mean, sd] = line.split(',');
      const name = list!.replace('openb_pod_list_', '');
      const key = keyOf(name, policy!.slice(3), METRICS[metric!]!, Number(percent));
      return [key, { n: Number(n), mean: Number(mean), sd: Number(sd) }];
    }),
  );
}

function keyOf(list: string, policy: string, metric: string, percent: number): string {
  return [list, policy, metric, percent].join(' ');
}

/** All cells of a list that are published. */
export function pairCells(
  list: string,
  { cells }: Comparison,
  published: ReadonlyMap<string, Sample & { sd: number }>,
): CellPair[] {
  return cells.flatMap((cell) => {
    const other = published.get(keyOf(list, cell.strategy, cell.metric, cell.arrivedPercent));
    return other ? [{ list, cell, published: other, deviation: cell.mean - other.mean }] : [];
  });
}

export function isWithinPoints({ deviation }: CellPair): boolean {
  return Math.abs(deviation) <= POINTS_MAX;
}

export function isWithinBounds(pair: CellPair): boolean {
  return isWithinPoints(pair) || Math.abs(pair.deviation) <= DEVIATIONS_MAX * pair.published.sd;
}

/** Two policies of one list, metric and percent. */
export interface PolicyPair {
  readonly left: CellPair;
  readonly right: CellPair;
}

/** Pairs of policies whose published 95 % intervals do not overlap, and those of them that lie the other way here. */
export function comparePolicies(pairs: readonly CellPair[]): {
  apart: PolicyPair[];
  turned: PolicyPair[];
} {
  const apart: PolicyPair[] = [];
  pairs.forEach((left, index) => {
    for (const right of pairs.slice(index + 1)) {
      const isSame =
        left.list === right.list &&
        left.cell.metric === right.cell.metric &&
        left.cell.arrivedPercent === right.cell.arrivedPercent;
      if (!isSame) continue;
      const distance = Math.abs(left.published.mean - right.published.mean);
      const reach = halfWidth(left.published, 0.95)! + halfWidth(right.published, 0.95)!;
      if (distance > reach) apart.push({ left, right });
    }
  });
  const turned = apart.filter(({ left, right }) => {
    const published = left.published.mean - right.published.mean;
    return published * (left.cell.mean - right.cell.mean) < 0;
  });
  return { apart, turned };
}
