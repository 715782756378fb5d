// Which nodes changed, and in which order last. A reader keeps the position up to which it is current, and redoes
// the nodes that changed since, each once: from the newest back to the first that it knows.

const NONE = -1;

/** Nodes by their last change, as a list from the newest to the oldest. */
export class ChangeLog {
  /** Changes so far; a node's last change is known by this number. */
  position = 0;
  /** Node that changed last, or -1. */
  private newest = NONE;
  /** Position of the last change of each node that has one. */
  private last = new Float64Array(64);
  /** The node whose last change came before that of a node, and the one whose came after; -1 at the ends. */
  private olderNode = new Int32Array(64);
  private newerNode = new Int32Array(64);

  append(nodeIndex: number): void {
    if (nodeIndex >= this.last.length) this.widen(nodeIndex);
    const { last, olderNode, newerNode } = this;
    const isKnown = last[nodeIndex] !== 0;
    last[nodeIndex] = ++this.position;
    if (nodeIndex === this.newest) return;
    if (isKnown) {
      const older = olderNode[nodeIndex]!;
      const newer = newerNode[nodeIndex]!;
      olderNode[newer] = older;
      if (older !== NONE) newerNode[older] = newer;
    }
    olderNode[nodeIndex] = this.newest;
    newerNode[nodeIndex] = NONE;
    if (this.newest !== NONE) newerNode[this.newest] = nodeIndex;
    this.newest = nodeIndex;
  }

  /** Position of the last change of a node; 0 where there never was one. */
  lastChange(nodeIndex: number): number {
    return this.last[nodeIndex] ?? 0;
  }

  /** Lists the nodes that changed after a position, the newest first; returns how many there are. */
  since(position: number, nodes: Int32Array): number {
    const { last, olderNode } = this;
    let count = 0;
    for (let node = this.newest; node >= 0 && last[node]! > position; node = olderNode[node]!) {
      nodes[count++] = node;
    }
    return count;
  }

  fork(): ChangeLog {
    const copy = new ChangeLog();
    copy.position = this.position;
    copy.newest = this.newest;
    copy.last = this.last.slice();
    copy.olderNode = this.olderNode.slice();
    copy.newerNode = this.newerNode.slice();
    return copy;
  }

  private widen(nodeIndex: number): void {
    const count = Math.max(nodeIndex + 1, this.last.length * 2);
    const last = new Float64Array(count);
    const olderNode = new Int32Array(count);
    const newerNode = new Int32Array(count);
    last.set(this.last);
    olderNode.set(this.olderNode);
    newerNode.set(this.newerNode);
    this.last = last;
    this.olderNode = olderNode;
    this.newerNode = newerNode;
  }
}
