// What lets a comparison that was stopped go on: a description of what its runs were made from, and the rows of those
// that are done. Runs of changed input are never mixed.

import { createHash } from 'node:crypto';
import { DrasimError } from '../errors.js';
import type { FileRecord } from './recordedfiles.js';
import type { RunRow, RunTask, SweepInput } from './runtask.js';

/** Grows when rows change their shape, or runs their outcome. */
const ROWS_VERSION = 'drasim.dev/runs/v3';

/** What runs were made from; texts as digests. */
export interface InputDescription {
  readonly version: string;
  readonly drasim: string;
  readonly scenario: string;
  readonly set: readonly string[];
  readonly parameters: string;
  readonly until: string;
  /** Steps to look for the optimum, or `none`. */
  readonly 'optimum-steps': string;
  /** Digests of the files that the scenario names, by path. */
  readonly files: Readonly<Record<string, string>>;
}

/** Describes the input of a comparison, once its first run has read the files. */
export function describeInput(
  input: SweepInput,
  record: FileRecord,
  drasim: string,
): InputDescription {
  const texts = [...record.texts].filter(([path]) => path !== input.file).sort();
  return {
    version: ROWS_VERSION,
    drasim,
    scenario: digestOf(input.text),
    set: input.set,
    parameters: input.parameters ?? '',
    until: input.until ?? '',
    'optimum-steps': `${input.optimumSteps ?? 'none'}`,
    files: Object.fromEntries(texts.map(([path, text]) => [path, digestOf(text)])),
  };
}

export function digestOf(text: string): string {
  return createHash('sha256').update(text).digest('hex');
}

/**
 * Refuses rows that were made from something else.
 *
 * @throws DrasimError `ERR_COMPARE_CHANGED` naming all that changed
 */
export function refuseChanged(
  before: InputDescription,
  now: InputDescription,
  folder: string,
): void {
  const changed: string[] = [];
  const compare = (what: string, left: unknown, right: unknown) => {
    if (JSON.stringify(left) !== JSON.stringify(right)) changed.push(what);
  };
  const show = (values: readonly string[] | string) => [values].flat().join(' ') || 'none';
  compare('the shape of rows', before.version, now.version);
  compare(`drasim (${before.drasim}, now ${now.drasim})`, before.drasim, now.drasim);
  compare('the scenario', before.scenario, now.scenario);
  compare(`--set (${show(before.set)}, now ${show(now.set)})`, before.set, now.set);
  for (const option of ['parameters', 'until', 'optimum-steps'] as const) {
    const values = `${show(before[option])}, now ${show(now[option])}`;
    compare(`--${option} (${values})`, before[option], now[option]);
  }
  for (const path of new Set([...Object.keys(before.files), ...Object.keys(now.files)])) {
    compare(path, before.files[path], now.files[path]);
  }
  if (changed.length === 0) return;
  throw new DrasimError({
    code: 'ERR_COMPARE_CHANGED',
    path: `--out ${folder}`,
    message: `the runs in there were made from other input; changed: ${changed.join('; ')}`,
    hint: 'name another folder, or empty this one',
  });
}

/** Reads rows, one a line; a last line that was cut short is left out. */
export function readRows(text: string, path: string): RunRow[] {
  const lines = text.split('\n');
  const whole = lines.slice(0, -1);
  return whole.map((line, index) => {
    try {
      const row = JSON.parse(line) as RunRow;
      if (typeof row.strategy === 'string' && typeof row.seed === 'string') return row;
    } catch {
      // Told below.
    }
    throw new DrasimError({
      code: 'ERR_COMPARE_ROWS',
      path,
      message: `line ${index + 1} is no row of a run`,
      hint: 'remove the line: its run is done again',
    });
  });
}

/** Tasks that no row stands for yet. */
export function missingTasks(tasks: readonly RunTask[], rows: readonly RunRow[]): RunTask[] {
  const keyOf = ({ strategy, seed }: RunTask) => `${strategy} ${seed}`;
  const done = new Set(rows.map(keyOf));
  return tasks.filter((task) => !done.has(keyOf(task)));
}
