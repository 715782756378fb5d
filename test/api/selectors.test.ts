// Selectors that are wrong are refused as upstream refuses them; what they match is for the vectors.

import { expect, test } from 'vitest';
import { compileLabelSelector } from '../../src/api/labelselector.js';
import { compileNodeSelector } from '../../src/api/nodeselector.js';

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
