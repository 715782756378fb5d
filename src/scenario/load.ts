// From a scenario file to everything a run needs: settings applied, validated, manifests and traces read,
// machines taken from the catalogue, the cluster compiled. All problems of a stage are told at once.

import { resolveFeatures } from '../api/features.js';
import { DrasimError, type Issue } from '../errors.js';
import { RandomStreams } from '../random.js';
import type { RunInput } from '../simulator/simulator.js';
import { compileRun } from './compile.js';
import { formatPath, parseScenarioDocument, type ScenarioDocument, type Step } from './document.js';
import { applySettings, type Settings } from './parameters.js';
import { type Scenario, scenarioSchema } from './schema.js';

/** How the loader gets at files; the command line hands it in. */
export interface FileReader {
  /** Text of a file, decompressed where its name ends in .gz. */
  readText(path: string): string;
  /** A path in a scenario, resolved from the scenario's folder. */
  resolve(scenarioFile: string, path: string): string;
}

/** What the command line changes. */
export interface LoadOptions extends Settings {
  seed?: string;
  until?: string;
}

/** A loaded scenario: what it says, and the run it makes. */
export interface LoadedScenario {
  scenario: Scenario;
  /** Settings and notes that a person should know of. */
  notes: readonly string[];
  input: RunInput;
}

/**
 * Loads and compiles a scenario.
 *
 * @throws DrasimError with all issues of the first stage that has any: `ERR_SCENARIO_SYNTAX`,
 *   `ERR_SCENARIO_FIELD`, `ERR_SET_PATH`, codes of manifests and traces, `ERR_UNMODELLED`
 */
export function loadScenario(
  text: string,
  file: string,
  reader: FileReader,
  options: LoadOptions = {},
): LoadedScenario {
  const document = parseScenarioDocument(text, file);
  const scenario = validateScenario(document, options);
  const features = resolveFeatures(scenario.kubernetes ?? {});
  const streams = new RandomStreams(`${scenario.seed}`);
  const { input, notes } = compileRun({ scenario, document, reader, features, streams });
  return { scenario, notes, input };
}

/** Validates a scenario's tree after settings; unknown fields are errors. */
export function validateScenario(document: ScenarioDocument, options: LoadOptions = {}): Scenario {
  const set = [...(options.set ?? [])];
  if (options.seed !== undefined) set.push(`seed=${options.seed}`);
  if (options.until !== undefined) set.push(`until=${options.until}`);
  const tree = applySettings(document, { ...options, set });
  const result = scenarioSchema.safeParse(tree);
  if (result.success) return result.data;
  throw new DrasimError(result.error.issues.flatMap((issue) => fieldIssues(issue, document)));
}

interface ZodIssueLike {
  code: string;
  message: string;
  path: PropertyKey[];
  keys?: string[];
  errors?: ZodIssueLike[][];
}

function fieldIssues(issue: ZodIssueLike, document: ScenarioDocument): Issue[] {
  const path = issue.path as Step[];
  if (issue.keys) {
    return issue.keys.map((key) => ({
      code: 'ERR_SCENARIO_FIELD',
      path: formatPath([...path, key]),
      message: `unknown field "${key}"`,
      hint: 'scenarios/README.md lists all fields',
      position: document.positionOfKey([...path, key]),
    }));
  }
  const inner = closestBranch(issue.errors ?? []);
  if (inner.length > 0) {
    return inner.flatMap((nested) =>
      fieldIssues({ ...nested, path: [...issue.path, ...nested.path] }, document),
    );
  }
  return [
    {
      code: 'ERR_SCENARIO_FIELD',
      path: formatPath(path),
      message: issue.message.replace(/^Invalid input: /, ''),
      position: document.positionOf(path),
    },
  ];
}

/** Of the branches of a union, the one that got furthest: its complaint is the useful one. */
function closestBranch(branches: ZodIssueLike[][]): ZodIssueLike[] {
  let best: ZodIssueLike[] = [];
  let bestDepth = 0;
  for (const branch of branches) {
    const depth = Math.max(0, ...branch.map((issue) => issue.path.length + (issue.keys ? 1 : 0)));
    const clash = branch.some((issue) => issue.code === 'invalid_value' && issue.path.length === 1);
    if (clash || depth <= bestDepth) continue;
    best = branch;
    bestDepth = depth;
  }
  return best;
}
