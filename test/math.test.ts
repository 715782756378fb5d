import { expect, test } from 'vitest';
import { exp, log, pow } from '../src/math.js';

const samples = Array.from({ length: 2000 }, (_, index) => ((index * 7919) % 2000) / 37 - 25);

test('exp and log agree with the engine to a few units in the last place', () => {
  for (const x of samples) {
    expect(Math.abs(exp(x) / Math.exp(x) - 1)).toBeLessThan(4e-16);
    const positive = Math.abs(x) + 1e-9;
    expect(Math.abs(log(positive) - Math.log(positive))).toBeLessThan(
      4e-16 * Math.max(1, Math.abs(Math.log(positive))),
    );
  }
});

test('exp, log and pow have these very bits on every machine', () => {
  expect(exp(1)).toBe(2.7182818284590455);
  expect(exp(-0.5)).toBe(0.6065306597126334);
  expect(exp(-740)).toBe(4.2e-322);
  expect(log(10)).toBe(2.302585092994046);
  expect(log(5e-324)).toBe(-744.4400719213812);
  expect(pow(1.1, 3)).toBe(1.3310000000000004);
  expect(pow(2, 0.5)).toBe(1.414213562373095);
});

test('the edges are those of IEEE arithmetic', () => {
  expect([exp(Infinity), exp(-Infinity), log(0), log(Infinity)]).toEqual([
    Infinity,
    0,
    -Infinity,
    Infinity,
  ]);
  expect(log(-1)).toBeNaN();
  expect(exp(Number.NaN)).toBeNaN();
});
