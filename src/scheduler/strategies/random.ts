// Random: one feasible node, drawn with equal chance, gets the full score, all others none. The baseline of the FGD
// experiment. Source: Weng et al., "Beware of Fragmentation", USENIX ATC 2023, section 6.

import { MAX_SCORE } from '../framework.js';
import type { NodeStrategyEntry } from '../strategy.js';

export const random: NodeStrategyEntry = {
  summary: 'any feasible node, with equal chance',
  device: 'Random',
  needsShares: false,
  create({ draws }) {
    let drawn = -1;
    return {
      name: 'Random',
      dependsOn: 'cluster',
      normalization: 'none',
      preScore(_shape, { nodes, count }) {
        drawn = count === 0 ? -1 : nodes[draws.integer(count)]!;
        return true;
      },
      score: (_shape, node) => (node === drawn ? MAX_SCORE : 0),
    };
  },
};
