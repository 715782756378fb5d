// The window of an attempt and the best node in it, found block by block: of a block that lies in the window as a
// whole, the number of feasible nodes and the best of them are enough. Agrees with the loops of schedulingcycle.ts.

// Blocks of 64 nodes: a window of 750 nodes has a dozen, and a changed one is gone through in the time of two more.
const SHIFT = 6;
const SIZE = 1 << SHIFT;
const NONE = -1;

/** Blocks over the answers of one shape. */
export class NodeBlocks {
  /** Nodes that the last choice looked at. */
  processed = 0;
  private readonly isStale: Uint8Array;
  private readonly counts: Int32Array;
  private readonly best: Int32Array;

  /**
   * @param status - rejection id by node, 0 where the pod fits
   * @param total - score by node
   * @param ranks - places of nodes, where they decide among equals; otherwise the first in the window does
   */
  constructor(
    private readonly status: Int32Array,
    private readonly total: Float64Array,
    private readonly ranks: Int32Array | undefined,
  ) {
    const count = (status.length + SIZE - 1) >> SHIFT;
    this.isStale = new Uint8Array(count).fill(1);
    this.counts = new Int32Array(count);
    this.best = new Int32Array(count);
  }

  /** Notes that the answers for a node changed. */
  touch(node: number): void {
    this.isStale[node >> SHIFT] = 1;
  }

  /** Notes that the answers for any node may have changed. */
  touchAll(): void {
    this.isStale.fill(1);
  }

  /**
   * The best of the first `want` feasible nodes from a start on, or -1.
   *
   * `processed` counts the nodes up to the one that would have been one too many, or all.
   */
  choose(start: number, want: number): number {
    const { status, counts, isStale } = this;
    const nodeCount = status.length;
    let best = NONE;
    let count = 0;
    let processed = 0;
    let position = start;
    while (processed < nodeCount) {
      const block = position >> SHIFT;
      const end = Math.min((block + 1) << SHIFT, nodeCount);
      const isWhole = position === block << SHIFT && end - position <= nodeCount - processed;
      if (isWhole && isStale[block] === 1) this.rebuild(block);
      if (isWhole && count + counts[block]! <= want) {
        count += counts[block]!;
        best = this.better(best, this.best[block]!);
        processed += end - position;
        position = end;
      } else {
        for (; position < end && processed < nodeCount; position++, processed++) {
          if (status[position] !== 0) continue;
          if (count === want) {
            this.processed = processed;
            return best;
          }
          count++;
          best = this.better(best, position);
        }
      }
      if (position === nodeCount) position = 0;
    }
    this.processed = processed;
    return best;
  }

  private rebuild(block: number): void {
    const { status } = this;
    const end = Math.min((block + 1) << SHIFT, status.length);
    let best = NONE;
    let count = 0;
    for (let node = block << SHIFT; node < end; node++) {
      if (status[node] !== 0) continue;
      count++;
      best = this.better(best, node);
    }
    this.isStale[block] = 0;
    this.counts[block] = count;
    this.best[block] = best;
  }

  /** The better of two nodes, of which the second comes later in the window; each may be NONE. */
  private better(first: number, second: number): number {
    if (second === NONE) return first;
    if (first === NONE) return second;
    const { total, ranks } = this;
    if (total[second]! !== total[first]!) return total[second]! > total[first]! ? second : first;
    return ranks && ranks[second]! < ranks[first]! ? second : first;
  }
}
