import fc from 'fast-check';
import { expect, test } from 'vitest';
import {
  chooseCandidate,
  type PreemptionCandidate,
} from '../../../src/scheduler/preemption/candidates.js';
import { CandidateTree } from '../../../src/scheduler/preemption/candidatetree.js';

const NODE_COUNT = 11;

const step = fc.record({
  node: fc.integer({ min: 0, max: NODE_COUNT - 1 }),
  costs: fc.option(fc.tuple(fc.integer({ min: 0, max: 1 }), fc.integer({ min: 0, max: 3 })), {
    nil: undefined,
  }),
});

test('the tree finds what a comparison of the first candidates finds, after any changes', () => {
  fc.assert(
    fc.property(fc.array(step, { maxLength: 30 }), (steps) => {
      const tree = new CandidateTree(NODE_COUNT);
      const all: (PreemptionCandidate | undefined)[] = new Array(NODE_COUNT).fill(undefined);
      for (const { node, costs } of steps) {
        const candidate = costs && { node, victims: [], violations: costs[0], costs };
        all[node] = candidate;
        tree.set(node, candidate);
        const present = all.filter((entry) => entry !== undefined);
        expect(tree.count).toBe(present.length);
        expect(tree.firstClean()).toBe(present.find(({ violations }) => violations === 0));
        for (let wanted = 1; wanted <= NODE_COUNT; wanted++) {
          expect(tree.bestOfFirst(wanted)).toBe(chooseCandidate(present.slice(0, wanted)));
        }
      }
    }),
    { numRuns: 100, seed: 20261128 },
  );
});
