// What DotProd and BestFit go by: CPU and shares in parts of the largest node, which is 128,000 milli of CPU and eight
// GPUs in the published experiment.

import { CPU } from '../../cluster/nodes.js';
import type { PodShape } from '../podshape.js';
import type { NodeStrategyHandle } from '../strategy.js';

/** CPU and shares of pods and nodes, in parts of the largest node. */
export interface NodeParts {
  freeCpu(node: number): number;
  freeShares(node: number): number;
  wantedCpu(shape: PodShape): number;
  wantedShares(shape: PodShape): number;
}

export function createNodeParts({ nodes, view }: NodeStrategyHandle): NodeParts {
  const { parts } = view;
  const cpuMax = nodes.allocatable[CPU]!.reduce((most, one) => Math.max(most, one), 1);
  const sharesMax = Math.max(1, parts.nodeSizeMax);
  return {
    freeCpu: (node) => (nodes.allocatable[CPU]![node]! - nodes.requested[CPU]![node]!) / cpuMax,
    freeShares: (node) => parts.leftOf(node) / sharesMax,
    wantedCpu: (shape) => shape.cpuMilli / cpuMax,
    wantedShares: (shape) => parts.wantedBy(shape.claims) / sharesMax,
  };
}
