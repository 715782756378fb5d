import { expect, test } from 'vitest';
import type { CelDevice } from '../../../src/api/cel/selector.js';
import { answer, compile, device } from './answers.js';

test.each([
  ['device.driver == "d"', 'true'],
  ['device.attributes["d"].model == "A100" && device.attributes["d"].index == 3', 'true'],
  ['device.attributes["other"].id.size() == 3', 'true'],
  ['device.attributes["unknown"] == {} && !("unknown" in device.attributes)', 'true'],
  ['device.attributes["unknown"].id == 1', 'no such key: id'],
  ['has(device.attributes["unknown"].id)', 'false'],
  ['size(device.attributes) == 2 && device.attributes.exists(d, d == "other")', 'true'],
  ['device.attributes["d"].?nope.orValue("none") == "none"', 'true'],
  ['device.capacity["d"].memory == quantity("80Gi")', 'true'],
  ['device.attributes["d"].version.isGreaterThan(semver("1.0.0"))', 'true'],
  ['device.attributes["d"].tags == ["a", "b"]', 'true'],
  ['device.attributes["d"].big == 9223372036854775807', 'true'],
  ['device.allowMultipleAllocations', 'false'],
])('%s gives %s', (expression, expected) => {
  expect(answer(expression)).toBe(expected);
});

test.each([
  ['device.attributes["d"].index', 'int', "unsupported type conversion from 'int' to bool"],
  ['dyn(1u)', 'uint', "unsupported type conversion from 'uint' to bool"],
  ['device.attributes["d"].model', 'string', "unsupported native conversion from string to 'bool'"],
  ['dyn(1.5)', 'double', "type conversion error from Double to 'bool'"],
  ['dyn(b"a")', 'bytes', "type conversion error from Bytes to 'bool'"],
  ['dyn({})', 'map', "type conversion error from list to 'bool'"],
  ['dyn(null)', 'null_type', "type conversion error from 'null_type' to 'bool'"],
  ['dyn(int)', 'type', "type conversion not supported for 'type'"],
  [
    'dyn(duration("1s"))',
    'google.protobuf.Duration',
    "type conversion error from 'Duration' to 'bool'",
  ],
  [
    'device.attributes["d"].version',
    'kubernetes.Semver',
    "type conversion error from 'Semver' to 'bool'",
  ],
  ['dyn(optional.of("a"))', 'optional_type', "unsupported native conversion from string to 'bool'"],
])('the result of %s is no bool', (expression, type, reason) => {
  const text = `CEL result of type ${type} could not be converted to bool: ${reason}`;
  expect(answer(expression)).toBe(text);
});

test('an optional bool is an answer', () => {
  expect(answer('dyn(device.attributes["d"].?healthy)')).toBe('true');
});

test.each([
  [
    { bad: { version: '1.2' } },
    'attribute bad: parse semantic version: No Major.Minor.Patch elements found',
  ],
  [{ empty: {} }, 'attribute empty: unsupported attribute value'],
  [
    { list: { versions: ['1.2.3', 'x'] } },
    'attribute list: parse semantic version: No Major.Minor.Patch elements found',
  ],
])('the attribute of %o fails every expression', (attributes, expected) => {
  expect(answer('true', {}, { driver: 'd', attributes })).toBe(expected);
});

test('of an attribute with two values the integer counts', () => {
  const twice: CelDevice = { driver: 'd', attributes: { a: { int: 5, string: 'five' } } };
  expect(answer('device.attributes["d"].a == 5', {}, twice)).toBe('true');
});

test('the same attributes of another driver have another domain', () => {
  const attributes = { a: { int: 1 } };
  const selector = compile('device.attributes["x"].a == 1');
  expect(selector.evaluate({ driver: 'x', attributes }).outcome).toEqual({ match: true });
  expect(selector.evaluate({ driver: 'y', attributes }).outcome).toEqual({
    runtimeError: 'no such key: a',
  });
});

test('a selector gives the same answer and cost each time', () => {
  const selector = compile('[1, 2].map(x, cel.bind(y, x + 1, y * y)) == [4, 9]');
  const first = selector.evaluate(device);
  expect(first.outcome).toEqual({ match: true });
  expect(selector.evaluate(device)).toEqual(first);
});
