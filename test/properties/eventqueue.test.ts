import fc from 'fast-check';
import { expect, test } from 'vitest';
import { EventQueue } from '../../src/engine/eventqueue.js';

interface Reference {
  timeUs: number;
  priority: number;
  sequence: number;
}

function earliest(pending: Reference[]): Reference {
  return pending.reduce((best, event) => (before(event, best) ? event : best));
}

function before(left: Reference, right: Reference): boolean {
  if (left.timeUs !== right.timeUs) return left.timeUs < right.timeUs;
  if (left.priority !== right.priority) return left.priority < right.priority;
  return left.sequence < right.sequence;
}

const delay = fc.oneof(
  fc.integer({ min: 0, max: 3 }),
  fc.integer({ min: 0, max: 1_000 }),
  fc.integer({ min: 0, max: 1_000_000_000_000 }),
);
const operation = fc.oneof(
  fc.record({ do: fc.constant('push' as const), delay, priority: fc.integer({ min: 0, max: 2 }) }),
  fc.record({ do: fc.constant('burst' as const), delay, count: fc.integer({ min: 1, max: 600 }) }),
  fc.record({ do: fc.constant('pop' as const), count: fc.integer({ min: 1, max: 400 }) }),
  fc.record({ do: fc.constant('cancel' as const), pick: fc.nat() }),
);

test('pushes, pops and cancels in any mix give the order (time, priority, sequence)', () => {
  fc.assert(
    fc.property(fc.array(operation, { maxLength: 40 }), (operations) => {
      const queue = new EventQueue(1);
      const pending: (Reference & { handle: number })[] = [];
      let sequence = 0;
      let spread = 12345;
      const push = (timeUs: number, priority: number) => {
        const handle = queue.push(timeUs, priority, 0, sequence, 0);
        pending.push({ timeUs, priority, sequence: sequence++, handle });
      };
      const popOne = () => {
        const wanted = pending.length === 0 ? null : earliest(pending);
        expect(queue.pop()).toBe(wanted !== null);
        if (!wanted) return;
        expect([queue.timeUs, queue.priority, queue.a]).toEqual([
          wanted.timeUs,
          wanted.priority,
          wanted.sequence,
        ]);
        pending.splice(pending.indexOf(wanted as (typeof pending)[number]), 1);
      };
      for (const step of operations) {
        if (step.do === 'push') push(queue.timeUs + step.delay, step.priority);
        else if (step.do === 'burst') {
          for (let index = 0; index < step.count; index++) {
            spread = (spread * 1103515245 + 12345) % 2 ** 31;
            push(queue.timeUs + (spread % (step.delay + 1)), index & 1);
          }
        } else if (step.do === 'pop') for (let index = 0; index < step.count; index++) popOne();
        else if (pending.length > 0) {
          const [event] = pending.splice(step.pick % pending.length, 1);
          expect(queue.cancel(event!.handle)).toBe(true);
        }
        expect(queue.size).toBe(pending.length);
      }
      while (pending.length > 0) popOne();
      expect(queue.pop()).toBe(false);
    }),
    { numRuns: 150 },
  );
});
