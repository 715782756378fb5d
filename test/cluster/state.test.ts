import { describe, expect, test } from 'vitest';
import { AmountScales } from '../../src/cluster/amounts.js';
import { ChangeLog } from '../../src/cluster/changelog.js';
import { Interner } from '../../src/cluster/interner.js';
import { Journal } from '../../src/cluster/journal.js';

describe('journal', () => {
  test('writes are taken back to a mark, the last one first', () => {
    const journal = new Journal();
    const column = Float64Array.of(1, 2);
    journal.set(column, 0, 5);
    const mark = journal.mark();
    journal.add(column, 0, 1);
    journal.set(column, 0, 9);
    journal.set(column, 1, 7);
    journal.undo(mark);
    expect([...column]).toEqual([5, 2]);
  });

  test('what is kept is not undone', () => {
    const journal = new Journal();
    const column = Int32Array.of(1);
    journal.set(column, 0, 2);
    journal.keep();
    journal.undo(0);
    expect(column[0]).toBe(2);
  });

  test('a mark beyond the end is a bug', () => {
    expect(() => new Journal().undo(1)).toThrow('drasim bug');
  });
});

describe('change log', () => {
  /** Nodes that changed since a position, the newest first. */
  function since(log: ChangeLog, position: number): number[] {
    const nodes = new Int32Array(5000);
    return [...nodes.subarray(0, log.since(position, nodes))];
  }

  test('nodes are found from the newest change on, each once', () => {
    const log = new ChangeLog();
    expect([since(log, 0), log.position]).toEqual([[], 0]);
    for (const node of [1, 2, 3, 2, 2, 1]) log.append(node);
    expect(since(log, 0)).toEqual([1, 2, 3]);
    expect(since(log, 5)).toEqual([1]);
    expect(since(log, 6)).toEqual([]);
    expect([log.lastChange(3), log.lastChange(7), log.lastChange(9999)]).toEqual([3, 0, 0]);
  });

  test('the log grows with the nodes that it meets', () => {
    const log = new ChangeLog();
    for (let node = 0; node < 5000; node++) log.append(node);
    expect(since(log, 4997)).toEqual([4999, 4998, 4997]);
    log.append(0);
    expect(since(log, 4999)).toEqual([0, 4999]);
  });

  test('a fork goes its own way', () => {
    const log = new ChangeLog();
    log.append(1);
    const fork = log.fork();
    log.append(2);
    fork.append(3);
    expect([since(log, 0), since(fork, 0)]).toEqual([
      [2, 1],
      [3, 1],
    ]);
  });
});

describe('interner', () => {
  test('equal texts have one id, unknown ones none', () => {
    const interner = new Interner();
    const ids = ['a', 'b', 'a'].map((text) => interner.id(text));
    expect([ids, interner.find('c'), interner.text(1), interner.size]).toEqual([
      [0, 1, 0],
      -1,
      'b',
      2,
    ]);
  });
});

describe('scales of amounts', () => {
  test('a dimension without fractions counts units', () => {
    const scales = new AmountScales();
    scales.declare('memory', '1Gi');
    expect(scales.compile('memory', '1Gi', '')).toBe(2 ** 30);
  });

  test('a fraction makes the unit smaller, as far as it must', () => {
    const scales = new AmountScales();
    for (const text of ['2', '1500m', '250m']) scales.declare('cores', text);
    const amounts = ['2', '1500m', '250m'].map((text) => scales.compile('cores', text, ''));
    expect(amounts).toEqual([8, 6, 1]);
    expect(`${scales.quantity('cores', 6)}`).toBe('1500m');
  });

  test('amounts too large to count by ones are counted by their common divisor', () => {
    const scales = new AmountScales();
    for (const text of ['16Pi', '48Ki']) scales.declare('memory', text);
    expect([scales.compile('memory', '16Pi', ''), scales.compile('memory', '48Ki', '')]).toEqual([
      2 ** 40,
      3,
    ]);
    expect(`${scales.quantity('memory', 3)}`).toBe('48Ki');
  });

  test('an amount that does not fit between the others is refused', () => {
    const scales = new AmountScales();
    for (const text of ['9007199254740993', '1n']) scales.declare('x', text);
    expect(() => scales.compile('x', '9007199254740993', 'path')).toThrow(
      expect.objectContaining({ code: 'ERR_QUANTITY_RANGE' }),
    );
  });

  test('a wanted amount too large to be counted exactly is rounded up', () => {
    const scales = new AmountScales();
    scales.declare('x', '1');
    const wanted = (text: string) => scales.compileWanted('x', text, '');
    expect(wanted('9007199254740993')).toBe(9007199254740994);
    expect(wanted('9007199254740995')).toBe(9007199254740996);
    expect(wanted('-9007199254740993')).toBe(-9007199254740992);
  });
});
