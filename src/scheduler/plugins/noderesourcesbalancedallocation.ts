// NodeResourcesBalancedAllocation: prefers nodes whose CPU and memory fill evenly. Source:
// kubernetes/kubernetes pkg/scheduler/framework/plugins/noderesources/balanced_allocation.go (1.32, 1.37).

import { CPU, MEMORY } from '../../cluster/nodes.js';
import { MAX_SCORE, type Plugin, type PluginHandle } from '../framework.js';
import type { PodShape } from '../podshape.js';

export function createNodeResourcesBalancedAllocation(handle: PluginHandle): Plugin {
  const { allocatable, requested } = handle.nodes;
  const { minor } = handle.features;

  /** 100 where both fractions are equal, down to 50 where one is full and the other empty. */
  function balance(node: number, cpuMilli: number, memoryBytes: number): number {
    const cpuSize = allocatable[CPU]![node]!;
    const memorySize = allocatable[MEMORY]![node]!;
    if (cpuSize === 0 || memorySize === 0) return MAX_SCORE;
    const cpu = Math.min(1, (requested[CPU]![node]! + cpuMilli) / cpuSize);
    const memory = Math.min(1, (requested[MEMORY]![node]! + memoryBytes) / memorySize);
    return Math.trunc((1 - Math.abs(cpu - memory) / 2) * MAX_SCORE);
  }

  function score(shape: PodShape, node: number): number {
    const filled = balance(node, shape.cpuMilli, shape.memoryBytes);
    if (minor <= 35) return filled;
    return MAX_SCORE / 2 + Math.trunc((MAX_SCORE / 2 + filled - balance(node, 0, 0)) / 2);
  }

  return {
    name: 'NodeResourcesBalancedAllocation',
    dependsOn: 'pods',
    normalization: 'none',
    preScore: (shape) => minor === 32 || shape.cpuMilli > 0 || shape.memoryBytes > 0,
    score,
  };
}
