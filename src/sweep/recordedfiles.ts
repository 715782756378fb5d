// The files of a scenario, kept as they were when it was loaded: all runs see the same, also in other
// threads, and a comparison can tell what it was made from.

import type { FileReader } from '../scenario/load.js';

/** Texts by path, and paths as they were resolved; plain data that can be sent to a thread. */
export interface FileRecord {
  readonly texts: Map<string, string>;
  readonly paths: Map<string, string>;
}

/** Reads each file once. */
export class RecordedFiles implements FileReader {
  /** @param source - where files come from that are not in the record; none in threads */
  constructor(
    private readonly source: FileReader | null,
    readonly record: FileRecord = { texts: new Map(), paths: new Map() },
  ) {}

  readText(path: string): string {
    return this.once(this.record.texts, path, () => this.source?.readText(path));
  }

  resolve(scenarioFile: string, path: string): string {
    const key = JSON.stringify([scenarioFile, path]);
    return this.once(this.record.paths, key, () => this.source?.resolve(scenarioFile, path));
  }

  private once(known: Map<string, string>, key: string, read: () => string | undefined): string {
    let text = known.get(key);
    if (text === undefined) {
      text = read();
      if (text === undefined) throw new Error(`drasim bug: loading did not read ${key}`);
      known.set(key, text);
    }
    return text;
  }
}
