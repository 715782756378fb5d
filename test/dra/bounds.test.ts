import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  buildAllocator,
  buildClaim,
  buildDevice,
  buildSlice,
  DRIVER,
  findDevices,
} from '../builders.js';

const NUMA = `${DRIVER}/numa`;

/** Devices that lie on NUMA nodes in turns. */
const spread = (count: number, numaNodes: number) =>
  Array.from({ length: count }, (_, index) =>
    buildDevice(`gpu-${index}`, { attributes: { numa: { int: index % numaNodes } } }),
  );

const match = (...requests: string[]) => [
  { matchAttribute: NUMA, ...(requests.length > 0 && { requests }) },
];

/** The answer with bounds from the first step on, and how many steps it took with them and without. */
function both(devices: ReturnType<typeof buildDevice>[], claim: ReturnType<typeof buildClaim>) {
  const slices = [buildSlice('node', devices)];
  const bounded = buildAllocator(slices, { allocator: { boundsAfterSteps: 1 } });
  const plain = buildAllocator(slices, { allocator: { boundsAfterSteps: Infinity } });
  const answers = [findDevices(bounded, [claim]), findDevices(plain, [claim])];
  return { answers, steps: bounded.allocator.search.steps, plain: plain.allocator.search.steps };
}

describe('a search that cannot end well is not begun', () => {
  test('because two requests have no value in common', () => {
    const claim = buildClaim({ a: { count: 3 }, b: { count: 2 } }, match());
    const { answers, steps, plain } = both(spread(16, 4), claim);
    expect(answers).toEqual([null, null]);
    expect(steps).toBe(2);
    expect(plain).toBeGreaterThan(50);
  });

  test('because the requests together want more than there is', () => {
    const claim = buildClaim({ a: { count: 4 }, b: { count: 4 }, c: { count: 1 } });
    const { answers, steps, plain } = both(spread(8, 1), claim);
    expect(answers).toEqual([null, null]);
    expect(steps).toBe(2);
    expect(plain).toBeGreaterThan(100);
  });

  test('and a node of which every device is held is not searched at all', () => {
    const built = buildAllocator([buildSlice('node', spread(1, 1))]);
    const claim = buildClaim({ a: {} });
    findDevices(built, [claim]);
    const shape = built.allocator.shapes.intern(claim);
    built.allocator.commit([built.allocator.claims.create(shape)], 0);
    const { steps } = built.allocator.search;
    expect(findDevices(built, [claim])).toBeNull();
    expect(built.allocator.search.steps).toBe(steps);
  });
});

test('bounds never change an answer', () => {
  const device = fc.record({ numa: fc.integer({ min: 0, max: 2 }), taken: fc.boolean() });
  const request = fc.integer({ min: 1, max: 3 });
  fc.assert(
    fc.property(
      fc.array(device, { minLength: 1, maxLength: 8 }),
      fc.array(request, { minLength: 1, maxLength: 3 }),
      fc.constantFrom('all', 'some', 'distinct', 'none'),
      (drawn, counts, constrained) => {
        const devices = drawn.map(({ numa, taken }, index) =>
          buildDevice(`gpu-${index}`, {
            // A missing attribute is no value at all.
            attributes: taken ? {} : { numa: { int: numa } },
          }),
        );
        const requests = Object.fromEntries(counts.map((count, index) => [`r${index}`, { count }]));
        const constraints = {
          all: match(),
          some: match('r0'),
          distinct: [{ distinctAttribute: NUMA }],
          none: [],
        }[constrained];
        const { answers } = both(devices, buildClaim(requests, constraints));
        expect(answers[0]).toEqual(answers[1]);
      },
    ),
    { numRuns: 500, seed: 20261125 },
  );
});

test('a search ends at its limit of steps, as an error of the attempt from 1.37 on', () => {
  const slices = [buildSlice('node', spread(24, 1))];
  const claim = buildClaim({ a: { count: 12 }, b: { count: 12 }, c: { count: 1 } });
  const options = { boundsAfterSteps: Infinity, stepsMax: 500 };
  const newest = buildAllocator(slices, { allocator: options });
  expect(findDevices(newest, [claim])).toEqual({
    error: 'node node: timed out trying to allocate devices',
  });
  expect(newest.allocator.search.steps).toBe(501);
  expect(newest.allocator.search.errorIsNodeLocal).toBe(false);
  const older = buildAllocator(slices, { allocator: options, version: '1.36' });
  expect(findDevices(older, [claim])).toEqual({ error: 'timed out trying to allocate devices' });
  expect(older.allocator.search.errorIsNodeLocal).toBe(true);
});
