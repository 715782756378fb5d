// Selectors that are wrong are refused as upstream refuses them; what they match is for the vectors.

import { expect, test } from 'vitest';
import { compileLabelSelector } from '../../src/api/labelselector.js';
import { compileNodeSelector, requiredNodeNames } from '../../src/api/nodeselector.js';

test('a label selector with an unknown operator', () => {
  const matchExpressions = [{ key: 'a', operator: 'Near', values: ['b'] }];
  expect(() => compileLabelSelector({ matchExpressions })).toThrow(
    expect.objectContaining({
      code: 'ERR_LABEL_SELECTOR',
      message: expect.stringContaining('Near'),
    }),
  );
});

test('a node selector with an unknown operator', () => {
  const matchExpressions = [{ key: 'a', operator: 'Near', values: ['b'] }];
  expect(() => compileNodeSelector({ nodeSelectorTerms: [{ matchExpressions }] })).toThrow(
    expect.objectContaining({
      code: 'ERR_NODE_SELECTOR',
      message: expect.stringContaining('Near'),
    }),
  );
});

const byName = (...lists: string[][]) => ({
  matchFields: lists.map((values) => ({ key: 'metadata.name', operator: 'In', values })),
});

test.each([
  ['terms widen the set', [byName(['b']), byName(['a', 'c'])], ['a', 'b', 'c']],
  ['fields of a term narrow it', [byName(['a', 'b'], ['b', 'c'])], ['b']],
  ['fields that exclude each other leave none', [byName(['a'], ['b'])], []],
  ['a term without names narrows nothing', [byName(['a']), { matchExpressions: [] }], undefined],
  ['no terms narrow nothing', [], undefined],
])('%s', (_name, nodeSelectorTerms, names) => {
  const required = { requiredDuringSchedulingIgnoredDuringExecution: { nodeSelectorTerms } };
  expect(requiredNodeNames({ nodeAffinity: required })).toEqual(names);
});
