// Which registrations an event matches, and what events are called.

import { expect, test } from 'vitest';
import {
  ADD,
  ALL,
  actionNames,
  actionOf,
  type ClusterEvent,
  DELETE,
  type EventResource,
  eventLabel,
  matchesEvent,
  UPDATE,
  UPDATE_NODE_LABEL,
  UPDATE_NODE_TAINT,
  UPDATE_POD_LABEL,
  UPDATE_POD_OTHER,
  UPDATE_POD_TOLERATION,
  WILDCARD_EVENT,
} from '../../../src/scheduler/events/clusterevent.js';

const event = (resource: EventResource, actions: number): ClusterEvent => ({ resource, actions });

test.each([
  ['its own kind', event('Node', ADD | UPDATE_NODE_LABEL), event('Node', ADD), true, true],
  ['another action', event('Node', ADD | UPDATE_NODE_LABEL), event('Node', DELETE), false, false],
  ['another resource', event('PersistentVolume', ADD), event('Node', ADD), false, false],
  ['a pod on a node by Pod', event('Pod', DELETE), event('AssignedPod', DELETE), true, true],
  [
    'a waiting pod by AssignedPod',
    event('AssignedPod', ADD),
    event('TargetPod', ADD),
    false,
    false,
  ],
  [
    'a general update by one kind of update',
    event('Node', UPDATE_NODE_LABEL),
    event('Node', UPDATE),
    true,
    false,
  ],
  [
    'a general update by the general update',
    event('Pod', UPDATE),
    event('Pod', UPDATE),
    true,
    true,
  ],
  [
    'an update without class by one kind of update',
    event('Pod', UPDATE_POD_LABEL),
    event('AssignedPod', UPDATE_POD_OTHER),
    false,
    false,
  ],
  ['anything by the wildcard', WILDCARD_EVENT, event('Node', UPDATE_NODE_TAINT), true, true],
  ['the wildcard by a pattern', event('Node', ALL), WILDCARD_EVENT, false, false],
])('matching %s', (_name, pattern, happened, in133, in134) => {
  expect(matchesEvent(pattern, happened, 33)).toBe(in133);
  expect(matchesEvent(pattern, happened, 34)).toBe(in134);
});

test('names follow the version', () => {
  expect(actionNames(ADD | UPDATE, 37)).toEqual(['Add', 'Update']);
  expect(actionNames(ALL, 37)).toEqual(['All']);
  expect(actionNames(UPDATE_POD_TOLERATION, 32)).toEqual(['UpdatePodTolerations']);
  expect(actionOf('UpdatePodTolerations')).toBe(actionOf('UpdatePodToleration'));
  expect(actionOf('Rename')).toBeUndefined();
  expect(eventLabel(event('TargetPod', UPDATE), 37)).toBe('TargetPodUpdate');
  expect(eventLabel(event('TargetPod', UPDATE_POD_OTHER), 33)).toBe('UnschedulablePodUpdate');
});
