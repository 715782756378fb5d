// The tables of src/dra/README.md follow from the profiles. After a change of gates or quirks:
// DRASIM_UPDATE=1 npx vitest run --config test/vitest.config.ts reference

import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { allocatorMarkdown } from '../../src/dra/reference.js';

const folder = new URL('../../src/dra/', import.meta.url);
const pageFile = new URL('README.md', folder);
const update = process.env['DRASIM_UPDATE'] === '1';
const MARKS = /(<!-- reference: begin -->\n)[\s\S]*?(<!-- reference: end -->)/;

test('the tables in src/dra/README.md are those that follow from the profiles', () => {
  const page = readFileSync(pageFile, 'utf8');
  expect(page).toMatch(MARKS);
  const current = page.replace(
    MARKS,
    (_all, begin, end) => `${begin}\n${allocatorMarkdown()}\n${end}`,
  );
  if (update) writeFileSync(pageFile, current);
  expect(readFileSync(pageFile, 'utf8')).toBe(current);
});

test('src/dra/README.md says of every file what it holds', () => {
  const page = readFileSync(pageFile, 'utf8');
  const files = readdirSync(folder, { recursive: true, encoding: 'utf8' });
  const silent = files.filter((file) => file.endsWith('.ts') && !page.includes(`](${file})`));
  expect(silent).toEqual([]);
});
