// A file of vectors that is broken names the line, so that no vector is lost in silence.

import { expect, test } from 'vitest';
import { readVectors } from '../../src/conformance/vector.js';

const vector = '{"id":"a","kind":"k","kubernetes":{"version":"1.37"},"input":{},"expect":{}}';

test.each([
  ['no JSON', `${vector}\n\n{`, 3],
  ['no vector', `${vector}\n{"id":"b"}`, 2],
])('%s', (_name, text, line) => {
  expect(() => readVectors(text, 'v.jsonl')).toThrow(
    expect.objectContaining({
      code: 'ERR_VECTOR_SYNTAX',
      issues: [expect.objectContaining({ position: { file: 'v.jsonl', line, column: 1 } })],
    }),
  );
});
