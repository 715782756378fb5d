// Random: one feasible node, drawn with equal chance, gets the full score, all others none. The baseline of the FGD
// experiment. Source: Weng et al., "Beware of Fragmentation", USENIX ATC 2023, section 6.

import { MAX_SCORE, type NodeWindow } from '../framework.js';
import type { NodeStrategyEntry } from '../strategy.js';

export const random: NodeStrategyEntry = {
  summary: 'any feasible node, with equal chance',
  device: 'Random',
  create({ draws }) {
    let drawn = -1;
    const draw = ({ nodes, count }: NodeWindow) => nodes[draws.integer(count)]!;
    return {
      name: 'Random',
      dependsOn: 'cluster',
      normalization: 'none',
      preScore(_shape, window) {
        drawn = window.count === 0 ? -1 : draw(window);
        return true;
      },
      pick: (_shape, window) => draw(window),
      score: (_shape, node) => (node === drawn ? MAX_SCORE : 0),
    };
  },
};
