import { expect, test } from 'vitest';
import { answer } from './answers.js';

// The text of the attribute is é, an emoji outside the basic plane, and x.
const TEXT = 'device.attributes["other"].id';

test.each([
  [`${TEXT}.size() == 3`],
  [`${TEXT}.charAt(1) == "😀" && ${TEXT}.charAt(3) == ""`],
  [`${TEXT}.substring(1) == "😀x" && ${TEXT}.substring(1, 2) == "😀"`],
  [`${TEXT}.indexOf("x") == 2 && ${TEXT}.lastIndexOf("😀", 2) == 1`],
  [`${TEXT}.split("") == ["é", "😀", "x"]`],
  [`${TEXT}.replace("", "-") == "-é-😀-x-"`],
  [`${TEXT}.replace("", "-", 2) == "-é-😀x"`],
  [`${TEXT}.matches("^.😀.$") && ${TEXT}.find(".x") == "😀x"`],
])('positions count code points, not surrogates: %s', (expression) => {
  expect(answer(expression)).toBe('true');
});

test.each([
  ['"hello".charAt(6) == ""', 'index out of range: 6'],
  ['"hello".substring(5, 3) == ""', 'invalid substring range. start: 5, end: 3'],
  ['"hello".substring(-1, 3) == ""', 'index out of range: -1'],
  ['"hello".substring(1, 9) == ""', 'index out of range: 9'],
  ['"hello".indexOf("l", -1) == 0', 'index out of range: -1'],
  ['"hello".indexOf("l", 9) == -1 && "hello".lastIndexOf("l", 9) == -1', 'true'],
  ['"hello".lastIndexOf("l", 2) == 2 && "hello".lastIndexOf("") == 5', 'true'],
  ['"a,b,c".split(",", 2) == ["a", "b,c"]', 'true'],
  ['"a,b".split(",", 0) == [] && "".split(",") == [""]', 'true'],
  ['"aaa".replace("a", "b", 2) == "bba" && "aaa".replace("a", "b", 0) == "aaa"', 'true'],
  ['["a", "b"].join("-") == "a-b" && [].join() == ""', 'true'],
  ['"Ärger".lowerAscii() == "Ärger" && "Abc".upperAscii() == "ABC"', 'true'],
  ['"\\u2003 x\\u0085".trim() == "x"', 'true'],
  ['strings.quote("a\\"\\n") == "\\"a\\\\\\"\\\\n\\""', 'true'],
  ['device.attributes["d"].index.trim() == ""', 'no such overload: trim(int)'],
  ['device.attributes["d"].index.split(",") == []', 'no such overload: split(int, string)'],
  ['"abc".reverse() == "cba"', 'no-overload'],
])('%s gives %s', (expression, expected) => {
  expect(answer(expression)).toBe(expected);
});

test.each([
  ['"Hello".matches("l+") && !"Hello".matches("^l")', 'true'],
  ['"aXb".matches("(?i)x") && "a\\nb".matches("(?s)a.b") && !"a\\nb".matches("a.b")', 'true'],
  ['"aaa".findAll("a") == ["a", "a", "a"] && "aaa".findAll("a", 2).size() == 2', 'true'],
  ['"aaa".findAll("a", 0) == [] && "b".find("a") == ""', 'true'],
  ['"a".matches("(?=a)")', 'literal'],
  ['"a".matches("a{1001}")', 'literal'],
  ['"a".matches("a\\\\Z")', 'literal'],
  ['"a".matches(dyn("["))', 'constant'],
  ['"a".matches("[".trim())', 'error parsing regexp: missing closing ]: `[`'],
  ['"a".find("[".trim()) == ""', 'Illegal regex: error parsing regexp: missing closing ]: `[`'],
])('patterns: %s gives %s', (expression, expected) => {
  expect(answer(expression)).toBe(expected);
});

test.each([
  ['"%s".format([[1, 2]]) == "[1, 2]"'],
  ['"%s".format([{"b": 2, "a": 1}]) == "{\\"a\\":1, \\"b\\":2}"'],
  ['"%s %s".format([null, true]) == "null true"'],
  ['"%d %d".format([-5, 7u]) == "-5 7"'],
  ['"%f".format([1234567.5]) == "1,234,567.500000"'],
  ['"%.1f".format([0.25]) == "0.2" && "%.0f".format([2.5]) == "2"'],
  ['"%e".format([1234.5]) == "1.234500×10⁰³"'],
  ['"%x %X".format([-255, 255]) == "-ff FF"'],
  ['"%x".format(["hello"]) == "68656c6c6f"'],
  ['"%b %b %o".format([true, -5, 8]) == "1 -101 10"'],
  ['"100%%".format([]) == "100%"'],
  ['"%s".format([duration("90s")]) == "90s" && "%s".format([int]) == "int"'],
  ['"%s".format([[duration("90s")]]) == "[duration(\\"90s\\")]"'],
])('format: %s', (expression) => {
  expect(answer(expression)).toBe('true');
});

test('a format error of the run names what was given', () => {
  expect(answer('"%d".format([dyn("a")]) == ""')).toBe(
    'error during formatting: decimal clause can only be used on integers, was given string',
  );
  expect(answer('dyn("%d").format([]) == ""')).toBe('index 0 out of range');
});
