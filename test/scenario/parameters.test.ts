// Parameters and settings: which value wins, what may be set, and whom a wrong value is blamed on.

import { describe, expect, test } from 'vitest';
import { parseScenarioDocument } from '../../src/scenario/document.js';
import { applySettings, type Settings, textsOfSettings } from '../../src/scenario/parameters.js';

const TEXT = `seed: $start
until: \${days}d
metadata: {name: "run-\${start}-\${days}"}
workloads: [{name: w, generator: {count: $count, list: $list}}]
parameters:
  defaults: {start: 1, days: 2, count: 3, list: [a, b]}
  sets: {fast: {count: 1}}
`;

function apply(settings: Settings = {}, text = TEXT) {
  const { tree, optionOf } = applySettings(parseScenarioDocument(text, 'test.yaml'), settings);
  return { tree: tree as Record<string, unknown>, optionOf };
}
const generatorOf = (settings: Settings) =>
  (apply(settings).tree['workloads'] as { generator: Record<string, unknown> }[])[0]!.generator;
const refusalOf = (settings: Settings, text = TEXT) => {
  try {
    apply(settings, text);
  } catch (error) {
    const { code, path, hint } = error as { code: string; path: string; hint?: string };
    return { code, path, hint };
  }
  return undefined;
};

describe('parameters', () => {
  test('stand as whole values of any type, and inside texts in braces', () => {
    expect(apply().tree).toMatchObject({
      seed: 1,
      until: '2d',
      metadata: { name: 'run-1-2' },
      workloads: [{ generator: { count: 3, list: ['a', 'b'] } }],
    });
  });

  test.each<[string, Settings, unknown]>([
    ['defaults', {}, 3],
    ['a set over defaults', { parameters: 'fast' }, 1],
    ['--set over a set', { parameters: 'fast', set: ['count=7'] }, 7],
    ['the last --set', { set: ['count=7', 'count=8'] }, 8],
  ])('%s', (_name, settings, count) => {
    expect(generatorOf(settings)['count']).toBe(count);
  });

  test('a dollar that names nothing stays, in texts', () => {
    expect(apply({}, 'metadata: {name: "5$ and $5"}').tree).toEqual({
      metadata: { name: '5$ and $5' },
    });
  });

  test('an unknown one is told with its place and near names', () => {
    expect(() => apply({}, TEXT.replace('count: $count', 'count: $coumt'))).toThrow(
      expect.objectContaining({
        code: 'ERR_PARAMETER_UNKNOWN',
        path: 'workloads[0].generator.count',
        hint: 'did you mean count?',
      }),
    );
  });

  test('an unknown set names near ones', () => {
    expect(refusalOf({ parameters: 'fats' })).toMatchObject({ code: 'ERR_PARAMETER_SET' });
    expect(refusalOf({ parameters: 'fas' })?.hint).toBe('did you mean fast?');
  });
});

describe('fields', () => {
  test.each<[string, string, unknown]>([
    [
      'a field in a list',
      'workloads[0].generator.count=9',
      { workloads: [{ generator: { count: 9 } }] },
    ],
    ['a value with equals signs', 'metadata.name=a=b', { metadata: { name: 'a=b' } }],
    ['YAML in flow style', 'cluster={nodePools: []}', { cluster: { nodePools: [] } }],
    [
      'a section that is not there',
      'scheduler.backoff.max=5s',
      { scheduler: { backoff: { max: '5s' } } },
    ],
    ['a key with dots', 'expect[pods.created].min=2', { expect: { 'pods.created': { min: 2 } } }],
  ])('%s', (_name, setting, tree) => {
    expect(apply({ set: [setting] }).tree).toMatchObject(tree as object);
  });

  test('--seed and --until set the field, whatever parameters are called', () => {
    const text = 'until: 1d\nseed: 1\nparameters: {defaults: {until: 5d}}\n';
    expect(apply({ until: '2d', seed: '08' }, text).tree).toMatchObject({
      until: '2d',
      seed: '08',
    });
  });

  test('what an alias repeats is set in one place only', () => {
    const text = 'workloads: [&w {name: a, start: 1s}, *w]\n';
    const { tree } = apply({ set: ['workloads[1].name=b'] }, text);
    expect(tree).toMatchObject({ workloads: [{ name: 'a' }, { name: 'b' }] });
  });

  test.each([
    ['no equals sign', 'count', 'ERR_SET_SYNTAX'],
    ['no name', '=1', 'ERR_SET_SYNTAX'],
    ['no YAML', 'count=[1', 'ERR_SET_SYNTAX'],
    ['an item beyond the end', 'workloads[1].name=x', 'ERR_SET_PATH'],
    ['a field of a number', 'seed.x=1', 'ERR_SET_PATH'],
    ['a section that scenarios do not have', 'clutser.x=1', 'ERR_SET_PATH'],
    ['what every object has', '__proto__.x=1', 'ERR_SET_PATH'],
    ['what every object has, further in', 'metadata.__proto__.x=1', 'ERR_SET_PATH'],
    ['a function that every object has', 'constructor=1', 'ERR_SET_PATH'],
  ])('%s', (_name, setting, code) => {
    expect(refusalOf({ set: [setting] })?.code).toBe(code);
    expect(Object.hasOwn(Object.prototype, 'x')).toBe(false);
  });

  test('a slip in the name of a parameter gives near names', () => {
    expect(refusalOf({ set: ['cuont=1', 'x=1'] })).toMatchObject({ path: '--set cuont=1' });
    expect(refusalOf({ set: ['coun=1'] })?.hint).toContain('count');
  });
});

describe('blame', () => {
  test.each<[string, Settings, string, string | null]>([
    [
      'a parameter, where it stands',
      { set: ['count=x'] },
      'workloads[0].generator.count',
      '--set count=x',
    ],
    [
      'inside the value of a parameter',
      { set: ['list=[x]'] },
      'workloads[0].generator.list[0]',
      '--set list=[x]',
    ],
    ['a field', { set: ['metadata.name=1'] }, 'metadata.name', '--set metadata.name=1'],
    ['what a path had to make', { set: ['cluster.x.y=1'] }, 'cluster', '--set cluster.x.y=1'],
    ['--until', { until: 'x' }, 'until', '--until x'],
    ['--seed', { seed: 'x' }, 'seed', '--seed x'],
    ['a neighbour', { set: ['metadata.name=1'] }, 'metadata', null],
    ['a longer name', { set: ['seed=1'] }, 'seeds', null],
    ['the file', {}, 'seed', null],
  ])('%s', (_name, settings, path, option) => {
    expect(apply(settings).optionOf(path)).toBe(option);
  });
});

test('texts of settings are those in values, also in lists and mappings', () => {
  const texts = textsOfSettings({
    set: ['a=x.csv', 'b=[y.csv, {c: z.csv}]', 'd=5'],
    strategy: 'a.js+b.js',
  });
  expect([...texts]).toEqual(['a.js', 'b.js', 'x.csv', 'y.csv', 'z.csv']);
});

describe('--strategy', () => {
  test.each<[string, object]>([
    ['LeastAllocated+BestFit', { node: 'LeastAllocated', device: 'BestFit' }],
    ['WorstFit', { device: 'WorstFit' }],
    ['+BestFit', { device: 'BestFit' }],
    ['LeastAllocated', { node: 'LeastAllocated' }],
    ['BestFit', { node: 'BestFit' }],
    ['FGD+WorstFit', { node: 'FGD', device: 'WorstFit' }],
  ])('%s', (strategy, wanted) => {
    expect(apply({ strategy }).tree['strategy']).toEqual(wanted);
  });

  test('an unknown name gives near ones', () => {
    expect(refusalOf({ strategy: 'BestFot' })).toMatchObject({
      code: 'ERR_STRATEGY_UNKNOWN',
      path: '--strategy BestFot',
      hint: 'did you mean BestFit?',
    });
    expect(refusalOf({ strategy: 'FGD+BestFot' })).toMatchObject({ hint: 'did you mean BestFit?' });
    expect(refusalOf({ strategy: 'FGT+BestFit' })).toMatchObject({ hint: 'did you mean FGD?' });
    for (const strategy of ['a+b+c', 'FGD+', '', '+']) {
      expect(refusalOf({ strategy })?.code, strategy).toBe('ERR_SET_SYNTAX');
    }
  });
});
