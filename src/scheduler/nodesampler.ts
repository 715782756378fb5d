// Which nodes an attempt looks at: a nominated one first, then from a rotating start until enough are
// feasible. The plain loop with one worker, which the indexes of the hot loop must agree with.
// Source: pkg/scheduler/schedule_one.go findNodesThatFitPod, Kubernetes 1.32, 1.37; spec scheduler.md 3.6, 3.7.

import { assert } from '../errors.js';
import { feasibleNodesToFind } from './schedulingcycle.js';

/** What an attempt chooses its nodes from. */
export interface SampleInput {
  /** How many nodes the cluster has. */
  readonly nodeCount: number;
  /** Indices of the nodes that PreFilter left, in the order of the scan; left out: all. */
  readonly narrowed?: readonly number[] | undefined;
  /** Index of the node that the pod is nominated to, -1 for none. */
  readonly nominated: number;
  /** 0 adapts to the number of nodes. */
  readonly percentageOfNodesToScore: number;
  /** Without plugins or extenders that score, one node is enough. */
  readonly hasScores: boolean;
  /** Runs the filters. */
  isFeasible(node: number): boolean;
}

/** What came of it. */
export interface Sample {
  /** Indices in the order of the scan. */
  readonly feasible: number[];
  /** Feasible and rejected nodes, each once. */
  readonly evaluatedCount: number;
}

/** Samples nodes for one pod after the other; the start of the next scan is all that it keeps. */
export class NodeSampler {
  start = 0;

  sample(input: SampleInput): Sample {
    const { nodeCount, narrowed, nominated, isFeasible } = input;
    assert(nodeCount > 0, 'an attempt without nodes ends before it looks for one');
    const rejected = new Set<number>();
    if (nominated >= 0) {
      if (isFeasible(nominated)) return { feasible: [nominated], evaluatedCount: 1 };
      rejected.add(nominated);
    }
    const count = narrowed?.length ?? nodeCount;
    const want = input.hasScores ? feasibleNodesToFind(count, input.percentageOfNodesToScore) : 1;
    const feasible: number[] = [];
    for (let step = 0; step < count; step++) {
      const position = (this.start + step) % count;
      const node = narrowed ? narrowed[position]! : position;
      if (!isFeasible(node)) rejected.add(node);
      else if (feasible.length === want) break;
      else feasible.push(node);
    }
    const evaluatedCount = feasible.length + rejected.size;
    this.start = (this.start + evaluatedCount) % nodeCount;
    return { feasible, evaluatedCount };
  }
}
