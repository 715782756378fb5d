// Node columns: what a node can give and what is requested of it, by resource and node index.
// Follows the scheduler's NodeInfo (kubernetes/kubernetes pkg/scheduler/framework/types.go, 1.37):
// CPU in milli, all else in whole units rounded up.

import type { Node } from '../api/core.js';
import { Quantity } from '../api/quantity.js';
import { DrasimError } from '../errors.js';
import { Interner } from './interner.js';

/** Resource ids of the resources that every node has. */
export const CPU = 0;
export const MEMORY = 1;
export const EPHEMERAL_STORAGE = 2;
export const PODS = 3;

/** Columns of all nodes; `allocatable[resource][node]` and `requested[resource][node]` are exact. */
export interface NodeTable {
  readonly count: number;
  readonly nodes: readonly Node[];
  readonly names: readonly string[];
  readonly indexes: ReadonlyMap<string, number>;
  readonly resources: Interner;
  readonly allocatable: Float64Array[];
  readonly requested: Float64Array[];
  /** Requests with upstream's defaults for containers that state none; scoring only. */
  readonly nonZeroCpuMilli: Float64Array;
  readonly nonZeroMemoryBytes: Float64Array;
  /**
   * Nodes that no selector without a host name and no toleration tells apart: equal labels (but for
   * `kubernetes.io/hostname`), taints and `unschedulable`.
   */
  readonly staticClass: Int32Array;
  readonly staticClassCount: number;
}

/**
 * Compiles nodes, in the order given, to columns.
 *
 * @throws DrasimError `ERR_NODE_DUPLICATE` when two nodes have one name, `ERR_QUANTITY_RANGE` when an
 *   allocatable amount is beyond 2^53
 */
export function compileNodes(nodes: readonly Node[]): NodeTable {
  const resources = new Interner();
  for (const name of ['cpu', 'memory', 'ephemeral-storage', 'pods']) resources.id(name);
  const indexes = new Map<string, number>();
  const classes = new Interner();
  const staticClass = new Int32Array(nodes.length);
  const allocatable: Float64Array[] = [];
  const amounts = new Map<string, number>();
  nodes.forEach((node, nodeIndex) => {
    const name = node.metadata.name ?? '';
    if (indexes.has(name)) {
      throw new DrasimError({
        code: 'ERR_NODE_DUPLICATE',
        path: `nodes[${nodeIndex}].metadata.name`,
        message: `two nodes are named ${name}`,
      });
    }
    indexes.set(name, nodeIndex);
    staticClass[nodeIndex] = classes.id(staticKey(node));
    const given = node.status?.allocatable ?? node.status?.capacity ?? {};
    for (const [resource, text] of Object.entries(given)) {
      const resourceId = resources.id(resource);
      while (allocatable.length <= resourceId) allocatable.push(new Float64Array(nodes.length));
      allocatable[resourceId]![nodeIndex] = resourceAmount(amounts, resource, text);
    }
  });
  while (allocatable.length < resources.size) allocatable.push(new Float64Array(nodes.length));
  return {
    count: nodes.length,
    nodes,
    names: nodes.map((node) => node.metadata.name ?? ''),
    indexes,
    resources,
    allocatable,
    requested: allocatable.map((column) => new Float64Array(column.length)),
    nonZeroCpuMilli: new Float64Array(nodes.length),
    nonZeroMemoryBytes: new Float64Array(nodes.length),
    staticClass,
    staticClassCount: classes.size,
  };
}

/** Adds zero columns for resources that became known after the nodes were compiled. */
export function widenResources(table: NodeTable): void {
  while (table.allocatable.length < table.resources.size) {
    table.allocatable.push(new Float64Array(table.count));
    table.requested.push(new Float64Array(table.count));
  }
}

function staticKey(node: Node): string {
  const labels = Object.entries(node.metadata.labels ?? {})
    .filter(([key]) => key !== 'kubernetes.io/hostname')
    .sort(([left], [right]) => (left < right ? -1 : 1));
  const taints = node.spec?.taints ?? [];
  return JSON.stringify([labels, taints, node.spec?.unschedulable ?? false]);
}

function resourceAmount(known: Map<string, number>, resource: string, text: string): number {
  const key = resource === 'cpu' ? `cpu ${text}` : text;
  let amount = known.get(key);
  if (amount === undefined) {
    const quantity = Quantity.parse(text);
    amount = Number(resource === 'cpu' ? quantity.milliValue() : quantity.value());
    if (!Number.isSafeInteger(amount)) {
      throw new DrasimError({
        code: 'ERR_QUANTITY_RANGE',
        path: `status.allocatable[${resource}]`,
        message: `${text} is beyond 2^53`,
      });
    }
    known.set(key, amount);
  }
  return amount;
}
