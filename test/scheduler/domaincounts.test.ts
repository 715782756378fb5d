import { expect, test } from 'vitest';
import { LabelColumns } from '../../src/cluster/labelcolumns.js';
import { compileNodes } from '../../src/cluster/nodes.js';
import { DomainCounts } from '../../src/scheduler/domaincounts.js';
import { labelled } from './cycle.js';

const nodes = compileNodes([
  labelled('a', { zone: 'x' }),
  labelled('b', { zone: 'y' }),
  labelled('c', { zone: 'x' }),
]);

function changesOf(...steps: [value: number, amount: number][]) {
  const counts = new DomainCounts(new LabelColumns(nodes).column('zone'));
  const visited: number[][] = [];
  for (const [value, amount] of steps) {
    counts.add(value, amount);
    const seen: number[] = [];
    counts.visitChanges((node) => seen.push(node));
    visited.push(seen);
  }
  return visited;
}

test('a count matters where the first pod comes or the last one goes, to the nodes of its domain', () => {
  expect(changesOf([0, 1], [0, 1], [1, 1], [0, -1], [0, -1])).toEqual([
    [0, 2],
    [],
    [1],
    [],
    [0, 2],
  ]);
});
