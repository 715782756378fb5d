import { describe, expect, test } from 'vitest';
import { CPU, compileNodes, EPHEMERAL_STORAGE, MEMORY, PODS } from '../../src/cluster/nodes.js';
import { DrasimError } from '../../src/errors.js';
import { buildNode } from '../builders.js';

function codeOf(work: () => unknown): string {
  try {
    work();
  } catch (error) {
    if (error instanceof DrasimError) return error.code;
    throw error;
  }
  return 'no error';
}

describe('node columns', () => {
  test('CPU is in milli, everything else in whole units rounded up', () => {
    const allocatable = { cpu: '1500m', memory: '1Gi', 'ephemeral-storage': '1500m', pods: '10' };
    const table = compileNodes([buildNode('a', { status: { allocatable } })]);
    const amounts = [CPU, MEMORY, EPHEMERAL_STORAGE, PODS].map((id) => table.allocatable[id]![0]);
    expect(amounts).toEqual([1500, 2 ** 30, 2, 10]);
  });

  test('a node without allocatable gives its capacity', () => {
    const table = compileNodes([buildNode('a', { status: { capacity: { cpu: '2' } } })]);
    expect(table.allocatable[CPU]![0]).toBe(2000);
  });

  test('a resource of one node is zero on the others', () => {
    const extended = { status: { allocatable: { cpu: '1', 'example.com/card': '4' } } };
    const table = compileNodes([buildNode('a'), buildNode('b', extended)]);
    const card = table.allocatable[table.resources.find('example.com/card')]!;
    expect([...card]).toEqual([0, 4]);
  });

  test('nodes that differ in their host name only share a static class', () => {
    const cordoned = buildNode('c', { spec: { unschedulable: true } });
    const { staticClass } = compileNodes([buildNode('a'), buildNode('b'), cordoned]);
    expect([...staticClass]).toEqual([0, 0, 1]);
  });

  test('two nodes of one name are refused', () => {
    const compile = () => compileNodes([buildNode('a'), buildNode('a')]);
    expect(codeOf(compile)).toBe('ERR_NODE_DUPLICATE');
  });

  test('an amount beyond 2^53 is refused', () => {
    const status = { allocatable: { memory: '9007199254740993' } };
    expect(codeOf(() => compileNodes([buildNode('a', { status })]))).toBe('ERR_QUANTITY_RANGE');
  });
});
