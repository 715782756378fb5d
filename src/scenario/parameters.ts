// Parameters and settings of a scenario: `$name` takes a parameter's value, `--set` changes a parameter or
// a field, `--parameters` picks a named set. Applied to the tree before it is validated.

import { parse } from 'yaml';
import { DrasimError, suggest } from '../errors.js';
import { formatPath, parsePath, type ScenarioDocument, type Step } from './document.js';

/** What the command line changes in a scenario. */
export interface Settings {
  /** `NAME=value` sets a parameter, `a.b[0].c=value` a field; values are read as YAML. */
  set?: readonly string[];
  /** Named set of `parameters.sets`. */
  parameters?: string;
}

type Tree = Record<string, unknown>;

/**
 * The tree of a scenario with settings applied and parameters filled in.
 *
 * @throws DrasimError `ERR_SET_SYNTAX`, `ERR_SET_PATH`, `ERR_PARAMETER_UNKNOWN`, `ERR_PARAMETER_SET`
 */
export function applySettings(document: ScenarioDocument, settings: Settings): unknown {
  if (!isTree(document.value)) return document.value;
  const tree = structuredClone(document.value);
  const parameters = readParameters(tree, settings.parameters);
  for (const setting of settings.set ?? []) applySetting(tree, parameters, setting);
  const { parameters: _, ...rest } = tree;
  const filled = fill(rest, parameters, [], document) as Tree;
  return tree['parameters'] === undefined ? filled : { ...filled, parameters: tree['parameters'] };
}

function readParameters(tree: Tree, set: string | undefined): Tree {
  const section = isTree(tree['parameters']) ? tree['parameters'] : {};
  const defaults = isTree(section['defaults']) ? section['defaults'] : {};
  if (set === undefined) return { ...defaults };
  const sets = isTree(section['sets']) ? section['sets'] : {};
  const chosen = sets[set];
  if (isTree(chosen)) return { ...defaults, ...chosen };
  throw new DrasimError({
    code: 'ERR_PARAMETER_SET',
    path: 'parameters.sets',
    message: `there is no parameter set ${set}`,
    hint: suggest(set, Object.keys(sets), 'sets'),
  });
}

function applySetting(tree: Tree, parameters: Tree, setting: string): void {
  const equals = setting.indexOf('=');
  const path = equals < 0 ? null : parsePath(setting.slice(0, equals).trim());
  if (!path) {
    throw new DrasimError({
      code: 'ERR_SET_SYNTAX',
      path: '--set',
      message: `expected NAME=value or a.b[0].c=value, got ${setting}`,
    });
  }
  const value = readValue(setting.slice(equals + 1));
  const name = `${path[0]}`;
  if (path.length === 1 && Object.hasOwn(parameters, name)) {
    parameters[name] = value;
    return;
  }
  if (path.length === 1 && !Object.hasOwn(tree, name) && !TOP_LEVEL_SCALARS.has(name)) {
    throw new DrasimError({
      code: 'ERR_SET_PATH',
      path: '--set',
      message: `${name} is neither a parameter nor a field of this scenario`,
      hint: suggest(name, Object.keys(parameters), 'parameters'),
    });
  }
  setField(tree, path, value);
}

function readValue(text: string): unknown {
  try {
    return parse(text, { version: '1.1' });
  } catch (error) {
    throw new DrasimError({
      code: 'ERR_SET_SYNTAX',
      path: '--set',
      message: `${text} is not YAML: ${(error as Error).message.split('\n')[0]}`,
    });
  }
}

/** All texts that settings give: a file name among them counts from where one is. */
export function textsOfSettings(set: readonly string[] = []): ReadonlySet<string> {
  const texts = new Set<string>();
  const collect = (value: unknown): void => {
    if (typeof value === 'string') texts.add(value);
    else if (typeof value === 'object' && value !== null) Object.values(value).forEach(collect);
  };
  for (const setting of set) collect(readValue(setting.slice(setting.indexOf('=') + 1)));
  return texts;
}

/** The setting that gave a field its value, or something inside or around it; null where none did. */
export function settingOf(set: readonly string[], path: string): string | null {
  const isPart = (inner: string, outer: string) =>
    inner === outer || inner.startsWith(`${outer}.`) || inner.startsWith(`${outer}[`);
  const found = set.find((setting) => {
    const field = setting.slice(0, setting.indexOf('=')).trim();
    return isPart(path, field) || isPart(field, path);
  });
  return found ?? null;
}

// Fields that need not stand in the file to be set; all others are set by path.
const TOP_LEVEL_SCALARS: ReadonlySet<string> = new Set(['seed', 'until']);

function setField(tree: Tree, path: readonly Step[], value: unknown): void {
  let parent: unknown = tree;
  path.forEach((step, index) => {
    const last = index === path.length - 1;
    if (Array.isArray(parent) && typeof step === 'number' && step < parent.length) {
      if (last) parent[step] = value;
      else parent = parent[step];
    } else if (isTree(parent) && typeof step === 'string') {
      if (last) parent[step] = value;
      else parent = parent[step] ??= {};
    } else {
      throw new DrasimError({
        code: 'ERR_SET_PATH',
        path: '--set',
        message: `${formatPath(path)} does not exist in this scenario`,
        hint: `${formatPath(path.slice(0, index)) || 'the document'} has no ${step}`,
      });
    }
  });
}

/** Replaces `$name` as a whole value and `${name}` inside texts. */
function fill(value: unknown, parameters: Tree, path: Step[], document: ScenarioDocument): unknown {
  if (Array.isArray(value)) {
    return value.map((item, index) => fill(item, parameters, [...path, index], document));
  }
  if (isTree(value)) {
    const entries = Object.entries(value);
    return Object.fromEntries(
      entries.map(([key, item]) => [key, fill(item, parameters, [...path, key], document)]),
    );
  }
  if (typeof value !== 'string' || !value.includes('$')) return value;
  const look = (name: string): unknown => {
    if (Object.hasOwn(parameters, name)) return parameters[name];
    throw new DrasimError({
      code: 'ERR_PARAMETER_UNKNOWN',
      path: formatPath(path),
      message: `there is no parameter ${name}`,
      hint: suggest(name, Object.keys(parameters), 'parameters'),
      position: document.positionOf(path),
    });
  };
  const whole = /^\$([A-Za-z_]\w*)$/.exec(value);
  if (whole) return look(whole[1]!);
  return value.replace(/\$\{([A-Za-z_]\w*)\}/g, (_, name: string) => `${look(name)}`);
}

function isTree(value: unknown): value is Tree {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
