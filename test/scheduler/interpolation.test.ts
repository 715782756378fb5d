import { expect, test } from 'vitest';
import { interpolate } from '../../src/scheduler/interpolation.js';

const points = [
  { utilization: 10, score: 10 },
  { utilization: 40, score: 3 },
];

test.each([
  ['before the first point it is flat', 0, 100],
  ['on a point it is the score of the point', 40, 30],
  ['between points it is cut towards zero', 20, 77],
  ['after the last point it is flat', 90, 30],
])('%s', (_name, utilization, score) => {
  expect(interpolate(points, utilization)).toBe(score);
});
