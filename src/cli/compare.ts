// `drasim compare`: one scenario under several strategies over several seeds, as means, spreads and differences.

import { availableParallelism } from 'node:os';
import { jsonText } from '../report/json.js';
import { checkStrategy } from '../scenario/parameters.js';
import { compareRuns } from '../sweep/comparison.js';
import { runTasks } from '../sweep/pool.js';
import { RecordedFiles } from '../sweep/recordedfiles.js';
import type { RunRow, RunTask, SweepInput } from '../sweep/runtask.js';
import { chooseBaseline, readNames, readSeeds } from '../sweep/seeds.js';
import { comparisonText } from '../sweep/table.js';
import { InputFiles } from './files.js';
import type { CommonOptions } from './program.js';
import { interruptible } from './signals.js';
import { Progress, stdoutPaint } from './terminal.js';

export interface CompareOptions extends CommonOptions {
  set: string[];
  parameters?: string;
  until?: string;
  strategies: string;
  seeds: string;
  baseline?: string;
  halfWidth: number;
  threads?: number;
}

/** Compares strategies; 0 whatever comes out. */
export async function compareCommand(file: string, options: CompareOptions): Promise<number> {
  const strategies = readNames(options.strategies, '--strategies');
  for (const strategy of strategies) checkStrategy(strategy, '--strategies');
  const seeds = readSeeds(options.seeds);
  const baseline = chooseBaseline(options.baseline, strategies);
  const files = new RecordedFiles(new InputFiles(options.inputMax));
  const { set, parameters, until } = options;
  const input: SweepInput = {
    text: files.readText(file),
    file,
    set,
    ...(parameters !== undefined && { parameters }),
    ...(until !== undefined && { until }),
  };
  // Seed by seed, so that what a strategy is refused for shows early.
  const tasks = seeds.flatMap((seed) => strategies.map((strategy) => ({ strategy, seed })));
  const { rows, scenario } = await runAll(input, tasks, files, options.threads);
  const { halfWidth } = options;
  const comparison = compareRuns(rows, { scenario, strategies, seeds, baseline, halfWidth });
  if (options.format === 'json') process.stdout.write(jsonText(comparison));
  else process.stdout.write(comparisonText(comparison, stdoutPaint()));
  return 0;
}

async function runAll(
  input: SweepInput,
  tasks: readonly RunTask[],
  files: RecordedFiles,
  threads = availableParallelism(),
): Promise<{ rows: RunRow[]; scenario: string }> {
  const rows: RunRow[] = [];
  const progress = new Progress('compare');
  const begin = performance.now();
  try {
    await interruptible(() =>
      runTasks(input, tasks, files, {
        threads,
        onRow(row) {
          rows.push(row);
          const leftS =
            ((performance.now() - begin) / rows.length / 1000) * (tasks.length - rows.length);
          const left = `${rows.length} of ${tasks.length} runs, ${Math.ceil(leftS)} s left`;
          progress.update(rows.length / tasks.length, left);
        },
      }),
    );
  } finally {
    progress.end();
  }
  return { rows, scenario: rows[0]!.scenario };
}
