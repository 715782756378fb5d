// Devices that give shares (consumable capacity) as strategies and metrics see them: what each has left, in
// thousandths of its scarcest capacity, node by node. Thousandths are what published work on shared GPUs counts in.

import type { DeviceTable } from '../cluster/devices.js';
import type { Capacities } from './capacity.js';
import type { ClaimShape, RequestShape } from './claimshape.js';
import type { ClaimEntries } from './fragmentation.js';
import type { SelectorTable } from './selectors.js';

/** A whole device. */
export const WHOLE = 1000;

/** Devices that can be held in parts, as strategies of nodes see them; in thousandths of a device. */
export interface DeviceParts {
  /** Thousandths of all devices. */
  readonly size: number;
  /** Most that one node has. */
  readonly nodeSizeMax: number;
  /** First entry of each node in a list of devices: nodes without any have none between theirs and the next. */
  readonly start: Int32Array;
  leftOf(node: number): number;
  /** What a pod would take. */
  wantedBy(claims: ClaimEntries): number;
}

/** What a pod wants of the devices that give shares. */
export interface ShareDemand {
  /** Devices; 0 for pods that want none. */
  readonly count: number;
  /** Thousandths of each, rounded up; the most that one of its requests wants. */
  readonly milli: number;
  /** Selector lists that its requests have. */
  readonly selectors: readonly number[];
  /** Demands of one kind are alike to clustering: a share of one device, or a number of whole ones. */
  readonly kind: number;
}

/** The kind of a demand for a share of one device; whole devices go by their number. */
export const KIND_SHARE = 0;

const NO_DEMAND: ShareDemand = { count: 0, milli: 0, selectors: [], kind: -1 };

/** What a table of shares is made from. */
export interface ShareContext {
  readonly devices: DeviceTable;
  readonly selectors: SelectorTable;
  readonly capacities: Capacities;
}

/**
 * Shares by node. The devices of node `n` that give shares lie at the positions `start[n] .. start[n+1]`, in
 * the order of publication; devices that several nodes see are left out.
 */
export class ShareTable implements DeviceParts {
  readonly start: Int32Array;
  readonly device: Int32Array;
  /** Position by device, -1 for those that give no shares. */
  readonly positionOf: Int32Array;
  /** Thousandths left by position, rounded down; current after {@link ShareTable.look}. */
  readonly left: Int32Array;
  /** Their sum by node. */
  readonly leftSum: Int32Array;
  /** Thousandths of all devices. */
  readonly size: number;
  /** Largest sum of thousandths of one node. */
  readonly nodeSizeMax: number;
  private readonly versions: Float64Array;
  private lastEntries: readonly unknown[] = [];
  private lastDemand = NO_DEMAND;
  private readonly demands = new Map<ClaimShape, ShareDemand>();
  private readonly requestDemands = new Map<RequestShape, ShareDemand | undefined>();

  constructor(
    private readonly context: ShareContext,
    nodeCount: number,
  ) {
    const { devices } = context;
    this.start = new Int32Array(nodeCount + 1);
    this.positionOf = new Int32Array(devices.count).fill(-1);
    for (let device = 0; device < devices.count; device++) {
      if (givesShares(devices, device)) this.start[devices.deviceNode[device]! + 1]!++;
    }
    for (let node = 0; node < nodeCount; node++) this.start[node + 1]! += this.start[node]!;
    const count = this.start[nodeCount]!;
    this.device = new Int32Array(count);
    const next = this.start.slice();
    for (let device = 0; device < devices.count; device++) {
      if (!givesShares(devices, device)) continue;
      const position = next[devices.deviceNode[device]!]!++;
      this.device[position] = device;
      this.positionOf[device] = position;
    }
    this.left = new Int32Array(count);
    this.leftSum = new Int32Array(nodeCount);
    this.versions = new Float64Array(nodeCount).fill(-1);
    this.size = count * WHOLE;
    let devicesMax = 0;
    for (let node = 0; node < nodeCount; node++) {
      devicesMax = Math.max(devicesMax, this.start[node + 1]! - this.start[node]!);
    }
    this.nodeSizeMax = devicesMax * WHOLE;
  }

  /** Version of what a node's devices have left; it grows with every change. */
  version(node: number): number {
    return this.context.devices.useVersion[node]!;
  }

  /** The node of a device that gives shares. */
  nodeOf(device: number): number {
    return this.context.devices.deviceNode[device]!;
  }

  leftOf(node: number): number {
    this.look(node);
    return this.leftSum[node]!;
  }

  wantedBy(claims: ClaimEntries): number {
    const { count, milli } = this.demandOfPod(claims);
    return count * milli;
  }

  /** Brings `left` and `leftSum` of a node up to date. */
  look(node: number): void {
    const version = this.context.devices.useVersion[node]!;
    if (this.versions[node] === version) return;
    this.versions[node] = version;
    const end = this.start[node + 1]!;
    let sum = 0;
    for (let position = this.start[node]!; position < end; position++) {
      const left = this.leftOfDevice(this.device[position]!);
      this.left[position] = left;
      sum += left;
    }
    this.leftSum[node] = sum;
  }

  private leftOfDevice(device: number): number {
    const { holder, capacityStart, capacityValue, capacityUsed } = this.context.devices;
    if (holder[device] !== -1) return 0;
    const end = capacityStart[device + 1]!;
    let least = WHOLE;
    for (let row = capacityStart[device]!; row < end; row++) {
      const size = capacityValue[row]!;
      if (size <= 0) continue;
      const left = Math.floor(((size - capacityUsed[row]!) * WHOLE) / size);
      if (left < least) least = left;
    }
    return least;
  }

  /** What the claims of a pod want of devices that give shares. */
  demandOfPod(entries: ClaimEntries): ShareDemand {
    // Nodes are asked about pod by pod: what was looked up for the last one stays at hand.
    if (entries === this.lastEntries) return this.lastDemand;
    const parts = entries
      .map(({ shape }) => this.demandOfClaim(shape))
      .filter(({ count }) => count > 0);
    this.lastEntries = entries;
    this.lastDemand = parts.length === 0 ? NO_DEMAND : parts.length === 1 ? parts[0]! : join(parts);
    return this.lastDemand;
  }

  private demandOfClaim(claim: ClaimShape): ShareDemand {
    let demand = this.demands.get(claim);
    if (!demand) {
      // Of a prioritized list the first alternative counts.
      const parts = claim.requests.flatMap(({ alternatives }) =>
        alternatives.slice(0, 1).flatMap((request) => this.demandOfRequest(request) ?? []),
      );
      demand = parts.length === 0 ? NO_DEMAND : join(parts);
      this.demands.set(claim, demand);
    }
    return demand;
  }

  /** What one request wants; undefined where no device that gives shares would do. */
  demandOfRequest(request: RequestShape): ShareDemand | undefined {
    if (this.requestDemands.has(request)) return this.requestDemands.get(request);
    const demand = this.measureRequest(request);
    this.requestDemands.set(request, demand);
    return demand;
  }

  /** Measured on the first device that the request may have. */
  private measureRequest(request: RequestShape): ShareDemand | undefined {
    const { devices, capacities } = this.context;
    const device = this.device.find((one) => this.mayHave(request.selectors, one));
    if (device === undefined || request.adminAccess || request.count === 0) return undefined;
    if (request.capacity.isUnknown) return undefined;
    const end = devices.capacityStart[device + 1]!;
    let milli = 1;
    for (let row = devices.capacityStart[device]!; row < end; row++) {
      const size = devices.capacityValue[row]!;
      if (size <= 0) continue;
      const wanted = Math.ceil((capacities.consumed(request.capacity, row) * WHOLE) / size);
      milli = Math.max(milli, Math.min(WHOLE, wanted));
    }
    return join([{ count: request.count, milli, selectors: [request.selectors], kind: 0 }]);
  }

  /** Whether a device satisfies a list of selectors. */
  mayHave(selectors: number, device: number): boolean {
    return mayHave(this.context.selectors, selectors, device);
  }
}

/** Whether a device satisfies a list of selectors; one that cannot be evaluated says no. */
export function mayHave(table: SelectorTable, selectors: number, device: number): boolean {
  if (table.matches(selectors, device)) return true;
  if (table.hasFailed) table.takeError('');
  return false;
}

/** Whether a device of one node can be held in parts. */
export function givesShares(devices: DeviceTable, device: number): boolean {
  if (devices.allowMultiple[device] !== 1 || devices.deviceNode[device]! < 0) return false;
  const end = devices.capacityStart[device + 1]!;
  for (let row = devices.capacityStart[device]!; row < end; row++) {
    if (devices.capacityValue[row]! > 0) return true;
  }
  return false;
}

function join(parts: readonly ShareDemand[]): ShareDemand {
  const count = parts.reduce((sum, part) => sum + part.count, 0);
  const milli = parts.reduce((most, part) => Math.max(most, part.milli), 0);
  const selectors = [...new Set(parts.flatMap((part) => part.selectors))];
  const isShare = count === 1 && milli < WHOLE;
  return { count, milli, selectors, kind: isShare ? KIND_SHARE : count };
}
