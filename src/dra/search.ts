// The search for devices of all unallocated claims of a pod on one node: depth first over claims,
// requests and devices, in visiting order, first full solution wins. Reads the columns; whatever it
// writes while trying is undone before it returns. Rules and their order: k8s.io/dynamic-resource-
// allocation/structured (incubating, 1.37).

import type { AllocatorFeatures } from '../api/allocator.js';
import { tolerates } from '../api/tolerations.js';
import { type DeviceTable, deviceId } from '../cluster/devices.js';
import { Journal } from '../cluster/journal.js';
import type { NodeTable } from '../cluster/nodes.js';
import { POOL_INVALID, type PoolTable } from '../cluster/pools.js';
import { assert } from '../errors.js';
import { CAPACITY_FAULT, CAPACITY_SUFFICES, type Capacities } from './capacity.js';
import type { ClaimShape, RequestShape } from './claimshape.js';
import type { Constraints } from './constraints.js';
import type { Counters } from './counters.js';
import { CLAIM_DEVICES_MAX, Picks } from './picks.js';
import { isSelectable, PreparedClaims } from './preparedclaims.js';
import type { SelectorTable } from './selectors.js';

/** What a search ends with. */
export const NOT_FOUND = 0;
export const FOUND = 1;
/** The message stands in `error`; `errorIsNodeLocal` says whether other nodes may still fit. */
export const FAILED = 2;
/** Only inside the search: this alternative would pass the limit of devices a claim. */
const TOO_MANY = 3;
/** Only inside the search, 1.32: nothing else is tried. */
const ENDED = 4;
type Outcome = typeof NOT_FOUND | typeof FOUND | typeof FAILED | typeof TOO_MANY | typeof ENDED;

/** What the search asks of the other parts of the allocator. */
export interface SearchContext {
  readonly nodes: NodeTable;
  readonly devices: DeviceTable;
  readonly pools: PoolTable;
  readonly selectors: SelectorTable;
  readonly constraints: Constraints;
  readonly capacities: Capacities;
  readonly counters: Counters;
  readonly features: AllocatorFeatures;
}

/** Searches devices; one instance serves a whole run and keeps its scratch columns. */
export class AllocationSearch {
  /** The picks of the last successful search. */
  readonly picks = new Picks();
  error = '';
  errorIsNodeLocal = false;
  /** Entries into the recursive step since the start of the run. */
  steps = 0;

  private readonly prepared: PreparedClaims;
  private claims: readonly ClaimShape[] = [];
  private claimNames: readonly string[] = [];
  private node = 0;
  private first = 0;
  private last = 0;
  private readonly journal = new Journal();
  /** Bit per claim position: which claims of this search took the device. */
  private readonly taken: Int32Array;
  /** Devices that stay taken whatever is undone, in releases that forget to undo. */
  private readonly kept: Int32Array;
  private hasKept = false;
  /** Shares of the device taken in this search. */
  private readonly sharing: Int32Array;

  constructor(private readonly context: SearchContext) {
    this.prepared = new PreparedClaims(context);
    this.taken = new Int32Array(context.devices.count);
    this.kept = new Int32Array(context.devices.count);
    this.sharing = new Int32Array(context.devices.count);
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
  ): typeof FOUND | typeof NOT_FOUND | typeof FAILED {
    const { prepared } = this;
    const { quirks } = this.context.features;
    this.claims = claims;
    this.claimNames = claimNames;
    this.node = node;
    if (this.hasKept) this.kept.fill(0);
    this.hasKept = false;
    this.context.counters.begin();
    this.context.constraints.begin();
    this.error = '';
    this.errorIsNodeLocal = false;
    this.picks.count = 0;
    if (!prepared.prepare(claims, claimNames, node)) return this.fail(prepared.error);
    this.first = prepared.first;
    this.last = prepared.last;
    const outcome = this.step(0, 0, 0, 0, false, this.first, 0);
    this.journal.undo(0);
    assert(outcome !== TOO_MANY, 'the smallest alternatives fit the limit of devices a claim');
    if (outcome === FAILED || outcome === FOUND) return outcome;
    if (outcome === ENDED) return NOT_FOUND;
    if (quirks.invalidPoolIsFatal !== 'never') return NOT_FOUND;
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
    this.steps++;
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
    const device = this.prepared.allDevice(wanted, done);
    const mark = this.journal.mark();
    const before = this.picks.count;
    const picked = this.pick(claim, request, alternative, wanted, device);
    if (picked === NOT_FOUND && quirks.allEndsSearch) return ENDED;
    if (picked !== FOUND) return picked;
    const next = quirks.allFollowsFirstAlternative ? 0 : alternative;
    const outcome = this.step(claim, request, next, done + 1, inside, start, claimPicks + 1);
    if (outcome !== FOUND) {
      if (quirks.allKeepsPicks) this.keepTaken(claim, device);
      else this.unpick(mark, before);
    }
    return outcome;
  }

  private stepAlternatives(claim: number, request: number, claimPicks: number): Outcome {
    const { alternatives } = this.claims[claim]!.requests[request]!;
    let everyTooMany = true;
    for (let index = 0; index < alternatives.length; index++) {
      const outcome = this.step(claim, request, index, 0, true, this.first, claimPicks);
      if (outcome === FOUND || outcome === FAILED || outcome === ENDED) return outcome;
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
    const { pools, selectors, features, capacities } = this.context;
    const wanted = this.claims[claim]!.requests[request]!.alternatives[alternative]!;
    const { visit } = pools;
    const { quirks } = features;
    const sight = quirks.invalidPoolIsFatal === 'at-sight';
    const fitting = quirks.invalidPoolIsFatal === 'when-fitting';
    for (let position = start; position < this.last; position++) {
      const device = visit[position]!;
      if (sight && this.isInvalid(position)) return this.failInvalid(position);
      if (this.isInUse(claim, wanted, device)) continue;
      if (!isSelectable(this.context, wanted, device)) {
        if (selectors.hasFailed) return this.failSelector(claim);
        continue;
      }
      if (fitting && this.isInvalid(position)) return this.failInvalid(position);
      if (features.consumableCapacity) {
        const checked = quirks.capacityOfWrongDevice ? this.deviceAt(device, done) : device;
        const outcome = capacities.check(wanted.capacity, checked, true);
        if (outcome === CAPACITY_FAULT) {
          return this.failCapacity(claim, wanted, deviceId(this.context.devices, device));
        }
        if (outcome !== CAPACITY_SUFFICES) continue;
      }
      const mark = this.journal.mark();
      const before = this.picks.count;
      const picked = this.pick(claim, request, alternative, wanted, device);
      if (picked === FAILED) return FAILED;
      if (picked !== FOUND) continue;
      const next = quirks.permutes ? this.first : position + 1;
      const outcome = this.step(
        claim,
        request,
        alternative,
        done + 1,
        inside,
        next,
        claimPicks + 1,
      );
      if (outcome === FOUND) return FOUND;
      this.unpick(mark, before);
      if (outcome !== NOT_FOUND) return outcome;
    }
    return NOT_FOUND;
  }

  private isInvalid(position: number): boolean {
    const { visitView, viewReason } = this.context.pools;
    return viewReason[visitView[position]!] !== '';
  }

  private failInvalid(position: number): typeof FAILED {
    const { devices, pools } = this.context;
    const { spec } = devices.slices[devices.deviceSlice[pools.visit[position]!]!]!;
    const reason = pools.viewReason[pools.visitView[position]!];
    return this.fail(`pool ${spec.pool.name} is invalid: ${reason}`);
  }

  /** The device of a slice at a position within it. */
  private deviceAt(device: number, index: number): number {
    const { deviceSlice, sliceStart } = this.context.devices;
    const slice = deviceSlice[device]!;
    return Math.min(sliceStart[slice]! + index, sliceStart[slice + 1]! - 1);
  }

  private isInUse(claim: number, wanted: RequestShape, device: number): boolean {
    if (wanted.adminAccess) {
      if (this.context.features.quirks.adminIsUnmarked) return false;
      return (this.taken[device]! & (1 << claim)) !== 0;
    }
    if (this.kept[device] !== 0) return true;
    return this.context.devices.holder[device] !== -1 || this.taken[device] !== 0;
  }

  /** Takes a device for a request if all rules allow it; every write goes through the journal. */
  private pick(
    claim: number,
    request: number,
    alternative: number,
    wanted: RequestShape,
    device: number,
  ): Outcome {
    const { devices, features, capacities, constraints } = this.context;
    const shareable = features.consumableCapacity && devices.allowMultiple[device] === 1;
    if (shareable) {
      if (!wanted.adminAccess && devices.holder[device] !== -1) return NOT_FOUND;
    } else if (this.isInUse(claim, wanted, device)) {
      return NOT_FOUND;
    }
    if (!this.mayOperate(device)) return NOT_FOUND;
    const mark = this.journal.mark();
    if (!this.takeCounters(device, shareable)) return NOT_FOUND;
    if (features.deviceTaints && !this.isTolerated(wanted, device)) {
      return this.reject(mark, device);
    }
    if (!constraints.add(this.claims[claim]!, this.picks, claim, wanted, device)) {
      const outcome = this.reject(mark, device);
      if (constraints.error !== '') return this.fail(constraints.error);
      if (!wanted.all) return outcome;
      return this.fail(
        `claim ${this.claimNames[claim]}, request ${wanted.shortName}: cannot add device ` +
          `${deviceId(devices, device)} because a claim constraint would not be satisfied`,
      );
    }
    if (features.consumableCapacity) {
      if (capacities.check(wanted.capacity, device, true) !== CAPACITY_SUFFICES) {
        constraints.remove(this.claims[claim]!, claim, wanted.name);
        return this.reject(mark, device);
      }
      if (shareable) capacities.take(wanted.capacity, device, this.journal);
    }
    if (shareable) this.journal.add(this.sharing, device, 1);
    else if (!wanted.adminAccess || !features.quirks.adminIsUnmarked)
      this.journal.set(this.taken, device, this.taken[device]! | (1 << claim));
    this.picks.push(claim, request, alternative, device);
    return FOUND;
  }

  /** Undoes what a refused device has taken, save for what older releases forget to undo. */
  private reject(mark: number, device: number): typeof NOT_FOUND {
    this.journal.undo(mark);
    const { features, counters } = this.context;
    if (features.quirks.leaksCounters && counters.isDrawing(device)) counters.leak(device);
    return NOT_FOUND;
  }

  /** Leaves a device taken for the rest of the search (a quirk). */
  private keepTaken(claim: number, device: number): void {
    this.kept[device]! |= 1 << claim;
    this.hasKept = true;
  }

  private unpick(mark: number, count: number): void {
    this.journal.undo(mark);
    const { picks } = this;
    picks.count = count;
    const claim = picks.claim[picks.count]!;
    const shape = this.claims[claim]!;
    const { alternatives } = shape.requests[picks.request[picks.count]!]!;
    const { name } = alternatives[picks.alternative[picks.count]!]!;
    this.context.constraints.remove(shape, claim, name);
  }

  /** Devices that need no work of the kubelet go only to nodes that know how to do without it. */
  private mayOperate(device: number): boolean {
    const { devices, features, nodes } = this.context;
    if (features.allocator !== 'experimental') return true;
    const { skipNodeOperations } = devices.slices[devices.deviceSlice[device]!]!.spec;
    if ((skipNodeOperations ?? []).length === 0) return true;
    if (!features.optionalNodeOperations) return false;
    const { declaredFeatures } = nodes.nodes[this.node]!.status ?? {};
    return (declaredFeatures ?? []).includes('DRAOptionalNodeOperations');
  }

  /** However many shares a device gives, it draws its counters once. */
  private takeCounters(device: number, shareable: boolean): boolean {
    const { counters, features } = this.context;
    if (!counters.isDrawing(device)) return true;
    if (!features.partitionableDevices) return features.quirks.ignoresCounters;
    const { sharesDrawAgain } = features.quirks;
    if (shareable && !sharesDrawAgain) {
      if (this.sharing[device]! > 0 || this.isSharedAlready(device)) return true;
    }
    return counters.take(device, this.journal);
  }

  private isSharedAlready(device: number): boolean {
    const { devices, features } = this.context;
    if (devices.shares[device] === 0) return false;
    if (features.minor >= 37) return true;
    // 1.36 looks at consumed capacity alone.
    const end = devices.capacityStart[device + 1]!;
    for (let row = devices.capacityStart[device]!; row < end; row++) {
      if (devices.capacityUsed[row]! > 0) return true;
    }
    return false;
  }

  private isTolerated(wanted: RequestShape, device: number): boolean {
    const { devices } = this.context;
    const list = devices.deviceTaints[device]!;
    if (list === 0) return true;
    if (wanted.tolerated[list] === 0) {
      const isTolerated = devices.taintLists[list]!.every(
        (taint) =>
          (taint.effect !== 'NoSchedule' && taint.effect !== 'NoExecute') ||
          wanted.tolerations.some((toleration) => tolerates(toleration, taint)),
      );
      wanted.tolerated[list] = isTolerated ? 1 : 2;
    }
    return wanted.tolerated[list] === 1;
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

  private failSelector(claim: number): typeof FAILED {
    return this.fail(this.context.selectors.takeError(this.claimNames[claim]!));
  }

  private failCapacity(claim: number, request: RequestShape, device: string): typeof FAILED {
    const subject = `claim ${this.claimNames[claim]}, request ${request.shortName}`;
    return this.fail(
      `${subject}: checking capacity for device ${device}: ${this.context.capacities.fault}`,
    );
  }

  private fail(error: string): typeof FAILED {
    this.error = error;
    return FAILED;
  }
}
