import { expect, test } from 'vitest';
import { DeviceUse } from '../../src/simulator/deviceuse.js';
import { allocate, buildAllocator, buildClaim, buildDevice, buildSlice } from '../builders.js';

test('a partitioned device is in use by what its partitions take, not from the first one on', () => {
  const slots = (from: number, count: number) =>
    Object.fromEntries(
      Array.from({ length: count }, (_, slot) => [`slot-${from + slot}`, { value: '1' }]),
    );
  const partition = (name: string, cores: string, from: number, count: number) => ({
    ...buildDevice(name),
    consumesCounters: [
      { counterSet: 'gpu', counters: { cores: { value: cores }, ...slots(from, count) } },
    ],
  });
  const pool = { name: 'node', generation: 1, resourceSliceCount: 2 };
  const built = buildAllocator([
    buildSlice('node', undefined, {
      name: 'counters',
      pool,
      sharedCounters: [{ name: 'gpu', counters: { cores: { value: '100' }, ...slots(0, 4) } }],
    }),
    buildSlice(
      'node',
      [
        partition('small', '10', 0, 1),
        partition('large', '50', 2, 2),
        partition('whole', '100', 0, 4),
      ],
      { name: 'devices', pool },
    ),
  ]);
  const use = new DeviceUse(built.cluster.devices);
  expect([...use.sizes]).toEqual([1]);
  for (const [device, share] of [
    [0, 0.25],
    [1, 0.75],
  ] as const) {
    allocate(built, buildClaim({ gpu: {} }));
    use.touch(device);
    expect(use.used[0]).toBeCloseTo(share, 12);
  }
});
