// One row a task: what was measured, and what the work was.

import Table from 'cli-table3';
import { Bench } from 'tinybench';

export interface BenchOptions {
  /** Each task for an instant only: checks that benches run. */
  smoke: boolean;
  /** How often each task is measured; 7 times by default. */
  rounds?: number;
}

export interface BenchRow {
  /** Unique, with its size: `engine/drasim/exponential/100000`. */
  task: string;
  medianMs: number;
  /** Median absolute deviation in percent of the median. */
  spreadPercent: number;
  /** Operations within one measured run. */
  operations: number;
  perSecond: number;
  /** Work counters, ratios and the like. */
  notes: string;
  /** Digest of what was computed; equal work has equal checksums. */
  checksum: string;
}

/** A task: work that returns its checksum. */
export interface Task {
  task: string;
  operations: number;
  /** Made anew before each run, outside the timer. */
  prepare?(): void;
  run(): string;
  notes?(): string;
}

/** Runs tasks alternately, so that a busy machine disturbs all alike. */
export async function measure(tasks: readonly Task[], options: BenchOptions): Promise<BenchRow[]> {
  const rounds = options.smoke ? 1 : (options.rounds ?? 7);
  const times = tasks.map((): number[] => []);
  const checksums = tasks.map(() => '');
  for (let round = 0; round < rounds; round++) {
    for (const [index, task] of tasks.entries()) {
      const warmup = !options.smoke && round === 0;
      const bench = new Bench({
        iterations: 1,
        time: 0,
        warmup,
        warmupIterations: 1,
        warmupTime: 0,
      });
      const work = () => {
        checksums[index] = task.run();
      };
      bench.add(task.task, work, { beforeEach: () => task.prepare?.() });
      await bench.run();
      const result = bench.tasks[0]!.result;
      if (!('latency' in result)) throw new Error(`${task.task} failed`);
      times[index]!.push(result.latency.p50 ?? result.latency.mean);
    }
  }
  return tasks.map((task, index) => {
    const medianMs = median(times[index]!);
    const deviation = median(times[index]!.map((time) => Math.abs(time - medianMs)));
    return {
      task: task.task,
      medianMs,
      spreadPercent: (deviation / medianMs) * 100,
      operations: task.operations,
      perSecond: (task.operations / medianMs) * 1000,
      notes: task.notes?.() ?? '',
      checksum: checksums[index]!,
    };
  });
}

export function median(values: readonly number[]): number {
  const sorted = [...values].sort((left, right) => left - right);
  return sorted[Math.floor(sorted.length / 2)] ?? Number.NaN;
}

/** The rows of a bench as a table. */
export function printRows(name: string, rows: readonly BenchRow[]): string {
  const table = new Table({
    head: [name, 'median ms', '± %', 'operations/s', 'checksum', 'notes'],
    style: { head: [], border: [], compact: true },
  });
  for (const row of rows) {
    table.push([
      row.task,
      row.medianMs.toFixed(2),
      row.spreadPercent.toFixed(1),
      Math.round(row.perSecond).toLocaleString('en'),
      row.checksum,
      row.notes,
    ]);
  }
  return table.toString();
}
