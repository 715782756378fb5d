// The search for devices of all unallocated claims of a pod on one node: depth first over claims,
// requests and devices, in visiting order, first full solution wins. Reads the columns; whatever it
// writes while trying is undone before it returns. Rules and their order: k8s.io/dynamic-resource-
// allocation/structured (incubating, 1.37).

import type { AllocatorFeatures } from '../api/allocator.js';
import { tolerates } from '../api/tolerations.js';
import { type DeviceTable, deviceId } from '../cluster/devices.js';
import { Journal } from '../cluster/journal.js';
import type { NodeTable } from '../cluster/nodes.js';
import { POOL_INCOMPLETE, POOL_INVALID, type PoolTable } from '../cluster/pools.js';
import { assert } from '../errors.js';
import { CAPACITY_FAULT, CAPACITY_SUFFICES, type Capacities } from './capacity.js';
import type { ClaimShape, RequestList, RequestShape } from './claimshape.js';
import type { Constraints } from './constraints.js';
import type { Counters } from './counters.js';
import { CLAIM_DEVICES_MAX, Picks } from './picks.js';
import type { SelectorTable } from './selectors.js';

/** What a search ends with. */
export const NOT_FOUND = 0;
export const FOUND = 1;
/** The message stands in `error`; `errorIsNodeLocal` says whether other nodes may still fit. */
export const FAILED = 2;
/** Only inside the search: this alternative would pass the limit of devices a claim. */
const TOO_MANY = 3;
type Outcome = typeof NOT_FOUND | typeof FOUND | typeof FAILED | typeof TOO_MANY;

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

  private claims: readonly ClaimShape[] = [];
  private claimNames: readonly string[] = [];
  private node = 0;
  private first = 0;
  private last = 0;
  private readonly journal = new Journal();
  /** Bit per claim position: which claims of this search took the device. */
  private readonly taken: Int32Array;
  /** Shares of the device taken in this search. */
  private readonly sharing: Int32Array;
  private allDevices = new Int32Array(64);
  private allCount = 0;
  /** Range in `allDevices` of requests in mode All. */
  private readonly allStart = new Map<RequestShape, number>();
  private readonly allEnd = new Map<RequestShape, number>();

  constructor(private readonly context: SearchContext) {
    this.taken = new Int32Array(context.devices.count);
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
    const { pools } = this.context;
    this.claims = claims;
    this.claimNames = claimNames;
    this.first = pools.nodeFirst[node]!;
    this.last = pools.nodeLast[node]!;
    this.node = node;
    this.context.counters.begin();
    this.error = '';
    this.errorIsNodeLocal = false;
    this.picks.count = 0;
    this.allCount = 0;
    if (pools.nodeFault[node]) return this.fail(pools.nodeFault[node]!);
    if (!this.prepareClaims(node)) return FAILED;
    const outcome = this.step(0, 0, 0, 0, false, this.first, 0);
    this.journal.undo(0);
    assert(outcome !== TOO_MANY, 'the smallest alternatives fit the limit of devices a claim');
    if (outcome === FAILED || outcome === FOUND) return outcome;
    return this.failInvalidPools(node) ? FAILED : NOT_FOUND;
  }

  /** Checks claims in order and lists the devices of requests in mode All; false leaves an error. */
  private prepareClaims(node: number): boolean {
    for (let claim = 0; claim < this.claims.length; claim++) {
      const { requests, constraintFault } = this.claims[claim]!;
      let wanted = 0;
      for (let index = 0; index < requests.length; index++) {
        const least = this.prepareRequest(claim, requests[index]!, node);
        if (least < 0) return false;
        if (wanted + least > CLAIM_DEVICES_MAX) {
          this.fail(
            `claim ${this.claimNames[claim]}, request ${requests[index]!.name}: adding ` +
              `${this.countText(requests[index]!, least)} devices exceeds the claim limit of ${CLAIM_DEVICES_MAX}, with ${wanted} already accounted for`,
          );
          return false;
        }
        wanted += least;
      }
      if (constraintFault !== '') {
        this.fail(`claim ${this.claimNames[claim]}, ${constraintFault}`);
        return false;
      }
    }
    return true;
  }

  /** The least number of devices that a request takes, or -1 when it leaves an error. */
  private prepareRequest(claim: number, request: RequestList, node: number): number {
    if (request.fault !== '') {
      this.fail(`claim ${this.claimNames[claim]}, ${request.fault}`);
      return -1;
    }
    const { alternatives } = request;
    let least = alternatives.length === 0 ? 0 : Infinity;
    for (let index = 0; index < alternatives.length; index++) {
      const alternative = alternatives[index]!;
      if (alternative.fault !== '') {
        this.fail(`claim ${this.claimNames[claim]}, ${alternative.fault}`);
        return -1;
      }
      if (alternative.all && !this.listAll(claim, alternative, node)) return -1;
      least = Math.min(least, this.wantedCount(alternative));
    }
    return least;
  }

  private countText({ alternatives }: RequestList, count: number): string {
    const exact = alternatives.find((request) => !request.all && request.count === count);
    return exact?.countText ?? `${count}`;
  }

  private wantedCount(request: RequestShape): number {
    if (!request.all) return request.count;
    return this.allEnd.get(request)! - this.allStart.get(request)!;
  }

  private listAll(claim: number, request: RequestShape, node: number): boolean {
    const { pools, devices, selectors } = this.context;
    const subject = `claim ${this.claimNames[claim]}, request ${request.shortName}`;
    for (let index = pools.nodeStart[node]!; index < pools.nodeStart[node + 1]!; index++) {
      const view = pools.nodeView[index]!;
      const state = pools.viewState[view]!;
      if (state !== POOL_INCOMPLETE && state !== POOL_INVALID) continue;
      const how = state === POOL_INCOMPLETE ? 'being updated' : 'invalid';
      const pool = devices.pools.text(pools.viewPool[view]!);
      this.fail(`${subject}: asks for all devices, but resource pool ${pool} is currently ${how}`);
      return false;
    }
    this.allStart.set(request, this.allCount);
    for (let position = this.first; position < this.last; position++) {
      const device = pools.visit[position]!;
      if (!this.isSelectable(request, device)) {
        if (!selectors.hasFailed) continue;
        this.failSelector(claim);
        return false;
      }
      if (this.context.features.consumableCapacity) {
        const outcome = this.context.capacities.check(request.capacity, device, false);
        if (outcome === CAPACITY_FAULT) {
          this.failCapacity(claim, request, devices.objects[device]!.name);
          return false;
        }
        if (outcome !== CAPACITY_SUFFICES) continue;
      }
      if (this.allCount === this.allDevices.length) {
        const larger = new Int32Array(this.allDevices.length * 2);
        larger.set(this.allDevices);
        this.allDevices = larger;
      }
      this.allDevices[this.allCount++] = device;
    }
    this.allEnd.set(request, this.allCount);
    return true;
  }

  private isSelectable(request: RequestShape, device: number): boolean {
    const { features, devices, selectors } = this.context;
    if (!features.bindingConditions && devices.hasBindingConditions[device] === 1) return false;
    return selectors.matches(request.selectors, device);
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
    const count = this.wantedCount(wanted);
    if (wanted.all && count === 0) return NOT_FOUND;
    if (done >= count) return this.step(claim, request + 1, 0, 0, false, this.first, claimPicks);
    if (claimPicks + count - done > CLAIM_DEVICES_MAX) return TOO_MANY;
    if (!wanted.all) {
      return this.stepDevices(claim, request, alternative, done, inside, start, claimPicks);
    }
    const device = this.allDevices[this.allStart.get(wanted)! + done]!;
    const mark = this.journal.mark();
    const picked = this.pick(claim, request, alternative, wanted, device);
    if (picked !== FOUND) return picked;
    const outcome = this.step(claim, request, alternative, done + 1, inside, start, claimPicks + 1);
    if (outcome !== FOUND) this.unpick(mark);
    return outcome;
  }

  private stepAlternatives(claim: number, request: number, claimPicks: number): Outcome {
    const { alternatives } = this.claims[claim]!.requests[request]!;
    let everyTooMany = true;
    for (let index = 0; index < alternatives.length; index++) {
      const outcome = this.step(claim, request, index, 0, true, this.first, claimPicks);
      if (outcome === FOUND || outcome === FAILED) return outcome;
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
    for (let position = start; position < this.last; position++) {
      const device = visit[position]!;
      if (this.isInUse(claim, wanted, device)) continue;
      if (!this.isSelectable(wanted, device)) {
        if (selectors.hasFailed) return this.failSelector(claim);
        continue;
      }
      if (features.consumableCapacity) {
        const outcome = capacities.check(wanted.capacity, device, true);
        if (outcome === CAPACITY_FAULT) {
          return this.failCapacity(claim, wanted, deviceId(this.context.devices, device));
        }
        if (outcome !== CAPACITY_SUFFICES) continue;
      }
      const mark = this.journal.mark();
      const picked = this.pick(claim, request, alternative, wanted, device);
      if (picked === FAILED) return FAILED;
      if (picked !== FOUND) continue;
      const next = position + 1;
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
      this.unpick(mark);
      if (outcome !== NOT_FOUND) return outcome;
    }
    return NOT_FOUND;
  }

  private isInUse(claim: number, wanted: RequestShape, device: number): boolean {
    if (wanted.adminAccess) return (this.taken[device]! & (1 << claim)) !== 0;
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
      this.journal.undo(mark);
      return NOT_FOUND;
    }
    if (!constraints.allow(this.claims[claim]!, this.picks, claim, wanted.name, device)) {
      this.journal.undo(mark);
      if (!wanted.all) return NOT_FOUND;
      return this.fail(
        `claim ${this.claimNames[claim]}, request ${wanted.shortName}: cannot add device ` +
          `${deviceId(devices, device)} because a claim constraint would not be satisfied`,
      );
    }
    if (features.consumableCapacity) {
      if (capacities.check(wanted.capacity, device, true) !== CAPACITY_SUFFICES) {
        this.journal.undo(mark);
        return NOT_FOUND;
      }
      if (shareable) capacities.take(wanted.capacity, device, this.journal);
    }
    if (shareable) this.journal.add(this.sharing, device, 1);
    else this.journal.set(this.taken, device, this.taken[device]! | (1 << claim));
    this.picks.push(claim, request, alternative, device);
    return FOUND;
  }

  private unpick(mark: number): void {
    this.journal.undo(mark);
    this.picks.count--;
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
    const { counters, devices, features } = this.context;
    if (!counters.isDrawing(device)) return true;
    if (!features.partitionableDevices) return false;
    if (shareable && (devices.shares[device]! > 0 || this.sharing[device]! > 0)) return true;
    return counters.take(device, this.journal);
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
