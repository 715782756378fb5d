// From a scenario file to everything a run needs: settings applied, validated, manifests and traces read,
// machines taken from the catalogue, the cluster compiled. All problems of a stage are told at once.

import { resolveFeatures } from '../api/features.js';
import { DrasimError, type Issue } from '../errors.js';
import { RandomStreams } from '../random.js';
import type { RunInput } from '../simulator/simulator.js';
import { compileRun } from './compile.js';
import { formatPath, parseScenarioDocument, type ScenarioDocument, type Step } from './document.js';
import { fieldIssues } from './fieldissues.js';
import { applySettings, type Settings, settingOf, textsOfSettings } from './parameters.js';
import { type Scenario, scenarioSchema } from './schema.js';

/** How the loader gets at files; the command line hands it in. */
export interface FileReader {
  /** Text of a file, decompressed where its name ends in .gz. */
  readText(path: string): string;
  /** A path in a scenario, resolved from the scenario's folder; from where one is for `-`. */
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
  const typed = textsOfSettings(options.set);
  const files: FileReader = {
    readText: (path) => reader.readText(path),
    resolve: (from, path) => reader.resolve(typed.has(path) ? '-' : from, path),
  };
  const source = { scenario, document, reader: files, features, streams };
  const { input, notes } = compileRun(source);
  return { scenario, notes, input };
}

/** Validates a scenario's tree after settings; unknown fields are errors. */
export function validateScenario(document: ScenarioDocument, options: LoadOptions = {}): Scenario {
  refuseManifest(document);
  const set = [...(options.set ?? [])];
  if (options.seed !== undefined) set.push(`seed=${JSON.stringify(options.seed)}`);
  if (options.until !== undefined) set.push(`until=${JSON.stringify(options.until)}`);
  const tree = applySettings(document, { ...options, set });
  const result = scenarioSchema.safeParse(tree);
  const issues = result.success
    ? repeatedNames(result.data, document)
    : fieldIssues(result.error.issues, tree, document);
  if (issues.length === 0 && result.success) return result.data;
  throw new DrasimError(issues.map((issue) => ofSetting(issue, set, document)));
}

/** A manifest in the place of a scenario is one mistake, not one for each of its fields. */
function refuseManifest({ value, positionOf }: ScenarioDocument): void {
  const { kind, apiVersion } = (value ?? {}) as { kind?: unknown; apiVersion?: unknown };
  if (typeof kind !== 'string' || `${apiVersion}`.startsWith('drasim.dev/')) return;
  throw new DrasimError({
    code: 'ERR_SCENARIO_KIND',
    path: 'kind',
    message: `this is a manifest of kind ${kind}, not a scenario`,
    hint: 'drasim import FILE --out scenario.yaml makes one of it',
    position: positionOf(['kind']),
  });
}

/** An issue of a field that a setting gave: the file does not show it, the command line does. */
function ofSetting(issue: Issue, set: readonly string[], document: ScenarioDocument): Issue {
  const setting = settingOf(set, issue.path);
  if (setting === null) return issue;
  const { position: _, ...rest } = issue;
  return { ...rest, path: `--set ${setting}: ${issue.path} of ${document.file}` };
}

/** Names of one list must differ: pods and nodes are named after them. */
function repeatedNames(scenario: Scenario, document: ScenarioDocument): Issue[] {
  const issues: Issue[] = [];
  const check = (list: readonly { name: string }[], path: Step[]) => {
    list.forEach(({ name }, index) => {
      const first = list.findIndex((other) => other.name === name);
      if (first === index) return;
      const own = [...path, index, 'name'];
      issues.push({
        code: 'ERR_SCENARIO_DUPLICATE',
        path: formatPath(own),
        message: `${formatPath([...path, first])} is called ${name} already`,
        hint: 'results tell them apart by name',
        position: document.positionOf(own),
      });
    });
  };
  check(scenario.cluster.nodePools ?? [], ['cluster', 'nodePools']);
  check(scenario.workloads, ['workloads']);
  scenario.workloads.forEach(({ generator }, index) => {
    check(generator?.shapes ?? [], ['workloads', index, 'generator', 'shapes']);
  });
  return issues;
}
