import { describe, expect, test } from 'vitest';
import { DrasimError } from '../../src/errors.js';
import { chooseBaseline, readNames, readSeeds } from '../../src/sweep/seeds.js';

function codeOf(action: () => unknown): string | undefined {
  try {
    action();
  } catch (error) {
    if (error instanceof DrasimError) return error.code;
    throw error;
  }
  return undefined;
}

describe('seeds', () => {
  test.each([
    ['42-45', ['42', '43', '44', '45']],
    ['1,2,5', ['1', '2', '5']],
    ['7, 1-2,x', ['7', '1', '2', 'x']],
    ['3-3', ['3']],
  ])('%s', (text, wanted) => {
    expect(readSeeds(text)).toEqual(wanted);
  });

  test.each([
    ['', 'ERR_SEEDS_SYNTAX'],
    ['1,,2', 'ERR_SEEDS_SYNTAX'],
    ['5-3', 'ERR_SEEDS_SYNTAX'],
    ['1-999999999', 'ERR_SEEDS_SYNTAX'],
    ['a b', 'ERR_SEEDS_SYNTAX'],
    ['1-3,2', 'ERR_COMPARE_TWICE'],
  ])('"%s" is refused', (text, code) => {
    expect(codeOf(() => readSeeds(text))).toBe(code);
  });
});

test('names stand between commas, each once', () => {
  expect(readNames('FGD, Random,DotProd+WorstFit', '--strategies')).toEqual([
    'FGD',
    'Random',
    'DotProd+WorstFit',
  ]);
  expect(codeOf(() => readNames('FGD,', '--strategies'))).toBe('ERR_COMPARE_NAMES');
  expect(codeOf(() => readNames('FGD,FGD', '--strategies'))).toBe('ERR_COMPARE_TWICE');
});

test('the baseline is the first strategy unless one of them is named', () => {
  expect(chooseBaseline(undefined, ['a', 'b'])).toBe('a');
  expect(chooseBaseline('b', ['a', 'b'])).toBe('b');
  expect(codeOf(() => chooseBaseline('c', ['a', 'b']))).toBe('ERR_COMPARE_BASELINE');
});
