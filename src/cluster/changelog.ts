// Which nodes changed, in order. A reader keeps the position up to which it is current and redoes
// only the nodes logged since; a reader that fell behind the kept part starts over.

/** An append-only log of node indices with a bounded memory. */
export class ChangeLog {
  private entries: Int32Array;
  private base = 0;
  private length = 0;
  /** Position after the last entry of each node that has one. */
  private last = new Float64Array(64);

  constructor(private readonly keepMax = 1 << 20) {
    this.entries = new Int32Array(1024);
  }

  /** Position after the newest entry. */
  get position(): number {
    return this.base + this.length;
  }

  /** Oldest position from which entries can still be replayed. */
  get oldest(): number {
    return this.base;
  }

  append(nodeIndex: number): void {
    if (this.length === this.entries.length) this.makeRoom();
    this.entries[this.length++] = nodeIndex;
    if (nodeIndex >= this.last.length) this.widen(nodeIndex);
    this.last[nodeIndex] = this.position;
  }

  /** Position after the last entry of a node; 0 where there never was one. */
  lastChange(nodeIndex: number): number {
    return this.last[nodeIndex] ?? 0;
  }

  /** The node logged at a position between `oldest` and `position`. */
  at(position: number): number {
    return this.entries[position - this.base]!;
  }

  fork(): ChangeLog {
    const copy = new ChangeLog(this.keepMax);
    copy.entries = this.entries.slice();
    copy.base = this.base;
    copy.length = this.length;
    copy.last = this.last.slice();
    return copy;
  }

  private widen(nodeIndex: number): void {
    const wider = new Float64Array(Math.max(nodeIndex + 1, this.last.length * 2));
    wider.set(this.last);
    this.last = wider;
  }

  private makeRoom(): void {
    if (this.length < this.keepMax) {
      const larger = new Int32Array(this.entries.length * 2);
      larger.set(this.entries);
      this.entries = larger;
      return;
    }
    const half = this.length >>> 1;
    this.entries.copyWithin(0, half, this.length);
    this.base += half;
    this.length -= half;
  }
}
