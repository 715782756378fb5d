// DotProd: nodes whose free CPU and shares, as a vector, have little in common with what the pod wants, so that those
// that would suit large pods stay. Shares of a node count together ("merge"), all in parts of the largest node
// ("max"). Source: Grandl et al., "Multi-Resource Packing for Cluster Schedulers" (Tetris), SIGCOMM 2014, as used in
// the FGD experiment (Weng et al., USENIX ATC 2023, section 6).

import { MAX_SCORE } from '../framework.js';
import type { NodeStrategyEntry } from '../strategy.js';
import { createNodeParts } from './sharesizes.js';

export const dotProd: NodeStrategyEntry = {
  summary: 'the least product of what a node has free and the pod wants',
  device: 'BestFit',
  needs: 'parts',
  create(handle) {
    const parts = createNodeParts(handle);
    return {
      name: 'DotProd',
      dependsOn: 'pods',
      isEqualOnEqualNodes: () => true,
      normalization: 'none',
      preScore: () => true,
      score(shape, node) {
        const cpu = parts.freeCpu(node) * parts.wantedCpu(shape);
        const shares = parts.freeShares(node) * parts.wantedShares(shape);
        return Math.trunc(MAX_SCORE * (1 - (cpu + shares) / 2));
      },
    };
  },
};
