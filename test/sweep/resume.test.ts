// What lets a comparison go on.

import { expect, test } from 'vitest';
import { DrasimError } from '../../src/errors.js';
import { describeInput, missingTasks, readRows, refuseChanged } from '../../src/sweep/resume.js';
import type { RunRow } from '../../src/sweep/runtask.js';

const input = { text: 'a', file: 'a.yaml', set: ['x=1'] };
const record = (files: Record<string, string>) => ({
  texts: new Map(Object.entries({ 'a.yaml': 'a', ...files })),
  paths: new Map<string, string>(),
});

function refusal(action: () => unknown) {
  try {
    action();
  } catch (error) {
    if (error instanceof DrasimError) return error;
    throw error;
  }
  return undefined;
}

test('equal input is taken, whatever the order of files', () => {
  const one = describeInput(input, record({ b: '1', c: '2' }), '1.0');
  const other = describeInput(input, record({ c: '2', b: '1' }), '1.0');
  expect(other).toEqual(one);
  expect(refusal(() => refuseChanged(one, other, 'out'))).toBeUndefined();
});

test('all that changed is named', () => {
  const before = describeInput(input, record({ b: '1', c: '2' }), '1.0');
  const changed = { ...input, text: 'b', set: [], parameters: 'fast' };
  const now = describeInput(changed, record({ b: '1', c: '3', d: '4' }), '1.1');
  const { code, message } = refusal(() => refuseChanged(before, now, 'out'))!;
  expect(code).toBe('ERR_COMPARE_CHANGED');
  for (const part of ['drasim (1.0, now 1.1)', 'the scenario', '--set (x=1, now none)']) {
    expect(message).toContain(part);
  }
  expect(message).toContain('--parameters (none, now fast); c; d');
  expect(message).not.toContain('until');
});

test('rows are read line by line, but for a last one that was cut short', () => {
  const row = { strategy: 'A', seed: '1' } as RunRow;
  const text = `${JSON.stringify(row)}\n{"strategy": "B", "se`;
  expect(readRows(text, 'runs.jsonl')).toEqual([row]);
  expect(readRows('', 'runs.jsonl')).toEqual([]);
  expect(refusal(() => readRows('x\n', 'runs.jsonl'))?.code).toBe('ERR_COMPARE_ROWS');
  const tasks = ['1', '2'].map((seed) => ({ strategy: 'A', seed }));
  expect(missingTasks(tasks, [row])).toEqual([{ strategy: 'A', seed: '2' }]);
});
