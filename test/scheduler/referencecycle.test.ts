import { describe, expect, test } from 'vitest';
import type { Node, Pod } from '../../src/api/core.js';
import { buildNode, buildPod } from '../builders.js';
import { buildCycle, type CycleSetup, labelled, placed, scoresOf, verdicts } from './cycle.js';

const small = (name: string) =>
  buildNode(name, { status: { allocatable: { cpu: '2', memory: '8Gi', pods: '110' } } });

const term = (app: string, topologyKey: string) => ({
  labelSelector: { matchLabels: { app } },
  topologyKey,
});

const required = (...terms: ReturnType<typeof term>[]) => ({
  requiredDuringSchedulingIgnoredDuringExecution: terms,
});

describe('nominated pods', () => {
  const waiting = (priority: number): Pod => ({
    ...buildPod('waiting', '2', { priority }),
    status: { nominatedNodeName: 'a' },
  });

  test.each([
    ['an equal or higher priority keep their room', 5, 'Insufficient cpu'],
    ['a lower priority do not', 4, 'fits'],
  ])('of %s', (_name, priority, verdict) => {
    const setup = { nodes: [small('a')], pods: [waiting(priority)] };
    expect(verdicts(buildCycle({ ...setup, pod: buildPod('p', '1', { priority: 5 }) })).a).toBe(
      verdict,
    );
  });

  test('that keep away from the pod are not seen while no pod on a node does: upstream skips the plugin', () => {
    const spec = { affinity: { podAntiAffinity: required(term('web', 'zone')) } };
    const nominated = {
      ...placed('n', { app: 'x' }, undefined, spec),
      status: { nominatedNodeName: 'a' },
    };
    const nodes = [labelled('a', { zone: 'x' }), labelled('b', { zone: 'y' })];
    const pod = placed('p', { app: 'web' });
    expect(verdicts(buildCycle({ nodes, pods: [nominated], pod }))).toEqual({
      a: 'fits',
      b: 'fits',
    });
    const running = placed('r', { app: 'x' }, 'b', spec);
    expect(verdicts(buildCycle({ nodes, pods: [nominated, running], pod }))).toEqual({
      a: "node(s) didn't satisfy existing pods anti-affinity rules",
      b: "node(s) didn't satisfy existing pods anti-affinity rules",
    });
  });
});

describe('topology', () => {
  const nodes = [
    labelled('a', { zone: 'x' }),
    labelled('b', { zone: 'y' }),
    labelled('c', { zone: 'y' }),
    labelled('d', {}),
  ];
  const spread = (labelSelector: object) => ({
    topologySpreadConstraints: [
      { maxSkew: 1, topologyKey: 'zone', whenUnsatisfiable: 'DoNotSchedule', labelSelector },
    ],
  });
  const skewed = "node(s) didn't match pod topology spread constraints";

  test('a hard constraint counts the pods of domains', () => {
    const pods = [placed('p1', { app: 'web' }, 'b')];
    const pod = placed('p', { app: 'web' }, undefined, spread({ matchLabels: { app: 'web' } }));
    expect(verdicts(buildCycle({ nodes, pods, pod }))).toEqual({
      a: 'fits',
      b: skewed,
      c: skewed,
      d: `${skewed} (missing required label)`,
    });
  });

  test('an empty selector counts no pod', () => {
    const pods = [placed('p1', { app: 'web' }, 'b')];
    const pod = placed('p', { app: 'web' }, undefined, spread({}));
    expect(verdicts(buildCycle({ nodes, pods, pod })).b).toBe('fits');
  });

  test('the first pod of a group that is affine to itself may go to any domain', () => {
    const spec = { affinity: { podAffinity: required(term('web', 'zone')) } };
    const pod = placed('p', { app: 'web' }, undefined, spec);
    const unmet = "node(s) didn't match pod affinity rules";
    expect(verdicts(buildCycle({ nodes, pod }))).toEqual({
      a: 'fits',
      b: 'fits',
      c: 'fits',
      d: unmet,
    });
    const pods = [placed('p1', { app: 'web' }, 'a')];
    expect(verdicts(buildCycle({ nodes, pods, pod }))).toMatchObject({ a: 'fits', b: unmet });
  });

  test('preferred terms score between the worst and the best node', () => {
    const preferred = { weight: 10, podAffinityTerm: term('web', 'zone') };
    const affinity = {
      podAffinity: { preferredDuringSchedulingIgnoredDuringExecution: [preferred] },
    };
    const pods = [placed('p1', { app: 'web' }, 'a')];
    const pod = placed('p', {}, undefined, { affinity });
    expect(scoresOf(buildCycle({ nodes, pods, pod }), 'InterPodAffinity')).toEqual({
      a: 200,
      b: 0,
      c: 0,
      d: 0,
    });
  });

  test('pods of a service are spread without saying so', () => {
    const service = {
      kind: 'Service',
      metadata: { name: 'web', namespace: 'default' },
      spec: { selector: { app: 'web' } },
    };
    const pods = [placed('p1', { app: 'web' }, 'a')];
    const setup: CycleSetup = { nodes: nodes.slice(0, 2), pods, pod: placed('p', { app: 'web' }) };
    expect(scoresOf(buildCycle(setup), 'PodTopologySpread')).toBeUndefined();
    const scores = scoresOf(buildCycle({ ...setup, objects: [service] }), 'PodTopologySpread')!;
    expect(scores.b).toBeGreaterThan(scores.a!);
  });
});

describe('narrowing', () => {
  const named = (...values: string[]) => ({
    affinity: {
      nodeAffinity: {
        requiredDuringSchedulingIgnoredDuringExecution: {
          nodeSelectorTerms: [{ matchFields: [{ key: 'metadata.name', operator: 'In', values }] }],
        },
      },
    },
  });

  test('nodes outside are rejected by those that narrowed', () => {
    const setup = { nodes: [small('a'), small('b')], pod: buildPod('p', '1', named('b')) };
    expect(verdicts(buildCycle(setup))).toEqual({
      a: "node(s) didn't satisfy plugin(s) [NodeAffinity]",
      b: 'fits',
    });
  });

  test('plugins that exclude each other reject the pod everywhere, together', () => {
    const pod = buildPod('p', '1', { ...named('b'), nodeName: 'a' });
    const built = buildCycle({ nodes: [small('a'), small('b')], pod });
    expect(verdicts(built).b).toBe(
      "node(s) didn't satisfy plugin(s) [NodeAffinity NodeName] simultaneously",
    );
    const { rejectors } = built.cycle.fail(built.cycle.run(built.pod), built.pod, -1);
    expect(rejectors.unschedulable).toEqual(['NodeAffinity', 'NodeName']);
  });
});

describe('preemption', () => {
  const running = (name: string, node: string, priority: number, labels = {}) =>
    placed(name, labels, node, { priority });
  const pod = buildPod('p', '2', { priority: 10 });
  const nodes: Node[] = [small('a'), small('b')];

  function fail(setup: CycleSetup) {
    const built = buildCycle(setup);
    const report = built.cycle.run(built.pod);
    return { ...built, failure: built.cycle.fail(report, built.pod, -1) };
  }

  test('takes the node whose pods matter least, and leaves everything as it was', () => {
    const pods = [running('a1', 'a', 5), running('b1', 'b', 1), running('b2', 'b', 9)];
    const { failure, handle } = fail({ nodes, pods, pod });
    expect(failure.postFilter).toMatchObject({ code: 'Success', nominatedNode: 0, victims: [0] });
    expect(failure.message).toBe(
      '0/2 nodes are available: 2 Insufficient cpu. ' +
        'preemption: found a potential placement for pod on node a, preempting 1 victims',
    );
    expect([...handle.nodes.requested[0]!]).toEqual([1000, 2000]);
    expect(handle.nodePods.firstOn(0)).toBe(0);
  });

  test('reprieves pods that the pod can live with', () => {
    const pods = [running('a1', 'a', 1), running('a2', 'a', 2), running('b1', 'b', 20)];
    const one = buildPod('p', '1', { priority: 10 });
    const busy = running('b2', 'b', 20);
    const { failure } = fail({ nodes, pods: [...pods, busy], pod: one });
    expect(failure.postFilter?.victims).toEqual([0]);
  });

  test('spares pods that a disruption budget protects where others will do', () => {
    const budget = {
      kind: 'PodDisruptionBudget',
      metadata: { name: 'b', namespace: 'default' },
      spec: { selector: { matchLabels: { app: 'db' } } },
      status: { disruptionsAllowed: 0 },
    };
    const pods = [
      running('a1', 'a', 1, { app: 'db' }),
      running('a2', 'a', 1),
      running('b1', 'b', 1),
      running('b2', 'b', 2),
    ];
    const { failure } = fail({ nodes, pods, pod, objects: [budget] });
    expect(failure.postFilter?.nominatedNode).toBe(1);
  });

  test('does not count a pod twice that its budget knows to be on its way out', () => {
    const budget = {
      kind: 'PodDisruptionBudget',
      metadata: { name: 'b', namespace: 'default' },
      spec: { selector: { matchLabels: { app: 'db' } } },
      status: { disruptionsAllowed: 0, disruptedPods: { b1: '2026-01-01T00:00:00Z' } },
    };
    const pods = ['a', 'b'].map((node) => running(`${node}1`, node, 1, { app: 'db' }));
    const { failure } = fail({ nodes, pods, pod, objects: [budget] });
    expect(failure.postFilter?.nominatedNode).toBe(1);
  });

  test('is no help where a node is too small or has no lesser pods', () => {
    const tiny = buildNode('c', { status: { allocatable: { cpu: '1', pods: '9' } } });
    const { failure } = fail({
      nodes: [small('a'), tiny],
      pods: [running('a1', 'a', 10)],
      pod,
    });
    expect(failure.postFilter?.text).toBe(
      'preemption: 0/2 nodes are available: 1 No preemption victims found for incoming pod, ' +
        '1 Preemption is not helpful for scheduling.',
    );
  });

  test('is refused to a pod whose policy is Never', () => {
    const never = buildPod('p', '2', { priority: 10, preemptionPolicy: 'Never' });
    const { failure } = fail({ nodes: [small('a')], pods: [running('a1', 'a', 1)], pod: never });
    expect(failure.postFilter?.text).toBe(
      'preemption: not eligible due to preemptionPolicy=Never.',
    );
  });

  test('is not asked from 1.34 on when PreFilter rejected the pod before DynamicResources', () => {
    const volumes = [{ name: 'v', persistentVolumeClaim: { claimName: 'gone' } }];
    const waiting = buildPod('p', '2', { volumes });
    const messageOf = (version: string) =>
      fail({ nodes: [small('a')], pod: waiting, version }).failure.message;
    const missing = '0/1 nodes are available: persistentvolumeclaim "gone" not found.';
    expect(messageOf('1.37')).toBe(`${missing} not found`);
    expect(messageOf('1.33')).toBe(
      `${missing} preemption: 0/1 nodes are available: 1 Preemption is not helpful for scheduling.`,
    );
  });
});
