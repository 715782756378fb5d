// Which metrics of whole runs are shown.

import { describe, expect, test } from 'vitest';
import { DrasimError } from '../../src/errors.js';
import { chooseMetrics } from '../../src/sweep/metrics.js';

const metrics = {
  'pods.scheduled': 1,
  'waitSeconds.p50': 1,
  'waitSeconds.max': 1,
  'counters.events': 1,
  'devices.a *b.utilisationPercentMean': 1,
  'devices.a *b.utilisationPercentMax': 1,
};
const rows = [{ scenario: '', strategy: 'A', seed: '1', fingerprint: '', arrival: {}, metrics }];

describe('metrics', () => {
  test('are those asked for first unless named', () => {
    expect(chooseMetrics(rows, undefined)).toEqual([
      'pods.scheduled',
      'waitSeconds.p50',
      'waitSeconds.max',
      'devices.a *b.utilisationPercentMean',
    ]);
  });

  test.each([
    [
      ['counters.events', 'pods.scheduled'],
      ['counters.events', 'pods.scheduled'],
    ],
    [
      ['wait*', 'waitSeconds.max'],
      ['waitSeconds.p50', 'waitSeconds.max'],
    ],
    [['*.*Max'], ['devices.a *b.utilisationPercentMax']],
  ])('%j are taken in the order of their patterns, each once', (asked, chosen) => {
    expect(chooseMetrics(rows, asked)).toEqual(chosen);
  });

  test.each(['waitSeconds.p5', 'pods.*.scheduled', '*events*events'])('%s is refused', (name) => {
    const choose = () => chooseMetrics(rows, [name]);
    expect(choose).toThrow(DrasimError);
    expect(choose).toThrow(expect.objectContaining({ code: 'ERR_COMPARE_METRIC' }));
  });
});
