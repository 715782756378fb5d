// NodeResourcesBalancedAllocation: prefers nodes whose resources fill evenly. Source:
// kubernetes/kubernetes pkg/scheduler/framework/plugins/noderesources/balanced_allocation.go (1.32, 1.33,
// 1.36, 1.37).

import { isScalarResource } from '../../api/podrequests.js';
import { widenResources } from '../../cluster/nodes.js';
import { MAX_SCORE, type Plugin, type PluginHandle } from '../framework.js';
import type { PodShape } from '../podshape.js';
import { LEAST_ALLOCATED } from '../resourcescoring.js';

/** Resources that count for one shape: their columns, and what the pod requests of each. */
interface BalancedResources {
  readonly sizes: readonly Float64Array[];
  readonly used: readonly Float64Array[];
  readonly amounts: Float64Array;
}

export function createNodeResourcesBalancedAllocation(handle: PluginHandle): Plugin {
  const { nodes, features, args } = handle;
  const listed = args.NodeResourcesBalancedAllocation?.resources ?? LEAST_ALLOCATED.resources;
  const ids = listed.map(({ name }) => nodes.resources.id(name));
  widenResources(nodes);
  const { allocatable, requested } = nodes;
  const scoresChange = features.minor >= 36;
  const prepared: BalancedResources[] = [];
  // Nodes are asked about shape by shape: what was looked up for the last one stays at hand.
  let current: PodShape | undefined;
  let resources: BalancedResources = {
    sizes: [],
    used: [],
    amounts: new Float64Array(0),
  };
  const before = new Float64Array(listed.length);
  const after = new Float64Array(listed.length);

  function compile(shape: PodShape): BalancedResources {
    const amountOf = (id: number) => shape.amounts[shape.resources.indexOf(id)] ?? 0;
    const counted = ids.filter(
      (id) => amountOf(id) > 0 || !isScalarResource(nodes.resources.text(id)),
    );
    return {
      sizes: counted.map((id) => allocatable[id]!),
      used: counted.map((id) => requested[id]!),
      amounts: Float64Array.from(counted, amountOf),
    };
  }

  function score(shape: PodShape, node: number): number {
    if (shape !== current) {
      current = shape;
      resources = prepared[shape.id]!;
    }
    const { sizes, used, amounts } = resources;
    let count = 0;
    for (let index = 0; index < sizes.length; index++) {
      const size = sizes[index]![node]!;
      if (size === 0) continue;
      const taken = used[index]![node]!;
      before[count] = Math.min(1, taken / size);
      after[count++] = Math.min(1, (taken + amounts[index]!) / size);
    }
    const filled = balance(after, count);
    if (!scoresChange) return filled;
    return MAX_SCORE / 2 + Math.trunc((MAX_SCORE / 2 + filled - balance(before, count)) / 2);
  }

  return {
    name: 'NodeResourcesBalancedAllocation',
    dependsOn: 'pods',
    isEqualOnEqualNodes: () => true,
    normalization: 'none',
    preScore(shape) {
      prepared[shape.id] ??= compile(shape);
      return features.minor === 32 || prepared[shape.id]!.amounts.some((amount) => amount > 0);
    },
    score,
  };
}

/** 100 where all fractions are equal, less the further they are from each other. */
function balance(fractions: Float64Array, count: number): number {
  return Math.trunc((1 - deviation(fractions, count)) * MAX_SCORE);
}

/** The standard deviation of the fractions. */
function deviation(fractions: Float64Array, count: number): number {
  if (count < 2) return 0;
  if (count === 2) return Math.abs((fractions[0]! - fractions[1]!) / 2);
  let sum = 0;
  for (let index = 0; index < count; index++) sum += fractions[index]!;
  const mean = sum / count;
  let squares = 0;
  for (let index = 0; index < count; index++) {
    squares += (fractions[index]! - mean) * (fractions[index]! - mean);
  }
  return Math.sqrt(squares / count);
}
