// How many steps a search takes, as upstream's own tests pin it (spec dra-allocator.md 5.7): a regression here is
// one of complexity, seen without a clock.

import { expect, test } from 'vitest';
import type { DeviceSubRequest, ResourceClaimSpec, ResourceSlice } from '../../src/api/resource.js';
import {
  buildAllocator,
  buildClaim,
  buildClass,
  buildDevice,
  buildSlice,
  DRIVER,
  findDevices,
} from '../builders.js';

const devices = (count: number, first = 0) =>
  Array.from({ length: count }, (_, index) => buildDevice(`device-${first + index}`));

/** A pool of the node by name, in slices of these sizes. */
function pool(name: string, ...sizes: number[]): ResourceSlice[] {
  return sizes.map((size, index) => {
    const first = sizes.slice(0, index).reduce((sum, other) => sum + other, 0);
    return buildSlice('node', devices(size, first), {
      name: `${name}-${index}`,
      pool: { name, generation: 1, resourceSliceCount: sizes.length },
    });
  });
}

const typed = (name: string, type: string) =>
  buildDevice(name, { attributes: { type: { string: type } } });
const oneXTwoY = () => [typed('device-1', 'X'), typed('device-2', 'Y'), typed('device-3', 'Y')];

const ofType = (type: string) => ({
  selectors: [{ cel: { expression: `device.attributes["${DRIVER}"].type == "${type}"` } }],
});

type Alternative = Partial<DeviceSubRequest>;

/** A claim of prioritized lists. */
function lists(...requests: Alternative[][]): ResourceClaimSpec {
  return {
    devices: {
      requests: requests.map((alternatives, request) => ({
        name: `req-${request}`,
        firstAvailable: alternatives.map((alternative, index) => ({
          name: `sub-${index}`,
          deviceClassName: 'gpu',
          allocationMode: 'ExactCount' as const,
          ...alternative,
        })),
      })),
    },
  };
}

function steps(slices: readonly ResourceSlice[], claim: ResourceClaimSpec): number {
  const classes = [
    buildClass(),
    buildClass('own', `device.driver == "${DRIVER}"`),
    buildClass('other', 'device.driver == "other.test"'),
  ];
  const allocator = { boundsAfterSteps: Infinity };
  const built = buildAllocator(slices, { classes, allocator });
  findDevices(built, [claim]);
  return built.allocator.search.steps;
}

test.each([
  ['one slice', pool('a', 4)],
  ['several slices', pool('a', 2, 2)],
  ['several pools and slices', [...pool('a', 1, 1), ...pool('b', 1, 1)]],
  ['a pool a device', [...pool('a', 1), ...pool('b', 1), ...pool('c', 1), ...pool('d', 1)]],
])('five of four devices in %s are looked for in combinations, not permutations', (_, slices) => {
  expect(steps(slices, buildClaim({ gpu: { count: 5 } }))).toBe(16);
});

test('two requests that backtrack take 12 steps', () => {
  const claim = buildClaim({ any: { count: 2 }, x: ofType('X') });
  expect(steps([buildSlice('node', oneXTwoY())], claim)).toBe(12);
});

test('two prioritized lists that backtrack take 26 steps', () => {
  const claim = lists(
    [{ count: 3, ...ofType('Y') }, { count: 2 }],
    [{ count: 2 }, { count: 1, ...ofType('X') }],
  );
  expect(steps([buildSlice('node', oneXTwoY())], claim)).toBe(26);
});

test('alternatives beyond the limit of devices a claim are given up at once', () => {
  const halves = [{ count: 32 }, { count: 16 }];
  expect(steps(pool('a', 64), lists(halves, halves))).toBe(75);
});

test('so is an alternative of all devices', () => {
  const others = buildSlice('node', devices(2), {
    name: 'others',
    driver: 'other.test',
    pool: { name: 'others', generation: 1, resourceSliceCount: 1 },
  });
  const own = { deviceClassName: 'own' };
  const [list] = lists([
    { ...own, allocationMode: 'All' },
    { ...own, count: 2 },
  ]).devices!.requests!;
  const two = buildClaim({ two: { deviceClassName: 'other', count: 2 } }).devices!.requests!;
  const claim = { devices: { requests: [list!, ...two] } };
  expect(steps([...pool('a', 31), others], claim)).toBe(42);
});
