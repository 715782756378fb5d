import { expect, test } from 'vitest';
import { CEL_COST_MAX } from '../../../src/api/cel/selector.js';
import { answer, compile, costs } from './answers.js';

const UNKNOWN = 1844674407370955264n;

test.each([
  ['device.attributes["d"].model == "A100"', '5 / 5'],
  ['device.driver == ""', '2 / 2'],
  ['"b" in device.attributes["d"].model.split(",")', '81 / 6'],
  ['lists.range(100).all(x, x >= 0)', '612 / 612'],
  ['lists.range(10).exists(x, x == 2)', '82 / 43'],
  ['[1, 2][?5].orValue(7) == 7', '13 / 2'],
  ['{"a": 1}.a == 1', '32 / 3'],
  ['[1, 2].exists_one(x, x == 1)', '20 / 8'],
  ['[1, 2].map(x, x).size() == 2', '49 / 29'],
  ['[1, 2].map(x, 7).size() == 2', '47 / 7'],
  ['[1, 2].filter(x, x > 1) == [2]', '62 / 19'],
  ['cel.bind(x, 1 + 1, x == 2)', '13 / 3'],
  ['cel.bind(x, 1 + 1, true)', '11 / 0'],
  ['true ? device.driver == "d" : false', '3 / 3'],
  ['(true ? device.driver : "a") == "a"', '3 / 2'],
  ['int("1") == 1', '2 / 1'],
  ['device.attributes["d"].index in [1, 2, 3]', '17 / 4'],
  ['!!(1 == 1)', '1 / 1'],
  ['optional.of(1).optMap(x, x + 1).hasValue()', '18 / 8'],
  ['[2, 1].sort() == [1, 2]', '40 / 20'],
  ['sets.contains([1, 2], [1])', '23 / 3'],
])('%s costs %s (estimate / run)', (expression, expected) => {
  expect(costs(expression)).toBe(expected);
});

test('the size of elements is not known, so that searching a list of texts has no useful bound', () => {
  expect(compile('["a"].indexOf("x") == 0').estimatedMax).toBe(10n + 1n + UNKNOWN + 1n);
});

test('sums of estimates stop at the largest number of 64 bits', () => {
  const unbounded = 2n ** 64n - 1n;
  expect(compile('lists.range(device.attributes["d"].index).all(x, true)').estimatedMax).toBe(
    unbounded,
  );
});

test('an expression above the limit still runs, and stops where it passes the limit', () => {
  const range = 'lists.range(300).all(x, lists.range(300).all(y, lists.range(300).all(z, true)))';
  expect(compile(range).estimatedMax).toBeGreaterThan(CEL_COST_MAX);
  expect(answer(range)).toBe('operation cancelled: actual cost limit exceeded');
});

test('the cost limit cannot be absorbed', () => {
  expect(answer('true || lists.range(2000000).size() > 0')).toBe('true');
  expect(answer('lists.range(2000000).size() > 0 || true')).toContain('cost limit exceeded');
});

function doubled(levels: number, first: string, next: (name: string) => string, last: string) {
  const binds = Array.from(
    { length: levels },
    (_, index) => `cel.bind(x${index}, ${index === 0 ? first : next(`x${index - 1}`)}, `,
  );
  return `${binds.join('')}${last}${')'.repeat(levels)}`;
}

const twice = (name: string) => `[${name}, ${name}]`;
const joined = (name: string) => `dyn(${name}) + dyn(${name})`;

test.each([
  ['comparing shared lists', doubled(60, '[1]', twice, 'x59 == x59')],
  ['printing shared lists', doubled(60, '[1]', twice, '"%s".format([x59]) == ""')],
  ['walking shared lists', doubled(60, '[1]', twice, 'x59.includes(1)')],
  ['flattening shared lists', doubled(60, '[1]', twice, 'dyn(x59).flatten(99) == []')],
  ['doubling a text', doubled(60, 'dyn("aaaaaaaa")', joined, 'x59 == ""')],
  ['doubling a list', doubled(60, '[1]', (name) => `${name} + ${name}`, 'x59 == []')],
  ['a huge range', 'lists.range(9223372036854775807) == []'],
  ['all pairs of a list', 'lists.range(10000).distinct() == []'],
  ['new patterns', 'lists.range(100000).all(i, !"x".matches("a" + string(i)))'],
  ['searching an open list', 'cel.bind(l, dyn(lists.range(50000)), l.all(i, !(-1 in l)))'],
  [
    'a long replacement',
    'cel.bind(s, dyn(lists.range(5000).map(x, "aaaa").join("")), s.replace("a", s).replace("a", s) == "")',
  ],
  ['huge exponents', 'lists.range(99999).all(i, quantity("1e9999").compareTo(quantity("1n")) > 0)'],
])('hostile expressions end by the cost limit: %s', (_name, expression) => {
  expect(answer(expression)).toBe('operation cancelled: actual cost limit exceeded');
});

test.each([
  [
    'maps as keys of maps',
    doubled(60, '{1: 1}', (name) => `{${name}: ${name}}`, 'x59 == x59'),
    'unsupported key type',
  ],
  [
    'a set of constants',
    `lists.range(50000).all(i, !(i in [${Array(9000).fill(-1).join()}]))`,
    'true',
  ],
  ['nested groups', `"x".matches("${'('.repeat(900)}a${')'.repeat(900)}")`, 'false'],
  [
    'a repetition that backtracks elsewhere',
    '"xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx".matches("^(x+x+)+y$")',
    'false',
  ],
])('hostile expressions that are cheap are answered: %s', (_name, expression, expected) => {
  expect(answer(expression)).toBe(expected);
});
