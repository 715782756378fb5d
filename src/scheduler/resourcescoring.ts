// How much of a node is used with the pod at hand, by resource, and the scores that strategies make of it.
// Source: pkg/scheduler/framework/plugins/noderesources resource_allocation.go and the strategies beside
// it, Kubernetes 1.32 to 1.37; spec scheduler.md 3.8.

import { isScalarResource } from '../api/podrequests.js';
import { CPU, MEMORY, type NodeTable, widenResources } from '../cluster/nodes.js';
import type { ResourceSpec, ScoringStrategy, UtilizationShapePoint } from './configuration/args.js';
import { MAX_SCORE } from './framework.js';
import { interpolate } from './interpolation.js';
import type { PodShape } from './podshape.js';

/** The strategy of a profile without arguments. */
export const LEAST_ALLOCATED: ScoringStrategy = {
  type: 'LeastAllocated',
  resources: [
    { name: 'cpu', weight: 1 },
    { name: 'memory', weight: 1 },
  ],
};

/** The resources of one shape: their columns, what the pod adds, and their weights. */
interface ScoredResources {
  readonly sizes: readonly Float64Array[];
  readonly used: readonly Float64Array[];
  readonly amounts: Float64Array;
  readonly weights: Float64Array;
}

const NOTHING: ScoredResources = {
  sizes: [],
  used: [],
  amounts: new Float64Array(0),
  weights: new Float64Array(0),
};

/** Scores nodes by their resources. */
export interface ResourceScorer {
  /** Must be called for a shape before its nodes are scored. */
  prepare(shape: PodShape): void;
  scoreBy(strategy: ScoringStrategy): (shape: PodShape, node: number) => number;
}

/**
 * Makes a scorer over some resources.
 *
 * @param amountOf - what a pod of the shape adds of a resource
 */
export function createResourceScorer(
  nodes: NodeTable,
  resources: readonly ResourceSpec[],
  amountOf: (shape: PodShape, resource: string) => number,
): ResourceScorer {
  const ids = resources.map(({ name }) => nodes.resources.id(name));
  widenResources(nodes);
  const prepared: ScoredResources[] = [];
  // Nodes are asked about shape by shape: what was looked up for the last one stays at hand.
  let current: PodShape | undefined;
  let scored: ScoredResources = NOTHING;

  // CPU and memory count for pods that do not say, and a scalar counts for pods that ask for it only.
  function compile(shape: PodShape): ScoredResources {
    const counted = [...resources.keys()].filter((index) => {
      const { name } = resources[index]!;
      return amountOf(shape, name) > 0 || !isScalarResource(name);
    });
    return {
      sizes: counted.map((index) => nodes.allocatable[ids[index]!]!),
      used: counted.map((index) => usedColumn(ids[index]!)),
      amounts: Float64Array.from(counted, (index) => amountOf(shape, resources[index]!.name)),
      weights: Float64Array.from(counted, (index) => resources[index]!.weight),
    };
  }

  function usedColumn(id: number): Float64Array {
    if (id === CPU) return nodes.nonZeroCpuMilli;
    return id === MEMORY ? nodes.nonZeroMemoryBytes : nodes.requested[id]!;
  }

  function take(shape: PodShape): void {
    current = shape;
    scored = prepared[shape.id]!;
  }

  /** What stays free in percent, or what is used, as the weighted mean in whole numbers. */
  function scoreByShare(shape: PodShape, node: number, isLeast: boolean): number {
    if (shape !== current) take(shape);
    const { sizes, used, amounts, weights } = scored;
    let sum = 0;
    let weighed = 0;
    for (let index = 0; index < sizes.length; index++) {
      const size = sizes[index]![node]!;
      if (size === 0) continue;
      const wanted = used[index]![node]! + amounts[index]!;
      const counted = wanted > size ? (isLeast ? 0 : size) : isLeast ? size - wanted : wanted;
      sum += Math.trunc((counted * MAX_SCORE) / size) * weights[index]!;
      weighed += weights[index]!;
    }
    return weighed === 0 ? 0 : Math.trunc(sum / weighed);
  }

  /** A curve over the used percents; resources that score nothing do not weigh either. */
  function scoreByRatio(
    shape: PodShape,
    node: number,
    points: readonly UtilizationShapePoint[],
  ): number {
    if (shape !== current) take(shape);
    const { sizes, used, amounts, weights } = scored;
    let sum = 0;
    let weighed = 0;
    for (let index = 0; index < sizes.length; index++) {
      const size = sizes[index]![node]!;
      if (size === 0) continue;
      const wanted = used[index]![node]! + amounts[index]!;
      const percent = wanted > size ? MAX_SCORE : Math.trunc((wanted * MAX_SCORE) / size);
      const score = interpolate(points, percent);
      if (score <= 0) continue;
      sum += score * weights[index]!;
      weighed += weights[index]!;
    }
    return weighed === 0 ? 0 : Math.round(sum / weighed);
  }

  return {
    prepare(shape) {
      prepared[shape.id] ??= compile(shape);
    },
    scoreBy({ type, requestedToCapacityRatio }) {
      const points = requestedToCapacityRatio?.shape ?? [];
      switch (type) {
        case 'LeastAllocated':
          return (shape, node) => scoreByShare(shape, node, true);
        case 'MostAllocated':
          return (shape, node) => scoreByShare(shape, node, false);
        case 'RequestedToCapacityRatio':
          return (shape, node) => scoreByRatio(shape, node, points);
      }
    },
  };
}
