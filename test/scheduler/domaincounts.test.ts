import { describe, expect, test } from 'vitest';
import { LabelColumns } from '../../src/cluster/labelcolumns.js';
import { compileNodes } from '../../src/cluster/nodes.js';
import { type CountInterest, DomainCounts } from '../../src/scheduler/domaincounts.js';
import { labelled } from './cycle.js';

const nodes = compileNodes([
  labelled('a', { zone: 'x' }),
  labelled('b', { zone: 'y' }),
  labelled('c', { zone: 'x' }),
]);

function changesOf(interest: CountInterest, ...steps: [value: number, amount: number][]) {
  const counts = new DomainCounts(new LabelColumns(nodes).column('zone'), interest);
  const visited: number[][] = [];
  for (const [value, amount] of steps) {
    counts.add(value, amount);
    const seen: number[] = [];
    counts.visitChanges((node) => seen.push(node));
    visited.push(seen);
  }
  return visited;
}

describe('a changed count', () => {
  test('concerns the nodes of its domain, once', () => {
    expect(changesOf('amount', [0, 1], [1, 1], [0, 1])).toEqual([[0, 2], [1], [0, 2]]);
  });

  test('matters only where the first pod comes or the last one goes, when presence is asked for', () => {
    expect(changesOf('presence', [0, 1], [0, 1], [0, -1], [0, -1])).toEqual([
      [0, 2],
      [],
      [],
      [0, 2],
    ]);
  });
});
