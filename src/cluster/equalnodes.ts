// Nodes that only their names tell apart: the same labels, taints and allocatable amounts, and devices of one inventory
// class. While nothing runs on two of them, what is true of one is true of the other.

import type { CompiledCluster } from './cluster.js';
import { Interner } from './interner.js';
import { INVENTORY_UNIQUE } from './inventory.js';
import { PODS } from './nodes.js';

/** Classes of equal nodes. */
export class EqualNodes {
  readonly classOf: Int32Array;
  readonly classCount: number;

  constructor(
    private readonly cluster: Pick<CompiledCluster, 'nodes' | 'devices' | 'inventories'>,
  ) {
    const { nodes, inventories } = cluster;
    const classes = new Interner();
    this.classOf = Int32Array.from({ length: nodes.count }, (_, node) => {
      const inventory = inventories.classOf[node]!;
      const own = inventory === INVENTORY_UNIQUE ? `only ${node}` : inventory;
      const amounts = nodes.allocatable.map((column) => column[node]!);
      return classes.id([nodes.staticClass[node]!, own, ...amounts].join(' '));
    });
    this.classCount = classes.size;
  }

  /** Whether a node has no pods and its devices no holders, and the devices are still what they were compiled from. */
  isIdle(node: number): boolean {
    const { nodes, devices, inventories } = this.cluster;
    return (
      nodes.requested[PODS]![node] === 0 &&
      devices.nodeHeld[node] === 0 &&
      inventories.classOf[node] !== INVENTORY_UNIQUE
    );
  }
}
