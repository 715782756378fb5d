// ES modules that a scenario names: complaints about them have the place of the name.

import { DrasimError, type Issue } from '../errors.js';

type Place = Pick<Issue, 'path' | 'position'>;

/** A module that nobody imported. */
export function notImported(file: string, place: Place): DrasimError {
  return new DrasimError({
    code: 'ERR_PLUGIN_MODULE',
    ...place,
    message: `${file}: the module was not imported`,
    hint: 'give loadScenario the exports of its modules',
  });
}

/** Reads what a module exports; what is wrong with it is told with the place where it is named. */
export function readAt<T>(file: string, place: Place, read: () => T): T {
  try {
    return read();
  } catch (error) {
    if (!(error instanceof DrasimError)) throw error;
    throw new DrasimError(
      error.issues.map((issue) => ({ ...issue, ...place, message: `${file}: ${issue.message}` })),
    );
  }
}
