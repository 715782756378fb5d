import { describe, expect, test } from 'vitest';
import { EventQueue } from '../../src/engine/eventqueue.js';

function drain(queue: EventQueue): number[] {
  const popped: number[] = [];
  while (queue.pop()) popped.push(queue.a);
  return popped;
}

describe('EventQueue', () => {
  test('events of one time come by priority, then in the order of their pushes', () => {
    const queue = new EventQueue();
    for (let index = 0; index < 10; index++) queue.push(5, index % 2, 0, index, 0);
    expect(drain(queue)).toEqual([0, 2, 4, 6, 8, 1, 3, 5, 7, 9]);
  });

  test('an event pushed for now comes before later ones', () => {
    const queue = new EventQueue();
    queue.push(10, 0, 0, 1, 0);
    queue.push(20, 0, 0, 2, 0);
    queue.pop();
    queue.push(10, 0, 0, 3, 0);
    expect(drain(queue)).toEqual([3, 2]);
  });

  test('a cancelled event never comes, and cancelling it twice says so', () => {
    const queue = new EventQueue();
    const handle = queue.push(10, 0, 0, 1, 0);
    queue.push(11, 0, 0, 2, 0);
    expect(queue.cancel(handle)).toBe(true);
    expect(queue.cancel(handle)).toBe(false);
    expect(queue.size).toBe(1);
    expect(drain(queue)).toEqual([2]);
  });

  test('the handle of a popped event does not cancel the event that reuses its slot', () => {
    const queue = new EventQueue();
    const handle = queue.push(1, 0, 0, 1, 0);
    queue.pop();
    queue.push(2, 0, 0, 2, 0);
    expect(queue.cancel(handle)).toBe(false);
    expect(drain(queue)).toEqual([2]);
  });

  test('an event in the past is refused', () => {
    const queue = new EventQueue();
    queue.push(10, 0, 0, 0, 0);
    queue.pop();
    expect(() => queue.push(9, 0, 0, 0, 0)).toThrow('past');
  });

  test('a fork goes on with the same events and leaves the original alone', () => {
    const queue = new EventQueue();
    for (let index = 0; index < 300; index++) queue.push((index * 7919) % 1000, 0, 0, index, 0);
    for (let index = 0; index < 100; index++) queue.pop();
    const fork = queue.fork();
    fork.push(999_999, 0, 0, -1, 0);
    const rest = drain(fork);
    expect(rest.pop()).toBe(-1);
    expect(drain(queue)).toEqual(rest);
  });

  test('a hundred thousand events of one time keep their order without quadratic work', () => {
    const queue = new EventQueue();
    queue.push(1, 0, 0, -1, 0);
    queue.push(3, 0, 0, -2, 0);
    queue.pop();
    for (let index = 0; index < 100_000; index++) queue.push(1, 0, 0, index, 0);
    const popped = drain(queue);
    expect(popped.length).toBe(100_001);
    expect(popped.every((value, index) => index === 100_000 || value === index)).toBe(true);
  });
});
