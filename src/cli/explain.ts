// `drasim explain`: runs a scenario up to a time, and says why a claim fits on a node then, or does not.

import { DrasimError } from '../errors.js';
import { explanationText } from '../report/explanation.js';
import { jsonText } from '../report/json.js';
import { DURATION_PATTERN, parseDuration } from '../scenario/duration.js';
import { loadScenario } from '../scenario/load.js';
import type { Settings } from '../scenario/parameters.js';
import { explainClaimAt } from '../simulator/explain.js';
import { Run } from '../simulator/simulator.js';
import { advance } from './advance.js';
import { InputFiles } from './files.js';
import type { CommonOptions } from './program.js';
import { interruptible } from './signals.js';
import { stdoutPaint } from './terminal.js';

export interface ExplainOptions extends CommonOptions, Settings {
  claim: string;
  node: string;
  /** Virtual time; the end of the run where absent. */
  at?: string;
}

/** Explains a claim on a node; 0 whether it fits or not. */
export async function explainCommand(file: string, options: ExplainOptions): Promise<number> {
  const files = new InputFiles(options.inputMax);
  const { scenario, input } = loadScenario(files.readText(file), file, files, options);
  const untilUs = Math.min(
    input.untilUs,
    options.at === undefined ? Infinity : readTime(options.at),
  );
  const run = new Run({ ...input, untilUs });
  await interruptible(() => advance(run, scenario.metadata.name));
  const answer = explainClaimAt(run, options.claim, options.node);
  if (options.format === 'json') process.stdout.write(jsonText(answer));
  else process.stdout.write(explanationText(answer, stdoutPaint()));
  return 0;
}

function readTime(text: string): number {
  if (DURATION_PATTERN.test(text)) return parseDuration(text);
  throw new DrasimError({
    code: 'ERR_EXPLAIN_TIME',
    path: '--at',
    message: `expected a time such as 90s, 1h30m or 7d, got ${text}`,
  });
}
