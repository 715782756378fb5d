// One run of a comparison: a scenario under one strategy with one seed, down to the numbers that are compared.

import { metricsOf } from '../scenario/expectations.js';
import { type FileReader, openScenario } from '../scenario/load.js';
import { summarize, waitQuantiles } from '../simulator/result.js';
import { Run } from '../simulator/simulator.js';
import { measureSlowdown } from '../simulator/slowdown.js';
import { importModules } from './modules.js';
import type { Optimum, OptimumSolver } from './optimum/optimum.js';

/** Percents of arrived demand at which the published experiment reports. */
export const ARRIVED_PERCENTS = [20, 40, 60, 80, 90, 95, 100, 110, 120, 130] as const;

/** What the curves of a report have, beside those percents. */
const CURVE_STEP = 2;

/** Metrics over arrived demand, of devices that are held in parts; the last one of partitions alone. */
export const ARRIVAL_METRICS = [
  'allocationRatio',
  'fragmentAmount',
  'fragmentRatio',
  'grantedRatio',
] as const;
export type ArrivalMetric = (typeof ARRIVAL_METRICS)[number];

/** What all runs of a comparison have in common. */
export interface SweepInput {
  readonly text: string;
  readonly file: string;
  readonly set: readonly string[];
  readonly parameters?: string;
  readonly until?: string;
  /** Steps to look for the optimum beside each run, 0 to bound it only; left out: none is looked for. */
  readonly optimumSteps?: number;
}

export interface RunTask {
  /** As `--strategy` takes it. */
  readonly strategy: string;
  readonly seed: string;
}

/** What is kept of a run. */
export interface RunRow extends RunTask {
  /** Name of the scenario. */
  readonly scenario: string;
  readonly fingerprint: string;
  /** By metric: the values at {@link arrivedPercents}, null where demand never came so far. */
  readonly arrival: Partial<Record<ArrivalMetric, (number | null)[]>>;
  /** Absent where none was looked for, or the run has nothing to compare with one. */
  readonly optimum?: Optimum;
  /** Metrics of the whole run. */
  readonly metrics: Readonly<Record<string, number>>;
}

/** Percents of arrived demand of the values in a row. */
export function arrivedPercents(): number[] {
  const last = ARRIVED_PERCENTS.at(-1)!;
  const percents = new Set<number>(ARRIVED_PERCENTS);
  for (let percent = CURVE_STEP; percent <= last; percent += CURVE_STEP) percents.add(percent);
  return [...percents].sort((left, right) => left - right);
}

/**
 * Runs a task.
 *
 * @param solver - looks for the optimum beside the run; the same for all runs of a thread, which share what they can
 * @throws DrasimError as `loadScenario` and the run do
 */
export async function runTask(
  input: SweepInput,
  task: RunTask,
  reader: FileReader,
  solver: OptimumSolver | null = null,
): Promise<RunRow> {
  const { text, file, optimumSteps: _, ...settings } = input;
  const scenario = openScenario(text, file, reader, { ...settings, ...task });
  const loaded = scenario.load(await importModules(scenario.modules));
  const run = new Run(loaded.input);
  run.advance();
  const { name } = loaded.scenario.metadata;
  const result = summarize(run, name, `1.${loaded.input.features.minor}`, task.seed);
  const arrival: RunRow['arrival'] = {};
  if (run.arrivals !== null) {
    const states = arrivedPercents().map((percent) => run.arrivals!.at(percent));
    for (const metric of ARRIVAL_METRICS) {
      const values = states.map((state) => state?.[metric]);
      if (values.every((value) => value === undefined)) continue;
      arrival[metric] = values.map((value) => (value === undefined ? null : round(value)));
    }
  }
  const optimum = (await solver?.measure(run, task.seed)) ?? null;
  return {
    ...task,
    scenario: name,
    fingerprint: result.fingerprint,
    arrival,
    ...(optimum && { optimum }),
    metrics: { ...metricsOf(result), ...workloadMetrics(run), ...optimumMetrics(optimum) },
  };
}

/** Waits and slowdowns by workload, where there are several: together, the many hide the few that wait. */
function workloadMetrics(run: Run): Record<string, number> {
  const { workloads } = run.input;
  const metrics: Record<string, number> = {};
  if (workloads.length < 2) return metrics;
  workloads.forEach(({ name }, workload) => {
    const waitSeconds = waitQuantiles(run, workload);
    const slowdown = measureSlowdown(run, workload);
    for (const [metric, quantiles] of Object.entries({ waitSeconds, slowdown })) {
      for (const [quantile, value] of Object.entries(quantiles)) {
        if (value !== null) metrics[`workloads.${name}.${metric}.${quantile}`] = value;
      }
    }
  });
  return metrics;
}

function optimumMetrics(optimum: Optimum | null): Record<string, number> {
  if (optimum === null) return {};
  const { inUsePercent, foundPercent, boundPercent } = optimum;
  return {
    'optimum.inUsePercent': inUsePercent,
    'optimum.foundPercent': foundPercent,
    'optimum.boundPercent': boundPercent,
    'optimum.distancePercent': round(boundPercent - inUsePercent),
  };
}

/** Six decimals are more than a run tells, and keep rows short. */
function round(value: number): number {
  return Math.round(value * 1e6) / 1e6;
}
