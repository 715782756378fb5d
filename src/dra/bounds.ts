// Bounds: reasons why a search cannot end well, that are seen without searching. They count, for each request,
// the devices that would do if nothing else were picked: free, selected, tolerated, with enough capacity and
// counters, and enough of them with one value of an attribute that must match. A bound never ends a search
// that could find devices or an error.

import { ATTRIBUTE_MISSING, ATTRIBUTE_UNKNOWN } from './attributes.js';
import { CAPACITY_FAULT, CAPACITY_SUFFICES } from './capacity.js';
import type { ClaimShape, ConstraintShape, RequestList, RequestShape } from './claimshape.js';
import { isCovered } from './constraints.js';
import { isSelectable } from './preparedclaims.js';
import type { SearchContext } from './search.js';
import { keepsAway } from './taintcheck.js';

/** Bounds on what the devices of a node can give. */
export class Bounds {
  /** Whether the rules of the profile are those that the bounds were made for. */
  readonly applies: boolean;
  /** Candidates of the request at hand. */
  private candidates = new Int32Array(64);
  private count = 0;
  /** Candidates of all requests of a search, each once, by the number of the look. */
  private readonly seen: Int32Array;
  private look = 0;

  constructor(private readonly context: SearchContext) {
    const { quirks, listTypeAttributes } = context.features;
    this.applies = !quirks.permutes && !quirks.hidesInvalidPools && !listTypeAttributes;
    this.seen = new Int32Array(context.devices.count);
  }

  /** Whether somebody holds every device that the node sees, and the claims need one of them. */
  isFull(claims: readonly ClaimShape[], node: number): boolean {
    const { devices, pools } = this.context;
    if (!this.applies || devices.nodeHeld[node] !== pools.exclusiveCount[node]) return false;
    return claims[0]?.requests[0]?.needsFree === true;
  }

  /** Whether no devices at `first .. last` of the visiting order can do for all claims. */
  isHopeless(claims: readonly ClaimShape[], first: number, last: number): boolean {
    if (!this.applies || !claims.every(({ isBounded }) => isBounded)) return false;
    this.look++;
    let isShort = false;
    let wanted = 0;
    let distinct = 0;
    for (const { requests, constraints } of claims) {
      for (const list of requests) {
        let least = Infinity;
        let fits = false;
        for (const request of list.alternatives) {
          if (!this.collect(request, first, last)) return false;
          least = Math.min(least, request.count);
          if (this.isEnough(request, constraints)) fits = true;
          distinct += this.countNew();
        }
        wanted += least;
        if (!fits) isShort = true;
      }
      if (!isShort) isShort = this.isMatchless(requests, constraints, first, last);
    }
    return isShort || distinct < wanted;
  }

  /** Collects what would do for a request; false where an error would come up. */
  private collect(request: RequestShape, first: number, last: number): boolean {
    const { pools, selectors, features, capacities } = this.context;
    this.count = 0;
    if (this.candidates.length < last - first) this.candidates = new Int32Array(last - first);
    for (let position = first; position < last; position++) {
      const device = pools.visit[position]!;
      if (!request.adminAccess && this.context.devices.holder[device] !== -1) continue;
      if (!isSelectable(this.context, request, device)) {
        if (!selectors.hasFailed) continue;
        selectors.takeError('');
        return false;
      }
      if (features.consumableCapacity) {
        const outcome = capacities.check(request.capacity, device, true);
        if (outcome === CAPACITY_FAULT) return false;
        if (outcome !== CAPACITY_SUFFICES) continue;
      }
      if (this.isTolerated(request, device) && this.hasCounters(device)) {
        this.candidates[this.count++] = device;
      }
    }
    return true;
  }

  private isTolerated(request: RequestShape, device: number): boolean {
    const { devices, features } = this.context;
    if (!features.deviceTaints) return true;
    const list = devices.taintLists[devices.deviceTaints[device]!]!;
    return !list.some((taint) => keepsAway(taint, request, features.quirks));
  }

  /** Whether the pool could still give the device what it draws; shares of it may draw nothing. */
  private hasCounters(device: number): boolean {
    const { consumeStart, consumeCounter, consumeAmount, counterUsed, counterValue, shares } =
      this.context.devices;
    if (shares[device]! > 0) return true;
    const end = consumeStart[device + 1]!;
    for (let row = consumeStart[device]!; row < end; row++) {
      const counter = consumeCounter[row]!;
      if (counterUsed[counter]! + consumeAmount[row]! > counterValue[counter]!) return false;
    }
    return true;
  }

  /** Whether there are enough candidates, of one value where the request alone has to match. */
  private isEnough(request: RequestShape, constraints: readonly ConstraintShape[]): boolean {
    if (this.count < request.count) return false;
    return constraints.every((constraint) => {
      if (constraint.distinct || !isCovered(constraint, request.name)) return true;
      for (const [value, devices] of this.devicesByValue(constraint)) {
        // A device without a single value does only where it stands alone.
        if (value === ATTRIBUTE_UNKNOWN && request.count > 1) continue;
        if (devices.size >= request.count) return true;
      }
      return false;
    });
  }

  /** Whether requests that have to match have no value in common of which there is enough for all. */
  private isMatchless(
    requests: readonly RequestList[],
    constraints: readonly ConstraintShape[],
    first: number,
    last: number,
  ): boolean {
    return constraints.some((constraint) => {
      if (constraint.distinct) return false;
      let common: Map<number, Set<number>> | undefined;
      let wanted = 0;
      for (const { alternatives, prioritized } of requests) {
        const request = alternatives[0];
        // Which alternative is taken is not known before the search.
        if (prioritized || !request || !isCovered(constraint, request.name)) continue;
        this.collect(request, first, last);
        const values = this.devicesByValue(constraint);
        if (values.has(ATTRIBUTE_UNKNOWN)) return false;
        wanted += request.count;
        for (const [value, devices] of common ?? values) {
          const own = values.get(value);
          if (!own || own.size < request.count) (common ?? values).delete(value);
          else for (const device of own) devices.add(device);
        }
        common ??= values;
      }
      return common !== undefined && !this.hasEnough(common, wanted);
    });
  }

  private devicesByValue({ attribute }: ConstraintShape): Map<number, Set<number>> {
    const byValue = new Map<number, Set<number>>();
    for (let index = 0; index < this.count; index++) {
      const device = this.candidates[index]!;
      const value = this.context.attributes.value(attribute, device);
      if (value === ATTRIBUTE_MISSING) continue;
      const devices = byValue.get(value);
      if (devices) devices.add(device);
      else byValue.set(value, new Set([device]));
    }
    return byValue;
  }

  /** Whether some value has as many devices as are wanted together; shares may be of one. */
  private hasEnough(byValue: ReadonlyMap<number, ReadonlySet<number>>, wanted: number): boolean {
    for (const devices of byValue.values()) {
      if (devices.size >= wanted) return true;
      for (const device of devices) if (this.isShareable(device)) return true;
    }
    return false;
  }

  private isShareable(device: number): boolean {
    return (
      this.context.features.consumableCapacity && this.context.devices.allowMultiple[device] === 1
    );
  }

  /** Candidates that no request before had; those that give shares count as often as wanted. */
  private countNew(): number {
    let fresh = 0;
    for (let index = 0; index < this.count; index++) {
      const device = this.candidates[index]!;
      if (this.isShareable(device)) return Infinity;
      if (this.seen[device] === this.look) continue;
      this.seen[device] = this.look;
      fresh++;
    }
    return fresh;
  }
}
