// The trial of one device for one request: every rule in upstream's order, what it takes while it is tried,
// and undoing that. Source: k8s.io/dynamic-resource-allocation/structured, allocateDevice (1.37).

import { deviceId } from '../cluster/devices.js';
import { Journal } from '../cluster/journal.js';
import { CAPACITY_FAULT, CAPACITY_SUFFICES } from './capacity.js';
import type { ClaimShape, RequestShape } from './claimshape.js';
import { FAILED, FOUND, NOT_FOUND } from './outcome.js';
import { Picks } from './picks.js';
import { isSelectable } from './preparedclaims.js';
import type { SearchContext } from './search.js';
import { keepsAway } from './taintcheck.js';

/** What stood against a device; the first rule that did. */
export const REFUSED_IN_USE = 1;
export const REFUSED_BY_SELECTOR = 2;
export const REFUSED_BY_CAPACITY = 3;
export const REFUSED_BY_OPERATIONS = 4;
export const REFUSED_BY_COUNTERS = 5;
export const REFUSED_BY_TAINT = 6;
export const REFUSED_BY_CONSTRAINT = 7;
export type Refusal =
  | typeof REFUSED_IN_USE
  | typeof REFUSED_BY_SELECTOR
  | typeof REFUSED_BY_CAPACITY
  | typeof REFUSED_BY_OPERATIONS
  | typeof REFUSED_BY_COUNTERS
  | typeof REFUSED_BY_TAINT
  | typeof REFUSED_BY_CONSTRAINT;

/** Tries devices for the claims of one search; all writes go through its journal. */
export class DeviceTrial {
  readonly picks = new Picks();
  readonly journal = new Journal();
  /** What stood against the device that was refused last. */
  refusal: Refusal = REFUSED_IN_USE;
  /** Why the search has to end, when a trial FAILED. */
  error = '';
  private claims: readonly ClaimShape[] = [];
  private claimNames: readonly string[] = [];
  private node = 0;
  /** Bit per claim position: which claims of this search took the device. */
  private readonly taken: Int32Array;
  /** Devices that stay taken whatever is undone, in releases that forget to undo. */
  private readonly kept: Int32Array;
  private hasKept = false;
  /** Shares of the device taken in this search. */
  private readonly sharing: Int32Array;
  /** Devices of which a share was taken back, in releases that still count it. */
  private readonly remembered = new Set<number>();

  constructor(private readonly context: SearchContext) {
    this.taken = new Int32Array(context.devices.count);
    this.kept = new Int32Array(context.devices.count);
    this.sharing = new Int32Array(context.devices.count);
  }

  /** Begins a search. */
  begin(claims: readonly ClaimShape[], claimNames: readonly string[], node: number): void {
    this.claims = claims;
    this.claimNames = claimNames;
    this.node = node;
    if (this.hasKept) this.kept.fill(0);
    this.hasKept = false;
    if (this.remembered.size > 0) this.remembered.clear();
    this.context.counters.begin();
    this.context.constraints.begin();
    this.error = '';
    this.picks.count = 0;
  }

  /** Takes the device at a position of the visiting order for a request, if all rules allow it. */
  take(
    claim: number,
    request: number,
    alternative: number,
    done: number,
    position: number,
  ): typeof FOUND | typeof NOT_FOUND | typeof FAILED {
    const { pools, selectors, features, capacities } = this.context;
    const { quirks } = features;
    const wanted = this.claims[claim]!.requests[request]!.alternatives[alternative]!;
    const device = pools.visit[position]!;
    if (quirks.failsAtInvalidPool && this.isInvalid(position)) {
      return this.failInvalid(position);
    }
    if (this.isInUse(claim, wanted, device)) return this.refuse(REFUSED_IN_USE);
    if (!isSelectable(this.context, wanted, device)) {
      return selectors.hasFailed ? this.failSelector(claim) : this.refuse(REFUSED_BY_SELECTOR);
    }
    if (quirks.failsAtFittingInvalid && this.isInvalid(position)) {
      return this.failInvalid(position);
    }
    if (features.consumableCapacity) {
      const outcome = capacities.check(wanted.capacity, device, true);
      if (outcome === CAPACITY_FAULT) {
        return this.failCapacity(claim, wanted, deviceId(this.context.devices, device));
      }
      if (outcome !== CAPACITY_SUFFICES) return this.refuse(REFUSED_BY_CAPACITY);
    }
    return this.pick(claim, request, alternative, wanted, device, done);
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

  /** Whether somebody holds the device, or this search has taken it. */
  isInUse(claim: number, wanted: RequestShape, device: number): boolean {
    if (wanted.adminAccess) {
      if (this.context.features.quirks.adminIsUnmarked) return false;
      return ((this.taken[device]! | this.kept[device]!) & (1 << claim)) !== 0;
    }
    if (this.kept[device] !== 0) return true;
    return this.context.devices.holder[device] !== -1 || this.taken[device] !== 0;
  }

  /** As `take`, for a device that is known to be selectable. */
  pick(
    claim: number,
    request: number,
    alternative: number,
    wanted: RequestShape,
    device: number,
    done: number,
  ): typeof FOUND | typeof NOT_FOUND | typeof FAILED {
    const { devices, features, capacities, constraints } = this.context;
    const { quirks } = features;
    const shareable = features.consumableCapacity && devices.allowMultiple[device] === 1;
    if (shareable) {
      if (!wanted.adminAccess && devices.holder[device] !== -1) return this.refuse(REFUSED_IN_USE);
    } else if (this.isInUse(claim, wanted, device)) {
      return this.refuse(REFUSED_IN_USE);
    }
    if (!this.mayOperate(device)) return this.refuse(REFUSED_BY_OPERATIONS);
    const mark = this.journal.mark();
    if (!this.takeCounters(device, shareable)) return this.refuse(REFUSED_BY_COUNTERS);
    if (features.deviceTaints && !this.isTolerated(wanted, device)) {
      return this.reject(mark, device, REFUSED_BY_TAINT);
    }
    if (!constraints.add(this.claims[claim]!, this.picks, claim, wanted, device)) {
      const outcome = this.reject(mark, device, REFUSED_BY_CONSTRAINT);
      if (constraints.error !== '') return this.fail(constraints.error);
      if (!wanted.all) return outcome;
      return this.fail(
        `claim ${this.claimNames[claim]}, request ${wanted.shortName}: cannot add device ` +
          `${deviceId(devices, device)} because a claim constraint would not be satisfied`,
      );
    }
    if (features.consumableCapacity) {
      const checked = quirks.capacityOfWrongDevice ? this.deviceAt(device, done) : device;
      if (capacities.check(wanted.capacity, checked, true) !== CAPACITY_SUFFICES) {
        if (quirks.keepsRefused) this.keepRefused(claim, wanted, device, shareable);
        else constraints.remove(this.claims[claim]!, claim, wanted.name);
        return this.reject(mark, device, REFUSED_BY_CAPACITY);
      }
      if (shareable) capacities.take(wanted.capacity, device, this.journal);
    }
    if (shareable) this.journal.add(this.sharing, device, 1);
    else if (!wanted.adminAccess || !quirks.adminIsUnmarked)
      this.journal.set(this.taken, device, this.taken[device]! | (1 << claim));
    this.picks.push(claim, request, alternative, device);
    return FOUND;
  }

  /** Undoes what a refused device has taken, save for what older releases forget to undo. */
  private reject(mark: number, device: number, refusal: Refusal): typeof NOT_FOUND {
    this.journal.undo(mark);
    const { features, counters } = this.context;
    if (features.quirks.leaksCounters && counters.isDrawing(device)) counters.leak(device);
    return this.refuse(refusal);
  }

  private refuse(refusal: Refusal): typeof NOT_FOUND {
    this.refusal = refusal;
    return NOT_FOUND;
  }

  /** Leaves a device taken for the rest of the search (a quirk). */
  keep(claim: number, device: number): void {
    this.kept[device]! |= 1 << claim;
    this.hasKept = true;
  }

  /** Leaves what a device refused for its capacity has marked so far (a quirk). */
  private keepRefused(
    claim: number,
    wanted: RequestShape,
    device: number,
    shareable: boolean,
  ): void {
    if (!shareable) this.keep(claim, device);
    this.context.constraints.keep(this.claims[claim]!, claim, wanted, device);
  }

  /** Takes back the last pick: the journal to a mark, the picks to a number. */
  undo(mark: number, count: number): void {
    this.journal.undo(mark);
    const { picks } = this;
    picks.count = count;
    if (this.context.features.quirks.leaksShareCounters) this.unshare(picks.device[count]!);
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

  /** Leaves what older releases forget when a share is taken back (a quirk). */
  private unshare(device: number): void {
    const { counters, devices, features } = this.context;
    if (!features.consumableCapacity || devices.allowMultiple[device] !== 1) return;
    if (features.partitionableDevices && counters.isDrawing(device) && this.draws(device, true)) {
      counters.leak(device);
    }
    const hasCapacity = devices.capacityStart[device]! < devices.capacityStart[device + 1]!;
    if (features.quirks.remembersShares && !hasCapacity) this.remembered.add(device);
  }

  private takeCounters(device: number, shareable: boolean): boolean {
    const { counters, features } = this.context;
    if (!counters.isDrawing(device)) return true;
    if (!features.partitionableDevices) return features.quirks.ignoresCounters;
    return !this.draws(device, shareable) || counters.take(device, this.journal);
  }

  /** However many shares a device gives, it draws its counters once. */
  private draws(device: number, shareable: boolean): boolean {
    if (!shareable || this.context.features.quirks.sharesDrawAgain) return true;
    if (this.sharing[device]! > 0 || this.remembered.has(device)) return false;
    return !this.isSharedAlready(device);
  }

  private isSharedAlready(device: number): boolean {
    const { devices, features } = this.context;
    if (devices.shares[device] === 0) return false;
    if (!features.quirks.bareSharesDrawAgain) return true;
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
    const known = wanted.tolerated[list];
    if (known !== undefined) return known;
    const { quirks } = this.context.features;
    const isTolerated = !devices.taintLists[list]!.some((taint) =>
      keepsAway(taint, wanted, quirks),
    );
    wanted.tolerated[list] = isTolerated;
    return isTolerated;
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
