// `drasim run`: loads a scenario, simulates it in slices so that signals are heard, prints the summary and
// writes the files.

import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { csvTables } from '../report/csv.js';
import { reportHtml } from '../report/html.js';
import { jsonText } from '../report/json.js';
import { summaryText } from '../report/summary.js';
import { checkExpectations } from '../scenario/expectations.js';
import { summarize } from '../simulator/result.js';
import { Run } from '../simulator/simulator.js';
import { advance } from './advance.js';
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
}

const NOTES_MAX = 12;

/** Runs a scenario; 1 when an expectation is broken. */
export async function runCommand(file: string, options: RunOptions): Promise<number> {
  const begin = performance.now();
  const files = new InputFiles(options.inputMax);
  const { scenario, notes, input, document } = await loadWithModules(file, files, options);
  if (options.out !== undefined) prepareFolder(options.out);
  for (const text of notes.slice(0, NOTES_MAX)) note(text);
  if (notes.length > NOTES_MAX) note(`and ${notes.length - NOTES_MAX} more notes: drasim validate`);
  const run = new Run(input);
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
      'report.html': reportHtml(run, result, chartLibrary()),
    };
    await interruptible(() => writeFiles(out, contents));
    note(
      `wrote ${options.out}/: result.json, pods.csv, attempts.csv, allocations.csv, utilisation.csv, report.html`,
    );
  }
  for (const text of broken) note(`drasim: ${text}`);
  return broken.length > 0 ? 1 : 0;
}

/** Source of the chart library, from the installed package. */
function chartLibrary(): string {
  const path = createRequire(import.meta.url).resolve('echarts/dist/echarts.min.js');
  return readFileSync(path, 'utf8');
}
