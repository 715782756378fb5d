// What upstream's hints do and fail to do in each version; the defects are kept on purpose.

import { expect, test } from 'vitest';
import type { Pod } from '../../../src/api/core.js';
import { resolveFeatures } from '../../../src/api/features.js';
import { defaultConfiguration } from '../../../src/scheduler/configuration/configuration.js';
import {
  ADD,
  type ClusterEvent,
  DELETE,
  matchesEvent,
  UPDATE_NODE_LABEL,
  UPDATE_NODE_TAINT,
} from '../../../src/scheduler/events/clusterevent.js';
import type { HintFunction } from '../../../src/scheduler/events/registration.js';
import { registerEvents } from '../../../src/scheduler/events/registry.js';
import { listersOf } from '../../../src/scheduler/listers.js';

const NOTHING = listersOf([]);

function podOf(name: string, spec: object, labels = {}): Pod {
  const metadata = { name, namespace: 'default', uid: name, labels };
  return { metadata, spec: { containers: [], ...spec } } as unknown as Pod;
}

/** The answers of a plugin's registrations that match. */
function hints(
  version: string,
  plugin: string,
  event: ClusterEvent,
  pod: Pod,
  objects: object,
): string[] {
  const features = resolveFeatures({ version });
  const { args } = defaultConfiguration(features).profiles[0]!;
  const registrations = registerEvents([plugin], { features, args, listers: NOTHING }).get(plugin)!;
  return registrations
    .filter((pattern) => matchesEvent(pattern, event, features.minor))
    .map(({ hint }) => (hint ? (hint as HintFunction<object>)(pod, objects) : 'Queue'));
}

const terms = (app: string, ...more: string[]) => ({
  requiredDuringSchedulingIgnoredDuringExecution: [app, ...more].map((value) => ({
    topologyKey: 'zone',
    labelSelector: { matchLabels: { app: value } },
  })),
});

test.each([
  ['1.35', ['Skip']],
  ['1.36', ['Queue']],
  ['1.37', ['Queue']],
])('%s on the end of a pod that kept the waiting one away', (version, wanted) => {
  const waiting = podOf('waiting', {}, { app: 'web' });
  const old = podOf('old', { nodeName: 'n', affinity: { podAntiAffinity: terms('web') } });
  const deleted = { resource: 'AssignedPod', actions: DELETE } as const;
  expect(hints(version, 'InterPodAffinity', deleted, waiting, { old })).toEqual(wanted);
});

test.each([
  ['1.36', ['Skip']],
  ['1.37', ['Queue']],
])('%s on the end of a pod that one of two anti-affinity terms means', (version, wanted) => {
  const waiting = podOf('waiting', { affinity: { podAntiAffinity: terms('a', 'b') } });
  const old = podOf('old', { nodeName: 'n' }, { app: 'a' });
  const deleted = { resource: 'AssignedPod', actions: DELETE } as const;
  expect(hints(version, 'InterPodAffinity', deleted, waiting, { old })).toEqual(wanted);
});

test.each([
  ['1.32', ['Queue']],
  ['1.33', ['Skip']],
])('%s on an update of a node that stays in its domain', (version, wanted) => {
  const waiting = podOf('waiting', { affinity: { podAffinity: terms('a') } });
  const node = { metadata: { name: 'n', labels: { zone: 'z' } } };
  const changed = { resource: 'Node', actions: UPDATE_NODE_LABEL } as const;
  const objects = { old: node, new: node };
  expect(hints(version, 'InterPodAffinity', changed, waiting, objects)).toEqual(wanted);
});

test('the scheduler adds the taint event up to 1.36 for plugins that see nodes come', () => {
  const event = { resource: 'Node', actions: UPDATE_NODE_TAINT } as const;
  const waiting = podOf('waiting', {});
  expect(hints('1.36', 'NodeResourcesFit', event, waiting, {})).toEqual(['Queue']);
  expect(hints('1.37', 'NodeResourcesFit', event, waiting, {})).toEqual([]);
});

test('a bad selector of the pod is an error, not an answer', () => {
  const waiting = podOf('waiting', {
    topologySpreadConstraints: [
      {
        topologyKey: 'zone',
        maxSkew: 1,
        whenUnsatisfiable: 'DoNotSchedule',
        labelSelector: { matchExpressions: [{ key: 'a', operator: 'In' }] },
      },
    ],
  });
  const added = { resource: 'AssignedPod', actions: ADD } as const;
  const objects = { new: podOf('new', { nodeName: 'n' }) };
  expect(() => hints('1.37', 'PodTopologySpread', added, waiting, objects)).toThrow(
    expect.objectContaining({ code: 'ERR_LABEL_SELECTOR' }),
  );
});

test('a nominated pod that goes frees host ports from 1.33 on', () => {
  const ports = { containers: [{ name: 'c', ports: [{ containerPort: 80, hostPort: 80 }] }] };
  const waiting = podOf('waiting', ports);
  const old = { ...podOf('old', ports), status: { nominatedNodeName: 'n' } };
  const deleted = { resource: 'AssignedPod', actions: DELETE } as const;
  expect(hints('1.32', 'NodePorts', deleted, waiting, { old })).toEqual(['Skip']);
  expect(hints('1.33', 'NodePorts', deleted, waiting, { old })).toEqual(['Queue']);
});
