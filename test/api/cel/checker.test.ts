import { expect, test } from 'vitest';
import { answer } from './answers.js';

test.each([
  ['1 == 1.0', 'no-overload'],
  ['1 == "1"', 'no-overload'],
  ['1.0 in [1]', 'no-overload'],
  ['{1: 1}[1u] == 1', 'no-overload'],
  ['device.driver == null', 'no-overload'],
  ['[1] == null', 'no-overload'],
  ['1.5 % 2.0 == 0.0', 'no-overload'],
  ['dyn(1.5) % 2.0 == 0.0', 'no-overload'],
  ['-1u == 1u', 'no-overload'],
  ['1 + 1.0 == 2.0', 'no-overload'],
  ['[1] + ["a"] == []', 'no-overload'],
  ['semver("1.0.0") < semver("2.0.0")', 'no-overload'],
  ['true ? 1 : "a"', 'no-overload'],
  ['1 ? true : false', 'no-overload'],
  ['!1', 'no-overload'],
  ['[1].filter(x, x) == []', 'no-overload'],
  ['quantity("1").sign() == 1', 'no-overload'],
  ['optional.of(1).orValue("a") == 1', 'no-overload'],
  ['[1].flatten() == [1]', 'no-overload'],
  ['1 && true', 'type'],
  ['[1].all(x, x)', 'type'],
  ['[1, "a"].size() == 2', 'type'],
  ['[1, null].size() == 2', 'type'],
  ['{"a": 1, "b": "x"}.size() == 2', 'type'],
  ['[device.attributes["d"].model, "a"].size() == 2', 'type'],
  ['[?1].size() == 1', 'type'],
  ['device.nope', 'undefined-field'],
  ['has(device.nope)', 'undefined-field'],
  ['device.driver.x == 1', 'field-selection'],
  ['semver("1.0.0").major == 1', 'field-selection'],
  ['device.capacity["d"].memory.value == 1', 'field-selection'],
  ['"abc".all(c, true)', 'range'],
  ['optional.of([1]).all(c, true)', 'range'],
  ['hash("a") == 1', 'undeclared'],
  ['math.abs(1) == 1', 'undeclared'],
  ['dyn == int', 'undeclared'],
  ['[1].exists(x, true) && x == 1', 'undeclared'],
  ['1', 'result-type'],
  ['device.attributes["d"].?healthy', 'result-type'],
  ['"x".matches("[")', 'literal'],
  ['duration("1d") == duration("1s")', 'literal'],
  ['timestamp("2024-13-01T00:00:00Z") == timestamp(0)', 'literal'],
  ['timestamp(253402300800) == timestamp(0)', 'literal'],
  ['"%d %d".format([1]) == ""', 'format'],
  ['"%d".format([1, 2]) == ""', 'format'],
  ['"%d".format(["a"]) == ""', 'format'],
  ['"%q".format(["a"]) == ""', 'format'],
  ['int("x") == 1', 'constant'],
  ['int(dyn("x")) == 1', 'constant'],
  ['uint(-1) == 1u', 'constant'],
  ['string(b"\\xff") == ""', 'constant'],
  ['"a".find("[") == ""', 'constant'],
  ['kubernetes.DRADevice{} == device', 'undeclared'],
])('%s is refused as %s', (expression, category) => {
  expect(answer(expression)).toBe(category);
});

test.each([
  ['dyn(1) == dyn(1.0)'],
  ['1 < 1.5 && 2u > 1 && 1.5 < 2u'],
  ['[[], [1]].size() == 2'],
  ['[dyn(1), dyn("a")].size() == 2'],
  ['"%s %s".format([1, "a"]) == "1 a"'],
  ['optional.of(1).optMap(x, x + 1) == optional.of(2)'],
  ['type(1) == int && type(null) == null_type && type(int) == type'],
  ['type(duration("1s")) == google.protobuf.Duration'],
  ['google.protobuf.Duration{seconds: 90} == duration("90s")'],
  ['google.protobuf.Int64Value{value: 3} == 3'],
  ['[1].exists(device, device == 1)'],
  ['cel.bind(x, 1, [2].exists(x, x == 2) && x == 1)'],
  ['duration("1s") != null'],
])('%s holds', (expression) => {
  expect(answer(expression)).toBe('true');
});

test('types are checked before literals, and literals before constants', () => {
  expect(answer('[1, "a"].size() == int("x") && nope')).toBe('undeclared');
  expect(answer('[1, "a"].size() == int("x")')).toBe('type');
});

test('in requests before list attributes an attribute is of type any', () => {
  const request = { stored: false };
  expect(answer('device.attributes["d"].tags.exists(x, true)', request)).toBe('range');
  expect(answer('dyn(true)', request)).toBe('result-type');
  expect(answer('device.attributes["d"].healthy', request)).toBe('true');
  expect(answer('"%s".format([device.attributes["d"].model]) == "A100"', request)).toBe('format');
  expect(answer('dyn(true)', { ...request, listTypeAttributes: true })).toBe('true');
});

test.each([
  ['device.allowMultipleAllocations', { minor: 32 }, 'undefined-field'],
  [
    'device.allowMultipleAllocations',
    { stored: false, consumableCapacity: false },
    'undefined-field',
  ],
  ['!device.allowMultipleAllocations', { consumableCapacity: false }, 'true'],
  ['[1].slice(0, 1) == [1]', { minor: 32 }, 'undeclared'],
  ['[1].slice(0, 1) == [1]', { minor: 34, stored: false }, 'undeclared'],
  ['[1].slice(0, 1) == [1]', { minor: 34 }, 'true'],
  ['lists.range(1) == [0]', { minor: 33 }, 'undeclared'],
  ['semver("1", true) == semver("1.0.0")', { minor: 32 }, 'no-overload'],
  ['semver("1", true) == semver("1.0.0")', { minor: 33 }, 'true'],
  ['[1].all(i, v, v == 1)', { minor: 32, stored: false }, 'undeclared'],
  ['[1].all(i, v, v == 1)', { minor: 32 }, 'true'],
  ['[1].includes(1)', { stored: false }, 'undeclared'],
  ['[1].includes(1)', { stored: false, listTypeAttributes: true }, 'true'],
  ['[1].includes(1)', { minor: 35 }, 'undeclared'],
  ['device.`driver` == "d"', { minor: 32 }, 'syntax'],
  ['"abc".indexOf("", 9) == 9', { minor: 32 }, 'true'],
  ['"abc".indexOf("", 9) == 3', { minor: 37 }, 'true'],
])('%s in %o gives %s', (expression, environment, expected) => {
  expect(answer(expression, environment)).toBe(expected);
});
