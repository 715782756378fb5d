// Parameters and settings of a scenario: `$name` takes a parameter's value, `--set` changes a parameter or
// a field, `--parameters` picks a named set. Applied to the tree before it is validated.

import { parse } from 'yaml';
import { DEVICE_STRATEGY_NAMES } from '../dra/registry.js';
import { DrasimError, suggest } from '../errors.js';
import { NODE_STRATEGY_NAMES } from '../scheduler/registry.js';
import { formatPath, parsePath, type ScenarioDocument, type Step } from './document.js';
import { scenarioSchema } from './schema.js';
import { isModule } from './strategymodules.js';

/** What the command line changes in a scenario. */
export interface Settings {
  /** `NAME=value` sets a parameter, `a.b[0].c=value` a field; values are read as YAML. */
  set?: readonly string[];
  /** Named set of `parameters.sets`. */
  parameters?: string;
  seed?: string;
  until?: string;
  /** `NODE+DEVICE`, `+DEVICE` alone, or one name: a node strategy with its partner, else a device strategy. */
  strategy?: string;
}

/** A scenario's tree with settings applied and parameters filled in. */
export interface SetTree {
  readonly tree: unknown;
  /** The option that a field's value came from, as it was given; null where it stands in the file. */
  optionOf(path: string): string | null;
}

/** One option of the command line, read. */
interface Setting {
  /** As it was given, for messages. */
  readonly option: string;
  readonly path: readonly Step[];
  readonly value: unknown;
  /** Whether a parameter of this name comes before a field. */
  readonly mayBeParameter: boolean;
}

type Tree = Record<string, unknown>;

/**
 * Applies settings to a scenario and fills parameters in.
 *
 * @throws DrasimError `ERR_SET_SYNTAX`, `ERR_SET_PATH`, `ERR_PARAMETER_UNKNOWN`, `ERR_PARAMETER_SET`,
 *   `ERR_STRATEGY_UNKNOWN`
 */
export function applySettings(document: ScenarioDocument, settings: Settings): SetTree {
  if (!isTree(document.value)) return { tree: document.value, optionOf: () => null };
  const tree = structuredClone(document.value);
  const parameters = readParameters(tree, settings.parameters);
  const options: Record<string, string> = {};
  const origins: { path: string; option: string }[] = [];
  for (const setting of readSettings(settings)) {
    const name = `${setting.path[0]}`;
    if (setting.path.length === 1 && setting.mayBeParameter && Object.hasOwn(parameters, name)) {
      parameters[name] = setting.value;
      options[name] = setting.option;
    } else {
      const path = setField(tree, setting, Object.keys(parameters));
      origins.push({ path: formatPath(path), option: setting.option });
    }
  }
  const { parameters: section, ...rest } = tree;
  const note = (path: Step[], name: string) => {
    const option = options[name];
    if (option !== undefined) origins.push({ path: formatPath(path), option });
  };
  const filled = fill(rest, [], { parameters, document, note }) as Tree;
  return {
    tree: section === undefined ? filled : { ...filled, parameters: section },
    optionOf: (path) => origins.findLast((origin) => isInside(path, origin.path))?.option ?? null,
  };
}

function isInside(path: string, outer: string): boolean {
  return path === outer || path.startsWith(`${outer}.`) || path.startsWith(`${outer}[`);
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

function readSettings({ set = [], seed, until, strategy }: Settings): Setting[] {
  const settings = set.map(readSetting);
  const own = { seed, until, strategy };
  for (const [name, text] of Object.entries(own)) {
    if (text === undefined) continue;
    const value = name === 'strategy' ? readStrategy(text) : text;
    settings.push({ option: `--${name} ${cut(text)}`, path: [name], value, mayBeParameter: false });
  }
  return settings;
}

/** Whether there is such a strategy; throws as {@link applySettings} does. */
export function checkStrategy(text: string, option: string): void {
  readStrategy(text, option);
}

function readStrategy(text: string, option = '--strategy'): Tree {
  const names = text.split('+');
  const [first, second] = names;
  const isPair = names.length === 2 && second !== '';
  if (!isPair && (names.length > 1 || first === '')) {
    throw new DrasimError({
      code: 'ERR_SET_SYNTAX',
      path: `${option} ${cut(text)}`,
      message: 'expected NODE, DEVICE, NODE+DEVICE or +DEVICE',
    });
  }
  const nodes: readonly string[] = NODE_STRATEGY_NAMES;
  const devices: readonly string[] = DEVICE_STRATEGY_NAMES;
  const check = (name: string, known: readonly string[]) => {
    if (known.includes(name) || isModule(name)) return;
    throw new DrasimError({
      code: 'ERR_STRATEGY_UNKNOWN',
      path: `${option} ${cut(text)}`,
      message: `there is no strategy ${cut(name)}`,
      hint: suggest(name, known, 'strategies'),
    });
  };
  if (second !== undefined) {
    check(second, devices);
    if (first === '') return { device: second };
    check(first!, nodes);
    return { node: first, device: second };
  }
  check(text, [...new Set([...nodes, ...devices])]);
  // A name of both kinds is that of a node strategy, with its default partner; a module may be of either.
  return nodes.includes(text) || isModule(text) ? { node: text } : { device: text };
}

function readSetting(text: string): Setting {
  const equals = text.indexOf('=');
  const path = equals < 0 ? null : parsePath(text.slice(0, equals).trim());
  if (!path) {
    throw new DrasimError({
      code: 'ERR_SET_SYNTAX',
      path: `--set ${cut(text)}`,
      message: 'expected NAME=value or a.b[0].c=value',
    });
  }
  const option = `--set ${cut(text)}`;
  return { option, path, value: readValue(text.slice(equals + 1)), mayBeParameter: true };
}

const SHOWN_MAX = 80;

function cut(text: string): string {
  return text.length > SHOWN_MAX ? `${text.slice(0, SHOWN_MAX)}…` : text;
}

function readValue(text: string): unknown {
  try {
    return parse(text, { version: '1.1' });
  } catch (error) {
    throw new DrasimError({
      code: 'ERR_SET_SYNTAX',
      path: '--set',
      message: `${cut(text)} is not YAML: ${(error as Error).message.split('\n')[0]}`,
    });
  }
}

/** All texts that settings give: a file name among them counts from where one is. */
export function textsOfSettings({ set = [], strategy = '' }: Settings): ReadonlySet<string> {
  const texts = new Set(strategy.split('+'));
  const collect = (value: unknown): void => {
    if (typeof value === 'string') texts.add(value);
    else if (typeof value === 'object' && value !== null) Object.values(value).forEach(collect);
  };
  for (const setting of set) collect(readSetting(setting).value);
  return texts;
}

/**
 * Sets a field, and gives the path of what the setting made: the field, or what had to be made around it.
 *
 * What lies around it is copied, because aliases let it stand in several places.
 */
function setField(tree: Tree, { path, value, option }: Setting, parameters: string[]): Step[] {
  const [name] = path;
  if (!Object.hasOwn(tree, `${name}`) && !SECTIONS.includes(`${name}`)) {
    throw new DrasimError({
      code: 'ERR_SET_PATH',
      path: option,
      message: `${name} is neither a parameter nor a field of a scenario`,
      hint: suggest(`${name}`, [...parameters, ...SECTIONS], 'names'),
    });
  }
  let parent: unknown = tree;
  let made = path.length;
  path.forEach((step, index) => {
    const isLast = index === path.length - 1;
    const isItem = Array.isArray(parent) && typeof step === 'number' && step < parent.length;
    if (!isItem && !(isTree(parent) && typeof step === 'string' && step !== '__proto__')) {
      throw new DrasimError({
        code: 'ERR_SET_PATH',
        path: option,
        message: `${formatPath(path)} does not exist in this scenario`,
        hint: `${formatPath(path.slice(0, index)) || 'the document'} has no ${step}`,
      });
    }
    const fields = parent as Record<Step, unknown>;
    if (!Object.hasOwn(fields, step)) made = Math.min(made, index + 1);
    const inner = Object.hasOwn(fields, step) ? fields[step] : undefined;
    fields[step] = isLast ? value : copyOf(inner ?? {});
    parent = fields[step];
  });
  return path.slice(0, made);
}

const SECTIONS = Object.keys(scenarioSchema.shape);

function copyOf(value: unknown): unknown {
  if (Array.isArray(value)) return [...value];
  return isTree(value) ? { ...value } : value;
}

interface Filling {
  readonly parameters: Tree;
  readonly document: ScenarioDocument;
  /** Told of every place at which a parameter stands. */
  note(path: Step[], name: string): void;
}

/** Replaces `$name` as a whole value and `${name}` inside texts. */
function fill(value: unknown, path: Step[], filling: Filling): unknown {
  if (Array.isArray(value)) {
    return value.map((item, index) => fill(item, [...path, index], filling));
  }
  if (isTree(value)) {
    const entries = Object.entries(value);
    return Object.fromEntries(
      entries.map(([key, item]) => [key, fill(item, [...path, key], filling)]),
    );
  }
  if (typeof value !== 'string' || !value.includes('$')) return value;
  const { parameters, document } = filling;
  const look = (name: string): unknown => {
    filling.note(path, name);
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
