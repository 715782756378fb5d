// The seam for device strategies: which of several devices that would do comes first. A strategy only orders;
// what may be taken at all, and backtracking, are the search's. The default order is the published one.

import type { DeviceTable } from '../cluster/devices.js';
import type { NodeTable } from '../cluster/nodes.js';
import type { PoolTable } from '../cluster/pools.js';
import type { RequestList, RequestShape } from './claimshape.js';
import type { Picks } from './picks.js';
import type { StrategyView } from './strategyview.js';

/** What a strategy sees: the columns as they stand while a search tries, and the picks so far. */
export interface StrategyHandle {
  readonly nodes: NodeTable;
  readonly devices: DeviceTable;
  readonly pools: PoolTable;
  readonly picks: Picks;
  readonly view: StrategyView;
}

/** Orders what a search tries; the lowest cost comes first, equals in the order of publication. */
export interface DeviceStrategy {
  readonly name: string;
  /** Cost of taking a device for a request; NaN is an error of the strategy. */
  device(request: RequestShape, device: number): number;
  /** Cost of an alternative of a prioritized list; absent keeps the user's order. */
  alternative?(list: RequestList, index: number): number;
}

/** A strategy by name: what it does, and how to make one for a run. */
export interface DeviceStrategyEntry {
  readonly summary: string;
  /** Whether it says nothing where no device gives shares. */
  readonly needsShares?: boolean;
  /** Whether it says nothing where no device draws on shared counters. */
  readonly needsPartitions?: boolean;
  /** null keeps the order of publication, and costs nothing. */
  create(handle: StrategyHandle): DeviceStrategy | null;
}
