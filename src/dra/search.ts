// The search for devices of all unallocated claims of a pod on one node: depth first over claims,
// requests and devices, in visiting order, first full solution wins. Reads the columns; whatever it
// writes while trying is undone before it returns. Rules and their order: k8s.io/dynamic-resource-
// allocation/structured (incubating, 1.37).

import type { AllocatorFeatures } from '../api/allocator.js';
import type { DeviceTable } from '../cluster/devices.js';
import type { NodeTable } from '../cluster/nodes.js';
import { POOL_INVALID, type PoolTable } from '../cluster/pools.js';
import { assert } from '../errors.js';
import type { AttributeTable } from './attributes.js';
import { Bounds } from './bounds.js';
import type { Capacities } from './capacity.js';
import type { ClaimShape } from './claimshape.js';
import type { Constraints } from './constraints.js';
import type { Counters } from './counters.js';
import { DeviceOrder } from './deviceorder.js';
import { FAILED, FOUND, NOT_FOUND, type SearchOutcome } from './outcome.js';
import { CLAIM_DEVICES_MAX, type Picks } from './picks.js';
import { PreparedClaims } from './preparedclaims.js';
import type { SelectorTable } from './selectors.js';
import type { DeviceStrategyEntry } from './strategy.js';
import type { StrategyView } from './strategyview.js';
import { DeviceTrial } from './trial.js';

/** Only inside the search: this alternative would pass the limit of devices a claim. */
const TOO_MANY = 3;
/** Only inside the search, 1.32: nothing else is tried. */
const ENDED = 4;
/** Only inside the search: it is long enough to look at the bounds first. */
const PAUSED = 5;
type Outcome = SearchOutcome | typeof TOO_MANY | typeof ENDED | typeof PAUSED;

/** What the search asks of the other parts of the allocator. */
export interface SearchContext {
  readonly nodes: NodeTable;
  readonly devices: DeviceTable;
  readonly pools: PoolTable;
  readonly selectors: SelectorTable;
  readonly attributes: AttributeTable;
  readonly constraints: Constraints;
  readonly capacities: Capacities;
  readonly counters: Counters;
  readonly features: AllocatorFeatures;
  readonly view: StrategyView;
  /** Which of several devices or alternatives comes first; null as published, which is upstream's way. */
  readonly strategy: DeviceStrategyEntry | null;
  /** Steps after which a search on one node is given up, as upstream does after 10 seconds. */
  readonly stepsMax: number;
  /** Steps after which a search begins anew with a look at the bounds; Infinity never looks. */
  readonly boundsAfterSteps: number;
}

/** Told of the places where a search could not go on. */
export interface SearchObserver {
  /** Device number `done` of an alternative could not be had with the picks so far. */
  deadEnd(claim: number, request: number, alternative: number, done: number): void;
}

/** Searches devices; one instance serves a whole run and keeps its scratch columns. */
export class AllocationSearch {
  error = '';
  errorIsNodeLocal = false;
  /** Entries into the recursive step since the start of the run. */
  steps = 0;
  observer: SearchObserver | null = null;
  readonly trial: DeviceTrial;

  private readonly prepared: PreparedClaims;
  private readonly bounds: Bounds;
  private readonly order: DeviceOrder | null;
  private claims: readonly ClaimShape[] = [];
  private first = 0;
  private last = 0;
  /** Where `steps` must not pass: the limit, or before it the look at the bounds. */
  private stepsEnd = 0;
  private stepsLimit = 0;

  constructor(private readonly context: SearchContext) {
    this.prepared = new PreparedClaims(context);
    this.trial = new DeviceTrial(context);
    this.bounds = new Bounds(context);
    const strategy = context.strategy?.create({ ...context, picks: this.trial.picks }) ?? null;
    this.order = strategy && new DeviceOrder(context.pools, this.trial, strategy);
  }

  /** The picks of the last successful search. */
  get picks(): Picks {
    return this.trial.picks;
  }

  /**
   * Searches devices on a node for claims that are not allocated yet.
   *
   * @param claims - shapes in the pod's order, at most 32
   * @param claimNames - how messages name them
   * @returns FOUND with `picks`, NOT_FOUND, or FAILED with `error`; no column is changed
   */
  allocate(
    claims: readonly ClaimShape[],
    claimNames: readonly string[],
    node: number,
  ): SearchOutcome {
    const { prepared, trial } = this;
    const { boundsAfterSteps } = this.context;
    this.claims = claims;
    this.error = '';
    this.errorIsNodeLocal = false;
    trial.begin(claims, claimNames, node);
    if (!prepared.prepare(claims, claimNames, node)) return this.fail(prepared.error);
    if (this.bounds.isFull(claims, node)) return this.endWithout(node);
    this.first = prepared.first;
    this.last = prepared.last;
    this.order?.begin(claims, this.first, this.last);
    this.stepsLimit = this.steps + this.context.stepsMax;
    this.stepsEnd = this.stepsLimit;
    if (this.bounds.applies) this.stepsEnd = Math.min(this.stepsEnd, this.steps + boundsAfterSteps);
    let outcome = this.step(0, 0, 0, 0, false, this.first, 0);
    trial.journal.undo(0);
    if (outcome === PAUSED) {
      if (this.bounds.isHopeless(claims, this.first, this.last)) return this.endWithout(node);
      trial.begin(claims, claimNames, node);
      this.order?.begin(claims, this.first, this.last);
      this.stepsEnd = this.stepsLimit;
      outcome = this.step(0, 0, 0, 0, false, this.first, 0);
      trial.journal.undo(0);
    }
    // The smallest alternatives fit the limit, but 1.35 and older may leave one for the first (a quirk).
    if (outcome === TOO_MANY) return this.fail('allocation max size exceeded');
    if (outcome === FAILED && this.error === '') this.error = trial.error;
    if (outcome === FAILED || outcome === FOUND) return outcome;
    assert(outcome !== PAUSED, 'the bounds are looked at once');
    return outcome === ENDED ? NOT_FOUND : this.endWithout(node);
  }

  /** Nothing was found: an invalid pool may be why. */
  private endWithout(node: number): typeof NOT_FOUND | typeof FAILED {
    if (this.context.features.quirks.hidesInvalidPools) return NOT_FOUND;
    return this.failInvalidPools(node) ? FAILED : NOT_FOUND;
  }

  /** The recursive step: device number `done` of an alternative, from position `start` on. */
  private step(
    claim: number,
    request: number,
    alternative: number,
    done: number,
    inside: boolean,
    start: number,
    claimPicks: number,
  ): Outcome {
    if (++this.steps > this.stepsEnd) return this.stop();
    if (claim === this.claims.length) return FOUND;
    const shape = this.claims[claim]!;
    if (request === shape.requests.length) {
      const outcome = this.step(claim + 1, 0, 0, 0, false, this.first, 0);
      return outcome === TOO_MANY ? NOT_FOUND : outcome;
    }
    const list = shape.requests[request]!;
    if (list.prioritized && !inside) return this.stepAlternatives(claim, request, claimPicks);
    const wanted = list.alternatives[alternative]!;
    const count = this.prepared.wantedCount(wanted);
    const { quirks } = this.context.features;
    if (wanted.all && count === 0 && !quirks.allMayBeNone) return NOT_FOUND;
    if (done >= count) return this.step(claim, request + 1, 0, 0, false, this.first, claimPicks);
    if (claimPicks + count - done > CLAIM_DEVICES_MAX) {
      return quirks.limitAfterRequests ? NOT_FOUND : TOO_MANY;
    }
    if (!wanted.all) {
      return this.stepDevices(claim, request, alternative, done, inside, start, claimPicks);
    }
    const { trial } = this;
    const device = this.prepared.allDevice(wanted, done);
    const mark = trial.journal.mark();
    const before = trial.picks.count;
    const picked = trial.pick(claim, request, alternative, wanted, device, done);
    if (picked === NOT_FOUND) {
      this.observer?.deadEnd(claim, request, alternative, done);
      return quirks.allEndsSearch ? ENDED : NOT_FOUND;
    }
    if (picked === FAILED) return FAILED;
    const next = quirks.allFollowsFirstAlternative ? 0 : alternative;
    const outcome = this.step(claim, request, next, done + 1, inside, start, claimPicks + 1);
    if (outcome !== FOUND) {
      if (quirks.allKeepsPicks) trial.keep(claim, device);
      else trial.undo(mark, before);
    }
    return outcome;
  }

  /** Ends a search for now, or for good at its limit. */
  private stop(): typeof PAUSED | typeof FAILED {
    if (this.stepsEnd < this.stepsLimit) return PAUSED;
    const { timeoutIsOfNode } = this.context.features.quirks;
    const text = 'timed out trying to allocate devices';
    this.errorIsNodeLocal = timeoutIsOfNode;
    return this.fail(timeoutIsOfNode ? text : `node ${this.prepared.nodeName}: ${text}`);
  }

  private stepAlternatives(claim: number, request: number, claimPicks: number): Outcome {
    const list = this.claims[claim]!.requests[request]!;
    const ranks = this.order?.alternatives(list) ?? null;
    let everyTooMany = true;
    for (let rank = 0; rank < list.alternatives.length; rank++) {
      const index = ranks === null ? rank : ranks[rank]!;
      const outcome = this.step(claim, request, index, 0, true, this.first, claimPicks);
      if (outcome !== NOT_FOUND && outcome !== TOO_MANY) return outcome;
      if (outcome !== TOO_MANY) everyTooMany = false;
    }
    return everyTooMany ? TOO_MANY : NOT_FOUND;
  }

  private stepDevices(
    claim: number,
    request: number,
    alternative: number,
    done: number,
    inside: boolean,
    start: number,
    claimPicks: number,
  ): Outcome {
    const { order } = this;
    const isFirst = order !== null && done === 0;
    if (isFirst) order.open(claim, request, alternative);
    const from = isFirst ? order.start : start;
    const end = order === null ? this.last : order.end;
    const { permutes } = this.context.features.quirks;
    const { trial } = this;
    let outcome: Outcome = NOT_FOUND;
    for (let index = from; index < end; index++) {
      const position = order === null ? index : order.positions[index]!;
      const mark = trial.journal.mark();
      const before = trial.picks.count;
      outcome = trial.take(claim, request, alternative, done, position);
      if (outcome === NOT_FOUND) continue;
      if (outcome === FAILED) break;
      const next = permutes ? (order === null ? this.first : order.start) : index + 1;
      outcome = this.step(claim, request, alternative, done + 1, inside, next, claimPicks + 1);
      if (outcome === FOUND) break;
      trial.undo(mark, before);
      if (outcome !== NOT_FOUND) break;
    }
    if (outcome === NOT_FOUND) this.observer?.deadEnd(claim, request, alternative, done);
    if (isFirst) order.close();
    return outcome;
  }

  private failInvalidPools(node: number): boolean {
    const { nodeStart, nodeView, viewState } = this.context.pools;
    for (let index = nodeStart[node]!; index < nodeStart[node + 1]!; index++) {
      if (viewState[nodeView[index]!] !== POOL_INVALID) continue;
      this.error = 'invalid resource pools were encountered';
      this.errorIsNodeLocal = true;
      return true;
    }
    return false;
  }

  private fail(error: string): typeof FAILED {
    this.error = error;
    return FAILED;
  }
}
