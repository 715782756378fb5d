import { describe, expect, test, vi } from 'vitest';
import { ADD, DELETE, UPDATE } from '../../../src/scheduler/events/clusterevent.js';
import { ACTIVE, BACKOFF, GATED, UNSCHEDULABLE } from '../../../src/scheduler/queue/columns.js';
import type { QueuePlugin } from '../../../src/scheduler/queue/plugins.js';
import { buildQueue, popAll, SECOND } from './build.js';

const NODE_ADDED = { resource: 'Node', actions: ADD } as const;
const POD_GONE = { resource: 'AssignedPod', actions: DELETE } as const;
const CLAIM_CHANGED = { resource: 'resource.k8s.io/ResourceClaim', actions: UPDATE } as const;

const plugin = (name: string, ...events: QueuePlugin['events']): QueuePlugin => ({ name, events });
const FIT = plugin('Fit', POD_GONE);
const AFFINITY = plugin('Affinity', NODE_ADDED);

describe('activeQ', () => {
  test('gives pods by priority, then by the time they came, then by index', () => {
    const { queue, columns } = buildQueue();
    columns.priority.set([0, 0, 10, 0, 10]);
    for (const [pod, timeUs] of [
      [3, 5],
      [1, 5],
      [4, 8],
      [0, 9],
      [2, 9],
    ] as const) {
      queue.add(pod, timeUs);
    }
    expect(popAll(queue, 9)).toEqual([4, 2, 1, 3, 0]);
  });

  test('puts a pod right whose priority changes', () => {
    const { queue, columns } = buildQueue();
    for (const pod of [0, 1, 2]) queue.add(pod, pod);
    columns.priority[2] = 1;
    const nothing = { events: [], objects: {}, isRelevant: true, nominatedBefore: -1 };
    queue.update(2, nothing, 3);
    expect(popAll(queue, 3)).toEqual([2, 0, 1]);
  });
});

describe('backoff', () => {
  test.each([
    [1, 1],
    [2, 2],
    [4, 8],
    [5, 10],
    [1000, 10],
  ])('after failure %i a pod waits %i seconds', (failures, seconds) => {
    expect(buildQueue().queue.backoff.durationUs(failures)).toBe(seconds * SECOND);
  });

  test('ends with whole seconds from 1.33 on, and the next flush after it', () => {
    for (const [version, flushUs] of [
      ['1.32', 12 * SECOND],
      ['1.37', 12 * SECOND],
    ] as const) {
      const { queue, columns } = buildQueue([], version);
      queue.add(0, 10.1 * SECOND);
      queue.pop(10.2 * SECOND);
      queue.fail(0, 0, 0, 10.3 * SECOND);
      const endUs = version === '1.32' ? 11.3 * SECOND : 11 * SECOND;
      expect([columns.endUs[0], queue.flushBackoffUs]).toEqual([endUs, flushUs]);
      queue.flushBackoff(11.2 * SECOND);
      expect(columns.state[0]).toBe(BACKOFF);
      queue.flushBackoff(flushUs);
      expect([columns.state[0], queue.flushBackoffUs]).toEqual([ACTIVE, Infinity]);
    }
  });

  test('an empty activeQ gives rejected pods out of backoffQ, not those that erred', () => {
    const { queue } = buildQueue([FIT]);
    for (const pod of [0, 1]) queue.add(pod, 0);
    popAll(queue, 1);
    queue.fail(0, 0, 0, 2);
    queue.move(POD_GONE, {}, 3);
    queue.fail(1, queue.plugins.bits(['Fit']), 0, 4);
    expect([queue.pop(5), queue.pop(5), queue.backoffCount]).toEqual([1, -1, 1]);
  });
});

describe('events', () => {
  test('move the pods whose rejectors registered them', () => {
    const { queue, columns } = buildQueue([FIT, AFFINITY]);
    for (const pod of [0, 1]) queue.add(pod, 0);
    popAll(queue, 1);
    queue.fail(0, queue.plugins.bits(['Fit']), 0, 2);
    queue.fail(1, queue.plugins.bits(['Affinity']), 0, 2);
    queue.move(POD_GONE, {}, 30 * SECOND);
    expect([...columns.state.subarray(0, 2)]).toEqual([ACTIVE, UNSCHEDULABLE]);
    queue.move(CLAIM_CHANGED, {}, 31 * SECOND);
    expect(queue.counters).toEqual({ queueEvents: 1, wakeups: 1, wastedAttempts: 0 });
  });

  test('ask a hint once for the pods of one kind', () => {
    const hint = vi.fn((pod: number) => (pod < 50 ? ('Skip' as const) : ('Queue' as const)));
    const { queue, columns } = buildQueue([plugin('Fit', { ...POD_GONE, hint })]);
    for (let pod = 0; pod < 100; pod++) {
      columns.kind[pod] = pod < 50 ? 0 : 1;
      queue.add(pod, 0);
    }
    for (const pod of popAll(queue, 1)) queue.fail(pod, queue.plugins.bits(['Fit']), 0, 1);
    queue.move(POD_GONE, {}, 2);
    expect([queue.hintCalls, queue.unschedulable.count, queue.backoffCount]).toEqual([2, 50, 50]);
  });

  test('ask a narrowed hint for the named pods alone', () => {
    const hint = vi.fn(() => 'Queue' as const);
    const named = { ...CLAIM_CHANGED, hint, looksAtPod: true, narrow: () => [1, 7] };
    const { queue, columns } = buildQueue([plugin('Claims', named)]);
    for (const pod of [0, 1, 2]) queue.add(pod, 0);
    for (const pod of popAll(queue, 1)) queue.fail(pod, queue.plugins.bits(['Claims']), 0, 1);
    queue.move(CLAIM_CHANGED, {}, 30 * SECOND);
    expect([...columns.state.subarray(0, 3)]).toEqual([UNSCHEDULABLE, ACTIVE, UNSCHEDULABLE]);
    expect(hint).toHaveBeenCalledTimes(1);
  });

  test('skip the backoff of a pod that waits for its plugin', () => {
    const { queue, columns } = buildQueue([FIT]);
    queue.add(0, 0);
    queue.pop(1);
    queue.fail(0, 0, queue.plugins.bits(['Fit']), 2);
    queue.move(POD_GONE, {}, 3);
    expect(columns.state[0]).toBe(ACTIVE);
  });

  test('that a pod missed in flight count when it comes back', () => {
    const { queue, columns } = buildQueue([FIT]);
    for (const pod of [0, 1]) queue.add(pod, 0);
    queue.pop(1);
    queue.move(POD_GONE, {}, 2);
    queue.pop(3);
    for (const pod of [0, 1]) queue.fail(pod, queue.plugins.bits(['Fit']), 0, 4);
    expect([...columns.state.subarray(0, 2)]).toEqual([BACKOFF, UNSCHEDULABLE]);
  });

  test('count as waste where the pod fails again', () => {
    const { queue } = buildQueue([FIT]);
    const fit = queue.plugins.bits(['Fit']);
    queue.add(0, 0);
    for (const timeUs of [1, 2, 3]) {
      queue.pop(timeUs * 60 * SECOND);
      queue.fail(0, fit, 0, timeUs * 60 * SECOND);
      if (timeUs < 3) queue.move(POD_GONE, {}, (timeUs + 0.5) * 60 * SECOND);
    }
    expect([queue.counters.wakeups, queue.counters.wastedAttempts]).toEqual([2, 2]);
  });
});

test('a pod is tried again after five minutes without an event', () => {
  const { queue, columns } = buildQueue([FIT]);
  queue.add(0, 0);
  queue.pop(0);
  queue.fail(0, queue.plugins.bits(['Fit']), 0, 0);
  expect(queue.flushUnschedulableUs).toBe(300 * SECOND);
  queue.flushUnschedulable(300 * SECOND);
  expect(columns.state[0]).toBe(UNSCHEDULABLE);
  queue.flushUnschedulable(330 * SECOND);
  expect(columns.state[0]).toBe(ACTIVE);
});

test('a pod that a plugin holds waits for the events of that plugin', () => {
  let isOpen = false;
  const gate = { ...plugin('Gate', NODE_ADDED), preEnqueue: () => isOpen };
  const { queue, columns } = buildQueue([gate, FIT]);
  queue.add(0, 0);
  expect(columns.state[0]).toBe(GATED);
  queue.move(POD_GONE, {}, 1);
  queue.move(NODE_ADDED, {}, 2);
  expect(columns.state[0]).toBe(GATED);
  isOpen = true;
  queue.move(POD_GONE, {}, 3);
  expect(columns.state[0]).toBe(GATED);
  queue.move(NODE_ADDED, {}, 4);
  expect([columns.state[0], columns.firstActiveUs[0]]).toEqual([ACTIVE, 4]);
});
