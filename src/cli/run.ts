// `drasim run`: loads a scenario, simulates it in slices so that signals are heard, prints the summary and
// writes the files.

import { DrasimError } from '../errors.js';
import { csvTables } from '../report/csv.js';
import { reportHtml } from '../report/html.js';
import { jsonText } from '../report/json.js';
import { summaryText } from '../report/summary.js';
import { checkExpectations } from '../scenario/expectations.js';
import { type AttemptChoice, Records } from '../simulator/records.js';
import { summarize } from '../simulator/result.js';
import { Run } from '../simulator/simulator.js';
import { advance } from './advance.js';
import { chartLibrary } from './chartlibrary.js';
import { InputFiles, prepareFolder, writeFiles } from './files.js';
import { loadWithModules } from './modules.js';
import type { CommonOptions } from './program.js';
import { interruptible } from './signals.js';
import { note, stdoutPaint } from './terminal.js';

export interface RunOptions extends CommonOptions {
  set: string[];
  parameters?: string;
  seed?: string;
  until?: string;
  out?: string;
  /** Names of pods, or a number: which attempts are recorded. */
  decisions?: string;
}

const NOTES_MAX = 12;

/** Runs a scenario; 1 when an expectation is broken. */
export async function runCommand(file: string, options: RunOptions): Promise<number> {
  const begin = performance.now();
  const records = options.decisions === undefined ? undefined : new Records(whichAttempts(options));
  const files = new InputFiles(options.inputMax);
  const { scenario, notes, input, document } = await loadWithModules(file, files, options);
  if (options.out !== undefined) prepareFolder(options.out);
  for (const text of notes.slice(0, NOTES_MAX)) note(text);
  if (notes.length > NOTES_MAX) note(`and ${notes.length - NOTES_MAX} more notes: drasim validate`);
  const run = new Run({ ...input, ...(records && { observe: records.observe }) });
  await interruptible(() => advance(run, scenario.metadata.name));
  const version = `1.${input.features.minor}`;
  const result = summarize(run, scenario.metadata.name, version, `${scenario.seed}`);
  const broken = checkExpectations(scenario.expect ?? {}, result, document.positionOf);
  if (options.format === 'json') process.stdout.write(jsonText(result));
  else process.stdout.write(summaryText(result, stdoutPaint(), performance.now() - begin));
  if (options.out !== undefined) {
    const { out } = options;
    const contents = {
      'result.json': jsonText(result),
      ...csvTables(run),
      ...(records && { 'decisions.jsonl': records.decisions.map(jsonLine).join('') }),
      'report.html': reportHtml(run, result, chartLibrary()),
    };
    await interruptible(() => writeFiles(out, contents));
    note(`wrote ${options.out}/: ${Object.keys(contents).join(', ')}`);
  }
  for (const text of broken) note(`drasim: ${text}`);
  return broken.length > 0 ? 1 : 0;
}

function jsonLine(value: unknown): string {
  return `${JSON.stringify(value)}\n`;
}

/** The attempts that `--decisions` asks for. @throws DrasimError `ERR_DECISIONS` */
function whichAttempts({ decisions = '', out }: RunOptions): AttemptChoice {
  const refuse = (message: string, hint: string) =>
    new DrasimError({ code: 'ERR_DECISIONS', path: '--decisions', message, hint });
  if (out === undefined) throw refuse('there is no folder to write them to', 'add --out DIR');
  if (/^\d+$/.test(decisions)) {
    const every = Number(decisions);
    if (every === 0) throw refuse('expected a number from 1 on, got 0', '1 records every attempt');
    return (_pod, attempt) => attempt % every === 0;
  }
  const names = new Set(decisions.split(',').filter((name) => name !== ''));
  if (names.size === 0) throw refuse('expected names of pods or a number', '--decisions 1000');
  return (pod) => names.has(pod);
}
