// The JSON Schema and the reference of scenario files follow from one definition. After a change of
// src/scenario/schema.ts: DRASIM_UPDATE=1 npx vitest run --config test/vitest.config.ts reference

import { readFileSync, writeFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { referenceMarkdown } from '../../src/scenario/reference.js';
import { scenarioJsonSchema } from '../../src/scenario/schema.js';

const schemaFile = new URL('../../scenarios/scenario.schema.json', import.meta.url);
const pageFile = new URL('../../scenarios/README.md', import.meta.url);
const update = process.env['DRASIM_UPDATE'] === '1';
const MARKS = /(<!-- reference: begin -->\n)[\s\S]*?(<!-- reference: end -->)/;

test('scenario.schema.json is the schema that validates', () => {
  const text = `${JSON.stringify(scenarioJsonSchema(), null, 2)}\n`;
  if (update) writeFileSync(schemaFile, text);
  expect(readFileSync(schemaFile, 'utf8')).toBe(text);
});

test('the reference in scenarios/README.md is the one that follows from the schema', () => {
  const reference = referenceMarkdown(scenarioJsonSchema());
  const page = readFileSync(pageFile, 'utf8');
  expect(page).toMatch(MARKS);
  const current = page.replace(MARKS, (_all, begin, end) => `${begin}\n${reference}\n${end}`);
  if (update) writeFileSync(pageFile, current);
  expect(readFileSync(pageFile, 'utf8')).toBe(current);
});

test('every field says what it means', () => {
  const reference = referenceMarkdown(scenarioJsonSchema());
  const silent = reference
    .split('\n')
    .filter((line) => /^\| \S+ \| (?!`)[^|]+ \| \|$/.test(line))
    .map((line) => line.split('|')[1]!.trim().replaceAll('*', ''));
  expect(silent).toEqual([]);
});
