// A KubeSchedulerConfiguration (v1) as the scheduler takes it: read strictly, defaulted, checked, and its
// profiles resolved to the plugins at each extension point with their arguments.
// Source: pkg/scheduler/apis/config and framework/runtime, Kubernetes 1.32 to 1.37; spec scheduler.md 3.11.

import { isIssue, readDocuments } from '../../api/documents.js';
import { formatDurationNs, parseDurationNs } from '../../api/duration.js';
import type { Features } from '../../api/features.js';
import type { Field } from '../../api/fields/field.js';
import type { JsonValue } from '../../api/meta.js';
import { type Draft, type Finding, pathText, readObject } from '../../api/object.js';
import { printObject } from '../../api/print.js';
import { Source } from '../../api/source.js';
import { Mapping, type Step, splitPath, type Tree, treeOf } from '../../api/tree.js';
import { Problems } from '../../api/validation/problems.js';
import { DrasimError, type Issue, type Position } from '../../errors.js';
import { argsEntry, type PluginArgs } from './args.js';
import { checkFitArgs } from './argsvalidation.js';
import { KnownPlugins } from './defaultplugins.js';
import {
  API_VERSION,
  type ConfigurationDocument,
  configurationField,
  type Extender,
  findBadDuration,
  isDuration,
  KIND,
  type ProfileDocument,
} from './document.js';
import {
  expandPluginSets,
  namedPlugins,
  type PluginSets,
  type PluginsByPoint,
} from './pluginsets.js';
import { type ConfigurationNumbers, checkConfiguration } from './validation.js';

/** What the scheduler runs with. */
export interface SchedulerConfiguration extends ConfigurationNumbers {
  readonly profiles: readonly SchedulerProfile[];
  /** Extenders that the file lists; drasim calls none. */
  readonly extenders: readonly Extender[];
}

/** The plugins that pods of one `schedulerName` are scheduled with. */
export interface SchedulerProfile {
  readonly schedulerName: string;
  /** Stands for the number of the whole configuration, where it is given. */
  readonly percentageOfNodesToScore?: number;
  readonly plugins: PluginsByPoint;
  readonly args: PluginArgs;
}

/** A profile whose arguments are read and defaulted. */
export interface ReadProfile {
  readonly schedulerName: string;
  readonly percentageOfNodesToScore?: number;
  readonly sets: PluginSets;
  /** The file's entries, then the defaults of plugins that it does not list. */
  readonly pluginConfig: readonly { readonly name: string; readonly args: unknown }[];
}

/** Finds the place of a field in the text, where there is one. */
export type PlaceOf = (path: readonly Step[]) => Position | undefined;

/**
 * Reads the text of a configuration file.
 *
 * @throws DrasimError `ERR_SCHEDULER_CONFIG_SYNTAX` when the text is no strict KubeSchedulerConfiguration
 * @throws DrasimError `ERR_SCHEDULER_CONFIG_INVALID` for all values that upstream's validation refuses
 * @throws DrasimError `ERR_SCHEDULER_CONFIG_PLUGIN` when a profile cannot be built
 */
export function decodeConfiguration(
  text: string,
  file: string,
  known: KnownPlugins,
): SchedulerConfiguration {
  const [document] = readDocuments(new Source(file, text), true);
  if (document && isIssue(document)) throw syntaxError(document.message, document.position);
  const duplicate = document?.duplicates[0];
  if (document && duplicate) {
    const position = document.origin.positionAt(duplicate.offset);
    throw syntaxError(`key ${JSON.stringify(duplicate.key)} stands there twice`, position);
  }
  const placeOf: PlaceOf = (path) => document?.origin.position(path);
  return readConfiguration(document?.tree ?? null, known, placeOf);
}

/** The configuration of a version without a file. */
export function defaultConfiguration(
  features: Features,
  known = new KnownPlugins(features),
): SchedulerConfiguration {
  return readConfiguration(treeOf({ apiVersion: API_VERSION, kind: KIND }), known);
}

/** Reads a configuration that is parsed already; throws as {@link decodeConfiguration}. */
export function readConfiguration(
  tree: Tree,
  known: KnownPlugins,
  placeOf: PlaceOf = () => undefined,
): SchedulerConfiguration {
  const { features } = known;
  const document = readDocument(tree, features, placeOf);
  const numbers: ConfigurationNumbers = {
    parallelism: document.parallelism ?? 16,
    percentageOfNodesToScore: document.percentageOfNodesToScore ?? 0,
    podInitialBackoffSeconds: document.podInitialBackoffSeconds ?? 1,
    podMaxBackoffSeconds: document.podMaxBackoffSeconds ?? 10,
  };
  const written = document.profiles?.length ? document.profiles : [{}];
  const profiles = written.map((profile, index) => {
    const { schedulerName = written.length === 1 ? 'default-scheduler' : '' } = profile;
    return { ...readProfile(profile, index, known, placeOf), schedulerName };
  });
  const { list } = checkConfiguration(document, numbers, profiles, features);
  throwIssues(
    list.map(({ field, type, detail }) => ({
      code: 'ERR_SCHEDULER_CONFIG_INVALID',
      path: field,
      message: detail === '' ? type : `${type}: ${detail}`,
    })),
    placeOf,
  );
  const built = profiles.map((profile, index) => buildProfile(profile, index, known));
  throwIssues(
    built.flatMap(({ issues }) => issues),
    placeOf,
  );
  return {
    ...numbers,
    profiles: built.map(({ profile }) => profile),
    extenders: document.extenders ?? [],
  };
}

/** The names of all plugins that a profile runs at some point. */
export function profilePlugins({ plugins }: SchedulerProfile): Set<string> {
  return new Set(Object.values(plugins).flatMap((list) => list.map(({ name }) => name)));
}

/** Position of the profile that pods naming a scheduler have; -1 where another scheduler has them. */
export function profileIndex(
  profiles: readonly SchedulerProfile[],
  schedulerName = 'default-scheduler',
): number {
  return profiles.findIndex((profile) => profile.schedulerName === schedulerName);
}

function readDocument(tree: Tree, features: Features, placeOf: PlaceOf): ConfigurationDocument {
  if (!(tree instanceof Mapping)) throw syntaxError(`expected a ${KIND}`, placeOf([]));
  checkHeader(tree, API_VERSION, KIND, [], placeOf);
  const draft = readStrictly(tree, configurationField(features), [], placeOf);
  const document = draft as ConfigurationDocument;
  const bad = findBadDuration(document);
  if (!bad) return document;
  const [path, text] = bad;
  const message = `expected a duration such as 15s, got ${JSON.stringify(text)}`;
  throw syntaxError(message, placeOf(splitPath(path)), path);
}

/** Checks `apiVersion` and `kind`; of arguments they may be left out. */
function checkHeader(
  tree: Mapping,
  apiVersion: string,
  kind: string,
  path: readonly Step[],
  placeOf: PlaceOf,
): void {
  for (const [field, wanted] of Object.entries({ apiVersion, kind })) {
    const got = tree.get(field);
    if (got === wanted) continue;
    const place = [...path, field];
    const message = `expected ${wanted}, got ${got === undefined ? 'none' : JSON.stringify(got)}`;
    throw syntaxError(message, placeOf(place), pathText(place));
  }
}

function readStrictly(tree: Mapping, field: Field, path: readonly Step[], placeOf: PlaceOf): Draft {
  const { object, strict, types } = readObject(tree, field, { keepIdle: true, duplicates: true });
  const issues = [...types, ...strict].map(({ path: steps, message }: Finding) => {
    const place = [...path, ...steps];
    return { code: 'ERR_SCHEDULER_CONFIG_SYNTAX', path: pathText(place), message };
  });
  throwIssues(issues, placeOf);
  return object;
}

function readProfile(
  profile: ProfileDocument,
  index: number,
  known: KnownPlugins,
  placeOf: PlaceOf,
): Omit<ReadProfile, 'schedulerName'> {
  const { features } = known;
  const sets = profile.plugins ?? {};
  const given = (profile.pluginConfig ?? []).map(({ name = '', args }, position) => {
    const path = ['profiles', index, 'pluginConfig', position, 'args'];
    return { name, args: readArgs(name, args, features, path, placeOf) };
  });
  const defaults = [...namedPlugins(sets, known)]
    .filter((name) => argsEntry(name, features) && !given.some((entry) => entry.name === name))
    .map((name) => ({ name, args: readArgs(name, undefined, features, [], placeOf) }));
  const { percentageOfNodesToScore } = profile;
  return {
    sets,
    pluginConfig: [...given, ...defaults],
    ...(percentageOfNodesToScore === undefined ? {} : { percentageOfNodesToScore }),
  };
}

/** Reads and defaults the arguments of a plugin; those of an unknown one stay as they are. */
function readArgs(
  plugin: string,
  given: JsonValue | undefined,
  features: Features,
  path: readonly Step[],
  placeOf: PlaceOf,
): unknown {
  const entry = argsEntry(plugin, features);
  const tree = treeOf(given ?? {});
  if (!(tree instanceof Mapping)) {
    throw syntaxError('expected arguments by name', placeOf(path), pathText(path));
  }
  if (!entry) {
    if (given === undefined) return undefined;
    const { apiVersion: _version, kind: _kind, ...args } = given as Draft;
    return args;
  }
  if (tree.get('kind') !== undefined || tree.get('apiVersion') !== undefined) {
    checkHeader(tree, API_VERSION, `${plugin}Args`, path, placeOf);
  }
  const args = readStrictly(tree, entry.field, path, placeOf);
  delete args['apiVersion'];
  delete args['kind'];
  entry.setDefaults(args, features);
  normalizeDurations(args, path, placeOf);
  return printObject(args, entry.field);
}

function normalizeDurations(args: Draft, path: readonly Step[], placeOf: PlaceOf): void {
  for (const field of ['filterTimeout', 'bindingTimeout']) {
    const text = args[field];
    if (typeof text !== 'string') continue;
    if (!isDuration(text)) {
      const message = `expected a duration such as 10s, got ${JSON.stringify(text)}`;
      throw syntaxError(message, placeOf([...path, field]), pathText([...path, field]));
    }
    args[field] = formatDurationNs(parseDurationNs(text)!);
  }
}

function buildProfile(
  profile: ReadProfile,
  index: number,
  known: KnownPlugins,
): { profile: SchedulerProfile; issues: Issue[] } {
  const { sets, pluginConfig, ...rest } = profile;
  const path = `profiles[${index}]`;
  const { plugins, built, problems } = expandPluginSets(sets, known);
  const issues = problems.map(({ path: place, ...problem }): Issue => {
    const code = 'ERR_SCHEDULER_CONFIG_PLUGIN';
    return { code, path: `${path}.plugins${place === '' ? '' : `.${place}`}`, ...problem };
  });
  const given = pluginConfig.filter(({ args }) => args !== undefined);
  const args = Object.fromEntries(given.map((entry) => [entry.name, entry.args])) as PluginArgs;
  if (built.has('NodeResourcesFit')) {
    const found = new Problems({ features: known.features, shape: 'v1', namespaced: false });
    const fitAt = pluginConfig.findIndex(({ name }) => name === 'NodeResourcesFit');
    checkFitArgs(found, `${path}.pluginConfig[${fitAt}].args`, args.NodeResourcesFit!);
    for (const { field, type, detail } of found.list) {
      const message = `${type}: ${detail}`;
      issues.push({ code: 'ERR_SCHEDULER_CONFIG_PLUGIN', path: field, message });
    }
  }
  return { profile: { ...rest, plugins, args }, issues };
}

function throwIssues(issues: readonly Issue[], placeOf: PlaceOf): void {
  if (issues.length === 0) return;
  throw new DrasimError(
    issues.map((issue) => {
      const position = placeOf(splitPath(issue.path));
      return position ? { ...issue, position } : issue;
    }),
  );
}

function syntaxError(message: string, position: Position | undefined, path = ''): DrasimError {
  const issue = { code: 'ERR_SCHEDULER_CONFIG_SYNTAX', path, message };
  return new DrasimError(position ? { ...issue, position } : issue);
}
