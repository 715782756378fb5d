import { parquetReadObjects } from 'hyparquet';
import { expect, test } from 'vitest';
import { runsParquet } from '../../src/sweep/parquet.js';
import { arrivedPercents } from '../../src/sweep/runtask.js';

test('every value of every run is a line, and null is none', async () => {
  const percents = arrivedPercents();
  const values = percents.map((percent) => (percent === 20 ? 19.5 : null));
  const row = {
    scenario: 'small',
    strategy: 'FGD',
    seed: '42',
    fingerprint: 'f',
    arrival: { allocationRatio: values },
    metrics: { 'pods.scheduled': 7 },
  };
  const bytes = runsParquet([row, { ...row, seed: '43', arrival: {} }]);
  const file = bytes.buffer.slice(bytes.byteOffset, bytes.byteOffset + bytes.byteLength);
  const whole = { strategy: 'FGD', metric: 'pods.scheduled', arrivedPercent: null, value: 7 };
  expect(await parquetReadObjects({ file: file as ArrayBuffer })).toEqual([
    { strategy: 'FGD', seed: '42', metric: 'allocationRatio', arrivedPercent: 20, value: 19.5 },
    { ...whole, seed: '42' },
    { ...whole, seed: '43' },
  ]);
});
