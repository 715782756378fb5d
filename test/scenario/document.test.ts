// A scenario file as a tree with places, and the ways in which YAML can be no scenario at all.

import { describe, expect, test } from 'vitest';
import { DrasimError } from '../../src/errors.js';
import { formatPath, parsePath, parseScenarioDocument } from '../../src/scenario/document.js';

const parse = (text: string) => parseScenarioDocument(text, 'test.yaml');
const ten = (name: string) => `[${Array.from({ length: 10 }, () => name).join()}]`;
const levels = (count: number) =>
  Array.from(
    { length: count },
    (_, level) => `a${level + 1}: &a${level + 1} ${ten(`*a${level}`)}\n`,
  );
const anchors = (count: number) => `a0: &a0 ${ten('x')}\n${levels(count).join('')}`;

function issuesOf(text: string) {
  try {
    parse(text);
  } catch (error) {
    if (error instanceof DrasimError) return error.issues;
    throw error;
  }
  return [];
}

describe('places', () => {
  const text = 'a: 1\nlist:\n  - x\n  - b:\n      c: 2\n';

  test.each<[string, (string | number)[], number, number]>([
    ['a value', ['list', 1, 'b', 'c'], 5, 10],
    ['an item of a list', ['list', 0], 3, 5],
    ['the parent of what is not there', ['list', 1, 'b', 'd', 'e'], 5, 7],
    ['the document for an unknown section', ['nope'], 1, 1],
  ])('%s', (_name, path, line, column) => {
    expect(parse(text).positionOf(path)).toEqual({ file: 'test.yaml', line, column });
  });

  test('a key stands before its value', () => {
    expect(parse(text).positionOfKey(['list', 1, 'b', 'c'])).toMatchObject({ line: 5, column: 7 });
  });

  test('line ends of Windows count as one line each', () => {
    const place = parse(text.replaceAll('\n', '\r\n')).positionOf(['list', 1, 'b', 'c']);
    expect(place).toMatchObject({ line: 5, column: 10 });
  });

  test('JSON has places like YAML', () => {
    const json = JSON.stringify({ a: 1, list: ['x', { b: { c: 2 } }] }, null, 2);
    expect(parse(json).positionOf(['list', 1, 'b', 'c'])).toMatchObject({ line: 7, column: 14 });
  });
});

describe('no scenario', () => {
  test.each([
    ['a tab in a block', 'a:\n\tb: 1\n\tc: 1\n', 2, 'a tab'],
    ['a key twice', 'a: 1\nb: 2\na: 3\n', 3, 'this key stands here twice'],
    ['two documents', 'a: 1\n---\na: 2\n', 3, 'a second document begins here'],
    ['a bracket that is not closed', 'a: [1\n', 2, 'Flow sequence in block collection'],
    ['ten levels of ten aliases', anchors(10), 5, 'the alias *a3 stands for more than 100000'],
    ['an alias inside what it names', 'a: &a\n  b: *a\n', 2, 'something that it is a part of'],
    ['an alias without an anchor', 'a: *b\n', 1, 'no such anchor'],
    ['a hundred thousand brackets', `a: ${'['.repeat(100_000)}`, 1, 'nested too deeply'],
    ['a hundred thousand dashes', `a:\n  ${'- '.repeat(100_000)}`, 2, 'nested too deeply'],
  ])(
    '%s is one problem with its place and, where there is one, the way out',
    (_name, text, line, message) => {
      const issues = issuesOf(text);
      expect(issues).toHaveLength(1);
      expect(issues[0]).toMatchObject({ code: 'ERR_SCENARIO_SYNTAX', position: { line } });
      expect(issues[0]!.message).toContain(message);
    },
  );

  test('comments alone are an empty file', () => {
    expect(issuesOf('# nothing\n')).toMatchObject([{ code: 'ERR_SCENARIO_EMPTY' }]);
  });
});

test('aliases within bounds are what they stand for', () => {
  expect(parse(anchors(2)).value).toMatchObject({ a1: Array(10).fill(Array(10).fill('x')) });
});

describe('paths', () => {
  test.each<[string, (string | number)[] | null]>([
    ['until', ['until']],
    ['a.b[0].c', ['a', 'b', 0, 'c']],
    ['a[0][1]', ['a', 0, 1]],
    ['expect[pods.created].min', ['expect', 'pods.created', 'min']],
    ['a b', null],
    ['a..b', null],
    ['a[', null],
    ['', null],
  ])('%s', (text, path) => {
    expect(parsePath(text)).toEqual(path);
  });

  test('are shown as they are written', () => {
    expect(formatPath(['workloads', 2, 'generator', 'shapes', 0])).toBe(
      'workloads[2].generator.shapes[0]',
    );
  });
});
