// Undo by marks: every write through the journal remembers the old value, so that a trial (a search, a
// dry run of preemption, a failed binding) is taken back exactly. Nothing is copied.

import { assert } from '../errors.js';

/** A column that the journal can write. */
export type Column = Float64Array | Int32Array | Uint8Array;

/** Writes to columns that can be undone back to a mark, last write first. */
export class Journal {
  private readonly columns: Column[] = [];
  private indexes = new Int32Array(64);
  private values = new Float64Array(64);
  private length = 0;

  /** The present position; hand it to `undo` or `keep`. */
  mark(): number {
    return this.length;
  }

  set(column: Column, index: number, value: number): void {
    if (this.length === this.indexes.length) this.grow();
    this.columns[this.length] = column;
    this.indexes[this.length] = index;
    this.values[this.length++] = column[index]!;
    column[index] = value;
  }

  add(column: Column, index: number, amount: number): void {
    this.set(column, index, column[index]! + amount);
  }

  /** Takes back all writes since the mark. */
  undo(mark: number): void {
    assert(mark <= this.length, 'a mark is undone once');
    while (this.length > mark) {
      this.length--;
      this.columns[this.length]![this.indexes[this.length]!] = this.values[this.length]!;
    }
  }

  /** Makes all writes final: marks taken before are void. */
  keep(): void {
    this.length = 0;
  }

  private grow(): void {
    const indexes = new Int32Array(this.indexes.length * 2);
    const values = new Float64Array(this.values.length * 2);
    indexes.set(this.indexes);
    values.set(this.values);
    this.indexes = indexes;
    this.values = values;
  }
}
