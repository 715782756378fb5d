// Measures that follow what pods take and give back say at any time what one says that looks at everything anew: over
// random clusters with whole, shared and partitioned devices, pods that wait, end, or are evicted.

import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { Device, ResourceSlice } from '../../src/api/resource.js';
import { Measures } from '../../src/simulator/measures.js';
import { Recorder } from '../../src/simulator/recorder.js';
import { Run } from '../../src/simulator/simulator.js';
import {
  buildClaim,
  buildClass,
  buildDevice,
  buildNode,
  buildPlan,
  buildPod,
  buildPower,
  buildRunInput,
  buildSlice,
} from '../builders.js';

const cluster = fc.record({
  nodes: fc.array(
    fc.record({
      cpu: fc.integer({ min: 2, max: 10 }),
      kind: fc.constantFrom('whole', 'shared', 'parts', 'none'),
      count: fc.integer({ min: 1, max: 3 }),
    }),
    { minLength: 1, maxLength: 5 },
  ),
  templates: fc.array(
    fc.record({
      cpu: fc.integer({ min: 1, max: 4 }),
      count: fc.integer({ min: 0, max: 3 }),
      milli: fc.constantFrom(1000, 500, 300),
      kind: fc.constantFrom('whole', 'shared', 'parts', 'any'),
      priority: fc.integer({ min: 0, max: 2 }),
      arrivals: fc.array(fc.integer({ min: 0, max: 40 }), { minLength: 1, maxLength: 10 }),
      duration: fc.integer({ min: 3, max: 40 }),
    }),
    { minLength: 2, maxLength: 4 },
  ),
  until: fc.integer({ min: 1, max: 80 }),
});

type Case = typeof cluster extends fc.Arbitrary<infer T> ? T : never;

/** A parent of three places: one partition of all, one of the first two, and each alone. */
function partsOf(parent: string): Device[] {
  const part = (name: string, places: number[], memory: string) =>
    buildDevice(`${parent}-${name}`, {
      attributes: { model: { string: 'parts' }, profile: { string: name } },
      consumesCounters: [
        {
          counterSet: parent,
          counters: {
            memory: { value: memory },
            ...Object.fromEntries(places.map((place) => [`place-${place}`, { value: '1' }])),
          },
        },
      ],
    });
  return [
    part('all', [0, 1, 2], '100'),
    part('two', [0, 1], '60'),
    ...[0, 1, 2].map((place) => ({
      ...part('one', [place], '30'),
      name: `${parent}-one-${place}`,
    })),
  ];
}

function slicesOf({ kind, count }: Case['nodes'][0], node: string): ResourceSlice[] {
  const names = Array.from({ length: count }, (_, index) => `d${index}`);
  if (kind === 'none') return [];
  if (kind !== 'parts') {
    const devices = names.map((name) =>
      buildDevice(name, {
        attributes: { model: { string: kind } },
        capacity: { milli: { value: '1000' } },
        ...(kind === 'shared' && { allowMultipleAllocations: true }),
      }),
    );
    return [buildSlice(node, devices)];
  }
  const pool = { name: node, generation: 1, resourceSliceCount: 2 };
  const counters = {
    memory: { value: '100' },
    ...Object.fromEntries([0, 1, 2].map((place) => [`place-${place}`, { value: '1' }])),
  };
  const sharedCounters = names.map((name) => ({ name, counters }));
  return [
    buildSlice(node, undefined, { name: `${node}-counters`, pool, sharedCounters }),
    buildSlice(node, names.flatMap(partsOf), { name: `${node}-devices`, pool }),
  ];
}

function runOf({ nodes, templates, until }: Case): Run {
  const objects = nodes.map(({ cpu }, index) =>
    buildNode(`node-${index}`, {
      status: { allocatable: { cpu: `${cpu}`, memory: '32Gi', pods: '10' } },
    }),
  );
  const plans = templates.map(({ cpu, count, milli, kind, priority, arrivals, duration }, at) => {
    const expression = `device.attributes["gpu.test"].model == "${kind}"`;
    const spec = buildClaim({
      gpu: {
        count,
        capacity: { requests: { milli: `${milli}` } },
        ...(kind !== 'any' && { selectors: [{ cel: { expression } }] }),
      },
    });
    const seconds = [...arrivals].sort((left, right) => left - right);
    return buildPlan(buildPod(`pod-${at}`, `${cpu}`), seconds, duration, {
      priority,
      claims: count === 0 ? [] : [{ entry: 'gpu', spec }],
    });
  });
  const slices = nodes.flatMap((node, index) => slicesOf(node, `node-${index}`));
  const input = buildRunInput(objects, plans, {
    slices,
    classes: new Map([['gpu', buildClass()]]),
  });
  return new Run({ ...input, power: buildPower(input.cluster), untilUs: until * 1e6 });
}

/** Series that tell of pods, and not of how the cluster stands. */
const OF_PODS = new Set(['demandServedFairness', 'onePcieRootPercent', 'oneNumaNodePercent']);

test('measures that follow changes say what one says that looks at everything', () => {
  let seen = 0;
  fc.assert(
    fc.property(cluster, (drawn) => {
      const run = runOf(drawn);
      run.advance();
      const recorder = new Recorder(run.use);
      const measures = new Measures();
      measures.follow(
        Object.create(run, { recorder: { value: recorder }, measures: { value: measures } }),
      );
      const { followed } = run.recorder;
      expect(recorder.followed.names).toEqual(followed.names);
      followed.names.forEach((name, column) => {
        if (OF_PODS.has(name)) return;
        const anew = recorder.followed.value(column);
        if (Number.isNaN(anew)) expect(followed.value(column), name).toBeNaN();
        else expect(followed.value(column), name).toBeCloseTo(anew, 8);
        if (anew > 0) seen++;
      });
    }),
    { numRuns: 300, seed: 20261126 },
  );
  expect(seen).toBeGreaterThan(1000);
});

test('what is demanded and served comes to nothing when all pods have ended', () => {
  fc.assert(
    fc.property(cluster, (drawn) => {
      // Pods that nobody has room for would demand for ever.
      const templates = drawn.templates.map((one) => ({ ...one, cpu: 1, count: 0 }));
      const run = runOf({ ...drawn, templates, until: 10_000 });
      run.advance();
      const { followed } = run.recorder;
      expect(followed.value(followed.names.indexOf('demandServedFairness'))).toBeNaN();
    }),
    { numRuns: 50, seed: 20261126 },
  );
});
