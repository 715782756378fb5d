// The order in which a search with a strategy visits devices and alternatives. Worked out when a request
// begins, with the picks so far; a stack, because requests begin within one another.

import type { PoolTable } from '../cluster/pools.js';
import { DrasimError } from '../errors.js';
import type { ClaimShape, RequestList, RequestShape } from './claimshape.js';
import type { DeviceStrategy, OpenRequest } from './strategy.js';
import type { DeviceTrial } from './trial.js';

/** Orders of the requests that are being searched, the innermost on top. */
export class DeviceOrder {
  /** Positions of the visiting order; those of the innermost request lie at `start .. end`. */
  positions = new Int32Array(256);
  private costs = new Float64Array(256);
  private readonly starts: number[] = [];
  private readonly opened: OpenRequest = {
    claims: [],
    claim: 0,
    request: 0,
    alternative: 0,
    first: 0,
    last: 0,
  };
  start = 0;
  end = 0;

  constructor(
    private readonly pools: PoolTable,
    private readonly trial: DeviceTrial,
    private readonly strategy: DeviceStrategy,
  ) {}

  /** Begins a search for claims, among the devices at `first .. last` of the visiting order. */
  begin(claims: readonly ClaimShape[], first: number, last: number): void {
    const { opened } = this;
    opened.claims = claims;
    opened.first = first;
    opened.last = last;
    this.starts.length = 0;
    this.start = 0;
    this.end = 0;
  }

  /** Orders the devices for an alternative of a request, those in use left out. */
  open(claim: number, request: number, alternative: number): void {
    const { visit } = this.pools;
    const { opened, strategy } = this;
    const { first, last } = opened;
    const wanted = opened.claims[claim]!.requests[request]!.alternatives[alternative]!;
    if (strategy.open) {
      opened.claim = claim;
      opened.request = request;
      opened.alternative = alternative;
      strategy.open(opened);
    }
    this.starts.push(this.start);
    this.start = this.end;
    while (this.end + last - first > this.positions.length) this.grow();
    for (let position = first; position < last; position++) {
      const device = visit[position]!;
      if (this.trial.isInUse(claim, wanted, device)) continue;
      this.insert(position, this.costOf(wanted, device));
    }
  }

  close(): void {
    this.end = this.start;
    this.start = this.starts.pop()!;
  }

  /** The alternatives of a list in the strategy's order; null keeps the user's. */
  alternatives(list: RequestList): number[] | null {
    const { strategy } = this;
    if (!strategy.alternative) return null;
    const costs = list.alternatives.map((_, index) =>
      this.checked(strategy.alternative!(list, index)),
    );
    const ranks = costs.map((_, index) => index);
    return ranks.sort((left, right) => costs[left]! - costs[right]! || left - right);
  }

  private costOf(request: RequestShape, device: number): number {
    return this.checked(this.strategy.device(request, device));
  }

  private checked(cost: number): number {
    if (typeof cost === 'number' && !Number.isNaN(cost)) return cost;
    throw new DrasimError({
      code: 'ERR_STRATEGY_COST',
      path: `strategy ${this.strategy.name}`,
      message: `gave ${cost} as a cost, expected a number`,
    });
  }

  /** Inserts behind all of equal or lower cost; nodes have few devices. */
  private insert(position: number, cost: number): void {
    const { positions, costs } = this;
    let hole = this.end++;
    while (hole > this.start && costs[hole - 1]! > cost) {
      positions[hole] = positions[hole - 1]!;
      costs[hole] = costs[hole - 1]!;
      hole--;
    }
    positions[hole] = position;
    costs[hole] = cost;
  }

  private grow(): void {
    const positions = new Int32Array(this.positions.length * 2);
    const costs = new Float64Array(positions.length);
    positions.set(this.positions);
    costs.set(this.costs);
    this.positions = positions;
    this.costs = costs;
  }
}
