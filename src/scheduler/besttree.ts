// The best of a shape's feasible nodes, kept while nodes change: a tournament over nodes in the order that ties go
// by, so that the left one of two equals wins. A change of one node plays its matches up to where nothing differs.

const NOBODY = -1;

/** Winner among all nodes by total score; reads the columns it is given. */
export class BestTree {
  /** Winners: that of all at 1, the children of `i` at `2i` and `2i + 1`, leaves from `width` on. */
  private readonly winners: Int16Array | Int32Array;
  private readonly width: number;

  /** @param ranks - place of each node among equals */
  constructor(
    private readonly status: Int32Array,
    private readonly total: Float64Array,
    private readonly ranks: Int32Array,
  ) {
    let width = 1;
    while (width < status.length) width *= 2;
    this.width = width;
    const Column = status.length < 2 ** 15 ? Int16Array : Int32Array;
    this.winners = new Column(2 * width).fill(NOBODY);
    this.rebuild();
  }

  /** The feasible node with the highest score, the first among equals; -1 where none is feasible. */
  get best(): number {
    return this.winners[1]!;
  }

  /** All nodes may have changed. */
  rebuild(): void {
    const { winners, width, status, ranks } = this;
    for (let node = 0; node < status.length; node++) {
      winners[width + ranks[node]!] = status[node] === 0 ? node : NOBODY;
    }
    for (let match = width - 1; match >= 1; match--) {
      winners[match] = this.play(winners[2 * match]!, winners[2 * match + 1]!);
    }
  }

  /** A node's score changed, or whether it is feasible. */
  update(node: number): void {
    const { winners, width, status, ranks } = this;
    let place = width + ranks[node]!;
    winners[place] = status[node] === 0 ? node : NOBODY;
    for (place >>>= 1; place >= 1; place >>>= 1) {
      const before = winners[place]!;
      const winner = this.play(winners[2 * place]!, winners[2 * place + 1]!);
      // Who beat others before and still does may now lose further up.
      if (winner === before && winner !== node) return;
      winners[place] = winner;
    }
  }

  private play(left: number, right: number): number {
    if (left < 0) return right;
    return right >= 0 && this.total[right]! > this.total[left]! ? right : left;
  }
}
