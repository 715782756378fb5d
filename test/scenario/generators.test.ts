// Arrivals and durations: their distributions, that a seed repeats them, and that one model's draws leave
// those of the others alone.

import { describe, expect, test } from 'vitest';
import { RandomStreams } from '../../src/random.js';
import { DURATION_PATTERN, parseDuration } from '../../src/scenario/duration.js';
import { drawDuration, generateArrivals, isBounded } from '../../src/scenario/generators.js';
import type { ArrivalProcess, DurationModel, Generator } from '../../src/scenario/schema.js';

const shapeOf = (name: string, more: Partial<Generator['shapes'][number]> = {}) => ({
  name,
  weight: 1,
  pod: {},
  ...more,
});
const generatorOf = (arrivals: ArrivalProcess, more: Partial<Generator> = {}): Generator => ({
  arrivals,
  shapes: [shapeOf('s')],
  ...more,
});
const generate = (generator: Generator, seed = 'a', untilUs = Infinity, fallback?: DurationModel) =>
  generateArrivals('w', generator, fallback, new RandomStreams(seed), untilUs);
const draws = (model: DurationModel, count = 20_000) => {
  const stream = new RandomStreams('a').stream('d');
  return Float64Array.from({ length: count }, () => drawDuration(model, stream)).sort();
};
const poisson: ArrivalProcess = { process: 'poisson', perHour: 360 };

describe('durations as text', () => {
  test.each([
    ['250ms', 250_000],
    ['90s', 90_000_000],
    ['1h30m', 5_400_000_000],
    ['0.5us', 1],
    ['2w', 1_209_600_000_000],
    ['0s', 0],
  ])('%s', (text, microseconds) => {
    expect([DURATION_PATTERN.test(text), parseDuration(text)]).toEqual([true, microseconds]);
  });

  test.each(['', '5', '5 days', '-1s', '1h 30m', '1e3s', 's'])('"%s" is none', (text) => {
    expect(DURATION_PATTERN.test(text)).toBe(false);
  });
});

describe('arrivals', () => {
  test('at a constant distance begin at the start and end with the count', () => {
    const { timesUs } = generate(
      generatorOf({ process: 'constant', every: '2s' }, { start: '1s', count: 3 }),
    );
    expect([...timesUs]).toEqual([1e6, 3e6, 5e6]);
  });

  test('none lies after the end', () => {
    const { timesUs } = generate(generatorOf({ process: 'constant', every: '2s' }), 'a', 5e6);
    expect([...timesUs]).toEqual([0, 2e6, 4e6]);
  });

  test('at given times are sorted, counted from the start, and cut', () => {
    const times = { process: 'trace' as const, times: ['9s', '1s', '5s'] };
    expect([...generate(generatorOf(times, { start: '1s' }), 'a', 6e6).timesUs]).toEqual([
      2e6, 6e6,
    ]);
    expect([...generate(generatorOf(times, { count: 1 })).timesUs]).toEqual([1e6]);
  });

  test('of a Poisson process come at the rate, with gaps as long as their deviation', () => {
    const { timesUs } = generate(generatorOf(poisson, { count: 20_000 }));
    const gaps = timesUs.map((timeUs, index) => (timeUs - (timesUs[index - 1] ?? 0)) / 1e6);
    const mean = gaps.reduce((sum, gap) => sum + gap, 0) / gaps.length;
    const deviation = Math.sqrt(
      gaps.reduce((sum, gap) => sum + (gap - mean) ** 2, 0) / gaps.length,
    );
    expect(mean).toBeGreaterThan(9.7);
    expect(mean).toBeLessThan(10.3);
    expect(deviation / mean).toBeGreaterThan(0.95);
    expect(deviation / mean).toBeLessThan(1.05);
  });

  test('shapes are drawn by weight', () => {
    const shapes = [shapeOf('rare'), shapeOf('common', { weight: 3 })];
    const { template } = generate(generatorOf(poisson, { count: 20_000, shapes }));
    const share = template.filter((shape) => shape === 1).length / template.length;
    expect(share).toBeGreaterThan(0.73);
    expect(share).toBeLessThan(0.77);
  });

  test.each<[string, Generator, boolean]>([
    ['a count', generatorOf(poisson, { count: 1 }), true],
    ['given times', generatorOf({ process: 'trace', times: ['1s'] }), true],
    ['neither', generatorOf(poisson), false],
  ])('with %s end by themselves: %#', (_name, generator, bounded) => {
    expect(isBounded(generator)).toBe(bounded);
  });

  test.each<[string, Generator, number]>([
    ['too many', generatorOf({ process: 'constant', every: '0s' }), 1e6],
    ['too late', generatorOf({ process: 'constant', every: '5200w' }, { count: 9 }), Infinity],
    ['without end', generatorOf({ process: 'poisson', perHour: 1e-300 }, { count: 9 }), Infinity],
  ])('that are %s are refused', (_name, generator, untilUs) => {
    expect(() => generate(generator, 'a', untilUs)).toThrow(
      expect.objectContaining({ code: 'ERR_SCENARIO_SIZE', path: 'generator' }),
    );
  });
});

describe('drawn durations', () => {
  test.each<[string, DurationModel, number]>([
    ['forever', 'forever', Infinity],
    ['a text', '90s', 90e6],
    ['a constant', { constant: '2m' }, 120e6],
  ])('%s is always the same', (_name, model, microseconds) => {
    expect([...new Set(draws(model, 10))]).toEqual([microseconds]);
  });

  test('lognormal ones have the median and the deviation of the logarithm', () => {
    const sorted = draws({ lognormal: { median: '10m', sigma: 0.5 } });
    const at = (share: number) => sorted[Math.floor(share * sorted.length)]! / 600e6;
    expect(at(0.5)).toBeGreaterThan(0.97);
    expect(at(0.5)).toBeLessThan(1.03);
    // One deviation above the median: e to the 0.5.
    expect(at(0.8413)).toBeGreaterThan(1.58);
    expect(at(0.8413)).toBeLessThan(1.72);
  });

  test('exponential ones have the mean', () => {
    const sorted = draws({ exponential: { mean: '10m' } });
    const mean = sorted.reduce((sum, value) => sum + value, 0) / sorted.length / 600e6;
    expect(mean).toBeGreaterThan(0.97);
    expect(mean).toBeLessThan(1.03);
  });

  test.each<[string, DurationModel]>([
    ['lognormal', { lognormal: { median: '10m', sigma: 2, max: '20m' } }],
    ['exponential', { exponential: { mean: '10m', max: '20m' } }],
  ])('%s ones are cut to their largest', (_name, model) => {
    expect(draws(model).at(-1)).toBe(1200e6);
  });

  test('an absurd deviation gives a hundred years at most', () => {
    expect(draws({ lognormal: { median: '1h', sigma: 1000 } }).at(-1)).toBe(3_155_760_000e6);
  });

  test('empirical ones are drawn with equal weight', () => {
    const drawn = draws({ empirical: ['1s', '2s', '2s', '4s'] });
    const share = drawn.filter((value) => value === 2e6).length / drawn.length;
    expect([...new Set(drawn)]).toEqual([1e6, 2e6, 4e6]);
    expect(share).toBeGreaterThan(0.48);
    expect(share).toBeLessThan(0.52);
  });
});

describe('chance', () => {
  const shapes = [
    shapeOf('one', { duration: { exponential: { mean: '1h' } } }),
    shapeOf('two', { duration: { exponential: { mean: '1h' } } }),
  ];
  const base = generatorOf(poisson, { count: 200, shapes });

  test('one seed gives the same arrivals, another gives others', () => {
    expect(generate(base)).toEqual(generate(base));
    expect(generate(base, 'b').timesUs).not.toEqual(generate(base).timesUs);
  });

  test('other durations leave times and shapes alone', () => {
    const changed = { ...base, shapes: shapes.map((shape) => ({ ...shape, duration: '1h' })) };
    const before = generate(base);
    const after = generate(changed);
    expect([after.timesUs, after.template]).toEqual([before.timesUs, before.template]);
    expect(after.durationUs).not.toEqual(before.durationUs);
  });

  test('another arrival process leaves shapes and durations alone', () => {
    const before = generate(base);
    const after = generate({ ...base, arrivals: { process: 'constant', every: '1s' } });
    expect([after.template, after.durationUs]).toEqual([before.template, before.durationUs]);
    expect(after.timesUs).not.toEqual(before.timesUs);
  });

  test('other weights leave times alone', () => {
    const weights = shapes.map((shape, index) => ({ ...shape, weight: index + 1 }));
    const after = generate({ ...base, shapes: weights });
    expect(after.timesUs).toEqual(generate(base).timesUs);
    expect(after.template).not.toEqual(generate(base).template);
  });

  test('the duration of a workload is for shapes without one of their own', () => {
    const mixed = [shapeOf('own', { duration: '1s' }), shapeOf('none')];
    const { template, durationUs } = generate(
      generatorOf(poisson, { count: 50, shapes: mixed }),
      'a',
      Infinity,
      '2s',
    );
    expect([...durationUs]).toEqual([...template].map((shape) => (shape + 1) * 1e6));
  });
});
