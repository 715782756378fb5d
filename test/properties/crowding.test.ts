// Crowded clusters: pods of several priorities, spread over zones, racks and nodes, that put each other off
// their nodes. What is kept of domains, nodes and candidates decides as asking anew does.

import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { Pod, TopologySpreadConstraint } from '../../src/api/core.js';
import { resolveFeatures } from '../../src/api/features.js';
import { defaultConfiguration } from '../../src/scheduler/configuration/configuration.js';
import { listersOf } from '../../src/scheduler/listers.js';
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

const app = fc.constantFrom('a', 'b');
const key = fc.constantFrom('zone', 'rack', 'kubernetes.io/hostname');
const spread: fc.Arbitrary<TopologySpreadConstraint> = fc.record(
  {
    labelSelector: app.map((value) => ({ matchLabels: { app: value } })),
    topologyKey: key,
    maxSkew: fc.integer({ min: 1, max: 3 }),
    whenUnsatisfiable: fc.constantFrom('DoNotSchedule', 'DoNotSchedule', 'ScheduleAnyway'),
    minDomains: fc.integer({ min: 1, max: 4 }),
    nodeTaintsPolicy: fc.constantFrom('Honor', 'Ignore'),
  },
  { requiredKeys: ['labelSelector', 'topologyKey', 'maxSkew', 'whenUnsatisfiable'] },
);

const template = fc.record({
  app,
  cpu: fc.integer({ min: 1, max: 4 }),
  priority: fc.constantFrom(0, 0, -5, 5, 10),
  spread: fc.array(spread, { maxLength: 3 }),
  isAlone: fc.constantFrom(false, false, false, true),
  gpus: fc.constantFrom(0, 0, 0, 1, 2),
  arrivals: fc.array(fc.integer({ min: 0, max: 15 }), { minLength: 1, maxLength: 12 }),
  duration: fc.constantFrom(3, 20, 1000),
});

const cluster = fc.record({
  nodes: fc.array(
    fc.record({
      cpu: fc.integer({ min: 2, max: 6 }),
      zone: fc.constantFrom('x', 'x', 'y', 'z', undefined),
      rack: fc.constantFrom('r1', 'r2', 'r3', undefined),
      isTainted: fc.boolean(),
      gpus: fc.integer({ min: 0, max: 2 }),
    }),
    { minLength: 1, maxLength: 14 },
  ),
  templates: fc.array(template, { minLength: 2, maxLength: 6 }),
  hasTerms: fc.boolean(),
  hasTaints: fc.constantFrom(false, false, true),
  budget: fc.option(fc.integer({ min: 0, max: 2 }), { nil: undefined }),
  candidates: fc.constantFrom(1, 2, 3, 100),
  startUs: fc.constantFrom(0, 1.5e6),
  stopUs: fc.constantFrom(0, 1e6),
  tieBreak: fc.constantFrom('first-by-name', 'random', 'first-in-window'),
  version: fc.constantFrom('1.32', '1.34', '1.37'),
});

type Case = typeof cluster extends fc.Arbitrary<infer T> ? T : never;

function planOf(wanted: Case['templates'][number], index: number, hasTerms: boolean): WorkloadPlan {
  const { priority, gpus } = wanted;
  const base = buildPod(`pod-${index}`, `${wanted.cpu}`);
  const alone = {
    labelSelector: { matchLabels: { app: wanted.app } },
    topologyKey: 'kubernetes.io/hostname',
  };
  const pod: Pod = {
    ...base,
    metadata: { ...base.metadata, labels: { app: wanted.app } },
    spec: {
      ...base.spec,
      priority,
      topologySpreadConstraints: wanted.spread,
      ...(hasTerms &&
        wanted.isAlone && {
          affinity: {
            podAntiAffinity: { requiredDuringSchedulingIgnoredDuringExecution: [alone] },
          },
        }),
    },
  };
  const seconds = [...wanted.arrivals].sort((left, right) => left - right);
  return buildPlan(pod, seconds, wanted.duration, {
    priority,
    claims: gpus === 0 ? [] : [{ entry: 'gpu', spec: buildClaim({ gpu: { count: gpus } }) }],
  });
}

function decisions(drawn: Case, shortcuts: Partial<Shortcuts>): string {
  const { nodes, templates, hasTerms, hasTaints, budget, candidates, tieBreak, version } = drawn;
  const objects = nodes.map(({ cpu, zone, rack, isTainted }, index) =>
    buildNode(`node-${index}`, {
      metadata: {
        name: `node-${index}`,
        labels: {
          'kubernetes.io/hostname': `node-${index}`,
          ...(rack && { rack }),
          ...(zone && { zone }),
        },
      },
      status: { allocatable: { cpu: `${cpu}`, memory: '32Gi', pods: '6' } },
      ...(hasTaints &&
        isTainted && { spec: { taints: [{ key: 'x', effect: 'PreferNoSchedule' }] } }),
    }),
  );
  const slices = nodes.map(({ gpus }, index) =>
    buildSlice(
      `node-${index}`,
      Array.from({ length: gpus }, (_, device) => buildDevice(`gpu-${device}`)),
    ),
  );
  const features = resolveFeatures({ version, featureGates: { DynamicResourceAllocation: true } });
  const profile = defaultConfiguration(features).profiles[0]!;
  const DefaultPreemption = {
    minCandidateNodesPercentage: 0,
    minCandidateNodesAbsolute: candidates,
  };
  const budgets = [
    {
      kind: 'PodDisruptionBudget',
      metadata: { name: 'budget', namespace: 'default' },
      spec: { selector: { matchLabels: { app: 'a' } } },
      status: { disruptionsAllowed: budget },
    },
  ];
  const input = buildRunInput(
    objects,
    templates.map((wanted, index) => planOf(wanted, index, hasTerms)),
    {
      slices,
      features,
      listers: listersOf(budget === undefined ? [] : budgets),
      scheduler: {
        tieBreak,
        percentageOfNodesToScore: 0,
        backoff: { initialUs: 1e6, maxUs: 10e6 },
        profiles: [{ ...profile, args: { ...profile.args, DefaultPreemption } }],
        shortcuts,
      },
      latencies: {
        attemptUs: 1000,
        bindUs: 5000,
        podStartUs: drawn.startUs,
        podStopUs: drawn.stopUs,
        apiCallUs: 0,
      },
      untilUs: 200e6,
    },
  );
  const run = new Run(input);
  run.advance();
  const { fingerprint, pendingReasons } = summarize(run, 'property', '', '');
  return JSON.stringify([fingerprint, run.scheduler.preemptions, pendingReasons]);
}

test('crowded clusters decide alike whatever is remembered', () => {
  fc.assert(
    fc.property(cluster, (drawn) => {
      const reference = decisions(drawn, { shapeTables: false });
      expect(decisions(drawn, {})).toBe(reference);
      expect(decisions(drawn, { changedNodes: false })).toBe(reference);
      expect(decisions(drawn, { candidates: false })).toBe(reference);
      expect(decisions(drawn, { nodeBlocks: 0 })).toBe(reference);
      expect(decisions(drawn, { nodeBlocks: 2 })).toBe(reference);
    }),
    { numRuns: 400, seed: 20261127 },
  );
});
