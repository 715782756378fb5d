// The optimum beside a run: worked out by hand, and against every placement of small random clusters.

import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { Node } from '../../src/api/core.js';
import { resolveFeatures } from '../../src/api/features.js';
import type { Device, ResourceClaimSpec, ResourceSlice } from '../../src/api/resource.js';
import { Run } from '../../src/simulator/simulator.js';
import { OptimumSolver } from '../../src/sweep/optimum/optimum.js';
import { roundingsFor } from '../../src/sweep/optimum/roundings.js';
import {
  buildClaim,
  buildDevice,
  buildNode,
  buildPlan,
  buildPod,
  buildRunInput,
  buildSlice,
  DRIVER,
} from '../builders.js';

interface Wish {
  claim: ResourceClaimSpec;
  pods?: number;
  cpu?: string;
  seconds?: number;
  spec?: Parameters<typeof buildPod>[2];
}

/** A run of pods that come second by second, in the order given, and stay unless they have seconds. */
function runOf(
  nodes: readonly Node[],
  slices: readonly ResourceSlice[],
  wishes: readonly Wish[],
  features = resolveFeatures(),
) {
  let second = 0;
  const plans = wishes.map(({ claim, pods = 1, cpu, seconds = Infinity, spec }, index) => {
    const arrivals = Array.from({ length: pods }, () => second++);
    return buildPlan(buildPod(`pod${index}`, cpu, spec), arrivals, seconds, {
      claims: [{ entry: 'gpu', spec: claim }],
    });
  });
  const run = new Run(buildRunInput(nodes, plans, { slices, features, untilUs: 100e6 }));
  run.advance();
  return run;
}

const optimumOf = (run: Run, stepsMax = 1000) => new OptimumSolver(stepsMax).measure(run, '');

const sharing = (name: string): Device =>
  buildDevice(name, { allowMultipleAllocations: true, capacity: { memory: { value: '10' } } });
const share = (memory: number) =>
  buildClaim({ gpu: { capacity: { requests: { memory: `${memory}` } } } });
const rooted = (name: string, root: number) =>
  buildDevice(name, { attributes: { root: { int: root } } });

describe('the optimum', () => {
  test('is what the run has, where nothing could be better', async () => {
    const run = runOf(
      [buildNode('a')],
      [buildSlice('a', [buildDevice('x'), buildDevice('y')])],
      [{ claim: buildClaim({ gpu: {} }) }],
    );
    expect(await optimumOf(run)).toEqual({
      inUsePercent: 50,
      foundPercent: 50,
      boundPercent: 50,
      moments: 1,
      provenMoments: 1,
    });
  });

  test('places the large share that small ones kept out', async () => {
    // Small shares fill the first device and reach into the second: 4 + 4, 4. Better: 4 + 4 + nothing, 8.
    const run = runOf(
      [buildNode('a')],
      [buildSlice('a', [sharing('x'), sharing('y')])],
      [{ claim: share(4), pods: 3 }, { claim: share(8) }],
    );
    const optimum = await optimumOf(run);
    expect(optimum).toMatchObject({ inUsePercent: 60, foundPercent: 80, provenMoments: 1 });
  });

  test('keeps devices that must match together', async () => {
    const devices = [rooted('a', 0), rooted('b', 1), rooted('c', 1), rooted('d', 2)];
    const pair = buildClaim({ gpu: { count: 2 } }, [{ matchAttribute: `${DRIVER}/root` }]);
    const run = runOf([buildNode('a')], [buildSlice('a', devices)], [{ claim: pair, pods: 2 }]);
    // Three devices are left over, and no two of them match.
    expect(await optimumOf(run)).toMatchObject({
      inUsePercent: 50,
      foundPercent: 50,
      provenMoments: 1,
    });
  });

  test('leaves the pair to those that need it', async () => {
    const devices = [rooted('a', 1), rooted('b', 1), rooted('c', 2)];
    const pair = buildClaim({ gpu: { count: 2 } }, [{ matchAttribute: `${DRIVER}/root` }]);
    const run = runOf(
      [buildNode('a')],
      [buildSlice('a', devices)],
      [{ claim: buildClaim({ gpu: {} }) }, { claim: pair }],
    );
    const optimum = await optimumOf(run);
    expect(optimum?.inUsePercent).toBeCloseTo(100 / 3);
    expect(optimum).toMatchObject({ foundPercent: 100, provenMoments: 1 });
  });

  test('wants distinct values where a constraint does', async () => {
    const devices = [rooted('a', 1), rooted('b', 1), rooted('c', 1), rooted('d', 2)];
    const apart = buildClaim({ gpu: { count: 2 } }, [{ distinctAttribute: `${DRIVER}/root` }]);
    const run = runOf([buildNode('a')], [buildSlice('a', devices)], [{ claim: apart, pods: 2 }]);
    expect(await optimumOf(run)).toMatchObject({
      inUsePercent: 50,
      foundPercent: 50,
      provenMoments: 1,
    });
  });

  test('counts CPU, and pods that no node may take', async () => {
    const gpus = [buildDevice('w'), buildDevice('x'), buildDevice('y'), buildDevice('z')];
    const one = buildClaim({ gpu: {} });
    const run = runOf(
      [buildNode('a')],
      [buildSlice('a', gpus)],
      [
        { claim: one, cpu: '6' },
        { claim: buildClaim({ gpu: { count: 2 } }), cpu: '3' },
        { claim: one, cpu: '3' },
        { claim: one, cpu: '1', spec: { nodeSelector: { none: 'here' } } },
      ],
    );
    // 6 of 8 CPU for one device, or 3 and 3 for three.
    expect(await optimumOf(run)).toMatchObject({
      inUsePercent: 25,
      foundPercent: 75,
      provenMoments: 1,
    });
  });

  test('takes partitions as far as their parent has counters', async () => {
    const counters = (slices: number) => [
      { counterSet: 'card', counters: { slices: { value: `${slices}` } } },
    ];
    const part = (name: string, slices: number) =>
      buildDevice(name, {
        attributes: { slices: { int: slices } },
        consumesCounters: counters(slices),
      });
    const parts = [part('small0', 2), part('small1', 2), part('half0', 3), part('half1', 3)];
    const wanted = (slices: number) =>
      buildClaim({
        gpu: {
          selectors: [
            { cel: { expression: `device.attributes["${DRIVER}"].slices == ${slices}` } },
          ],
        },
      });
    const run = runOf(
      [buildNode('a')],
      [
        buildSlice('a', parts, { pool: { name: 'a', generation: 1, resourceSliceCount: 2 } }),
        buildSlice('a', undefined, {
          name: 'counters',
          pool: { name: 'a', generation: 1, resourceSliceCount: 2 },
          sharedCounters: [{ name: 'card', counters: { slices: { value: '6' } } }],
        }),
      ],
      [{ claim: wanted(2) }, { claim: wanted(3), pods: 2 }],
    );
    const optimum = await optimumOf(run);
    expect(optimum?.inUsePercent).toBeCloseTo((100 * 5) / 6);
    expect(optimum).toMatchObject({ foundPercent: 100, provenMoments: 1 });
  });

  test('chooses among the alternatives of a prioritized list', async () => {
    const kinds = ['a', 'b'].map((model) =>
      buildDevice(model, { attributes: { model: { string: model } } }),
    );
    const of = (name: string, model: string) => ({
      name,
      deviceClassName: 'gpu',
      selectors: [{ cel: { expression: `device.attributes["${DRIVER}"].model == "${model}"` } }],
    });
    const either: ResourceClaimSpec = {
      devices: {
        requests: [{ name: 'gpu', firstAvailable: [of('first', 'a'), of('second', 'b')] }],
      },
    };
    const onlyA = buildClaim({ gpu: { selectors: of('', 'a').selectors } });
    const run = runOf(
      [buildNode('a')],
      [buildSlice('a', kinds)],
      [{ claim: either }, { claim: onlyA }],
    );
    expect(await optimumOf(run)).toMatchObject({
      inUsePercent: 50,
      foundPercent: 100,
      provenMoments: 1,
    });
  });

  test('is a mean over moments where pods end', async () => {
    // One of two devices is in use for the first half of the run, then none; a look at each ninth.
    const run = runOf(
      [buildNode('a')],
      [buildSlice('a', [buildDevice('x'), buildDevice('y')])],
      [{ claim: buildClaim({ gpu: {} }), seconds: 50 }],
    );
    expect(await optimumOf(run)).toMatchObject({ inUsePercent: 25, boundPercent: 25, moments: 8 });
  });

  test('is only bounded where rules are left out, or no steps are allowed', async () => {
    const slices = [buildSlice('a', [sharing('x'), sharing('y')])];
    const wishes = [{ claim: share(4), pods: 3 }, { claim: share(8) }];
    const bounded = await optimumOf(runOf([buildNode('a')], slices, wishes), 0);
    expect(bounded).toMatchObject({ foundPercent: 60, provenMoments: 0 });
    expect(bounded!.boundPercent).toBeGreaterThanOrEqual(80);
    const spread = {
      topologySpreadConstraints: [
        {
          maxSkew: 9,
          topologyKey: 'kubernetes.io/hostname',
          whenUnsatisfiable: 'DoNotSchedule' as const,
        },
      ],
    };
    const spreading = wishes.map((wish) => ({ ...wish, spec: spread }));
    const relaxed = await optimumOf(runOf([buildNode('a')], slices, spreading));
    expect(relaxed).toMatchObject({ foundPercent: 60, boundPercent: 80, provenMoments: 0 });
  });

  test('leaves out constraints on lists, which no sum can say', async () => {
    const both = (name: string, ints: number[]) =>
      buildDevice(name, { attributes: { root: { ints } } });
    const devices = [both('a', [0, 1]), both('b', [1, 2])];
    const pair = buildClaim({ gpu: { count: 2 } }, [{ matchAttribute: `${DRIVER}/root` }]);
    const run = runOf(
      [buildNode('a')],
      [buildSlice('a', devices)],
      [{ claim: pair }],
      resolveFeatures({ featureGates: { DRAListTypeAttributes: true } }),
    );
    expect(await optimumOf(run)).toMatchObject({ inUsePercent: 100, boundPercent: 100 });
  });

  test('does not depend on devices that no pod asks for', async () => {
    const other = 'other.test';
    const one = buildClaim({
      gpu: { selectors: [{ cel: { expression: `device.driver == "${DRIVER}"` } }] },
    });
    const run = runOf(
      [buildNode('a')],
      [
        buildSlice('a', [buildDevice('x')]),
        buildSlice('a', [buildDevice('nic')], { name: 'nics', driver: other }),
      ],
      [{ claim: one }],
    );
    expect((await optimumOf(run))!.inUsePercent).toBe(100);
  });

  test('is none where prioritized lists combine in too many ways', async () => {
    const list = (name: string) => ({
      name,
      firstAvailable: Array.from({ length: 8 }, (_, index) => ({
        name: `n${index}`,
        deviceClassName: 'gpu',
      })),
    });
    const claim = { devices: { requests: ['a', 'b', 'c', 'd'].map(list) } };
    const devices = ['w', 'x', 'y', 'z'].map((name) => buildDevice(name));
    const run = runOf([buildNode('a')], [buildSlice('a', devices)], [{ claim }]);
    expect(await optimumOf(run)).toBeNull();
  });

  test('is none without devices', async () => {
    const run = new Run(buildRunInput([buildNode('a')], [buildPlan(buildPod('p'), [0], 1)]));
    run.advance();
    expect(await optimumOf(run)).toBeNull();
  });
});

test('a bound sees that shares of six tenths need a device each', async () => {
  const run = runOf(
    [buildNode('a')],
    [buildSlice('a', [sharing('x'), sharing('y')])],
    [{ claim: share(6), pods: 3 }],
  );
  expect(await optimumOf(run, 0)).toMatchObject({
    inUsePercent: 60,
    boundPercent: 60,
    provenMoments: 1,
  });
});

test('whatever fits on one device is rounded to one device at most', () => {
  const amounts = fc.array(fc.integer({ min: 1, max: 30 }), { minLength: 1, maxLength: 8 });
  fc.assert(
    fc.property(amounts, fc.integer({ min: 1, max: 60 }), (sizes, more) => {
      const size = sizes.reduce((sum, amount) => sum + amount, 0) + more - 1;
      for (const round of roundingsFor(sizes, size)) {
        const sum = sizes.reduce((total, amount) => total + round(amount, size), 0);
        expect(sum).toBeLessThanOrEqual(1 + 1e-9);
      }
    }),
  );
});

describe('on small clusters', () => {
  const pod = fc.record({
    share: fc.integer({ min: 1, max: 10 }),
    cpu: fc.integer({ min: 1, max: 5 }),
  });
  const instance = fc.record({
    pods: fc.array(pod, { minLength: 1, maxLength: 6 }),
    devices: fc.array(fc.integer({ min: 1, max: 2 }), { minLength: 1, maxLength: 2 }),
  });
  type Instance = typeof instance extends fc.Arbitrary<infer T> ? T : never;

  /** The most shares of all placements, tried one after the other. */
  function tryAll({ pods, devices }: Instance): number {
    const left = devices.flatMap((count, node) =>
      Array.from({ length: count }, () => ({ node, left: 10 })),
    );
    const cpu = devices.map(() => 8);
    const place = (index: number): number => {
      if (index === pods.length) return 0;
      const { share: amount, cpu: wanted } = pods[index]!;
      let best = place(index + 1);
      for (const device of left) {
        if (device.left < amount || cpu[device.node]! < wanted) continue;
        device.left -= amount;
        cpu[device.node]! -= wanted;
        best = Math.max(best, amount + place(index + 1));
        device.left += amount;
        cpu[device.node]! += wanted;
      }
      return best;
    };
    return place(0);
  }

  test('it is the best of all placements, and the bound is no lower', async () => {
    await fc.assert(
      fc.asyncProperty(instance, async (small) => {
        const nodes = small.devices.map((_, node) => buildNode(`n${node}`));
        const slices = small.devices.map((count, node) =>
          buildSlice(
            `n${node}`,
            Array.from({ length: count }, (_, index) => sharing(`d${index}`)),
          ),
        );
        const wishes = small.pods.map(({ share: amount, cpu }) => ({
          claim: share(amount),
          cpu: `${cpu}`,
        }));
        const run = runOf(nodes, slices, wishes);
        const size = small.devices.reduce((sum, count) => sum + count, 0) * 10;
        const best = (100 * tryAll(small)) / size;
        const exact = (await optimumOf(run))!;
        expect(exact.provenMoments).toBe(1);
        expect(exact.inUsePercent).toBeLessThanOrEqual(exact.foundPercent);
        expect(exact.foundPercent).toBeCloseTo(best, 6);
        const bounded = (await optimumOf(run, 0))!;
        expect(bounded.boundPercent).toBeGreaterThanOrEqual(best - 1e-6);
      }),
      { numRuns: 40 },
    );
  }, 60_000);
});
