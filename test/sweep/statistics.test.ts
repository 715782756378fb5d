// Student's t, Holm's correction and what is made of a few values, against tables of textbooks.

import { describe, expect, test } from 'vitest';
import {
  advisedCount,
  halfWidth,
  holm,
  pairedP,
  sample,
  studentQuantile,
  twoSidedP,
} from '../../src/sweep/statistics.js';

describe("Student's t", () => {
  test.each([
    [0.95, 1, 12.7062],
    [0.95, 4, 2.7764],
    [0.95, 9, 2.2622],
    [0.99, 9, 3.2498],
    [0.95, 30, 2.0423],
    [0.95, 1000, 1.9623],
  ])('at %f with %i degrees of freedom is %f', (confidence, freedom, wanted) => {
    expect(studentQuantile(confidence, freedom)).toBeCloseTo(wanted, 4);
  });

  test.each([
    [0, 5, 1],
    [1, 1, 0.5],
    [2.2622, 9, 0.05],
    [4.781, 9, 0.001],
  ])('beyond %f with %i degrees lies %f', (t, freedom, wanted) => {
    expect(twoSidedP(t, freedom)).toBeCloseTo(wanted, 5);
  });
});

describe('a sample', () => {
  test('has the mean and the standard deviation of a sample', () => {
    const { mean, sd, n } = sample([2, 4, 4, 4, 5, 5, 7, 9]);
    expect([mean, n]).toEqual([5, 8]);
    expect(sd).toBeCloseTo(2.138, 3);
  });

  test('of one value has no spread, and nothing that follows from it', () => {
    const one = sample([3]);
    expect(one).toEqual({ mean: 3, sd: null, n: 1 });
    expect([pairedP(one), halfWidth(one, 0.95), advisedCount(one, 1, 0.95)]).toEqual([
      null,
      null,
      null,
    ]);
  });

  test('gives an interval and a p-value that agree', () => {
    const differences = sample([1, 2, 3, 4, 5]);
    expect(halfWidth(differences, 0.95)).toBeCloseTo((2.7764 * Math.sqrt(2.5)) / Math.sqrt(5), 3);
    expect(pairedP(differences)).toBeCloseTo(0.0132, 3);
    expect(pairedP(sample([0, 0, 0]))).toBe(1);
    expect(pairedP(sample([2, 2, 2]))).toBe(0);
  });

  test('advises as many values as the interval needs', () => {
    const spread = { mean: 0, sd: 1, n: 5 };
    const advised = advisedCount(spread, 0.5, 0.95)!;
    expect(advised).toBe(18);
    expect(halfWidth({ ...spread, n: advised }, 0.95)!).toBeLessThanOrEqual(0.5);
    expect(halfWidth({ ...spread, n: advised - 1 }, 0.95)!).toBeGreaterThan(0.5);
    expect(advisedCount({ ...spread, sd: 0 }, 0.5, 0.95)).toBe(2);
  });
});

test("Holm's correction multiplies step by step and never falls", () => {
  expect(holm([0.01, 0.04, 0.03])).toEqual([0.03, 0.06, 0.06]);
  expect(holm([0.5, 0.6])).toEqual([1, 1]);
  expect(holm([])).toEqual([]);
});
