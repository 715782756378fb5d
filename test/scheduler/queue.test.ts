import { describe, expect, test } from 'vitest';
import { PodTable } from '../../src/scheduler/pods.js';
import { SchedulingQueue } from '../../src/scheduler/queue.js';

function build(priorities: readonly number[]) {
  const pods = new PodTable();
  for (const [index, priority] of priorities.entries()) pods.add(index % 2, priority, 0, 1);
  const queue = new SchedulingQueue(() => pods, { initialUs: 1e6, maxUs: 10e6 });
  return { pods, queue };
}

const popAll = (queue: SchedulingQueue) => {
  const popped: number[] = [];
  for (let pod = queue.pop(); pod >= 0; pod = queue.pop()) popped.push(pod);
  return popped;
};

describe('activeQ', () => {
  test('gives pods by priority, then by the time they came, then by index', () => {
    const { queue } = build([0, 0, 10, 0, 10]);
    for (const [pod, timeUs] of [
      [3, 5],
      [1, 5],
      [0, 9],
      [4, 8],
      [2, 9],
    ] as const) {
      queue.push(pod, timeUs);
    }
    expect(popAll(queue)).toEqual([4, 2, 1, 3, 0]);
  });

  test('grows with its pods', () => {
    const { queue } = build(Array.from({ length: 1000 }, () => 0));
    for (let pod = 999; pod >= 0; pod--) queue.push(pod, pod);
    expect(popAll(queue)).toEqual(Array.from({ length: 1000 }, (_, pod) => pod));
  });
});

describe('backoff', () => {
  test.each([
    [1, 1],
    [2, 2],
    [4, 8],
    [5, 10],
    [1000, 10],
  ])('after attempt %i a pod waits %i seconds', (attempts, seconds) => {
    expect(build([]).queue.backoffUs(attempts)).toBe(seconds * 1e6);
  });
});

describe('unschedulable pods', () => {
  test('are taken by shape, in the order in which they began to wait', () => {
    const { queue } = build([0, 0, 0, 0, 0]);
    for (const pod of [4, 1, 0, 3]) queue.wait(pod);
    expect([queue.waitingShapes(), queue.takeWaiting(0), queue.takeWaiting(0)]).toEqual([
      [0, 1],
      [4, 0],
      [],
    ]);
    expect([queue.waitingCount, queue.size, queue.takeWaiting(1)]).toEqual([2, 2, [1, 3]]);
  });
});
