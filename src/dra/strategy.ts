// The seam for device strategies: which of several devices that would do comes first. A strategy only orders;
// what may be taken at all, and backtracking, are the search's. The default order is the published one.

import type { DeviceTable } from '../cluster/devices.js';
import type { NodeTable } from '../cluster/nodes.js';
import type { PoolTable } from '../cluster/pools.js';
import type { ClaimShape, RequestList, RequestShape } from './claimshape.js';
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

/** A request whose devices are about to be put in order, among all that the pod wants. */
export interface OpenRequest {
  claims: readonly ClaimShape[];
  /** Which of the claims, which request of it, and which alternative of that. */
  claim: number;
  request: number;
  alternative: number;
  /** The node's devices stand in `pools.visit` at `first .. last`. */
  first: number;
  last: number;
}

/** Orders what a search tries; the lowest cost comes first, equals in the order of publication. */
export interface DeviceStrategy {
  readonly name: string;
  /** Told before the costs of a request's devices are asked for, with the picks so far; it may not keep `opened`. */
  open?(opened: Readonly<OpenRequest>): void;
  /** Cost of taking a device for a request; NaN is an error of the strategy. */
  device(request: RequestShape, device: number): number;
  /** Cost of an alternative of a prioritized list; absent keeps the user's order. */
  alternative?(list: RequestList, index: number): number;
}

/** What a scenario's devices must have so that a strategy says something. */
export type StrategyNeed =
  | 'shares'
  | 'partitions'
  | 'parts'
  | 'positions'
  | 'slicePriorities'
  | 'scarcities';

/** A strategy by name: what it does, and how to make one for a run. */
export interface DeviceStrategyEntry {
  readonly summary: string;
  /** Without which it would decide as the order of publication does. */
  readonly needs?: StrategyNeed;
  /** null keeps the order of publication, and costs nothing. */
  create(handle: StrategyHandle): DeviceStrategy | null;
}
