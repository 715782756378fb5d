// Node labels as columns: for one label key the id of each node's value, and the nodes of each value. What
// topology spread and pod affinity count by.

import type { NodeTable } from './nodes.js';

/** The values of one label over all nodes. */
export interface LabelColumn {
  readonly key: string;
  /** Id of a node's value, -1 where the node has no such label. */
  readonly values: Int32Array;
  readonly valueCount: number;
  /** Nodes by value: those of value `v` stand from `starts[v]` to `starts[v + 1]`. */
  readonly nodes: Int32Array;
  readonly starts: Int32Array;
}

/** Compiles label columns when they are first asked for. */
export class LabelColumns {
  private readonly columns = new Map<string, LabelColumn>();

  constructor(private readonly table: NodeTable) {}

  column(key: string): LabelColumn {
    let column = this.columns.get(key);
    if (!column) {
      column = compileColumn(this.table, key);
      this.columns.set(key, column);
    }
    return column;
  }
}

function compileColumn({ nodes: objects, count }: NodeTable, key: string): LabelColumn {
  const ids = new Map<string, number>();
  const values = new Int32Array(count).fill(-1);
  for (let node = 0; node < count; node++) {
    const value = objects[node]!.metadata.labels?.[key];
    if (value === undefined) continue;
    let id = ids.get(value);
    if (id === undefined) {
      id = ids.size;
      ids.set(value, id);
    }
    values[node] = id;
  }
  const starts = new Int32Array(ids.size + 1);
  for (const value of values) if (value >= 0) starts[value + 1]!++;
  for (let value = 0; value < ids.size; value++) starts[value + 1]! += starts[value]!;
  const filled = starts.slice(0, ids.size);
  const nodes = new Int32Array(starts[ids.size]!);
  for (let node = 0; node < count; node++) {
    if (values[node]! >= 0) nodes[filled[values[node]!]!++] = node;
  }
  return { key, values, valueCount: ids.size, nodes, starts };
}
