// What a search needs to know of its claims before it begins: mistakes that end it at once, in upstream's
// order, and the devices of requests in mode All. Source: k8s.io/dynamic-resource-allocation/structured,
// validateDeviceRequest (1.37).

import { POOL_INCOMPLETE, POOL_INVALID } from '../cluster/pools.js';
import { CAPACITY_FAULT, CAPACITY_SUFFICES } from './capacity.js';
import type { ClaimShape, RequestList, RequestShape } from './claimshape.js';
import { CLAIM_DEVICES_MAX } from './picks.js';
import type { SearchContext } from './search.js';

/** Claims of one search, checked, with the devices that their All requests want. */
export class PreparedClaims {
  /** Why the search cannot begin; empty when it can. */
  error = '';
  claims: readonly ClaimShape[] = [];
  claimNames: readonly string[] = [];
  /** Positions of the node's devices in visiting order. */
  first = 0;
  last = 0;
  nodeName = '';
  private allDevices = new Int32Array(64);
  private allCount = 0;
  /** Range in `allDevices` of requests in mode All. */
  private readonly allStart = new Map<RequestShape, number>();
  private readonly allEnd = new Map<RequestShape, number>();

  constructor(private readonly context: SearchContext) {}

  /** Prepares claims for a node; false leaves an error. */
  prepare(claims: readonly ClaimShape[], claimNames: readonly string[], node: number): boolean {
    const { pools } = this.context;
    this.claims = claims;
    this.claimNames = claimNames;
    this.nodeName = this.context.nodes.names[node]!;
    this.first = pools.nodeFirst[node]!;
    this.last = pools.nodeLast[node]!;
    this.error = pools.nodeFault[node]!;
    this.allCount = 0;
    return this.error === '' && this.prepareClaims(node);
  }

  /** Devices that a request takes. */
  wantedCount(request: RequestShape): number {
    if (!request.all) return request.count;
    return this.allEnd.get(request)! - this.allStart.get(request)!;
  }

  /** Device number `index` of a request in mode All. */
  allDevice(request: RequestShape, index: number): number {
    return this.allDevices[this.allStart.get(request)! + index]!;
  }

  /** Checks claims in order and lists the devices of requests in mode All; false leaves an error. */
  private prepareClaims(node: number): boolean {
    const { limitAfterRequests } = this.context.features.quirks;
    for (let claim = 0; claim < this.claims.length; claim++) {
      const { requests, constraintFault } = this.claims[claim]!;
      let wanted = 0;
      for (let index = 0; index < requests.length; index++) {
        const least = this.prepareRequest(claim, requests[index]!, node);
        if (least < 0) return false;
        if (wanted + least > CLAIM_DEVICES_MAX && !limitAfterRequests) {
          this.fail(
            `claim ${this.claimNames[claim]}, request ${requests[index]!.name}: adding ` +
              `${this.countText(requests[index]!, least)} devices exceeds the claim limit of ${CLAIM_DEVICES_MAX}, with ${wanted} already accounted for`,
          );
          return false;
        }
        wanted += least;
      }
      if (wanted > CLAIM_DEVICES_MAX && this.passesLimit(claim)) return false;
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

  /** Whether the sum of a claim's requests passes the limit, added as upstream does: 64 bits that wrap. */
  private passesLimit(claim: number): boolean {
    let sum = 0n;
    for (const list of this.claims[claim]!.requests) {
      const counts = list.alternatives.map((request) => this.wantedCount(request));
      const least = counts.length === 0 ? 0 : Math.min(...counts);
      sum = BigInt.asIntN(64, sum + BigInt(this.countText(list, least)));
    }
    if (sum <= CLAIM_DEVICES_MAX) return false;
    this.fail(
      `claim ${this.claimNames[claim]}: number of requested devices ${sum} exceeds the ` +
        `claim limit of ${CLAIM_DEVICES_MAX}`,
    );
    return true;
  }

  private countText({ alternatives }: RequestList, count: number): string {
    const exact = alternatives.find((request) => !request.all && request.count === count);
    return exact?.countText ?? `${count}`;
  }

  private listAll(claim: number, request: RequestShape, node: number): boolean {
    const { pools, devices, selectors, features } = this.context;
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
      if (!isSelectable(this.context, request, device)) {
        if (!selectors.hasFailed) continue;
        this.fail(selectors.takeError(this.claimNames[claim]!));
        return false;
      }
      if (features.consumableCapacity) {
        if (features.quirks.allOfCapacityIsShared && !this.isShared(request, device)) continue;
        const outcome = this.context.capacities.check(request.capacity, device, false);
        if (outcome === CAPACITY_FAULT) {
          this.fail(
            `${subject}: checking capacity for device ${devices.objects[device]!.name}: ` +
              this.context.capacities.fault,
          );
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

  private isShared({ capacity }: RequestShape, device: number): boolean {
    return capacity.quantities.size === 0 || this.context.devices.allowMultiple[device] === 1;
  }

  private fail(error: string): void {
    this.error = error;
  }
}

/** Whether a request may have a device at all, whoever holds it. */
export function isSelectable(
  context: SearchContext,
  request: RequestShape,
  device: number,
): boolean {
  const { features, devices, selectors } = context;
  if (!features.bindingConditions && devices.hasBindingConditions[device] === 1) return false;
  return selectors.matches(request.selectors, device);
}
