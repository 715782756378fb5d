import { expect, test } from 'vitest';
import { resolveFeatures } from '../../src/api/features.js';
import { defaultConfiguration } from '../../src/scheduler/configuration/configuration.js';
import { NO_OBJECTS } from '../../src/scheduler/listers.js';
import { PodKinds } from '../../src/scheduler/podkinds.js';
import { POD_BOUND, PodTable } from '../../src/scheduler/pods.js';
import { ClaimWaiters, createQueuePlugins } from '../../src/scheduler/queueplugins.js';
import { buildPod } from '../builders.js';

function build(version = '1.37', featureGates = {}) {
  const pods = new PodTable();
  const kinds = new PodKinds();
  const waiters = new ClaimWaiters(pods);
  const features = resolveFeatures({ version, featureGates });
  const listers = NO_OBJECTS;
  const isPreempting = () => false;
  const plugins = createQueuePlugins(defaultConfiguration(features).profiles, {
    features,
    pods,
    kinds,
    waiters,
    listers,
    isPreempting,
    isGangComplete: () => true,
  });
  const byName = new Map(plugins.map((plugin) => [plugin.name, plugin]));
  return { pods, kinds, waiters, byName };
}

test('pods are held back by gates, and while claims of theirs do not exist', () => {
  const { pods, kinds, byName } = build();
  const gated = buildPod('p', '1', { schedulingGates: [{ name: 'quota' }] });
  const rows = [
    [gated, ''],
    [buildPod('p'), 'claim "c" not found'],
    [buildPod('p'), ''],
  ] as const;
  for (const [pod, missing] of rows) pods.add(0, kinds.intern(pod, missing), 0, 0, 1);
  const admitted = (name: string) => [0, 1, 2].map((pod) => byName.get(name)!.preEnqueue!(pod));
  expect(admitted('SchedulingGates')).toEqual([false, true, true]);
  expect(admitted('DynamicResources')).toEqual([true, false, true]);
});

test('a freed claim concerns all pods, another change those that name the claim and wait', () => {
  const { pods, waiters, byName } = build();
  for (const pod of [0, 1, 2]) pods.add(0, 0, 0, pod, 1);
  for (const pod of [0, 1]) waiters.add(7, pod);
  pods.state[1] = POD_BOUND;
  const onClaim = byName
    .get('DynamicResources')!
    .events.find(({ resource }) => resource === 'resource.k8s.io/ResourceClaim')!;
  const ask = (isFreed: boolean) => {
    const objects = { new: { claim: 7, isFreed } };
    return [onClaim.narrow!(objects), [0, 2].map((pod) => onClaim.hint!(pod, objects))];
  };
  expect(ask(true)).toEqual(['all', ['Queue', 'Queue']]);
  expect(ask(false)).toEqual([[0], ['Queue', 'Skip']]);
});

test('pods that differ only in their names are of one kind', () => {
  const { kinds } = build();
  const ids = ['p', 'q'].map((name) => kinds.intern(buildPod(name), ''));
  expect([ids, kinds.intern(buildPod('p', '2'), '')]).toEqual([[0, 0], 1]);
  expect(kinds.assigned(0).spec.nodeName).toBeDefined();
});

test('without queueing hints every registered event queues', () => {
  const { byName } = build('1.36', { SchedulerQueueingHints: false });
  const hints = [...byName.values()].flatMap(({ events }) => events.map(({ hint }) => hint));
  expect(hints.every((hint) => hint === undefined)).toBe(true);
});
