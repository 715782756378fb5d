// `drasim compare`: one scenario under several strategies over several seeds, as means, spreads and differences.

import { availableParallelism } from 'node:os';
import { jsonText } from '../report/json.js';
import { checkStrategy } from '../scenario/parameters.js';
import { compareRuns, rowsCompared } from '../sweep/comparison.js';
import { comparisonHtml } from '../sweep/comparisonpage.js';
import { runsParquet } from '../sweep/parquet.js';
import { runTasks } from '../sweep/pool.js';
import { RecordedFiles } from '../sweep/recordedfiles.js';
import { missingTasks } from '../sweep/resume.js';
import type { RunRow, RunTask, SweepInput } from '../sweep/runtask.js';
import { chooseBaseline, readNames, readSeeds } from '../sweep/seeds.js';
import { cellsCsv, comparisonText } from '../sweep/table.js';
import { chartLibrary } from './chartlibrary.js';
import { InputFiles, writeFiles } from './files.js';
import { type CommonOptions, packageVersion } from './program.js';
import { RunRows } from './runrows.js';
import { interruptible } from './signals.js';
import { note, Progress, stdoutPaint } from './terminal.js';

export interface CompareOptions extends CommonOptions {
  set: string[];
  parameters?: string;
  until?: string;
  strategies: string;
  seeds: string;
  baseline?: string;
  halfWidth: number;
  metrics?: string;
  optimum: boolean;
  optimumSteps: number;
  threads?: number;
  out?: string;
}

const NO_DISTANCE =
  'no distance from the optimum: no pod asks for devices, some name claims that exist beside them, or prioritized lists combine in too many ways';

/** Compares strategies; 0 whatever comes out. */
export async function compareCommand(file: string, options: CompareOptions): Promise<number> {
  const strategies = readNames(options.strategies, '--strategies');
  for (const strategy of strategies) checkStrategy(strategy, '--strategies');
  const seeds = readSeeds(options.seeds);
  const baseline = chooseBaseline(options.baseline, strategies);
  const metrics =
    options.metrics === undefined ? {} : { metrics: readNames(options.metrics, '--metrics') };
  const files = new RecordedFiles(new InputFiles(options.inputMax));
  const { set, parameters, until } = options;
  const input: SweepInput = {
    text: files.readText(file),
    file,
    set,
    ...(parameters !== undefined && { parameters }),
    ...(until !== undefined && { until }),
    ...(options.optimum && { optimumSteps: options.optimumSteps }),
  };
  // Seed by seed, so that what a strategy is refused for shows early.
  const tasks = seeds.flatMap((seed) => strategies.map((strategy) => ({ strategy, seed })));
  const { out, halfWidth } = options;
  const kept = out === undefined ? null : new RunRows(out, input, files, packageVersion());
  const rows = await runAll(input, tasks, files, kept, options.threads);
  const { scenario } = rows[0]!;
  const compared = { scenario, strategies, seeds, baseline, halfWidth, ...metrics };
  const comparison = compareRuns(rows, compared);
  if (options.format === 'json') process.stdout.write(jsonText(comparison));
  else process.stdout.write(comparisonText(comparison, stdoutPaint()));
  if (options.optimum && comparison.distances.length === 0) note(NO_DISTANCE);
  if (out !== undefined) {
    const contents = {
      'comparison.json': jsonText(comparison),
      'cells.csv': cellsCsv(comparison),
      'runs.parquet': runsParquet(rowsCompared(rows, compared)),
      'report.html': comparisonHtml(comparison, rows, chartLibrary()),
    };
    await interruptible(() => writeFiles(out, contents));
    note(`wrote ${out}/: ${Object.keys(contents).join(', ')}, and runs.jsonl with a row a run`);
  }
  return 0;
}

async function runAll(
  input: SweepInput,
  tasks: readonly RunTask[],
  files: RecordedFiles,
  kept: RunRows | null,
  threads = availableParallelism(),
): Promise<RunRow[]> {
  const rows = [...(kept?.done ?? [])];
  const missing = missingTasks(tasks, rows);
  if (missing.length < tasks.length) {
    note(`${tasks.length - missing.length} of ${tasks.length} runs are done already`);
  }
  const progress = new Progress('compare');
  const begin = performance.now();
  let ended = 0;
  const onRow = async (row: RunRow) => {
    await kept?.add(row);
    rows.push(row);
    ended++;
    const leftMs = ((performance.now() - begin) / ended) * (missing.length - ended);
    const text = `${ended} of ${missing.length} runs, ${Math.ceil(leftMs / 1000)} s left`;
    progress.update(ended / missing.length, text);
  };
  try {
    await interruptible(() => runTasks(input, missing, files, { threads, onRow }));
  } finally {
    progress.end();
  }
  return rows;
}
