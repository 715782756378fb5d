// BestFit: the node with the least CPU and shares left once the pod is on it, in parts of the largest node, both with
// equal weight. The published tool then spreads these scores over the feasible nodes, which changes no order.
// Source: Weng et al., "Beware of Fragmentation", USENIX ATC 2023, section 6.

import { MAX_SCORE } from '../framework.js';
import type { NodeStrategyEntry } from '../strategy.js';
import { createNodeParts } from './sharesizes.js';

export const bestFit: NodeStrategyEntry = {
  summary: 'the node with the least CPU and shares left with the pod on it',
  device: 'BestFit',
  needs: 'parts',
  create(handle) {
    const parts = createNodeParts(handle);
    return {
      name: 'BestFit',
      dependsOn: 'pods',
      isEqualOnEqualNodes: () => true,
      normalization: 'none',
      preScore: () => true,
      score(shape, node) {
        const cpu = parts.freeCpu(node) - parts.wantedCpu(shape);
        const shares = parts.freeShares(node) - parts.wantedShares(shape);
        return Math.trunc(MAX_SCORE * (1 - (0.5 * cpu + 0.5 * shares)));
      },
    };
  },
};
