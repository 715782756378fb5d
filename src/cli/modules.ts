// ES modules that scenarios name are imported here, and nowhere else: they are the user's own code.

import { resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { DrasimError } from '../errors.js';
import { type LoadedScenario, openScenario } from '../scenario/load.js';
import type { Settings } from '../scenario/parameters.js';
import type { InputFiles } from './files.js';

/** Loads a scenario with the modules that it names. @throws DrasimError `ERR_PLUGIN_MODULE`, as `loadScenario` */
export async function loadWithModules(
  file: string,
  files: InputFiles,
  settings: Settings = {},
  text = files.readText(file),
): Promise<LoadedScenario> {
  const scenario = openScenario(text, file, files, settings);
  return scenario.load(await importModules(scenario.modules, files));
}

/** Imports modules; their default exports by path. */
export async function importModules(
  paths: readonly string[],
  files: InputFiles,
): Promise<Map<string, unknown>> {
  const modules = new Map<string, unknown>();
  for (const path of paths) modules.set(path, await importModule(path, files));
  return modules;
}

async function importModule(path: string, files: InputFiles): Promise<unknown> {
  // For the complaints that all files get.
  files.readText(path);
  try {
    const { default: exported } = await import(pathToFileURL(resolve(path)).href);
    return exported;
  } catch (error) {
    const message = `the module cannot be imported: ${error instanceof Error ? error.message : error}`;
    throw new DrasimError({ code: 'ERR_PLUGIN_MODULE', path, message });
  }
}
