// Strategies and shortcuts: runs of random clusters with shared devices have one fingerprint whichever shortcuts are
// off, under every pair of strategies, in releases that search in different ways.

import fc from 'fast-check';
import { expect, test } from 'vitest';
import { resolveFeatures } from '../../src/api/features.js';
import { DEVICE_STRATEGIES, DEVICE_STRATEGY_NAMES } from '../../src/dra/registry.js';
import type { DeviceStrategyEntry } from '../../src/dra/strategy.js';
import { RandomStream } from '../../src/random.js';
import { NODE_STRATEGIES, NODE_STRATEGY_NAMES } from '../../src/scheduler/registry.js';
import type { Shortcuts } from '../../src/scheduler/scheduleroptions.js';
import type { NodeStrategyEntry } from '../../src/scheduler/strategy.js';
import { summarize } from '../../src/simulator/result.js';
import { Run } from '../../src/simulator/simulator.js';
import {
  buildClaim,
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
      cpu: fc.integer({ min: 2, max: 12 }),
      models: fc.array(fc.constantFrom('a', 'b'), { maxLength: 4 }),
      shared: fc.constantFrom(true, true, true, false),
      tainted: fc.boolean(),
    }),
    { minLength: 2, maxLength: 8 },
  ),
  templates: fc.array(
    fc.record({
      cpu: fc.integer({ min: 1, max: 3 }),
      count: fc.integer({ min: 0, max: 3 }),
      milli: fc.constantFrom(1000, 500, 300, 810),
      model: fc.constantFrom('any', 'a', 'b'),
      tolerates: fc.boolean(),
      arrivals: fc.array(fc.integer({ min: 0, max: 40 }), { minLength: 2, maxLength: 12 }),
      duration: fc.integer({ min: 5, max: 60 }),
    }),
    { minLength: 1, maxLength: 4 },
  ),
  version: fc.constantFrom('1.34', '1.36', '1.37', '1.37'),
  tieBreak: fc.constantFrom('first-by-name', 'drawn-order', 'random'),
  /** Devices are partitions with shared counters instead. */
  partitioned: fc.constantFrom(false, false, true),
  node: fc.constantFrom(undefined, ...NODE_STRATEGY_NAMES),
  device: fc.constantFrom(...DEVICE_STRATEGY_NAMES),
});

type Case = typeof cluster extends fc.Arbitrary<infer T> ? T : never;

const sizeOf = (milli: number) => (milli === 1000 ? 4 : milli === 500 ? 2 : 1);

/** A parent of four slices, whole and in halves and quarters, and its counters. */
function partitionsOf(model: string, parent: string, more: object) {
  const slices = (from: number, size: number) =>
    Object.fromEntries(
      Array.from({ length: size }, (_, index) => [`s${from + index}`, { value: '1' }]),
    );
  const parts = [4, 2, 1].flatMap((size) =>
    Array.from({ length: 4 / size }, (_, index) =>
      buildDevice(`${parent}-${size}-${index}`, {
        attributes: { model: { string: model }, size: { int: size } },
        consumesCounters: [{ counterSet: parent, counters: slices(index * size, size) }],
        ...more,
      }),
    ),
  );
  return { set: { name: parent, counters: slices(0, 4) }, parts };
}

function planOf(
  { cpu, count, milli, model, tolerates, ...rest }: Case['templates'][0],
  at: number,
  partitioned: boolean,
) {
  const expressions: string[] = [];
  if (model !== 'any') expressions.push(`device.attributes["gpu.test"].model == "${model}"`);
  if (partitioned) expressions.push(`device.attributes["gpu.test"].size == ${sizeOf(milli)}`);
  const claim = buildClaim({
    gpu: {
      count,
      ...(!partitioned && { capacity: { requests: { milli: `${milli}` } } }),
      selectors: expressions.map((expression) => ({ cel: { expression } })),
      ...(tolerates && { tolerations: [{ operator: 'Exists' }] }),
    },
  });
  const seconds = [...rest.arrivals].sort((left, right) => left - right);
  return buildPlan(buildPod(`pod-${at}`, `${cpu}`), seconds, rest.duration, {
    claims: count === 0 ? [] : [{ entry: 'gpu', spec: claim }],
  });
}

const needsOf = (name: Case['node']) => {
  const entry: NodeStrategyEntry = NODE_STRATEGIES[name ?? 'Random'];
  return entry.needs;
};

const needsOfDevice = (name: Case['device']) => {
  const entry: DeviceStrategyEntry = DEVICE_STRATEGIES[name];
  return entry.needs;
};

/** Two devices a root. */
const rootOf = (gpu: number) => ({
  'resource.kubernetes.io/pcieRoot': { string: `pci0000:${Math.trunc(gpu / 2)}0` },
});

function fingerprint(drawn: Case, shortcuts: Partial<Shortcuts>): string {
  const { nodes, templates, tieBreak, node: name, device, partitioned } = drawn;
  const version = partitioned ? '1.37' : drawn.version;
  const objects = nodes.map(({ cpu }, index) =>
    buildNode(`node-${index}`, {
      status: { allocatable: { cpu: `${cpu}`, memory: '32Gi', pods: '10' } },
    }),
  );
  const taint = { taints: [{ key: 'x', effect: 'NoSchedule' as const }] };
  const partitions = nodes.flatMap(({ models, tainted }, index) => {
    const parents = models.map((model, gpu) =>
      partitionsOf(model, `gpu-${gpu}`, tainted && gpu === 1 ? taint : {}),
    );
    const pool = { name: `node-${index}`, generation: 1, resourceSliceCount: 2 };
    const sharedCounters = parents.map(({ set }) => set);
    const node = `node-${index}`;
    return [
      buildSlice(node, undefined, { name: `${node}-counters`, pool, sharedCounters }),
      buildSlice(
        node,
        parents.flatMap(({ parts }) => parts),
        { name: `${node}-devices`, pool },
      ),
    ];
  });
  const shares = nodes.map(({ models, shared, tainted }, index) =>
    buildSlice(
      `node-${index}`,
      models.map((model, gpu) =>
        buildDevice(`gpu-${gpu}`, {
          attributes: { model: { string: model }, ...rootOf(gpu) },
          capacity: { milli: { value: '1000' } },
          ...(shared && { allowMultipleAllocations: true }),
          ...(tainted && gpu === 1 && taint),
        }),
      ),
    ),
  );
  const gates = ['DynamicResourceAllocation', 'DRAConsumableCapacity', 'DRADeviceTaints'];
  const features = resolveFeatures({
    version,
    featureGates: Object.fromEntries(gates.map((gate) => [gate, true])),
  });
  const plans = templates.map((template, at) => planOf(template, at, partitioned));
  const input = buildRunInput(objects, plans, {
    slices: partitioned ? partitions : shares,
    features,
    deviceStrategy: DEVICE_STRATEGIES[device],
  });
  const strategy = name && {
    ...{ name, entry: NODE_STRATEGIES[name], draws: new RandomStream('draws') },
    power: buildPower(input.cluster),
  };
  const run = new Run({
    ...input,
    scheduler: {
      tieBreak,
      percentageOfNodesToScore: 0,
      backoff: { initialUs: 1e6, maxUs: 10e6 },
      shortcuts,
      ...(strategy && { strategy }),
    },
  });
  const { hasShares, hasPartitions } = run.allocator.view;
  const needs = [needsOf(name), needsOfDevice(device)];
  if (!hasShares && needs.includes('shares')) return 'no shares';
  if (!hasShares && !hasPartitions && needs.includes('parts')) return 'no parts';
  run.advance();
  return summarize(run, 'property', '', '').fingerprint;
}

test('every pair of strategies decides alike whichever shortcuts are off', () => {
  fc.assert(
    fc.property(cluster, (drawn) => {
      const reference = fingerprint(drawn, {
        changedNodes: false,
        deviceAnswers: false,
        equalNodes: false,
      });
      expect(fingerprint(drawn, {})).toBe(reference);
      expect(fingerprint(drawn, { shapeTables: false })).toBe(reference);
      expect(fingerprint(drawn, { deviceAnswers: false })).toBe(reference);
      expect(fingerprint(drawn, { equalNodes: false })).toBe(reference);
    }),
    { numRuns: 300, seed: 20261126 },
  );
});
