// What the scheduler remembers of nodes for each shape changes no decision: runs whose pods attract, repel
// and spread each other have one fingerprint with it and with every plugin asked about every node.

import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { Pod, PodAffinityTerm, TopologySpreadConstraint } from '../../src/api/core.js';
import { resolveFeatures } from '../../src/api/features.js';
import { listersOf } from '../../src/scheduler/listers.js';
import type { Shortcuts } from '../../src/scheduler/scheduleroptions.js';
import { summarize } from '../../src/simulator/result.js';
import { Run } from '../../src/simulator/simulator.js';
import type { WorkloadPlan } from '../../src/workloads/plan.js';
import { buildNode, buildPlan, buildPod, buildRunInput } from '../builders.js';

const app = fc.constantFrom('a', 'b', 'c');
const key = fc.constantFrom('zone', 'kubernetes.io/hostname', 'rack');
const selector = fc.oneof(
  app.map((value) => ({ matchLabels: { app: value } })),
  fc.constant({}),
  fc.constant({ matchExpressions: [{ key: 'app', operator: 'NotIn' as const, values: ['b'] }] }),
);
const term: fc.Arbitrary<PodAffinityTerm> = fc.record({
  labelSelector: selector,
  topologyKey: key,
  namespaces: fc.constantFrom(['default'], []),
});
const terms = fc.array(term, { maxLength: 2 });
const preferred = fc.array(
  fc.record({ weight: fc.integer({ min: 1, max: 100 }), podAffinityTerm: term }),
  { maxLength: 2 },
);
const spread: fc.Arbitrary<TopologySpreadConstraint> = fc.record({
  labelSelector: selector,
  topologyKey: key,
  maxSkew: fc.integer({ min: 1, max: 2 }),
  whenUnsatisfiable: fc.constantFrom('DoNotSchedule', 'ScheduleAnyway'),
  nodeTaintsPolicy: fc.constantFrom('Honor', 'Ignore'),
});

const template = fc.record({
  app,
  namespace: fc.constantFrom('default', 'other'),
  cpu: fc.integer({ min: 1, max: 3 }),
  affinity: terms,
  antiAffinity: terms,
  near: preferred,
  far: preferred,
  spread: fc.array(spread, { maxLength: 2 }),
  port: fc.option(fc.constantFrom(80, 443), { nil: undefined }),
  isOdd: fc.boolean(),
  node: fc.option(fc.constantFrom('node-0', 'node-1', 'gone'), { nil: undefined }),
  claim: fc.option(fc.constantFrom('one', 'two'), { nil: undefined, freq: 4 }),
  image: fc.constantFrom('small', 'big'),
  arrivals: fc.array(fc.integer({ min: 0, max: 40 }), { minLength: 1, maxLength: 8 }),
  duration: fc.integer({ min: 1, max: 60 }),
});

const cluster = fc.record({
  nodes: fc.array(
    fc.record({
      cpu: fc.integer({ min: 2, max: 6 }),
      zone: fc.constantFrom('x', 'y', undefined),
      rack: fc.constantFrom('r1', 'r2'),
      tainted: fc.boolean(),
      hasImage: fc.boolean(),
    }),
    { minLength: 1, maxLength: 8 },
  ),
  templates: fc.array(template, { minLength: 1, maxLength: 5 }),
  tieBreak: fc.constantFrom('first-by-name', 'drawn-order', 'random', 'first-in-window'),
  version: fc.constantFrom('1.32', '1.37'),
});

type Case = typeof cluster extends fc.Arbitrary<infer T> ? T : never;

function planOf(wanted: Case['templates'][number], index: number): WorkloadPlan {
  const { affinity, antiAffinity, near, far } = wanted;
  const base = buildPod(`pod-${index}`, `${wanted.cpu}`);
  const container = base.spec.containers[0]!;
  const names = [{ key: 'metadata.name', operator: 'In', values: [wanted.node ?? ''] }];
  const required = { nodeSelectorTerms: [{ matchFields: names }] };
  const pod: Pod = {
    ...base,
    metadata: { ...base.metadata, namespace: wanted.namespace, labels: { app: wanted.app } },
    spec: {
      ...base.spec,
      containers: [
        {
          ...container,
          image: wanted.image,
          ...(wanted.port && { ports: [{ containerPort: 1, hostPort: wanted.port }] }),
        },
      ],
      affinity: {
        podAffinity: {
          requiredDuringSchedulingIgnoredDuringExecution: affinity,
          preferredDuringSchedulingIgnoredDuringExecution: near,
        },
        podAntiAffinity: {
          requiredDuringSchedulingIgnoredDuringExecution: antiAffinity,
          preferredDuringSchedulingIgnoredDuringExecution: far,
        },
        ...(wanted.node && {
          nodeAffinity: { requiredDuringSchedulingIgnoredDuringExecution: required },
        }),
      },
      topologySpreadConstraints: wanted.spread,
      ...(wanted.isOdd && { nodeSelector: { parity: 'odd' } }),
      ...(wanted.claim && {
        volumes: [{ name: 'v', persistentVolumeClaim: { claimName: wanted.claim } }],
      }),
    },
  };
  const seconds = [...wanted.arrivals].sort((left, right) => left - right);
  return buildPlan(pod, seconds, wanted.duration);
}

const OBJECTS = ['default', 'other'].flatMap((namespace) =>
  ['one', 'two'].map((name) => ({
    kind: 'PersistentVolumeClaim',
    metadata: {
      name,
      namespace,
      annotations: { 'pv.kubernetes.io/bind-completed': 'yes' },
    },
    spec: {
      volumeName: `${namespace}-${name}`,
      accessModes: name === 'one' ? ['ReadWriteOncePod'] : ['ReadWriteOnce'],
    },
  })),
);
const VOLUMES = OBJECTS.map(({ spec }) => ({
  kind: 'PersistentVolume',
  metadata: { name: spec.volumeName },
  spec: { csi: { driver: 'd', volumeHandle: spec.volumeName } },
}));

function fingerprint({ nodes, templates, ...rest }: Case, shortcuts: Partial<Shortcuts>): string {
  const { tieBreak, version } = rest;
  const objects = nodes.map(({ cpu, zone, rack, tainted, hasImage }, index) =>
    buildNode(`node-${index}`, {
      metadata: {
        name: `node-${index}`,
        labels: {
          'kubernetes.io/hostname': `node-${index}`,
          rack,
          parity: index % 2 === 0 ? 'even' : 'odd',
          ...(zone && { zone }),
        },
      },
      status: {
        allocatable: { cpu: `${cpu}`, memory: '32Gi', pods: '10' },
        ...(hasImage && { images: [{ names: ['big:latest'], sizeBytes: 900 * 2 ** 20 }] }),
      },
      ...(tainted && { spec: { taints: [{ key: 'x', effect: 'PreferNoSchedule' }] } }),
    }),
  );
  const input = buildRunInput(objects, templates.map(planOf), {
    features: resolveFeatures({ version }),
    listers: listersOf([...OBJECTS, ...VOLUMES]),
    scheduler: {
      tieBreak,
      percentageOfNodesToScore: 0,
      backoff: { initialUs: 1e6, maxUs: 10e6 },
      shortcuts,
    },
    latencies: { attemptUs: 1000, bindUs: 5000, podStartUs: 1e6, podStopUs: 1e6, apiCallUs: 0 },
  });
  const run = new Run(input);
  run.advance();
  const { fingerprint: digest, pendingReasons } = summarize(run, 'property', '', '');
  return JSON.stringify([digest, pendingReasons]);
}

test('what is remembered of nodes decides as every plugin on every node does', () => {
  fc.assert(
    fc.property(cluster, (drawn) => {
      const reference = fingerprint(drawn, { shapeTables: false });
      expect(fingerprint(drawn, {})).toBe(reference);
      expect(fingerprint(drawn, { changedNodes: false })).toBe(reference);
      expect(fingerprint(drawn, { nodeBlocks: 2 })).toBe(reference);
    }),
    { numRuns: 400, seed: 20261126 },
  );
});
