// The window of an attempt and the best node in it, found block by block: of a block that lies in the window as a
// whole, the number of feasible nodes and the best of them are enough. Agrees with the loops of schedulingcycle.ts.

const NONE = -1;
// Why a block is not current: some answer changed, or has yet to be put together.
const STALE = 1;
const UNSETTLED = 3;

/** A window of 750 nodes has a dozen such blocks, and a changed one is gone through in the time of a few. */
export const BLOCK_SIZE = 64;

export interface NodeBlockOptions {
  /** Nodes in a block; a power of two. */
  readonly size: number;
  /** Place of each node, where that decides among equals; otherwise the first in the window does. */
  readonly ranks: Int32Array | undefined;
}

/** Blocks over the answers of one shape. */
export class NodeBlocks {
  /** Nodes that the last choice looked at. */
  processed = 0;
  /** Whether some nodes may have to be settled before they are looked at. */
  hasUnsettled = false;
  private readonly ranks: Int32Array | undefined;
  private readonly shift: number;
  private readonly isStale: Uint8Array;
  private readonly counts: Int32Array;
  private readonly best: Int32Array;

  /**
   * @param status - rejection id by node, 0 where the pod fits
   * @param total - score by node
   * @param settle - puts the answers for nodes from one to before another together
   */
  constructor(
    private readonly status: Int32Array,
    private readonly total: Float64Array,
    { size, ranks }: NodeBlockOptions,
    private readonly settle: (start: number, end: number) => void,
  ) {
    this.ranks = ranks;
    this.shift = 31 - Math.clz32(size);
    const count = (status.length + size - 1) >> this.shift;
    this.isStale = new Uint8Array(count).fill(STALE);
    this.counts = new Int32Array(count);
    this.best = new Int32Array(count);
  }

  /** Notes that the answers for a node changed. */
  touch(node: number): void {
    this.isStale[node >> this.shift]! |= STALE;
  }

  /** Notes that nodes of a list have to be settled before they are looked at. */
  unsettle(nodes: Int32Array, start: number, end: number): void {
    const { isStale, shift } = this;
    this.hasUnsettled = true;
    if (end - start >= isStale.length) isStale.fill(UNSETTLED);
    else for (let at = start; at < end; at++) isStale[nodes[at]! >> shift] = UNSETTLED;
  }

  /** Settles all nodes that wait for it. */
  settleAll(): void {
    if (!this.hasUnsettled) return;
    this.hasUnsettled = false;
    const { isStale } = this;
    for (let block = 0; block < isStale.length; block++) {
      if (isStale[block] === UNSETTLED) this.settleBlock(block);
    }
  }

  /** Notes that all answers are new. */
  touchAll(): void {
    this.isStale.fill(STALE);
    this.hasUnsettled = false;
  }

  /**
   * The best of the first `want` feasible nodes from a start on, or -1.
   *
   * `processed` counts the nodes up to the one that would have been one too many, or all.
   */
  choose(start: number, want: number): number {
    const { status, counts, isStale, shift } = this;
    const nodeCount = status.length;
    let best = NONE;
    let count = 0;
    let processed = 0;
    let position = start;
    while (processed < nodeCount) {
      const block = position >> shift;
      const end = Math.min((block + 1) << shift, nodeCount);
      const isWhole = position === block << shift && end - position <= nodeCount - processed;
      if (isStale[block] === UNSETTLED) this.settleBlock(block);
      if (isWhole && isStale[block] !== 0) this.rebuild(block);
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

  private settleBlock(block: number): void {
    this.settle(block << this.shift, Math.min((block + 1) << this.shift, this.status.length));
    this.isStale[block] = STALE;
  }

  private rebuild(block: number): void {
    const { status, total, ranks, shift } = this;
    const end = Math.min((block + 1) << shift, status.length);
    let best = NONE;
    let count = 0;
    let highest = -Infinity;
    let lowestRank = 0;
    for (let node = block << shift; node < end; node++) {
      if (status[node] !== 0) continue;
      count++;
      const score = total[node]!;
      if (score < highest) continue;
      const rank = ranks === undefined ? node : ranks[node]!;
      if (score === highest && rank > lowestRank) continue;
      highest = score;
      lowestRank = rank;
      best = node;
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
    return precedes(second, first, ranks) ? second : first;
  }
}

/** Whether a node that comes later in the window goes before an equal one. */
function precedes(later: number, earlier: number, ranks: Int32Array | undefined): boolean {
  return ranks !== undefined && ranks[later]! < ranks[earlier]!;
}
