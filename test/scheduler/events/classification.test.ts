// The events that a changed pod or node gives, beside what the vectors show.

import { expect, test } from 'vitest';
import type { Node, Pod } from '../../../src/api/core.js';
import { resolveFeatures } from '../../../src/api/features.js';
import {
  classifyNodeUpdate,
  classifyPodUpdate,
} from '../../../src/scheduler/events/classification.js';
import { eventLabel } from '../../../src/scheduler/events/clusterevent.js';

function podLabels(old: object, changed: object, version: string): string[] {
  const features = resolveFeatures({ version });
  const pod = (more: object) =>
    ({ metadata: { name: 'p' }, spec: { containers: [], ...more } }) as unknown as Pod;
  const events = classifyPodUpdate(pod(old), pod(changed), true, features);
  return events.map((event) => eventLabel(event, features.minor));
}

function nodeLabels(old: object, changed: object, version: string): string[] {
  const features = resolveFeatures({ version });
  const node = (more: object) => ({ metadata: { name: 'n' }, ...more }) as unknown as Node;
  const events = classifyNodeUpdate(node(old), node(changed), features);
  return events.map((event) => eventLabel(event, features.minor));
}

const REQUEST = (cpu: string) => ({
  containers: [{ name: 'c', resources: { requests: { cpu } } }],
});

test.each([
  ['1.32', ['UnschedulablePodUpdatePodScaleDown']],
  ['1.36', ['UnschedulablePodUpdatePodScaleDown']],
  ['1.37', ['TargetPodUpdatePodScaleDown']],
])('%s tells lowered requests', (version, labels) => {
  expect(podLabels(REQUEST('2'), REQUEST('1'), version)).toEqual(labels);
});

test('raised requests are a general update before 1.37', () => {
  expect(podLabels(REQUEST('1'), REQUEST('2'), '1.36')).toEqual(['UnschedulablePodUpdate']);
  expect(podLabels(REQUEST('1'), REQUEST('2'), '1.37')).toEqual(['TargetPodUpdatePodScaleUp']);
});

test('the same amount in other words is no event', () => {
  const node = (cpu: string) => ({ status: { allocatable: { cpu, pods: '110' } } });
  expect(nodeLabels(node('1'), node('1000m'), '1.37')).toEqual([]);
  expect(nodeLabels(node('1'), node('999m'), '1.37')).toEqual(['NodeUpdateNodeAllocatable']);
});

test('a node that takes pods again and loses a taint gives the taint event twice', () => {
  const taints = [{ key: 'k', effect: 'NoSchedule' }];
  expect(nodeLabels({ spec: { unschedulable: true, taints } }, { spec: {} }, '1.37')).toEqual([
    'NodeUpdateNodeTaint',
    'NodeUpdateNodeTaint',
  ]);
});

test('declared features and the policy of preemption are seen by the versions that know them', () => {
  const old = { spec: {}, status: {} };
  const changed = {
    spec: { podPreemptionPolicy: { mode: 'Never' } },
    status: { declaredFeatures: ['A'] },
  };
  expect(nodeLabels(old, changed, '1.34')).toEqual([]);
  expect(nodeLabels(old, changed, '1.35')).toEqual(['NodeUpdateNodeDeclaredFeature']);
  expect(nodeLabels(old, changed, '1.37')).toEqual([
    'NodeUpdateNodePreemptionPolicy',
    'NodeUpdateNodeDeclaredFeature',
  ]);
});
