// One run of a comparison: a scenario under one strategy with one seed, down to the numbers that are compared.

import { metricsOf } from '../scenario/expectations.js';
import { type FileReader, openScenario } from '../scenario/load.js';
import { summarize, waitQuantiles } from '../simulator/result.js';
import { Run } from '../simulator/simulator.js';
import { importModules } from './modules.js';

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

/** Runs a task. @throws DrasimError as `loadScenario` and the run do */
export async function runTask(
  input: SweepInput,
  task: RunTask,
  reader: FileReader,
): Promise<RunRow> {
  const { text, file, ...settings } = input;
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
  return {
    ...task,
    scenario: name,
    fingerprint: result.fingerprint,
    arrival,
    metrics: { ...metricsOf(result), ...workloadWaits(run) },
  };
}

/** Waits by workload, where there are several: together, the many hide the few that wait. */
function workloadWaits(run: Run): Record<string, number> {
  const { workloads } = run.input;
  const metrics: Record<string, number> = {};
  if (workloads.length < 2) return metrics;
  workloads.forEach(({ name }, workload) => {
    for (const [quantile, seconds] of Object.entries(waitQuantiles(run, workload))) {
      if (seconds !== null) metrics[`workloads.${name}.waitSeconds.${quantile}`] = seconds;
    }
  });
  return metrics;
}

/** Six decimals are more than a run tells, and keep rows short. */
function round(value: number): number {
  return Math.round(value * 1e6) / 1e6;
}
