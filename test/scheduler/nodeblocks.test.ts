// Choosing by blocks of nodes is choosing by the window, whatever changed in between.

import fc from 'fast-check';
import { expect, test } from 'vitest';
import { RandomStreams } from '../../src/random.js';
import { NodeBlocks } from '../../src/scheduler/nodeblocks.js';
import type { NodeAnswers } from '../../src/scheduler/schedulingcycle.js';
import { isRanked, SchedulingCycle } from '../../src/scheduler/schedulingcycle.js';

const step = fc.record({
  share: fc.constantFrom(0, 0.05, 0.5, 0.95),
  touched: fc.array(fc.tuple(fc.nat(), fc.nat({ max: 3 }), fc.boolean()), { maxLength: 20 }),
});

function answersOf(status: Int32Array, total: Float64Array, blocks: NodeBlocks | undefined) {
  const feasibleCount = status.filter((id) => id === 0).length;
  return {
    status,
    total,
    blocks,
    feasibleCount,
    errorCount: 0,
    narrowed: undefined,
    raws: [],
    windowScores: [],
    settle: () => {},
    mayFit: () => feasibleCount > 0,
  } as unknown as NodeAnswers;
}

test('blocks give the node and the next start that the window gives', () => {
  fc.assert(
    fc.property(
      fc.integer({ min: 1, max: 400 }),
      fc.constantFrom(1, 20, 40, 100),
      fc.constantFrom(1, 4, 64),
      fc.constantFrom('first-by-name' as const, 'drawn-order' as const, 'first-in-window' as const),
      fc.array(step, { minLength: 1, maxLength: 12 }),
      (nodeCount, percentage, size, tieBreak, steps) => {
        const status = new Int32Array(nodeCount);
        const total = new Float64Array(nodeCount);
        const ranks = Int32Array.from(status, (_, node) => (node * 7919) % nodeCount);
        const kept = isRanked(tieBreak) ? ranks : undefined;
        const blocks = new NodeBlocks(status, total, { size, ranks: kept }, () => {});
        const ties = new RandomStreams('test').stream('ties');
        const cycles = [0, 1].map(() => new SchedulingCycle(nodeCount, ranks, tieBreak, ties));
        steps.forEach(({ share, touched }, round) => {
          if (round % 3 === 0) {
            for (let node = 0; node < nodeCount; node++) {
              status[node] = ((node * 31 + round) % 100) / 100 < share ? 0 : 1;
            }
            blocks.touchAll();
          }
          for (const [index, score, fits] of touched) {
            const node = index % nodeCount;
            total[node] = score;
            status[node] = fits ? 0 : 1;
            blocks.touch(node);
          }
          const [plain, fast] = cycles;
          expect(fast!.choose(answersOf(status, total, blocks), percentage)).toBe(
            plain!.choose(answersOf(status, total, undefined), percentage),
          );
        });
      },
    ),
    { numRuns: 300, seed: 20261129 },
  );
});
