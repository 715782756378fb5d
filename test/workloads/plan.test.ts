// Arrivals are in the order of time, and rows of one time stay as they came.

import { expect, test } from 'vitest';
import { sortArrivals } from '../../src/workloads/plan.js';

const row = (timeUs: number, template: number, durationUs = Infinity) => ({
  timeUs,
  template,
  durationUs,
});

test('rows are sorted by time, then by where they stood, with their columns', () => {
  const { arrivals, order } = sortArrivals([row(5, 0, 1), row(0, 1), row(5, 2, 3), row(0, 3)]);
  expect([...order]).toEqual([1, 3, 0, 2]);
  expect([...arrivals.timesUs]).toEqual([0, 0, 5, 5]);
  expect([...arrivals.template]).toEqual([1, 3, 0, 2]);
  expect([...arrivals.durationUs]).toEqual([Infinity, Infinity, 1, 3]);
});

test('no rows are no arrivals', () => {
  expect(sortArrivals([]).arrivals.timesUs).toHaveLength(0);
});
