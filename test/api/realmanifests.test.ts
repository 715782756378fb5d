// Every object that drivers, proposals and pages of the field publish (../shared/manifests): accepted, or
// refused for the reasons listed here, and never dropped in silence. Without the folder nothing is checked.

import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { type Decoded, decodeManifests } from '../../src/api/decode.js';
import { resolveFeatures } from '../../src/api/features.js';

/** By folder; `refused` has the kinds of errors by file. */
type Expected = Record<
  string,
  { documents: number; accepted: number; foreign: number; refused: Record<string, string> }
>;

const folder = new URL('../../../shared/manifests/', import.meta.url);
const expected = JSON.parse(
  readFileSync(new URL('./realmanifests.json', import.meta.url), 'utf8'),
) as Expected;

function decodeFolder(name: string, version?: string): [file: string, decoded: Decoded][] {
  const place = new URL(`${name}/`, folder);
  const features = resolveFeatures(version === undefined ? {} : { version });
  return readdirSync(place)
    .filter((file) => /\.(ya?ml|json)$/.test(file))
    .sort()
    .map((file) => [file, decodeManifests(readFileSync(new URL(file, place)), { file, features })]);
}

const foreignCount = ({ foreignKinds }: Decoded) =>
  [...foreignKinds.values()].reduce((sum, count) => sum + count, 0);

describe.skipIf(!existsSync(folder))('published manifests', () => {
  test.each(Object.keys(expected))('%s', (name) => {
    const found = { documents: 0, accepted: 0, foreign: 0, refused: {} as Record<string, string> };
    for (const [file, decoded] of decodeFolder(name)) {
      found.documents += decoded.documents;
      found.accepted += decoded.objects.length;
      found.foreign += foreignCount(decoded);
      const codes = decoded.errors.map(({ code }) => code.replace('ERR_MANIFEST_', ''));
      if (codes.length > 0)
        found.refused[file.replace(/\.ya?ml$/, '')] = [...new Set(codes)].join(' ');
      // Documents are accepted, foreign, or have an error: nothing vanishes.
      if (codes.length === 0) {
        expect(decoded.objects.length + foreignCount(decoded), file).toBe(decoded.documents);
      }
      for (const { position } of [...decoded.errors, ...decoded.warnings]) {
        expect(position?.file).toBe(file);
      }
    }
    expect(found).toEqual(expected[name]);
  });

  test('every folder is listed', () => {
    const folders = readdirSync(folder, { withFileTypes: true })
      .filter((entry) => entry.isDirectory())
      .map((entry) => entry.name)
      .sort();
    expect(Object.keys(expected)).toEqual(folders);
  });

  test('in 1.32 every DRA object is refused by the name of its gate', () => {
    const errors = decodeFolder('example-driver', '1.32').flatMap(([, decoded]) => decoded.errors);
    const gates = errors.filter(({ code }) => code === 'ERR_MANIFEST_GATE');
    expect(gates.length).toBeGreaterThan(20);
    expect(gates[0]!.message).toContain('DynamicResourceAllocation');
  });
});
