// Files that a scenario names: read from where the scenario is, with the place of the name in complaints.

import { DrasimError } from '../errors.js';
import { formatPath, type ScenarioDocument, type Step } from './document.js';
import type { FileReader } from './load.js';

/** Reads a file that stands at a place of a scenario. @throws DrasimError of the reader, with that place */
export function readNamedFile(
  { document, reader }: { document: ScenarioDocument; reader: FileReader },
  name: string,
  path: readonly Step[],
): { file: string; text: string } {
  const file = reader.resolve(document.file, name);
  try {
    return { file, text: reader.readText(file) };
  } catch (error) {
    if (!(error instanceof DrasimError)) throw error;
    throw new DrasimError(
      error.issues.map((issue) =>
        issue.position
          ? issue
          : {
              ...issue,
              path: formatPath(path),
              message: `${issue.path}: ${issue.message}`,
              position: document.positionOf(path),
            },
      ),
    );
  }
}
