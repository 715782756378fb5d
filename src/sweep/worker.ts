// A thread that runs tasks one after the other; see pool.ts.

import { parentPort, workerData } from 'node:worker_threads';
import { DrasimError } from '../errors.js';
import { solverFor } from './optimum/optimum.js';
import type { ThreadAnswer, ThreadData } from './pool.js';
import { RecordedFiles } from './recordedfiles.js';
import { type RunTask, runTask } from './runtask.js';

const { input, files } = workerData as ThreadData;
const reader = new RecordedFiles(null, files);
const solver = solverFor(input);

parentPort!.on('message', async (task: RunTask) => {
  parentPort!.postMessage(await answer(task));
});

async function answer(task: RunTask): Promise<ThreadAnswer> {
  try {
    return { row: await runTask(input, task, reader, solver) };
  } catch (error) {
    if (error instanceof DrasimError) return { issues: error.issues };
    return { bug: (error as Error).stack ?? `${error}` };
  }
}
