// Durations read and written as the API does.

import { expect, test } from 'vitest';
import { formatDurationNs, parseDurationNs } from '../../src/api/duration.js';

test.each([
  ['10m', '10m0s'],
  ['600s', '10m0s'],
  ['1h1ms', '1h0m0.001s'],
  ['1.5s', '1.5s'],
  ['300ms', '300ms'],
  ['0.5us', '500ns'],
  ['1500ns', '1.5µs'],
  ['-90s', '-1m30s'],
  ['0', '0s'],
])('%s is written as %s', (text, canonical) => {
  expect(formatDurationNs(parseDurationNs(text)!)).toBe(canonical);
});

test.each(['', '10', 's', '1d', '1 s', '3000000h', '1.2.3s'])('%o is no duration', (text) => {
  expect(parseDurationNs(text)).toBeUndefined();
});
