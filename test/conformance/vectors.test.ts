// Each vector file of ../shared/conformance is one check: it fails when a vector that passed before fails.
// Those that still fail are listed in failing.json ("all" where no vector of the file passes yet); a
// listed vector that passes must leave the list: DRASIM_UPDATE_FAILING=1 npm test takes it out.

import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { afterAll, describe, expect, test } from 'vitest';
import { readerOf } from '../../src/conformance/readers.js';
import { checkVector, readVectors } from '../../src/conformance/vector.js';

type Failing = Record<string, string[] | 'all'>;

const folder = new URL('../../../shared/conformance/', import.meta.url);
const listFile = new URL('./failing.json', import.meta.url);
const listed = JSON.parse(readFileSync(listFile, 'utf8')) as Failing;
const update = process.env['DRASIM_UPDATE_FAILING'] === '1';

if (existsSync(folder)) {
  const files = readdirSync(folder, { withFileTypes: true })
    .filter((entry) => entry.isDirectory())
    .flatMap((entry) =>
      readdirSync(new URL(`${entry.name}/`, folder))
        .filter((name) => name.endsWith('.jsonl'))
        .map((name) => `${entry.name}/${name}`),
    )
    .sort();
  const found: Failing = {};

  describe('conformance vectors', () => {
    test.each(files)('%s', (file) => {
      const vectors = readVectors(readFileSync(new URL(file, folder), 'utf8'), file);
      const failing = vectors
        .filter((vector) => checkVector(vector, readerOf(vector.kind)) !== null)
        .map((vector) => vector.id);
      if (failing.length > 0) found[file] = failing.length === vectors.length ? 'all' : failing;
      if (update) return;
      const known = listed[file];
      const expected = known === 'all' ? vectors.map((vector) => vector.id) : (known ?? []);
      const broken = failing.filter((id) => !expected.includes(id));
      expect(broken, 'vectors that passed before and fail now').toEqual([]);
      const mended = expected.filter((id) => !failing.includes(id));
      expect(mended, 'vectors that pass now: take them off the list').toEqual([]);
    });

    afterAll(() => {
      if (update) writeFileSync(listFile, `${JSON.stringify(found, null, 1)}\n`);
    });
  });
} else {
  test.skip('the vectors of ../shared/conformance are not here', () => {});
}
