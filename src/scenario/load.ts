// From a scenario file to everything a run needs: settings applied, validated, manifests and traces read,
// machines taken from the catalogue, the cluster compiled. All problems of a stage are told at once.

import { resolveFeatures } from '../api/features.js';
import { DrasimError, type Issue } from '../errors.js';
import { RandomStreams } from '../random.js';
import type { RunInput } from '../simulator/runinput.js';
import { compileRun } from './compile.js';
import {
  formatPath,
  parsePath,
  parseScenarioDocument,
  type ScenarioDocument,
  type Step,
} from './document.js';
import { fieldIssues } from './fieldissues.js';
import { applySettings, type SetTree, type Settings, textsOfSettings } from './parameters.js';
import { type Scenario, scenarioSchema } from './schema.js';
import { isModule } from './strategymodules.js';

/** How the loader gets at files; the command line hands it in. */
export interface FileReader {
  /** Text of a file, decompressed where its name ends in .gz. */
  readText(path: string): string;
  /** A path in a scenario, resolved from the scenario's folder; from where one is for `-`. */
  resolve(scenarioFile: string, path: string): string;
}

/** Default exports of ES modules by path, as the reader resolves it. */
export type ModuleExports = ReadonlyMap<string, unknown>;

/** What the command line changes, and the modules that the scenario names. */
export interface LoadOptions extends Settings {
  modules?: ModuleExports;
}

/** A scenario that is read and checked, but for what its files and modules say. */
export interface OpenScenario {
  /** Paths of the ES modules that it names. */
  readonly modules: readonly string[];
  /** Compiles it. @throws DrasimError as {@link loadScenario} */
  load(modules: ModuleExports): LoadedScenario;
}

/** A loaded scenario: what it says, and the run it makes. */
export interface LoadedScenario {
  scenario: Scenario;
  /** Settings and notes that a person should know of. */
  notes: readonly string[];
  input: RunInput;
  /** The file as a tree with places. */
  document: ScenarioDocument;
}

/**
 * Loads and compiles a scenario.
 *
 * @throws DrasimError with all issues of the first stage that has any: `ERR_SCENARIO_SYNTAX`,
 *   `ERR_SCENARIO_FIELD`, `ERR_SET_PATH`, codes of manifests and traces, `ERR_UNMODELLED`, `ERR_PLUGIN_MODULE`
 */
export function loadScenario(
  text: string,
  file: string,
  reader: FileReader,
  { modules = new Map(), ...settings }: LoadOptions = {},
): LoadedScenario {
  return openScenario(text, file, reader, settings).load(modules);
}

/** Reads a scenario and says which modules it needs; throws as {@link loadScenario}. */
export function openScenario(
  text: string,
  file: string,
  reader: FileReader,
  settings: Settings = {},
): OpenScenario {
  const document = parseScenarioDocument(text, file);
  refuseManifest(document);
  const set = applySettings(document, settings);
  const typed = textsOfSettings(settings);
  const files: FileReader = {
    readText: (path) => reader.readText(path),
    resolve: (from, path) => reader.resolve(typed.has(path) ? '-' : from, path),
  };
  return naming(set, document, () => {
    const scenario = validateScenario(set.tree, document);
    const { plugins = [] } = scenario.scheduler ?? {};
    const { node, device } = scenario.strategy ?? {};
    const named = [...plugins, ...[node, device].filter(isModule)];
    return {
      modules: [...new Set(named.map((name) => files.resolve(file, name)))],
      load: (modules) =>
        naming(set, document, () => {
          const features = resolveFeatures(scenario.kubernetes ?? {});
          const streams = new RandomStreams(`${scenario.seed}`);
          const source = { scenario, document, reader: files, features, streams };
          const { input, notes } = compileRun(source, modules);
          return { scenario, notes, input, document };
        }),
    };
  });
}

/** Validates a scenario's tree; unknown fields are errors. */
function validateScenario(tree: unknown, document: ScenarioDocument): Scenario {
  const result = scenarioSchema.safeParse(tree);
  const issues = result.success
    ? repeatedNames(result.data, document)
    : fieldIssues(result.error.issues, tree, document);
  if (issues.length === 0 && result.success) return result.data;
  throw new DrasimError(issues);
}

/** A manifest in the place of a scenario is one mistake, not one for each of its fields. */
function refuseManifest({ value, positionOf }: ScenarioDocument): void {
  const { kind, apiVersion } = (value ?? {}) as { kind?: unknown; apiVersion?: unknown };
  if (typeof kind !== 'string' || kind === 'Scenario') return;
  if (`${apiVersion}`.startsWith('drasim.dev/')) return;
  throw new DrasimError({
    code: 'ERR_SCENARIO_KIND',
    path: 'kind',
    message: `this is a manifest of kind ${kind}, not a scenario`,
    hint: 'drasim import FILE --out scenario.yaml makes one of it',
    position: positionOf(['kind']),
  });
}

/** Lets issues of fields that an option gave name the option: the file does not show what they are about. */
function naming<T>({ optionOf }: SetTree, document: ScenarioDocument, load: () => T): T {
  try {
    return load();
  } catch (error) {
    if (!(error instanceof DrasimError)) throw error;
    throw new DrasimError(
      error.issues.map((issue) => {
        const { position, ...rest } = issue;
        if (position && position.file !== document.file) return issue;
        const option = optionOf(issue.path);
        const path = parsePath(issue.path);
        if (option === null) {
          const isField = path && Object.hasOwn(scenarioSchema.shape, `${path[0]}`);
          return position || !isField ? issue : { ...issue, position: document.positionOf(path) };
        }
        const isOwn =
          /^--(?:seed|until) /.test(option) || option.startsWith(`--set ${issue.path}=`);
        return { ...rest, path: isOwn ? option : `${option}: ${issue.path}` };
      }),
    );
  }
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
        hint: `it stands in line ${document.positionOf([...path, first, 'name']).line}; results tell them apart by name`,
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
