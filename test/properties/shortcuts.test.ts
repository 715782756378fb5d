// Shortcuts of the scheduler change no decision: runs of random clusters and pods have one fingerprint with
// all, none, and each of them, in every release; and no pod waits in the end that would fit.

import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { Pod } from '../../src/api/core.js';
import { KUBERNETES_VERSIONS, resolveFeatures } from '../../src/api/features.js';
import type { Shortcuts } from '../../src/scheduler/scheduleroptions.js';
import { summarize } from '../../src/simulator/result.js';
import { Run } from '../../src/simulator/simulator.js';
import type { WorkloadPlan } from '../../src/workloads/plan.js';
import {
  buildClaim,
  buildDevice,
  buildNode,
  buildPlan,
  buildPod,
  buildRunInput,
  buildSlice,
} from '../builders.js';

const template = fc.record({
  cpu: fc.integer({ min: 1, max: 4 }),
  gpus: fc.integer({ min: 0, max: 3 }),
  model: fc.constantFrom('any', 'a', 'b'),
  arrivals: fc.array(fc.integer({ min: 0, max: 60 }), { minLength: 1, maxLength: 12 }),
  duration: fc.integer({ min: 1, max: 40 }),
  matched: fc.boolean(),
  pinned: fc.boolean(),
  priority: fc.constantFrom(0, 0, 5, 10),
});

const cluster = fc.record({
  nodes: fc.array(
    fc.record({
      cpu: fc.integer({ min: 2, max: 8 }),
      models: fc.array(fc.constantFrom('a', 'b'), { maxLength: 4 }),
      tainted: fc.boolean(),
    }),
    { minLength: 1, maxLength: 12 },
  ),
  templates: fc.array(template, { minLength: 1, maxLength: 5 }),
  version: fc.constantFrom(...KUBERNETES_VERSIONS),
  attemptUs: fc.constantFrom(1000, 700_000),
  tieBreak: fc.constantFrom('first-by-name', 'drawn-order', 'random', 'first-in-window'),
});

type Case = typeof cluster extends fc.Arbitrary<infer T> ? T : never;

function planOf(wanted: Case['templates'][number], index: number): WorkloadPlan {
  const { priority } = wanted;
  const spec: Partial<Pod['spec']> = {
    priority,
    ...(wanted.pinned && { nodeSelector: { zone: 'odd' } }),
  };
  const pod = buildPod(`pod-${index}`, `${wanted.cpu}`, spec);
  const expression = `device.attributes["gpu.test"].model == "${wanted.model}"`;
  const selectors = wanted.model === 'any' ? [] : [{ cel: { expression } }];
  const claim = buildClaim(
    { gpu: { count: wanted.gpus, selectors } },
    wanted.matched ? [{ matchAttribute: 'gpu.test/model' }] : [],
  );
  const seconds = [...wanted.arrivals].sort((left, right) => left - right);
  return buildPlan(pod, seconds, wanted.duration, {
    priority,
    claims: wanted.gpus === 0 ? [] : [{ entry: 'gpu', spec: claim }],
  });
}

function fingerprint(drawn: Case, shortcuts: Partial<Shortcuts>): string {
  const { nodes, templates, tieBreak, version, attemptUs } = drawn;
  const objects = nodes.map(({ cpu, tainted }, index) =>
    buildNode(`node-${index}`, {
      metadata: { name: `node-${index}`, labels: { zone: index % 2 === 0 ? 'even' : 'odd' } },
      status: { allocatable: { cpu: `${cpu}`, memory: '32Gi', pods: '10' } },
      ...(tainted && { spec: { taints: [{ key: 'x', effect: 'PreferNoSchedule' }] } }),
    }),
  );
  const slices = nodes.map(({ models }, index) =>
    buildSlice(
      `node-${index}`,
      models.map((model, device) =>
        buildDevice(`gpu-${device}`, { attributes: { model: { string: model } } }),
      ),
    ),
  );
  const input = buildRunInput(objects, templates.map(planOf), {
    slices,
    features: resolveFeatures({ version, featureGates: { DynamicResourceAllocation: true } }),
    scheduler: {
      tieBreak,
      percentageOfNodesToScore: 0,
      backoff: { initialUs: 1e6, maxUs: 10e6 },
      shortcuts,
    },
    latencies: { attemptUs, bindUs: 5000, podStartUs: 1e6, podStopUs: 1e6, apiCallUs: 0 },
  });
  const run = new Run(input);
  run.advance();
  expect(run.scheduler.isStuck).toBe(true);
  return summarize(run, 'property', '', '').fingerprint;
}

test('runs have one fingerprint whichever shortcuts are off', () => {
  fc.assert(
    fc.property(cluster, (drawn) => {
      const reference = fingerprint(drawn, {
        changedNodes: false,
        deviceAnswers: false,
        equalNodes: false,
      });
      expect(fingerprint(drawn, {})).toBe(reference);
      expect(fingerprint(drawn, { shapeTables: false })).toBe(reference);
      expect(fingerprint(drawn, { changedNodes: false })).toBe(reference);
      expect(fingerprint(drawn, { deviceAnswers: false })).toBe(reference);
      expect(fingerprint(drawn, { equalNodes: false })).toBe(reference);
      expect(fingerprint(drawn, { candidates: false })).toBe(reference);
      expect(fingerprint(drawn, { nodeBlocks: 2 })).toBe(reference);
    }),
    { numRuns: 150, seed: 20261125 },
  );
});
