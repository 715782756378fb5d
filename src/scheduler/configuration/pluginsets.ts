// From the plugin sets of a profile to the plugins at each extension point: the file's sets over the
// default ones, `multiPoint` spread over the points. Source: kube-scheduler framework runtime, 1.37;
// spec scheduler.md 3.11.

import { suggest } from '../../errors.js';
import {
  type ExtensionPoint,
  extensionPoints,
  isScorePoint,
  type KnownPlugins,
} from './defaultplugins.js';

/** A plugin as a set names it; without a weight, or with 0, it weighs 1. */
export interface PluginChoice {
  readonly name: string;
  readonly weight?: number;
}

/** What a file enables and disables at one point. */
export interface PluginSet {
  readonly enabled?: readonly PluginChoice[];
  readonly disabled?: readonly PluginChoice[];
}

/** The sets of a profile by point; `multiPoint` stands for all points. */
export type PluginSets = { readonly [point in ExtensionPoint | 'multiPoint']?: PluginSet };

/** A plugin at a point; its weight counts at score points and is 0 elsewhere. */
export interface EnabledPlugin {
  readonly name: string;
  readonly weight: number;
}

/** The plugins of a profile by point, in the order in which they run. */
export type PluginsByPoint = { readonly [point in ExtensionPoint]: readonly EnabledPlugin[] };

/** The plugins of a profile, and what keeps it from being built. */
export interface ExpandedPlugins {
  readonly plugins: PluginsByPoint;
  /** Every plugin that the profile makes, even where no point calls it. */
  readonly built: ReadonlySet<string>;
  readonly problems: readonly PluginSetProblem[];
}

/** Why a profile cannot be built, with a path below `plugins`. */
export interface PluginSetProblem {
  readonly path: string;
  readonly message: string;
  readonly hint?: string;
}

/** The names of the plugins of a profile: those of `multiPoint`, then those of single points. */
export function namedPlugins(sets: PluginSets, known: KnownPlugins): Set<string> {
  const choices = [
    ...multiPointPlugins(sets.multiPoint, known),
    ...extensionPoints(known.features).flatMap((point) => sets[point]?.enabled ?? []),
  ];
  return new Set(choices.map(({ name }) => name));
}

/** Spreads the plugins of a profile over the points. */
export function expandPluginSets(sets: PluginSets, known: KnownPlugins): ExpandedPlugins {
  const everywhere = multiPointPlugins(sets.multiPoint, known);
  const problems: PluginSetProblem[] = duplicateProblems('multiPoint', everywhere);
  const plugins = {} as { [point in ExtensionPoint]: readonly EnabledPlugin[] };
  for (const point of extensionPoints(known.features)) {
    const own = sets[point]?.enabled ?? [];
    problems.push(...duplicateProblems(point, own));
    for (const [index, { name }] of own.entries()) {
      if (!known.has(name) || known.worksAt(name, point)) continue;
      const message = `plugin ${JSON.stringify(name)} does not work at ${point}`;
      problems.push({ path: `${point}.enabled[${index}].name`, message });
    }
    plugins[point] = expandPoint(point, sets[point] ?? {}, everywhere, known);
  }
  const built = namedPlugins(sets, known);
  for (const name of built) {
    if (known.has(name)) continue;
    const hint = suggest(name, known.names, 'plugins');
    problems.push({ path: '', message: `plugin ${JSON.stringify(name)} does not exist`, hint });
  }
  if (plugins.bind.length === 0) {
    problems.push({ path: 'bind', message: 'at least one bind plugin is needed' });
  }
  if (plugins.queueSort.length !== 1) {
    const message = `exactly one queue sort plugin is needed, got ${plugins.queueSort.length}`;
    problems.push({ path: 'queueSort', message });
  }
  return { plugins, built, problems };
}

/** The default list with the file's choices: known ones keep their place, others follow. */
function multiPointPlugins(set: PluginSet | undefined, known: KnownPlugins): PluginChoice[] {
  const { enabled = [], disabled = [] } = set ?? {};
  const chosen = new Map(enabled.map((choice) => [choice.name, choice]));
  const defaults = isDisabled('*', disabled)
    ? []
    : known.defaults.filter(({ name }) => !isDisabled(name, disabled));
  const replaced = new Set<PluginChoice>();
  const plugins = defaults.map((plugin): PluginChoice => {
    const choice = chosen.get(plugin.name);
    if (choice) replaced.add(choice);
    return choice ?? plugin;
  });
  return [...plugins, ...enabled.filter((choice) => !replaced.has(choice))];
}

// Plugins of the point that `multiPoint` has too stand first, in the point's order; then the rest of
// `multiPoint`; last the plugins that the point alone has.
function expandPoint(
  point: ExtensionPoint,
  { enabled = [], disabled = [] }: PluginSet,
  everywhere: readonly PluginChoice[],
  known: KnownPlugins,
): EnabledPlugin[] {
  const inherited = isDisabled('*', disabled)
    ? []
    : everywhere.filter(({ name }) => known.worksAt(name, point) && !isDisabled(name, disabled));
  const isInherited = ({ name }: PluginChoice) => inherited.some((other) => other.name === name);
  const isOwn = ({ name }: PluginChoice) => enabled.some((other) => other.name === name);
  const choices = [
    ...enabled.filter(isInherited),
    ...inherited.filter((choice) => !isOwn(choice)),
    ...enabled.filter((choice) => !isInherited(choice)),
  ];
  return choices.map(({ name, weight }) => ({
    name,
    weight: isScorePoint(point) ? weight || 1 : 0,
  }));
}

function isDisabled(name: string, disabled: readonly PluginChoice[]): boolean {
  return disabled.some((choice) => choice.name === name);
}

function duplicateProblems(point: string, choices: readonly PluginChoice[]): PluginSetProblem[] {
  const names = choices.map(({ name }) => name);
  const repeated = names.filter((name, index) => names.indexOf(name) < index);
  return repeated.map((name) => ({
    path: `${point}.enabled`,
    message: `plugin ${JSON.stringify(name)} stands there twice`,
  }));
}
