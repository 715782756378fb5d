// The only place that touches the file system: reading with a size limit, writing to a temporary name
// first, so that nothing half-written is ever seen under its own name.

import {
  accessSync,
  closeSync,
  constants,
  existsSync,
  mkdirSync,
  openSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  writeSync,
} from 'node:fs';
import { dirname, isAbsolute, join, resolve } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { decodeText } from '../api/source.js';
import { DrasimError } from '../errors.js';
import type { FileReader } from '../scenario/load.js';

/** Input larger than this is refused unless `--input-max` says otherwise, bytes. */
export const INPUT_MAX = 512 * 2 ** 20;

/** Reads input files for all commands. */
export class InputFiles implements FileReader {
  constructor(private readonly bytesMax = INPUT_MAX) {}

  /** Text of a file, or of stdin for `-`; `.gz` is decompressed. */
  readText(path: string): string {
    return decodeText(this.readBytes(path), path);
  }

  readBytes(path: string): Uint8Array {
    if (path === '-') return this.checked(readFileSync(0), 'stdin');
    const stats = this.stat(path);
    if (stats.isDirectory()) {
      throw inputError('ERR_INPUT_FOLDER', path, 'this is a folder', 'name a file in it');
    }
    if (stats.size > this.bytesMax) throw this.tooLarge(path, stats.size);
    let bytes: Buffer;
    try {
      bytes = readFileSync(path);
    } catch (error) {
      throw inputError('ERR_INPUT_READ', path, (error as Error).message);
    }
    if (!path.endsWith('.gz')) return this.checked(bytes, path);
    try {
      return gunzipSync(bytes, { maxOutputLength: this.bytesMax });
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code === 'ERR_BUFFER_TOO_LARGE') {
        throw this.tooLarge(path, undefined);
      }
      throw inputError('ERR_INPUT_READ', path, `not gzip: ${(error as Error).message}`);
    }
  }

  resolve(scenarioFile: string, path: string): string {
    if (isAbsolute(path) || path === '-') return path;
    const folder = scenarioFile === '-' ? '.' : dirname(scenarioFile);
    return join(folder, path);
  }

  /** The file itself, or the YAML and JSON files below a folder, sorted by name. */
  expand(path: string): string[] {
    if (path === '-' || !this.stat(path).isDirectory()) return [path];
    const found = this.filesBelow(path);
    if (found.length > 0) return found;
    const message = 'there is no .yaml, .yml or .json file in this folder';
    throw inputError('ERR_INPUT_MISSING', path, message, 'name a file, or another folder');
  }

  private filesBelow(path: string): string[] {
    const entries = readdirSync(path, { withFileTypes: true });
    entries.sort((left, right) => (left.name < right.name ? -1 : 1));
    return entries.flatMap((entry) => {
      const inside = join(path, entry.name);
      if (entry.isDirectory()) return this.filesBelow(inside);
      return /\.(ya?ml|json)$/.test(entry.name) ? [inside] : [];
    });
  }

  private stat(path: string) {
    try {
      return statSync(path);
    } catch {
      throw inputError(
        'ERR_INPUT_MISSING',
        path,
        'there is no such file',
        `looked in ${resolve()}`,
      );
    }
  }

  private checked(bytes: Buffer, name: string): Buffer {
    if (bytes.length > this.bytesMax) throw this.tooLarge(name, bytes.length);
    return bytes;
  }

  private tooLarge(path: string, size: number | undefined): DrasimError {
    const is = size === undefined ? '' : `${size} bytes, `;
    return inputError(
      'ERR_INPUT_SIZE',
      path,
      `${is}more than the ${this.bytesMax} that are read`,
      'raise --input-max',
    );
  }
}

function inputError(code: string, path: string, message: string, hint?: string): DrasimError {
  return new DrasimError({ code, path, message, ...(hint && { hint }) });
}

/** What to say when files hold nothing that a command is for. */
export function nothingIn(paths: readonly string[], what: string): DrasimError {
  return inputError('ERR_INPUT_EMPTY', paths.join(' '), `there is no ${what} in here`);
}

/** Temporary files that an interrupted run removes. */
const unfinished = new Set<string>();

/** Removes what has not got its name yet. */
export function removeUnfinished(): void {
  for (const path of unfinished) rmSync(path, { force: true });
  unfinished.clear();
}

/** Makes the output folder. @throws DrasimError `ERR_OUTPUT_FOLDER` */
export function prepareFolder(folder: string): void {
  try {
    makeFolder(resolve(folder));
  } catch (error) {
    throw outputError(folder, error);
  }
}

// Node's own recursive mkdir never comes back from a file system that refuses folders, such as /proc.
function makeFolder(path: string): void {
  const missing: string[] = [];
  for (let place = path; !existsSync(place); place = dirname(place)) missing.push(place);
  for (const place of missing.reverse()) mkdirSync(place);
  if (!statSync(path).isDirectory()) throw new Error('there is a file of that name');
  accessSync(path, constants.W_OK);
}

/**
 * Writes files into a folder: all under temporary names first, then each renamed.
 *
 * @throws DrasimError `ERR_OUTPUT_FOLDER`, `ERR_OUTPUT_FULL`; then nothing new is there
 */
export async function writeFiles(
  folder: string,
  files: Record<string, string | Uint8Array>,
): Promise<void> {
  prepareFolder(folder);
  const moves: [string, string][] = [];
  try {
    for (const [name, content] of Object.entries(files)) {
      const target = join(folder, name);
      const temporary = `${target}.${process.pid}.tmp`;
      unfinished.add(temporary);
      await writeWhole(temporary, content);
      moves.push([temporary, target]);
    }
    for (const [temporary, target] of moves) {
      renameSync(temporary, target);
      unfinished.delete(temporary);
    }
  } catch (error) {
    removeUnfinished();
    throw outputError(folder, error);
  }
}

/** Writes one file under its own name at once or not at all. */
export async function writeFile(path: string, text: string): Promise<void> {
  const folder = dirname(path);
  await writeFiles(folder, { [path.slice(folder === '.' ? 0 : folder.length + 1)]: text });
}

const CHUNK_BYTES = 2 ** 22;

async function writeWhole(path: string, content: string | Uint8Array): Promise<void> {
  const handle = openSync(path, 'w');
  try {
    const bytes = typeof content === 'string' ? Buffer.from(content) : content;
    for (let done = 0; done < bytes.length; ) {
      done += writeSync(handle, bytes, done, Math.min(CHUNK_BYTES, bytes.length - done));
      // Lets a signal be heard.
      await new Promise((next) => setImmediate(next));
    }
  } finally {
    closeSync(handle);
  }
}

/** What to say when a folder cannot be written. */
export function outputError(folder: string, error: unknown): DrasimError {
  const { code, message } = error as NodeJS.ErrnoException;
  if (code === 'ENOSPC' || code === 'EDQUOT') {
    return inputError('ERR_OUTPUT_FULL', folder, 'the disk is full', 'free space or change --out');
  }
  return inputError('ERR_OUTPUT_FOLDER', folder, `cannot be written: ${message}`, 'change --out');
}
