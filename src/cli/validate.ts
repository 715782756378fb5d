// `drasim validate`: says of every document whether it is accepted, what is wrong with it, what is not
// modelled yet, and what has no effect. The counts add up to the documents read.

import { decodeManifests } from '../api/decode.js';
import { type Features, resolveFeatures } from '../api/features.js';
import { DrasimError, formatIssue, type Issue } from '../errors.js';
import { jsonText } from '../report/json.js';
import { decodeConfiguration } from '../scheduler/configuration/configuration.js';
import { KnownPlugins } from '../scheduler/configuration/defaultplugins.js';
import { unmodelledInObject } from '../simulator/unmodelled.js';
import { InputFiles, nothingIn } from './files.js';
import { loadWithModules } from './modules.js';
import type { CommonOptions } from './program.js';
import { stdoutPaint } from './terminal.js';

export interface ValidateOptions extends CommonOptions {
  strict?: boolean;
  kubernetes?: string;
}

/** What became of the documents of all files. */
interface Tally {
  documents: number;
  accepted: number;
  refused: number;
  foreign: number;
  scenarios: number;
  errors: Issue[];
  warnings: Issue[];
  /** Objects by feature that is not modelled yet. */
  unmodelled: Map<string, number>;
  withoutEffect: Map<string, number>;
  foreignKinds: Map<string, number>;
}

/** Validates files and folders; 2 when anything is wrong (with --strict also on warnings). */
export async function validateCommand(
  paths: readonly string[],
  options: ValidateOptions,
): Promise<number> {
  const files = new InputFiles(options.inputMax);
  const features = resolveFeatures(options.kubernetes ? { version: options.kubernetes } : {});
  const tally: Tally = {
    documents: 0,
    accepted: 0,
    refused: 0,
    foreign: 0,
    scenarios: 0,
    errors: [],
    warnings: [],
    unmodelled: new Map(),
    withoutEffect: new Map(),
    foreignKinds: new Map(),
  };
  for (const path of paths.flatMap((given) => files.expand(given))) {
    await validateFile(path, files, features, tally);
    await new Promise((done) => setImmediate(done));
  }
  if (tally.documents === 0 && tally.errors.length === 0) throw nothingIn(paths, 'document');
  if (options.format === 'json') process.stdout.write(jsonText(plain(tally)));
  else process.stdout.write(text(tally));
  const failed = tally.errors.length > 0 || (options.strict === true && tally.warnings.length > 0);
  return failed ? 2 : 0;
}

async function validateFile(
  path: string,
  files: InputFiles,
  features: Features,
  tally: Tally,
): Promise<void> {
  try {
    const source = files.readText(path);
    if (isSchedulerConfiguration(source)) {
      decodeConfiguration(source, path, new KnownPlugins(features));
      tally.documents++;
      tally.accepted++;
    } else if (isScenario(source)) await validateScenarioFile(source, path, files, tally);
    else validateManifests(source, path, features, tally);
  } catch (error) {
    if (!(error instanceof DrasimError)) throw error;
    tally.documents++;
    tally.refused++;
    tally.errors.push(...error.issues);
  }
}

function isScenario(source: string): boolean {
  return /(?:^|[{,])\s*["']?apiVersion["']?\s*:\s*["']?drasim\.dev\//m.test(source);
}

function isSchedulerConfiguration(source: string): boolean {
  return /^["']?apiVersion["']?\s*:\s*["']?kubescheduler\.config\.k8s\.io\//m.test(source);
}

async function validateScenarioFile(
  source: string,
  path: string,
  files: InputFiles,
  tally: Tally,
): Promise<void> {
  const { notes } = await loadWithModules(path, files, {}, source);
  tally.documents++;
  tally.accepted++;
  tally.scenarios++;
  for (const message of notes) tally.warnings.push({ code: 'NOTE', path: '', message });
}

function validateManifests(source: string, path: string, features: Features, tally: Tally): void {
  const decoded = decodeManifests(source, { file: path, features });
  tally.documents += decoded.documents;
  tally.accepted += decoded.objects.length;
  const foreign = [...decoded.foreignKinds.values()].reduce((sum, count) => sum + count, 0);
  tally.foreign += foreign;
  tally.refused += decoded.documents - decoded.objects.length - foreign;
  tally.errors.push(...decoded.errors);
  tally.warnings.push(...decoded.warnings);
  addCounts(tally.withoutEffect, decoded.withoutEffect);
  addCounts(tally.foreignKinds, decoded.foreignKinds);
  for (const object of decoded.objects) {
    const names = new Set(unmodelledInObject(object).map(({ feature }) => feature));
    for (const name of names) tally.unmodelled.set(name, (tally.unmodelled.get(name) ?? 0) + 1);
  }
}

function addCounts(into: Map<string, number>, from: ReadonlyMap<string, number>): void {
  for (const [name, count] of from) into.set(name, (into.get(name) ?? 0) + count);
}

function plain(tally: Tally): object {
  return {
    ...tally,
    unmodelled: Object.fromEntries([...tally.unmodelled].sort()),
    withoutEffect: Object.fromEntries([...tally.withoutEffect].sort()),
    foreignKinds: Object.fromEntries([...tally.foreignKinds].sort()),
  };
}

function text(tally: Tally): string {
  const paint = stdoutPaint();
  const lines: string[] = [];
  for (const issue of tally.errors) lines.push(`${paint.red('error')} ${formatIssue(issue)}`);
  for (const issue of tally.warnings)
    lines.push(`${paint.yellow('warning')} ${formatIssue(issue)}`);
  section(lines, 'Not modelled yet (a run refuses it)', tally.unmodelled);
  section(lines, 'Understood, no effect on scheduling', tally.withoutEffect);
  section(lines, 'Not kinds that scheduling sees', tally.foreignKinds);
  lines.push(
    `${tally.documents} documents: ${paint.green(`${tally.accepted} accepted`)}, ` +
      `${tally.refused} refused, ${tally.foreign} of foreign kinds`,
  );
  return `${lines.join('\n')}\n`;
}

function section(lines: string[], title: string, counts: ReadonlyMap<string, number>): void {
  if (counts.size === 0) return;
  lines.push(`${title}:`);
  for (const [name, count] of [...counts].sort()) lines.push(`  ${name} (${count})`);
}
