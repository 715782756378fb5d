// Counts of pods by topology domain, for plugins whose answer on one node depends on whether there are pods in its
// domain. A domain that got its first pod or lost its last one is remembered: only its nodes are looked at again.

import type { LabelColumn } from '../cluster/labelcolumns.js';

/** Counts by the value of a node label. */
export class DomainCounts {
  readonly counts: Int32Array;
  private readonly changed: number[] = [];
  private readonly isChanged: Uint8Array;

  constructor(readonly column: LabelColumn) {
    this.counts = new Int32Array(column.valueCount);
    this.isChanged = new Uint8Array(column.valueCount);
  }

  /** Adds to the count of a domain. */
  add(value: number, amount: number): void {
    const before = this.counts[value]!;
    this.counts[value] = before + amount;
    if (this.isChanged[value] === 1) return;
    if (before > 0 && before + amount > 0) return;
    this.isChanged[value] = 1;
    this.changed.push(value);
  }

  /** The count of a node's domain; 0 for a node without one. */
  at(node: number): number {
    const value = this.column.values[node]!;
    return value < 0 ? 0 : this.counts[value]!;
  }

  /** Calls `visit` for the nodes of the domains that changed since the last call. */
  visitChanges(visit: (node: number) => void): void {
    const { nodes, starts } = this.column;
    for (const value of this.changed) {
      this.isChanged[value] = 0;
      for (let at = starts[value]!; at < starts[value + 1]!; at++) visit(nodes[at]!);
    }
    this.changed.length = 0;
  }
}
