import { expect, test } from 'vitest';
import { compileSelector } from '../../../src/api/cel/selector.js';
import { answer, stored } from './answers.js';

test.each([
  ['true;', 'syntax'],
  ['', 'syntax'],
  ['&& true', 'syntax'],
  ['device.driver === "x"', 'syntax'],
  ['1. == 1.0', 'syntax'],
  ['1_000 == 1000', 'syntax'],
  ['"\\q" == "q"', 'syntax'],
  ["'it''s' == 'its'", 'syntax'],
  ['device.in == 1', 'syntax'],
  ['!-1 == 1', 'no-overload'],
  ['-!true', 'syntax'],
  ['9223372036854775808 == 0', 'literal'],
  ['18446744073709551616u == 0u', 'literal'],
  ['1e400 == 1.0', 'literal'],
  ['b"\\u00e9" == b""', 'literal'],
  ['"\\ud800" == ""', 'literal'],
  ['has(device)', 'macro'],
  ['has(device.attributes["d"]["x"])', 'macro'],
  ['[1].all(1, true)', 'macro'],
  ['[1].map(x.y, true) == []', 'macro'],
  ['[1].all(i, i, true)', 'macro'],
  ['[1].all(__result__, true)', 'macro'],
  ['cel.bind(1, 2, true)', 'macro'],
  ['has(device, device)', 'undeclared'],
  ['[1].all(x)', 'undeclared'],
  ['cel.bind(x, 1)', 'undeclared'],
  ['[1].existsOne(x, true)', 'undeclared'],
])('%s is refused as %s', (expression, category) => {
  expect(answer(expression)).toBe(category);
});

test.each([
  ['01 == 1'],
  ['0x1F == 31'],
  ['-9223372036854775808 < 0'],
  ['.5 == 0.5 && 1e3 == 1000.0'],
  ['--1 == 1 && - -1 == 1'],
  ['!!true'],
  ['1 < 2 == true'],
  ['true || false && false'],
  ['1 + 2 * 3 == 7 && 10 - 4 - 3 == 3'],
  ['true ? true : false ? false : true'],
  ['[1, 2,].size() == 2'],
  ['"a" "b".size() == 1 || true', 'syntax'],
  ['"""a\r\nb""" == "a\\nb"'],
  ['r"a\\nb".size() == 4'],
  ['b"\\xff".size() == 1 && "\\xff" == "ÿ"'],
  ['"\\x41\\u0042\\103\\U0001F600" == "ABC😀"'],
  ['true // a comment'],
  ['device.attributes["other"].`id` == "é😀x"'],
  ['.device.driver == "d"'],
])('%s holds', (expression, expected = 'true') => {
  expect(answer(expression)).toBe(expected);
});

test.each([
  ['devices.driver == "x"', 1, 1],
  ['true &&\n  devices', 2, 3],
  ['"😀" == devices', 1, 8],
  ['has(device.nope)', 1, 4],
  ['device.driver == 1', 1, 15],
])('the error of %j stands at line %i, column %i', (expression, line, column) => {
  expect(compileSelector(expression, stored)).toMatchObject({ error: { line, column } });
});

test('of a macro error and a syntax error the one further left is reported', () => {
  expect(answer('has(device.attributes[device.driver.vendor)')).toBe('macro');
});

test.each([
  ['parentheses', '('.repeat(5000)],
  ['lists', '['.repeat(100_000)],
  ['sums', Array(10_000).fill('1').join('+')],
  ['fields', `device${'.a'.repeat(5000)}`],
  ['conditionals', `${'true ? true : '.repeat(5000)}false`],
  ['text beyond 100000 characters', `true //${'x'.repeat(100_000)}`],
])('too much nesting or length is a syntax error: %s', (_name, expression) => {
  expect(answer(expression)).toBe('syntax');
});

test('nesting within the limit is read', () => {
  expect(answer(`${'('.repeat(240)}true${')'.repeat(240)}`)).toBe('true');
  expect(answer(`${'!'.repeat(10_000)}true`)).toBe('true');
  expect(answer(Array(5000).fill('true').join('&&'))).toBe('true');
});
