// The best node that is kept is the one that a look at all nodes finds.

import fc from 'fast-check';
import { expect, test } from 'vitest';
import { BestTree } from '../../src/scheduler/besttree.js';

const change = fc.record({
  node: fc.nat(),
  status: fc.constantFrom(0, 0, 0, 7),
  total: fc.integer({ min: -2, max: 3 }),
});

test('after any changes the best is the first by rank among the highest', () => {
  fc.assert(
    fc.property(
      fc.integer({ min: 1, max: 40 }).chain((count) =>
        fc.record({
          ranks: fc.shuffledSubarray([...Array(count).keys()], { minLength: count }),
          changes: fc.array(change, { maxLength: 60 }),
        }),
      ),
      ({ ranks, changes }) => {
        const status = new Int32Array(ranks.length).fill(1);
        const total = new Float64Array(ranks.length);
        const tree = new BestTree(status, total, Int32Array.from(ranks));
        expect(tree.best).toBe(-1);
        for (const { node: drawn, ...now } of changes) {
          const node = drawn % ranks.length;
          status[node] = now.status;
          total[node] = now.total;
          tree.update(node);
          const feasible = [...ranks.keys()].filter((one) => status[one] === 0);
          feasible.sort((a, b) => total[b]! - total[a]! || ranks[a]! - ranks[b]!);
          expect(tree.best).toBe(feasible[0] ?? -1);
        }
        expect(new BestTree(status, total, Int32Array.from(ranks)).best).toBe(tree.best);
      },
    ),
    { numRuns: 200, seed: 20261126 },
  );
});
