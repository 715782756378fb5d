// Room that preemption keeps on nodes for pods that wait. Source: pkg/scheduler backend/queue nominator,
// Kubernetes 1.32 to 1.37.

import type { NodePods } from './nodepods.js';
import type { PodTable } from './pods.js';

/** The nominations of a run. */
export class Nominations {
  constructor(
    private readonly pods: PodTable,
    private readonly nodePods: NodePods,
  ) {}

  add(pod: number, node: number): void {
    this.pods.nominatedNode[pod] = node;
    this.nodePods.nominate(pod, node);
  }

  /** Gives up the room that is kept for a pod; the node where it was, or -1. */
  remove(pod: number): number {
    const { nominatedNode } = this.pods;
    const node = nominatedNode[pod]!;
    if (node < 0) return node;
    nominatedNode[pod] = -1;
    this.nodePods.unnominate(pod, node);
    return node;
  }

  /** Pods of lower priority for which room is kept on a preemptor's node. */
  lowerThan(preemptor: number): readonly number[] {
    const { priority, nominatedNode } = this.pods;
    const node = nominatedNode[preemptor]!;
    if (node < 0) return [];
    const limit = priority[preemptor]!;
    return this.nodePods.nominatedOn(node).filter((other) => priority[other]! < limit);
  }
}
