// The section `scheduler` of a scenario compiled: its KubeSchedulerConfiguration, in the scenario or in a file of its
// own, with the modules of plugins that the user brings.

import type { Features } from '../api/features.js';
import type { JsonValue } from '../api/meta.js';
import { treeOf } from '../api/tree.js';
import { DrasimError, type Issue } from '../errors.js';
import {
  decodeConfiguration,
  readConfiguration,
  type SchedulerConfiguration,
} from '../scheduler/configuration/configuration.js';
import { KnownPlugins } from '../scheduler/configuration/defaultplugins.js';
import { API_VERSION, KIND } from '../scheduler/configuration/document.js';
import type { SchedulerOptions } from '../scheduler/scheduleroptions.js';
import type { TieBreak } from '../scheduler/schedulingcycle.js';
import { pointsOf, readUserPlugin, type UserPluginModule } from '../scheduler/userplugin.js';
import { formatPath, type Step } from './document.js';
import type { ModuleExports } from './load.js';
import { notImported, readAt } from './modules.js';
import { readNamedFile } from './namedfile.js';
import type { CompileSource } from './objects.js';
import { CONFIGURATION_FIELDS, type SchedulerSection } from './schedulerschema.js';
import { durationUs } from './schema.js';

/** What the section says of a run. */
export interface CompiledScheduler {
  readonly options: SchedulerOptions;
  readonly userPlugins: readonly UserPluginModule[];
  /** Victims that are evicted at once. */
  readonly parallelism: number;
}

/** Compiles the section. @throws DrasimError with all issues of the configuration or of the modules */
export function compileScheduler(source: CompileSource, modules: ModuleExports): CompiledScheduler {
  const { features, scenario } = source;
  const section: SchedulerSection = scenario.scheduler ?? {
    tieBreak: 'upstream',
    preemption: 'default',
  };
  const userPlugins = readPlugins(section, source, modules);
  const points = new Map(userPlugins.map((own) => [own.plugin.name, pointsOf(own)]));
  const configuration = configurationOf(section, source, new KnownPlugins(features, points));
  const { percentageOfNodesToScore, profiles, parallelism } = configuration;
  const { initial, max } = section.backoff ?? {};
  return {
    userPlugins,
    parallelism,
    options: {
      tieBreak: tieBreakOf(section, features),
      preemption: section.preemption !== 'none',
      preemptsDevices: isDeallocating(section),
      percentageOfNodesToScore,
      backoff: {
        initialUs: durationUs(initial, configuration.podInitialBackoffSeconds * 1_000_000),
        maxUs: durationUs(max, configuration.podMaxBackoffSeconds * 1_000_000),
      },
      profiles,
    },
  };
}

function isDeallocating({ preemption }: SchedulerSection): boolean {
  return typeof preemption === 'object' && preemption.dra === 'deallocate';
}

/** Upstream draws among equals up to 1.34, and takes the first of the feasible list from 1.35 on. */
function tieBreakOf({ tieBreak }: SchedulerSection, features: Features): TieBreak {
  if (tieBreak !== 'upstream') return tieBreak;
  return features.minor <= 34 ? 'random' : 'first-in-window';
}

function configurationOf(
  section: SchedulerSection,
  source: CompileSource,
  known: KnownPlugins,
): SchedulerConfiguration {
  const fields = CONFIGURATION_FIELDS.filter((field) => section[field] !== undefined);
  checkTogether(section, fields, source);
  const { document } = source;
  if (section.file !== undefined) {
    const { file, text } = readNamedFile(source, section.file, ['scheduler', 'file']);
    const configuration = decodeConfiguration(text, file, known);
    refuseExtenders(configuration, { path: 'extenders', position: { file, line: 1, column: 1 } });
    return configuration;
  }
  const given = Object.fromEntries(fields.map((field) => [field, section[field]]));
  const tree = treeOf({ ...given, apiVersion: API_VERSION, kind: KIND } as JsonValue);
  const placed = (path: readonly Step[]) => document.positionOf(['scheduler', ...path]);
  try {
    const configuration = readConfiguration(tree, known, placed);
    refuseExtenders(configuration, {
      path: 'scheduler.extenders',
      position: placed(['extenders']),
    });
    return configuration;
  } catch (error) {
    if (!(error instanceof DrasimError)) throw error;
    throw new DrasimError(error.issues.map(inSection));
  }
}

function inSection(issue: Issue): Issue {
  const isInside = issue.path === 'scheduler' || issue.path.startsWith('scheduler.');
  if (isInside) return issue;
  return { ...issue, path: issue.path === '' ? 'scheduler' : `scheduler.${issue.path}` };
}

/** One thing is said in one place only. */
function checkTogether(
  section: SchedulerSection,
  fields: readonly string[],
  { document }: CompileSource,
): void {
  const issues: Issue[] = [];
  const refuse = (field: string, message: string) => {
    const path = ['scheduler', field];
    const position = document.positionOf(path);
    issues.push({ code: 'ERR_SCENARIO_FIELD', path: formatPath(path), message, position });
  };
  if (section.file !== undefined) {
    for (const field of fields) refuse(field, 'scheduler.file says this already; keep one of them');
  }
  const { initial, max } = section.backoff ?? {};
  const twice = [
    ['podInitialBackoffSeconds', 'initial', initial],
    ['podMaxBackoffSeconds', 'max', max],
  ] as const;
  for (const [field, name, value] of twice) {
    if (value === undefined || section[field] === undefined) continue;
    refuse(field, `scheduler.backoff.${name} says this already; keep one of them`);
  }
  if (issues.length > 0) throw new DrasimError(issues);
}

function refuseExtenders(
  { extenders }: SchedulerConfiguration,
  place: Pick<Issue, 'path' | 'position'>,
): void {
  if (extenders.length === 0) return;
  throw new DrasimError({
    code: 'ERR_UNMODELLED',
    ...place,
    message: 'extenders are HTTP servers, which drasim does not call',
    hint: 'take them out, or write what they do as a plugin: scheduler.plugins',
  });
}

function readPlugins(
  section: SchedulerSection,
  { document, reader }: CompileSource,
  modules: ModuleExports,
): UserPluginModule[] {
  const found: UserPluginModule[] = [];
  (section.plugins ?? []).forEach((name, index) => {
    const path = ['scheduler', 'plugins', index];
    const place = { path: formatPath(path), position: document.positionOf(path) };
    const file = reader.resolve(document.file, name);
    if (!modules.has(file)) throw notImported(file, place);
    const own = readAt(file, place, () => readUserPlugin(modules.get(file), file));
    const first = found.find(({ plugin }) => plugin.name === own.plugin.name);
    if (first) {
      const message = `${file}: ${first.module} has a plugin ${own.plugin.name} already`;
      throw new DrasimError({ code: 'ERR_PLUGIN_MODULE', ...place, message });
    }
    found.push(own);
  });
  return found;
}
