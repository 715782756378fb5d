// `drasim explain`: runs a scenario up to a time, and says why a pod is where it is then or pends,
// or why a claim fits on a node or does not.

import { DrasimError } from '../errors.js';
import { explanationText, podExplanationText } from '../report/explanation.js';
import { jsonText } from '../report/json.js';
import { DURATION_PATTERN, parseDuration } from '../scenario/duration.js';
import type { Settings } from '../scenario/parameters.js';
import { explainClaimAt } from '../simulator/explain.js';
import { explainPodAt } from '../simulator/explainpod.js';
import { Records } from '../simulator/records.js';
import { Run } from '../simulator/simulator.js';
import { advance } from './advance.js';
import { InputFiles } from './files.js';
import { loadWithModules } from './modules.js';
import type { CommonOptions } from './program.js';
import { interruptible } from './signals.js';
import { stdoutPaint } from './terminal.js';

export interface ExplainOptions extends CommonOptions, Settings {
  claim?: string;
  node?: string;
  /** Virtual time; the end of the run where absent. */
  at?: string;
}

/** Explains a pod, or a claim on a node; 0 whether it fits or not. */
export async function explainCommand(
  file: string,
  pod: string | undefined,
  options: ExplainOptions,
): Promise<number> {
  const { claim, node } = options;
  if (pod === undefined && (claim === undefined || node === undefined)) {
    throw new DrasimError({
      code: 'ERR_EXPLAIN_TARGET',
      path: 'explain',
      message: 'expected a pod, or --claim with --node',
      hint: 'drasim explain SCENARIO POD, or drasim explain SCENARIO --claim NAME --node NAME',
    });
  }
  const files = new InputFiles(options.inputMax);
  const { scenario, input } = await loadWithModules(file, files, options);
  const untilUs = Math.min(
    input.untilUs,
    options.at === undefined ? Infinity : readTime(options.at),
  );
  const records = new Records();
  const run = new Run({ ...input, untilUs, observe: records.observe });
  await interruptible(() => advance(run, scenario.metadata.name));
  const isText = options.format !== 'json';
  if (claim !== undefined && node !== undefined) {
    const answer = explainClaimAt(run, claim, node);
    process.stdout.write(isText ? explanationText(answer, stdoutPaint()) : jsonText(answer));
  } else {
    const answer = explainPodAt(run, pod!, { nodeName: node, records });
    process.stdout.write(isText ? podExplanationText(answer, stdoutPaint()) : jsonText(answer));
  }
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
