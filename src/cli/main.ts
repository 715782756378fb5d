#!/usr/bin/env node
// The entrance: parses arguments, runs a command, sets the exit code. 0 fine, 1 an expectation or
// comparison failed, 2 bad input or usage, 3 a bug in drasim, 130 and 143 on signals.

import { DrasimError, formatIssue } from '../errors.js';
import { createProgram } from './program.js';

const EXIT_INPUT = 2;
const EXIT_BUG = 3;

/** Errors of commander that only end a help text. */
const CALM = new Set(['commander.helpDisplayed', 'commander.help', 'commander.version']);

process.stdout.on('error', endOnClosedPipe);
process.stderr.on('error', endOnClosedPipe);

try {
  await createProgram().parseAsync(process.argv);
} catch (error) {
  process.exitCode = report(error);
}

function report(error: unknown): number {
  if (error instanceof DrasimError) {
    for (const issue of error.issues) process.stderr.write(`drasim: ${formatIssue(issue)}\n`);
    return EXIT_INPUT;
  }
  const { code, message, stack } = error as Error & { code?: string };
  if (code !== undefined && CALM.has(code)) return 0;
  if (code?.startsWith('commander.')) return EXIT_INPUT;
  process.stderr.write(`drasim: this is a bug in drasim, please report it\n${stack ?? message}\n`);
  return EXIT_BUG;
}

/** A reader that has seen enough (`| head`) is no failure. A full disk behind stdout is one. */
function endOnClosedPipe(error: NodeJS.ErrnoException): void {
  process.exit(error.code === 'EPIPE' ? 0 : EXIT_INPUT);
}
