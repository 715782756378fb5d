// Files: limits are kept, and an output folder never holds a part of a result, not even on a full disk.

import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { afterAll, afterEach, beforeAll, describe, expect, test, vi } from 'vitest';
import { InputFiles, writeFiles } from '../../src/cli/files.js';

const disk = vi.hoisted(() => ({ full: false, names: new Map<number, string>() }));
vi.mock('node:fs', async (original) => {
  const real = await original<typeof import('node:fs')>();
  const openSync: typeof real.openSync = (path, flags) => {
    const handle = real.openSync(path, flags);
    disk.names.set(handle, `${path}`);
    return handle;
  };
  const writeSync = (handle: number, bytes: Uint8Array, from: number) => {
    if (!disk.full || !disk.names.get(handle)?.includes('b.csv')) {
      return real.writeSync(handle, bytes, from);
    }
    throw Object.assign(new Error('no space left on device'), { code: 'ENOSPC' });
  };
  return { ...real, openSync, writeSync };
});

let folder = '';
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'drasim-'));
  writeFileSync(join(folder, 'zeros.gz'), gzipSync(Buffer.alloc(1_000_000)));
  writeFileSync(join(folder, 'long.txt'), 'x'.repeat(2000));
  writeFileSync(join(folder, 'torn.gz'), 'not gzip');
});
afterEach(() => {
  disk.full = false;
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

describe('input', () => {
  test.each([
    ['ERR_INPUT_SIZE', 'zeros.gz'],
    ['ERR_INPUT_SIZE', 'long.txt'],
    ['ERR_INPUT_READ', 'torn.gz'],
    ['ERR_INPUT_FOLDER', '.'],
    ['ERR_INPUT_MISSING', 'nothing.yaml'],
  ])('%s for %s', (code, name) => {
    const input = new InputFiles(1000);
    expect(() => input.readText(join(folder, name))).toThrow(expect.objectContaining({ code }));
  });
});

describe('output', () => {
  test('a full disk leaves the files of the last run as they were', async () => {
    const out = join(folder, 'out');
    await writeFiles(out, { 'a.csv': 'old a', 'b.csv': 'old b' });
    disk.full = true;
    const failed = writeFiles(out, { 'a.csv': 'new a', 'b.csv': 'new b' });
    await expect(failed).rejects.toMatchObject({ code: 'ERR_OUTPUT_FULL' });
    expect(readdirSync(out).sort()).toEqual(['a.csv', 'b.csv']);
    expect(readFileSync(join(out, 'a.csv'), 'utf8')).toBe('old a');
  });

  test('a file in the place of the folder is an error', async () => {
    const failed = writeFiles(join(folder, 'long.txt'), { 'a.csv': '' });
    await expect(failed).rejects.toMatchObject({ code: 'ERR_OUTPUT_FOLDER' });
  });
});
