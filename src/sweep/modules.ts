// ES modules that scenarios name are imported here, and nowhere else: they are the user's own code, and every thread
// has to import them for itself.

import { resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { DrasimError } from '../errors.js';

/**
 * Imports modules; their default exports by path.
 *
 * @throws DrasimError `ERR_PLUGIN_IMPORT`
 */
export async function importModules(paths: readonly string[]): Promise<Map<string, unknown>> {
  const modules = new Map<string, unknown>();
  for (const path of paths) modules.set(path, await importModule(path));
  return modules;
}

async function importModule(path: string): Promise<unknown> {
  try {
    const { default: exported } = await import(pathToFileURL(resolve(path)).href);
    return exported;
  } catch (error) {
    const { code, message = `${error}` } = error as NodeJS.ErrnoException;
    const isMissing = code === 'ERR_MODULE_NOT_FOUND' && message.includes(resolve(path));
    const what = isMissing ? 'there is no such file' : `the module cannot be imported: ${message}`;
    throw new DrasimError({ code: 'ERR_PLUGIN_IMPORT', path, message: what });
  }
}
