import { expect, test } from 'vitest';
import { LabelColumns } from '../../src/cluster/labelcolumns.js';
import { compileNodes } from '../../src/cluster/nodes.js';
import { buildNode } from '../builders.js';

const node = (name: string, zone?: string) =>
  buildNode(name, { metadata: { name, ...(zone !== undefined && { labels: { zone } }) } });
const columns = new LabelColumns(
  compileNodes([node('a', 'x'), node('b'), node('c', 'y'), node('d', 'x')]),
);

test('values are numbered by first sight, and a node without the label has none', () => {
  expect([...columns.column('zone').values]).toEqual([0, -1, 1, 0]);
});

test('the nodes of a value stand together', () => {
  const { nodes, starts } = columns.column('zone');
  expect([...nodes.subarray(starts[0], starts[1])]).toEqual([0, 3]);
  expect([...nodes.subarray(starts[1], starts[2])]).toEqual([2]);
});

test('a label is compiled once', () => {
  expect(columns.column('zone')).toBe(columns.column('zone'));
});
