// Ctrl-C and SIGTERM. A handler runs only when the event loop turns, so one is there only while work comes in
// slices or files are being written; at all other times the system ends the process at once, which a shell
// reports with the same numbers.

import { removeUnfinished } from './files.js';

const EXIT_INTERRUPTED = 130;
const EXIT_TERMINATED = 143;

/** Does work that lets the event loop turn; a signal ends it, and leaves no half-written file. */
export async function interruptible<T>(work: () => Promise<T>): Promise<T> {
  const interrupt = () => endWith(EXIT_INTERRUPTED);
  const terminate = () => endWith(EXIT_TERMINATED);
  process.on('SIGINT', interrupt);
  process.on('SIGTERM', terminate);
  try {
    return await work();
  } finally {
    process.off('SIGINT', interrupt);
    process.off('SIGTERM', terminate);
  }
}

function endWith(code: number): never {
  removeUnfinished();
  process.exit(code);
}
