// Nominations: nodes on which preemption made room for pods that wait. Source: kube-scheduler nominator.go,
// Kubernetes 1.32 to 1.37; spec scheduler.md 1.13.

const NO_NODE = -1;

/** Nominated pods by node and nodes by pod, in memory; what the API says of a pod may lag behind. */
export class Nominator {
  private readonly nodeByPod = new Map<number, number>();
  private readonly podsByNode = new Map<number, number[]>();

  /** Replaces the pod's nomination; node -1 leaves it without one. */
  add(pod: number, node: number): void {
    this.remove(pod);
    if (node === NO_NODE) return;
    this.nodeByPod.set(pod, node);
    const pods = this.podsByNode.get(node);
    if (pods) pods.push(pod);
    else this.podsByNode.set(node, [pod]);
  }

  remove(pod: number): void {
    const node = this.nodeByPod.get(pod);
    if (node === undefined) return;
    this.nodeByPod.delete(pod);
    const left = this.podsByNode.get(node)!.filter((other) => other !== pod);
    if (left.length === 0) this.podsByNode.delete(node);
    else this.podsByNode.set(node, left);
  }

  /**
   * Follows a change of the pod's object.
   *
   * Where neither object names a node, a nomination in memory is one that the API has not told yet: it stays.
   * @param before - the node that the old object names, or -1
   * @param after - the node that the new object names, or -1
   */
  update(pod: number, before: number, after: number): void {
    const known = before === NO_NODE && after === NO_NODE ? this.nodeOf(pod) : after;
    this.add(pod, known);
  }

  /** The node of the pod's nomination, or -1. */
  nodeOf(pod: number): number {
    return this.nodeByPod.get(pod) ?? NO_NODE;
  }

  /** Pods nominated to a node, in the order of their nominations. */
  podsOn(node: number): readonly number[] {
    return this.podsByNode.get(node) ?? [];
  }
}
