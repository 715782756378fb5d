// The claims of a run and what they hold. `commit` and `deallocate` are the only writers of device use:
// a search reads. Life of a claim: created, allocated, reserved for pods, deallocated when the last
// consumer ends (kubernetes/kubernetes pkg/controller/resourceclaim, 1.37).

import type { AllocatorFeatures } from '../api/allocator.js';
import { countUse, type DeviceTable } from '../cluster/devices.js';
import { assert } from '../errors.js';
import { applyHeld, type HeldShare } from './allocatedstate.js';
import type { Capacities } from './capacity.js';
import type { ClaimShape, RequestShape } from './claimshape.js';
import { drawCounters } from './counters.js';
import type { Picks } from './picks.js';

const NONE = -1;

/** One allocated device of a claim, as results and explanations need it. */
export interface AllocatedDevice {
  device: number;
  request: number;
  alternative: number;
}

/** A device that a claim holds from the start, and how much of it. */
export type RestoredDevice = AllocatedDevice & HeldShare;

/** Claims by index, in growing columns; freed indices are used again. */
export class ClaimTable {
  /** Node that the claim was allocated on, or -1. */
  allocatedNode: Int32Array = new Int32Array(64).fill(NONE);
  /** Pods that the claim is reserved for. */
  reservedCount: Int32Array = new Int32Array(64);
  private readonly shapes: ClaimShape[] = [];
  private readonly names: (string | undefined)[] = [];
  private firstPick: Int32Array = new Int32Array(64).fill(NONE);
  private readonly free: number[] = [];
  /** What claims hold from the start; what the others hold follows from their shapes. */
  private readonly restored = new Map<number, readonly HeldShare[]>();

  // Picks of allocated claims: linked rows, freed rows are used again.
  private pickDevice = new Int32Array(256);
  private pickRequest = new Int32Array(256);
  private pickNext = new Int32Array(256);
  private pickFree = NONE;
  private pickCount = 0;

  /** Claims that hold devices now. */
  allocatedCount = 0;

  constructor(
    private readonly devices: DeviceTable,
    private readonly capacities: Capacities,
    private readonly features: AllocatorFeatures,
  ) {}

  /** Adds a claim; `name` only for claims that several pods can refer to. */
  create(shape: ClaimShape, name?: string): number {
    const claim = this.free.pop() ?? this.shapes.length;
    if (claim === this.allocatedNode.length) this.grow();
    this.shapes[claim] = shape;
    this.names[claim] = name;
    this.allocatedNode[claim] = NONE;
    this.reservedCount[claim] = 0;
    this.firstPick[claim] = NONE;
    return claim;
  }

  /** Removes a claim that holds nothing. */
  remove(claim: number): void {
    assert(this.allocatedNode[claim] === NONE, 'a claim is deallocated before it is removed');
    this.free.push(claim);
  }

  shape(claim: number): ClaimShape {
    return this.shapes[claim]!;
  }

  name(claim: number): string | undefined {
    return this.names[claim];
  }

  isAllocated(claim: number): boolean {
    return this.allocatedNode[claim] !== NONE;
  }

  /** Allocates a claim with the picks that a search made for the claim at `position`. */
  commit(claim: number, position: number, picks: Picks, node: number): void {
    assert(!this.isAllocated(claim), 'a claim is allocated once');
    this.allocatedNode[claim] = node;
    this.allocatedCount++;
    for (let index = picks.count - 1; index >= 0; index--) {
      if (picks.claim[index] !== position) continue;
      const request = picks.request[index]! * 16 + picks.alternative[index]!;
      this.addPick(claim, picks.device[index]!, request);
      this.take(claim, picks.device[index]!, request);
    }
  }

  /** Records devices that a claim holds from the start, as an imported cluster has them. */
  restore(claim: number, held: readonly RestoredDevice[], node: number): void {
    assert(!this.isAllocated(claim), 'a claim is allocated once');
    this.allocatedNode[claim] = node;
    this.allocatedCount++;
    for (const share of [...held].reverse()) {
      this.addPick(claim, share.device, share.request * 16 + share.alternative);
      applyHeld(this.devices, share, claim, 1, this.features);
    }
    this.restored.set(claim, held);
  }

  /**
   * For a trial: lifts what an allocated claim holds (-1), or puts it back (1).
   *
   * The claim counts as allocated all the time.
   */
  lift(claim: number, sign: 1 | -1): void {
    const restored = this.restored.get(claim);
    for (const share of restored ?? []) applyHeld(this.devices, share, claim, sign, this.features);
    if (restored) return;
    for (let row = this.firstPick[claim]!; row !== NONE; row = this.pickNext[row]!) {
      if (sign > 0) this.take(claim, this.pickDevice[row]!, this.pickRequest[row]!);
      else this.give(claim, this.pickDevice[row]!, this.pickRequest[row]!);
    }
  }

  /** Gives back everything that the claim holds. */
  deallocate(claim: number): void {
    assert(this.isAllocated(claim), 'only an allocated claim is deallocated');
    const restored = this.restored.get(claim);
    this.restored.delete(claim);
    for (const share of restored ?? []) applyHeld(this.devices, share, claim, -1, this.features);
    let row = this.firstPick[claim]!;
    while (row !== NONE) {
      if (!restored) this.give(claim, this.pickDevice[row]!, this.pickRequest[row]!);
      const next = this.pickNext[row]!;
      this.pickNext[row] = this.pickFree;
      this.pickFree = row;
      row = next;
    }
    this.firstPick[claim] = NONE;
    this.allocatedNode[claim] = NONE;
    this.allocatedCount--;
  }

  /** The devices of a claim, in pick order. */
  held(claim: number): AllocatedDevice[] {
    const held: AllocatedDevice[] = [];
    for (let row = this.firstPick[claim]!; row !== NONE; row = this.pickNext[row]!) {
      const request = this.pickRequest[row]!;
      held.push({
        device: this.pickDevice[row]!,
        request: request >> 4,
        alternative: request & 15,
      });
    }
    return held;
  }

  /** Calls back for each device of a claim, without making objects. */
  forEachDevice(claim: number, callback: (device: number) => void): void {
    for (let row = this.firstPick[claim]!; row !== NONE; row = this.pickNext[row]!) {
      callback(this.pickDevice[row]!);
    }
  }

  private addPick(claim: number, device: number, request: number): void {
    let row = this.pickFree;
    if (row === NONE) {
      if (this.pickCount === this.pickDevice.length) this.growPicks();
      row = this.pickCount++;
    } else {
      this.pickFree = this.pickNext[row]!;
    }
    this.pickDevice[row] = device;
    this.pickRequest[row] = request;
    this.pickNext[row] = this.firstPick[claim]!;
    this.firstPick[claim] = row;
  }

  private take(claim: number, device: number, request: number): void {
    if (this.isAdmin(claim, request)) return;
    const { shares, holder } = this.devices;
    const shareable = this.features.consumableCapacity && this.devices.allowMultiple[device] === 1;
    if (this.draws(device, shareable)) drawCounters(this.devices, device, 1);
    countUse(this.devices, device, 1);
    if (shareable) {
      shares[device]!++;
      this.addCapacity(claim, device, request, 1);
    } else {
      holder[device] = claim;
    }
  }

  private give(claim: number, device: number, request: number): void {
    if (this.isAdmin(claim, request)) return;
    const { shares, holder } = this.devices;
    const shareable = this.features.consumableCapacity && this.devices.allowMultiple[device] === 1;
    countUse(this.devices, device, -1);
    if (shareable) {
      shares[device]!--;
      this.addCapacity(claim, device, request, -1);
    } else {
      holder[device] = NONE;
    }
    if (this.draws(device, shareable)) drawCounters(this.devices, device, -1);
  }

  /** Whether taking the first or giving the last of a device changes what its pool has left. */
  private draws(device: number, shareable: boolean): boolean {
    if (!shareable) return true;
    return this.devices.shares[device] === 0 && !this.features.quirks.sharesDrawNothing;
  }

  /** Devices in use by admin access count for nothing. */
  private isAdmin(claim: number, request: number): boolean {
    return this.requestOf(claim, request).adminAccess;
  }

  /** What a share consumes follows from request and device, so it need not be stored. */
  private addCapacity(claim: number, device: number, request: number, sign: 1 | -1): void {
    const { capacityStart, capacityUsed } = this.devices;
    const { capacity } = this.requestOf(claim, request);
    const end = capacityStart[device + 1]!;
    for (let row = capacityStart[device]!; row < end; row++) {
      capacityUsed[row]! += sign * this.capacities.consumed(capacity, row);
    }
  }

  private requestOf(claim: number, request: number): RequestShape {
    return this.shapes[claim]!.requests[request >> 4]!.alternatives[request & 15]!;
  }

  private grow(): void {
    const length = this.allocatedNode.length * 2;
    const allocatedNode = new Int32Array(length).fill(NONE);
    const reservedCount = new Int32Array(length);
    const firstPick = new Int32Array(length).fill(NONE);
    allocatedNode.set(this.allocatedNode);
    reservedCount.set(this.reservedCount);
    firstPick.set(this.firstPick);
    this.allocatedNode = allocatedNode;
    this.reservedCount = reservedCount;
    this.firstPick = firstPick;
  }

  private growPicks(): void {
    for (const name of ['pickDevice', 'pickRequest', 'pickNext'] as const) {
      const larger = new Int32Array(this[name].length * 2);
      larger.set(this[name]);
      this[name] = larger;
    }
  }
}
