#!/usr/bin/env node
// The entrance: parses arguments, runs a command, sets the exit code. 0 fine, 1 an expectation or
// comparison failed, 2 bad input or usage, 3 a bug in drasim, 130 and 143 on signals.

import { writeSync } from 'node:fs';
import { CommanderError } from 'commander';
import { DrasimError, formatIssue } from '../errors.js';
import { createProgram } from './program.js';

const EXIT_INPUT = 2;
const EXIT_BUG = 3;

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
  // Commander throws for help texts, too, and tells by its own exit code whether one was asked for.
  if (error instanceof CommanderError) return error.exitCode === 0 ? 0 : EXIT_INPUT;
  const { message, stack } = error as Error;
  process.stderr.write(`drasim: this is a bug in drasim, please report it\n${stack ?? message}\n`);
  return EXIT_BUG;
}

/** A reader that has seen enough (`| head`) is no failure. A full disk behind stdout is one. */
function endOnClosedPipe(error: NodeJS.ErrnoException): void {
  if (error.code === 'EPIPE') process.exit(0);
  try {
    const is = error.code === 'ENOSPC' ? 'the disk is full' : error.message;
    writeSync(2, `drasim: the result cannot be written: ${is}\n`);
  } finally {
    process.exit(EXIT_INPUT);
  }
}
