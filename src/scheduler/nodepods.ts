// The pods on each node and those nominated to it: node usage, lists by node, and the plugins that count
// pods. Follows the scheduler's NodeInfo and nominator, Kubernetes 1.37; spec scheduler.md 1.13, 3.5.

import type { ChangeLog } from '../cluster/changelog.js';
import { type NodeTable, PODS } from '../cluster/nodes.js';
import type { PodTable } from './pods.js';
import type { PodShapes } from './podshape.js';

const NONE = -1;

/** Counts pods as they come to nodes and leave them. */
export interface PodListener {
  addPod(pod: number, node: number): void;
  removePod(pod: number, node: number): void;
}

/** Which pods are where. */
export class NodePods {
  /** Nodes that some pod is nominated to. */
  nominatedNodeCount = 0;
  private readonly first: Int32Array;
  private readonly nominated = new Map<number, number[]>();
  private readonly listeners: PodListener[] = [];

  constructor(
    private readonly nodes: NodeTable,
    readonly changes: ChangeLog,
    private readonly pods: PodTable,
    private readonly shapes: PodShapes,
  ) {
    this.first = new Int32Array(nodes.count).fill(NONE);
  }

  /** Tells a listener of pods from now on. */
  listen(listener: PodListener): void {
    this.listeners.push(listener);
  }

  /** A pod of the node or -1; the next one is its `nextOnNode`. No order is promised. */
  firstOn(node: number): number {
    return this.first[node]!;
  }

  /** A pod came to a node. */
  add(pod: number, node: number): void {
    this.put(pod, node);
    this.changes.append(node);
  }

  /** A pod left its node. */
  remove(pod: number, node: number): void {
    this.take(pod, node);
    this.changes.append(node);
  }

  /** A pod was told to go: it stays on its node, but plugins may count it no more. */
  terminate(pod: number, node: number, kind: number): void {
    this.take(pod, node);
    this.pods.terminating[pod] = kind;
    this.put(pod, node);
    this.changes.append(node);
  }

  /** As {@link add} for a trial that is taken back before anybody looks at the node again. */
  put(pod: number, node: number): void {
    const { nextOnNode, previousOnNode } = this.pods;
    const head = this.first[node]!;
    nextOnNode[pod] = head;
    previousOnNode[pod] = NONE;
    if (head !== NONE) previousOnNode[head] = pod;
    this.first[node] = pod;
    this.count(pod, node, 1);
    const { listeners } = this;
    for (let index = 0; index < listeners.length; index++) listeners[index]!.addPod(pod, node);
  }

  /** The opposite of {@link put}. */
  take(pod: number, node: number): void {
    const { nextOnNode, previousOnNode } = this.pods;
    const next = nextOnNode[pod]!;
    const previous = previousOnNode[pod]!;
    if (next !== NONE) previousOnNode[next] = previous;
    if (previous !== NONE) nextOnNode[previous] = next;
    else this.first[node] = next;
    this.count(pod, node, -1);
    const { listeners } = this;
    for (let index = 0; index < listeners.length; index++) listeners[index]!.removePod(pod, node);
  }

  /** Position of the change log after the last change of a node. */
  lastChange(node: number): number {
    return this.changes.lastChange(node);
  }

  /** Pods nominated to a node, in the order of nomination. */
  nominatedOn(node: number): readonly number[] {
    return this.nominated.get(node) ?? NO_PODS;
  }

  /** Visits the nodes that some pod is nominated to. */
  visitNominated(visit: (node: number) => void): void {
    for (const node of this.nominated.keys()) visit(node);
  }

  /** Keeps room on a node for a pod. */
  nominate(pod: number, node: number): void {
    const pods = this.nominated.get(node);
    if (pods) pods.push(pod);
    else this.nominated.set(node, [pod]);
    this.nominatedNodeCount = this.nominated.size;
    this.changes.append(node);
  }

  /** Gives up the room that is kept for a pod. */
  unnominate(pod: number, node: number): void {
    const rest = this.nominatedOn(node).filter((other) => other !== pod);
    if (rest.length > 0) this.nominated.set(node, rest);
    else this.nominated.delete(node);
    this.nominatedNodeCount = this.nominated.size;
    this.changes.append(node);
  }

  private count(pod: number, node: number, sign: 1 | -1): void {
    const { requested, nonZeroCpuMilli, nonZeroMemoryBytes } = this.nodes;
    const shape = this.shapes.shape(this.pods.shape[pod]!);
    const { resources, amounts } = shape;
    for (let index = 0; index < resources.length; index++) {
      requested[resources[index]!]![node]! += sign * amounts[index]!;
    }
    requested[PODS]![node]! += sign;
    nonZeroCpuMilli[node]! += sign * shape.nonZeroCpuMilli;
    nonZeroMemoryBytes[node]! += sign * shape.nonZeroMemoryBytes;
  }
}

const NO_PODS: readonly number[] = [];
