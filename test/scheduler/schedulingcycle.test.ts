import { describe, expect, test } from 'vitest';
import type { Node } from '../../src/api/core.js';
import { RandomStreams } from '../../src/random.js';
import { feasibleNodesToFind } from '../../src/scheduler/schedulingcycle.js';
import { summarize } from '../../src/simulator/result.js';
import { Run } from '../../src/simulator/simulator.js';
import { buildNode, buildPlan, buildPod, buildRunInput } from '../builders.js';

const sized = (name: string, cpu: string, more: Partial<Node> = {}) =>
  buildNode(name, { status: { allocatable: { cpu, memory: '32Gi', pods: '110' } }, ...more });

/** Node names of pods of one plan, in order; null for pods without one. */
function placements(nodes: readonly Node[], ...plans: ReturnType<typeof buildPlan>[]) {
  const run = new Run(buildRunInput(nodes, plans));
  run.advance();
  const names = run.input.cluster.nodes.names;
  return {
    run,
    nodes: Array.from(run.pods.node.subarray(0, run.pods.count), (node) => names[node] ?? null),
  };
}

describe('sampling of nodes', () => {
  test.each([
    [50, 0, 50],
    [99, 5, 99],
    [100, 0, 100],
    [1000, 0, 420],
    [5000, 0, 500],
    [15_000, 0, 750],
    [1000, 30, 300],
    [1000, 1, 100],
    [1000, 100, 1000],
  ])('of %i nodes at %i%% it looks for %i', (nodes, percentage, wanted) => {
    expect(feasibleNodesToFind(nodes, percentage)).toBe(wanted);
  });
});

describe('choice of a node', () => {
  test('the node with most left is taken', () => {
    const { nodes } = placements(
      [sized('a', '4'), sized('b', '8')],
      buildPlan(buildPod('p'), [0], 1),
    );
    expect(nodes).toEqual(['b']);
  });

  test('equal nodes go by name when that is asked for', () => {
    const { nodes } = placements(
      [sized('b', '4'), sized('a', '4')],
      buildPlan(buildPod('p'), [0], 1),
    );
    expect(nodes).toEqual(['a']);
  });

  test.each(['drawn-order', 'random'] as const)(
    'ties by %s differ from seed to seed',
    (tieBreak) => {
      const names = ['a', 'b', 'c', 'd', 'e', 'f'];
      const chosen = (seed: string) => {
        const nodes = names.map((name) => sized(name, '4'));
        const input = buildRunInput(nodes, [buildPlan(buildPod('p'), [0, 10, 20, 30, 40], 1)]);
        const scheduler = { ...input.scheduler, tieBreak };
        const run = new Run({ ...input, scheduler, streams: new RandomStreams(seed) });
        run.advance();
        return run.pods.node.subarray(0, run.pods.count).join('');
      };
      const runs = ['1', '2', '3', '4', '5'].map(chosen);
      expect(new Set(runs).size).toBeGreaterThan(1);
      expect(chosen('1')).toBe(runs[0]);
      // A drawn order stays the same for the whole run.
      const isSteady = runs.every((text) => new Set(text).size === 1);
      expect(isSteady).toBe(tieBreak === 'drawn-order');
    },
  );

  test('pods spread because each takes from what is left', () => {
    const { nodes } = placements(
      [sized('a', '4'), sized('b', '4')],
      buildPlan(buildPod('p'), [0, 0, 0], 100),
    );
    expect(nodes).toEqual(['a', 'b', 'a']);
  });
});

describe('filters', () => {
  const taint = { key: 'gpu', value: 'only', effect: 'NoSchedule' } as const;
  const label = { metadata: { name: 'b', labels: { disk: 'ssd' } } };

  test.each([
    ['a cordoned node', sized('b', '8', { spec: { unschedulable: true } }), {}],
    ['an untolerated taint', sized('b', '8', { spec: { taints: [taint] } }), {}],
    ['a node of another label', sized('b', '8'), { nodeSelector: { disk: 'none' } }],
    ['another node than spec.nodeName', sized('b', '8'), { nodeName: 'a' }],
  ])('%s is passed over', (_name, other, spec) => {
    const pool =
      'nodeSelector' in spec
        ? [sized('a', '4', { metadata: { name: 'a', labels: { disk: 'none' } } }), other]
        : [sized('a', '4'), other];
    expect(placements(pool, buildPlan(buildPod('p', '1', spec), [0], 1)).nodes).toEqual(['a']);
  });

  test('a toleration lets a pod onto a tainted node', () => {
    const spec = { tolerations: [{ key: 'gpu', operator: 'Exists' as const }] };
    const node = sized('b', '8', { spec: { taints: [taint] } });
    expect(placements([node], buildPlan(buildPod('p', '1', spec), [0], 1)).nodes).toEqual(['b']);
  });

  test('preferred node affinity outweighs what is left', () => {
    const term = {
      weight: 100,
      preference: { matchExpressions: [{ key: 'disk', operator: 'In', values: ['ssd'] }] },
    };
    const spec = {
      affinity: { nodeAffinity: { preferredDuringSchedulingIgnoredDuringExecution: [term] } },
    };
    const pool = [sized('a', '8'), sized('b', '4', label)];
    expect(placements(pool, buildPlan(buildPod('p', '1', spec), [0], 1)).nodes).toEqual(['b']);
  });

  test('nodes with a soft taint are taken last', () => {
    const soft = { key: 'old', effect: 'PreferNoSchedule' } as const;
    const pool = [sized('a', '16', { spec: { taints: [soft] } }), sized('b', '2')];
    expect(placements(pool, buildPlan(buildPod('p'), [0], 1)).nodes).toEqual(['b']);
  });

  test('the message counts nodes by reason, as kubectl shows it', () => {
    const pool = [
      sized('a', '1'),
      sized('b', '8', { spec: { taints: [taint] } }),
      sized('c', '8', { spec: { unschedulable: true } }),
    ];
    const { run } = placements(pool, buildPlan(buildPod('p', '4'), [0], 1));
    expect(summarize(run, 's', '1.37', '1').pendingReasons).toEqual([
      {
        message:
          '0/3 nodes are available: 1 Insufficient cpu, 1 node(s) had untolerated taint(s), ' +
          '1 node(s) were unschedulable.',
        pods: 1,
        example: 'p-0',
      },
    ]);
  });

  test('pods wait until a pod ends, and the queue gives the oldest first', () => {
    const { run, nodes } = placements(
      [sized('a', '2')],
      buildPlan(buildPod('p', '2'), [0, 1, 2], 10),
    );
    const scheduled = Array.from(run.pods.scheduledUs.subarray(0, 3), (us) => us / 1e6);
    expect([nodes, scheduled]).toEqual([
      ['a', 'a', 'a'],
      [0, 10, 20],
    ]);
  });

  test('the number of pods that a node takes is a resource too', () => {
    const node = buildNode('a', {
      status: { allocatable: { cpu: '8', memory: '8Gi', pods: '1' } },
    });
    const { run } = placements([node], buildPlan(buildPod('p'), [0, 0], 100));
    expect(summarize(run, 's', '', '').pendingReasons).toEqual([]);
    expect(run.pods.attempts[1]).toBeGreaterThan(1);
  });
});
