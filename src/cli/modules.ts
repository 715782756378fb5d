// Scenarios for commands, with the modules that they name.

import { type LoadedScenario, openScenario } from '../scenario/load.js';
import type { Settings } from '../scenario/parameters.js';
import { importModules } from '../sweep/modules.js';
import type { InputFiles } from './files.js';

/** Loads a scenario and imports its modules; throws as `loadScenario` and `importModules` do. */
export async function loadWithModules(
  file: string,
  files: InputFiles,
  settings: Settings = {},
  text = files.readText(file),
): Promise<LoadedScenario> {
  const scenario = openScenario(text, file, files, settings);
  return scenario.load(await importModules(scenario.modules));
}
