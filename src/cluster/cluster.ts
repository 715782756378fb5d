// The compiled cluster: node columns, device columns, pools by node, and the log of changed nodes.
// During a run it is the only truth.

import { resolveAllocator } from '../api/allocator.js';
import type { Node } from '../api/core.js';
import type { Features } from '../api/features.js';
import type { ResourceSlice } from '../api/resource.js';
import { AmountScales } from './amounts.js';
import { ChangeLog } from './changelog.js';
import { findDependence } from './dependence.js';
import { compileDevices, type DeviceTable } from './devices.js';
import { classifyInventories, type InventoryTable } from './inventory.js';
import { compileNodes, type NodeTable } from './nodes.js';
import { gatherPools, type PoolTable } from './pools.js';

export interface CompiledCluster {
  readonly nodes: NodeTable;
  readonly devices: DeviceTable;
  readonly pools: PoolTable;
  readonly inventories: InventoryTable;
  readonly scales: AmountScales;
  readonly changes: ChangeLog;
}

/**
 * Compiles nodes and slices to columns.
 *
 * @param scales - with the amounts of all claims declared, so that capacities share their scale
 * @throws DrasimError `ERR_NODE_DUPLICATE`, `ERR_QUANTITY_RANGE`
 */
export function compileCluster(
  nodes: readonly Node[],
  slices: readonly ResourceSlice[],
  features: Features,
  scales = new AmountScales(),
): CompiledCluster {
  const nodeTable = compileNodes(nodes);
  const allocator = resolveAllocator(features);
  const { partitionableDevices, compatibilityGroups, quirks } = allocator;
  const { countersPerSlice } = quirks;
  const devices = compileDevices(slices, nodeTable.indexes, scales, { countersPerSlice });
  const sorts =
    allocator.allocator === 'experimental' ||
    (allocator.allocator === 'incubating' && features.minor >= 36);
  const pools = gatherPools(nodeTable, devices, {
    partitionableDevices,
    compatibilityGroups,
    bindingPoolsLast: sorts,
    counterSlicesEverywhere: partitionableDevices && quirks.counterSlicesEverywhere,
    seesUnfinished: quirks.takesIncompletePools,
    bindingSlicesLast: quirks.bindingSlicesLast,
    readsCounterSlices: quirks.readsCounterSlices,
    checksHiddenDevices: quirks.checksHiddenDevices,
    countersPerSlice,
  });
  findDependence(nodeTable.count, devices, pools);
  const inventories = classifyInventories(nodeTable.count, devices, pools);
  return { nodes: nodeTable, devices, pools, inventories, scales, changes: new ChangeLog() };
}
