// Runs of a comparison over threads. The first run goes ahead in this thread: it reads the files and tells what is
// wrong with the scenario; the others share what it read.

import { Worker } from 'node:worker_threads';
import { DrasimError, type Issue } from '../errors.js';
import { openScenario } from '../scenario/load.js';
import { isModule } from '../scenario/strategymodules.js';
import { solverFor } from './optimum/optimum.js';
import type { FileRecord, RecordedFiles } from './recordedfiles.js';
import { type RunRow, type RunTask, runTask, type SweepInput } from './runtask.js';

/** What a thread is started with. */
export interface ThreadData {
  readonly input: SweepInput;
  readonly files: FileRecord;
}

/** What a thread answers to a task. */
export type ThreadAnswer =
  | { readonly row: RunRow }
  | { readonly issues: readonly Issue[] }
  | { readonly bug: string };

export interface PoolOptions {
  /** Threads; 1 runs everything in this one. */
  readonly threads: number;
  /** Told of each row as it comes; the next runs wait for what it returns. */
  onRow(row: RunRow): void | Promise<void>;
}

/**
 * Runs tasks; rows come in any order.
 *
 * @throws DrasimError what the first run that fails is refused for
 */
export async function runTasks(
  input: SweepInput,
  tasks: readonly RunTask[],
  files: RecordedFiles,
  { threads, onRow }: PoolOptions,
): Promise<void> {
  const [first, ...rest] = tasks;
  if (!first) return;
  recordModules(input, tasks, files);
  const solver = solverFor(input);
  await onRow(await runTask(input, first, files, solver));
  if (threads <= 1 || rest.length < 2) {
    for (const task of rest) {
      // Lets signals and the progress bar have their turn.
      await new Promise((next) => setImmediate(next));
      await onRow(await runTask(input, task, files, solver));
    }
    return;
  }
  await runInThreads({ input, files: files.record }, rest, threads, onRow);
}

/** Modules are looked up and read where files are: of strategies that are files the first run meets only its own. */
function recordModules(input: SweepInput, tasks: readonly RunTask[], files: RecordedFiles): void {
  const { text, file, optimumSteps: _, ...settings } = input;
  for (const strategy of new Set(tasks.map((task) => task.strategy))) {
    if (strategy !== tasks[0]!.strategy && !strategy.split('+').some(isModule)) continue;
    const { modules } = openScenario(text, file, files, { ...settings, strategy });
    for (const path of modules) files.readText(path);
  }
}

async function runInThreads(
  workerData: ThreadData,
  tasks: readonly RunTask[],
  threads: number,
  onRow: PoolOptions['onRow'],
): Promise<void> {
  const queue = [...tasks];
  const workers: Worker[] = [];
  const work = (worker: Worker) =>
    new Promise<void>((done, fail) => {
      const next = () => {
        const task = queue.shift();
        if (task) worker.postMessage(task);
        else done();
      };
      worker.on('error', fail);
      worker.on('message', (answer: ThreadAnswer) => {
        if ('row' in answer) Promise.resolve(onRow(answer.row)).then(next, fail);
        else if ('issues' in answer) fail(new DrasimError(answer.issues));
        else fail(new Error(answer.bug));
      });
      next();
    });
  try {
    for (let index = 0; index < Math.min(threads, tasks.length); index++) {
      workers.push(new Worker(new URL('./worker.js', import.meta.url), { workerData }));
    }
    await Promise.all(workers.map(work));
  } finally {
    queue.length = 0;
    await Promise.all(workers.map((worker) => worker.terminate()));
  }
}
