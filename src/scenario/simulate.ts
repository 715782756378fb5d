// A scenario from its text to its result in one call, for programs that use drasim as a library.

import { DrasimError } from '../errors.js';
import { type RunResult, summarize } from '../simulator/result.js';
import { Run } from '../simulator/simulator.js';
import { type FileReader, type LoadOptions, loadScenario } from './load.js';
import type { Scenario } from './schema.js';

/** How a scenario is simulated; settings as on the command line. */
export interface SimulateOptions extends LoadOptions {
  /** Name of the scenario's file, for messages and for the files it names. @default 'scenario.yaml' */
  file?: string;
  /** Gets at the files that the scenario names. @default none may be named */
  reader?: FileReader;
}

/** A finished run. */
export interface SimulatedScenario {
  scenario: Scenario;
  result: RunResult;
  /** Columns behind the result, for tables and pictures. */
  run: Run;
  /** What a person should know of: fields without effect, devices that are missing. */
  notes: readonly string[];
}

/**
 * Simulates a scenario from its text.
 *
 * @throws DrasimError with all problems of the input, as `drasim run` prints them; `ERR_EVENTS_MAX`
 * @example
 * const { result } = simulateScenario(readFileSync('tiny.yaml', 'utf8'), { set: ['seed=7'] });
 * console.log(result.pods, result.waitSeconds.p95);
 */
export function simulateScenario(text: string, options: SimulateOptions = {}): SimulatedScenario {
  const { file = 'scenario.yaml', reader = NO_FILES, ...settings } = options;
  const { scenario, notes, input } = loadScenario(text, file, reader, settings);
  const run = new Run(input);
  run.advance();
  const result = summarize(
    run,
    scenario.metadata.name,
    `1.${input.features.minor}`,
    `${scenario.seed}`,
  );
  return { scenario, result, run, notes };
}

const NO_FILES: FileReader = {
  readText(path) {
    throw new DrasimError({
      code: 'ERR_INPUT_READER',
      path,
      message: 'the scenario names a file, and no reader was given',
      hint: 'give simulateScenario a reader',
    });
  },
  resolve: (_scenarioFile, path) => path,
};
