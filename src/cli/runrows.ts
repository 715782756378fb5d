// The folder of a comparison: what its runs are made from, and a row a run, written as runs end.

import { appendFileSync, existsSync, readFileSync, truncateSync } from 'node:fs';
import { join } from 'node:path';
import { DrasimError } from '../errors.js';
import { jsonText } from '../report/json.js';
import type { RecordedFiles } from '../sweep/recordedfiles.js';
import {
  describeInput,
  digestOf,
  type InputDescription,
  readRows,
  refuseChanged,
} from '../sweep/resume.js';
import type { RunRow, SweepInput } from '../sweep/runtask.js';
import { outputError, prepareFolder, writeFile } from './files.js';

/** Rows that are kept in a folder. */
export class RunRows {
  /** Rows of earlier runs. */
  readonly done: readonly RunRow[];
  private readonly rowsPath: string;
  private readonly inputPath: string;
  private isDescribed: boolean;

  /**
   * Opens a folder.
   *
   * @throws DrasimError `ERR_COMPARE_CHANGED`, `ERR_COMPARE_ROWS`, `ERR_OUTPUT_FOLDER`
   */
  constructor(
    private readonly folder: string,
    private readonly input: SweepInput,
    private readonly files: RecordedFiles,
    private readonly version: string,
  ) {
    prepareFolder(folder);
    this.rowsPath = join(folder, 'runs.jsonl');
    this.inputPath = join(folder, 'input.json');
    this.isDescribed = existsSync(this.inputPath);
    this.done = this.isDescribed ? this.resume() : [];
  }

  private resume(): RunRow[] {
    const before = this.readDescription();
    // What the runs read then is read again: a file may have changed, or be gone.
    const files = Object.fromEntries(
      Object.keys(before.files).map((path) => [path, digestOf(this.files.readText(path))]),
    );
    const now = describeInput(this.input, { texts: new Map(), paths: new Map() }, this.version);
    refuseChanged(before, { ...now, files }, this.folder);
    if (!existsSync(this.rowsPath)) return [];
    const text = readFileSync(this.rowsPath, 'utf8');
    // A line that was cut short when the comparison was stopped is written again.
    truncateSync(this.rowsPath, Buffer.byteLength(text.slice(0, text.lastIndexOf('\n') + 1)));
    return readRows(text, this.rowsPath);
  }

  private readDescription(): InputDescription {
    try {
      return JSON.parse(readFileSync(this.inputPath, 'utf8')) as InputDescription;
    } catch {
      throw new DrasimError({
        code: 'ERR_COMPARE_ROWS',
        path: this.inputPath,
        message: 'is not what a comparison writes',
        hint: 'name another folder, or empty this one',
      });
    }
  }

  /** Keeps a row. */
  async add(row: RunRow): Promise<void> {
    if (!this.isDescribed) {
      this.isDescribed = true;
      const description = describeInput(this.input, this.files.record, this.version);
      await writeFile(this.inputPath, jsonText(description));
    }
    try {
      appendFileSync(this.rowsPath, `${JSON.stringify(row)}\n`);
    } catch (error) {
      throw outputError(this.folder, error);
    }
  }
}
