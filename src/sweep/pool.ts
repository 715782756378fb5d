// Runs of a comparison over threads. The scenario is loaded once in this thread: that reads the files and tells what is
// wrong with it; the threads share what was read.

import { Worker } from 'node:worker_threads';
import { DrasimError, type Issue } from '../errors.js';
import { openScenario } from '../scenario/load.js';
import { isModule } from '../scenario/strategymodules.js';
import { importModules } from './modules.js';
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
  if (tasks.length === 0) return;
  await recordFiles(input, tasks, files);
  if (threads > 1 && tasks.length > 2) {
    await runInThreads({ input, files: files.record }, tasks, threads, onRow);
    return;
  }
  const solver = solverFor(input);
  for (const task of tasks) {
    await onRow(await runTask(input, task, files, solver));
    // Lets signals and the progress bar have their turn.
    await new Promise((next) => setImmediate(next));
  }
}

/** Loads the scenario once, so that all files that runs are made from are read; of modules that strategies are, too. */
async function recordFiles(
  input: SweepInput,
  tasks: readonly RunTask[],
  files: RecordedFiles,
): Promise<void> {
  const { text, file, optimumSteps: _, ...settings } = input;
  const [first] = tasks;
  for (const strategy of new Set(tasks.map((task) => task.strategy))) {
    const isFirst = strategy === first!.strategy;
    if (!isFirst && !strategy.split('+').some(isModule)) continue;
    const scenario = openScenario(text, file, files, { ...settings, ...first, strategy });
    for (const path of scenario.modules) files.readText(path);
    if (isFirst) scenario.load(await importModules(scenario.modules));
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
  const seedOf = new Map<Worker, string>();
  const work = (worker: Worker) =>
    new Promise<void>((done, fail) => {
      const next = () => {
        const task = takeTask(queue, worker, seedOf);
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

/** The next task of a worker: of the seed that it is at, whose optimum it knows, else of one that is nobody's. */
function takeTask(
  queue: RunTask[],
  worker: Worker,
  seedOf: Map<Worker, string>,
): RunTask | undefined {
  const own = queue.findIndex(({ seed }) => seed === seedOf.get(worker));
  const taken = [...seedOf.values()];
  const place = own >= 0 ? own : queue.findIndex(({ seed }) => !taken.includes(seed));
  const [task] = queue.splice(Math.max(0, place), 1);
  if (task) seedOf.set(worker, task.seed);
  return task;
}
