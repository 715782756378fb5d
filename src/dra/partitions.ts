// Partitions as strategies and metrics see them: what each parent (a GPU, an FPGA) can still give with some of its
// partitions held. Which are held decides that; equal parents meet the same few sets again and again, so that each set is
// worked out once, as a state with its successors. What is left of a parent is counted by its compute
// (`multiprocessors`, as shares of GPUs are), or by the mean of all its counters where it has none.

import type { DeviceTable } from '../cluster/devices.js';
import type { ClaimShape, RequestShape } from './claimshape.js';
import type { ClaimEntries } from './fragmentation.js';
import { groupByParent } from './parents.js';
import { type DeviceParts, mayHave, type ShareContext, WHOLE } from './shares.js';

/** Amounts of a parent are whole numbers of this, which all numbers up to 14 divide: sevenths add up. */
export const PARENT = 720_720;
/** Partitions of a parent that are held are the bits of a whole number that a double holds exactly. */
const MEMBERS_MAX = 52;
const COMPUTE = '/multiprocessors';

/** What a pod wants of the partitions; requests of one pod are taken together, as for shares. */
export interface PartitionDemand {
  readonly id: number;
  /** Partitions; 0 for pods that want none. */
  readonly count: number;
  /** Selector lists that its requests have. */
  readonly selectors: readonly number[];
}

/** Parents that are equal, names aside: the same partitions in the same order. */
export interface ParentKind {
  /** A parent of the kind stands for all: its partitions, in the order of publication. */
  readonly members: Int32Array;
  /** What each takes of its parent, in parts of `PARENT`. */
  readonly sizes: Float64Array;
  readonly states: Map<number, ParentState>;
  /** 1 for partitions that a demand may have, by its id. */
  readonly allows: (Uint8Array | undefined)[];
}

/** A parent with a set of its partitions held. */
export interface ParentState {
  readonly id: number;
  readonly kind: ParentKind;
  /** Bit per partition: those that are held. */
  readonly held: number;
  /** What is left, in parts of `PARENT`. */
  readonly left: number;
  /** 1 for partitions that can be taken. */
  readonly placeable: Uint8Array;
  /** The state with one more of them held. */
  readonly next: (ParentState | undefined)[];
}

/** Partitions by node: the parents of node `n` are `start[n] .. start[n + 1]`, each on one node. */
export class PartitionTable implements DeviceParts {
  readonly start: Int32Array;
  readonly size: number;
  readonly nodeSizeMax: number;
  /** Parent and place among its partitions, by device; -1 for whole devices and those that several nodes see. */
  readonly parentOf: Int32Array;
  readonly memberOf: Int32Array;
  /** States by parent; current after {@link PartitionTable.look}. */
  readonly states: ParentState[] = [];
  /** What is left by node, in parts of `PARENT`. */
  private readonly leftSum: Float64Array;
  private readonly versions: Float64Array;
  private readonly memberStart: Int32Array;
  private readonly members: Int32Array;
  private readonly kinds = new Map<number, ParentKind[]>();
  private stateCount = 0;
  private readonly demands: PartitionDemand[] = [];
  private readonly demandIds = new Map<string, number>();
  private readonly demandOfClaim = new Map<ClaimShape, PartitionDemand>();
  private readonly demandOfRequests = new Map<RequestShape, PartitionDemand>();
  private readonly sizeOfDemand: (number | undefined)[] = [];
  private lastEntries: ClaimEntries = [];
  private lastDemand: PartitionDemand;

  constructor(
    private readonly context: ShareContext,
    nodeCount: number,
  ) {
    const { devices } = context;
    const parents = groupByParent(devices);
    const found = listParents(devices, parents);
    this.start = new Int32Array(nodeCount + 1);
    for (const { node } of found) this.start[node + 1]!++;
    for (let node = 0; node < nodeCount; node++) this.start[node + 1]! += this.start[node]!;
    this.parentOf = new Int32Array(devices.count).fill(-1);
    this.memberOf = new Int32Array(devices.count);
    this.memberStart = new Int32Array(found.length + 1);
    this.members = new Int32Array(found.reduce((sum, { first, last }) => sum + last - first, 0));
    let end = 0;
    found.forEach(({ first, last }, parent) => {
      for (let index = first; index < last; index++) {
        const device = parents.members[index]!;
        this.parentOf[device] = parent;
        this.memberOf[device] = index - first;
        this.members[end++] = device;
      }
      this.memberStart[parent + 1] = end;
      this.states.push(this.stateOf(this.kindOf(parent), 0));
    });
    let parentsMax = 0;
    for (let node = 0; node < nodeCount; node++) {
      parentsMax = Math.max(parentsMax, this.start[node + 1]! - this.start[node]!);
    }
    this.size = found.length * WHOLE;
    this.nodeSizeMax = parentsMax * WHOLE;
    this.leftSum = new Float64Array(nodeCount);
    this.versions = new Float64Array(nodeCount).fill(-1);
    this.lastDemand = this.internDemand(0, []);
  }

  get nodeCount(): number {
    return this.leftSum.length;
  }

  /** The node of a partition. */
  nodeOf(device: number): number {
    return this.context.devices.deviceNode[device]!;
  }

  version(node: number): number {
    return this.context.devices.useVersion[node]!;
  }

  /** Brings the states of a node's parents up to date. */
  look(node: number): void {
    const version = this.version(node);
    if (this.versions[node] === version) return;
    this.versions[node] = version;
    let left = 0;
    for (let parent = this.start[node]!; parent < this.start[node + 1]!; parent++) {
      const held = this.heldOf(parent);
      let state = this.states[parent]!;
      if (state.held !== held) {
        state = this.stateOf(state.kind, held);
        this.states[parent] = state;
      }
      left += state.left;
    }
    this.leftSum[node] = left;
  }

  /** Bits of the partitions of a parent that somebody holds, whole or a share of it. */
  private heldOf(parent: number): number {
    const { holder, shares } = this.context.devices;
    const first = this.memberStart[parent]!;
    let held = 0;
    let bit = 1;
    for (let index = first; index < this.memberStart[parent + 1]!; index++, bit *= 2) {
      const device = this.members[index]!;
      if (holder[device] !== -1 || shares[device]! > 0) held += bit;
    }
    return held;
  }

  leftOf(node: number): number {
    this.look(node);
    return (this.leftSum[node]! * WHOLE) / PARENT;
  }

  wantedBy(claims: ClaimEntries): number {
    const demand = this.demandOfPod(claims);
    return demand.count * this.sizeOf(demand);
  }

  /** Thousandths of the first partition that a demand may have. */
  private sizeOf(demand: PartitionDemand): number {
    let size = this.sizeOfDemand[demand.id];
    if (size === undefined) {
      const device = this.members.find((one) =>
        demand.selectors.some((list) => mayHave(this.context.selectors, list, one)),
      );
      const kind = device === undefined ? undefined : this.states[this.parentOf[device]!]?.kind;
      size = kind ? (kind.sizes[this.memberOf[device!]!]! * WHOLE) / PARENT : 0;
      this.sizeOfDemand[demand.id] = size;
    }
    return size;
  }

  /** What the claims of a pod want of partitions. */
  demandOfPod(entries: ClaimEntries): PartitionDemand {
    // Nodes are asked about pod by pod: what was looked up for the last one stays at hand.
    if (entries === this.lastEntries) return this.lastDemand;
    const parts = entries.map(({ shape }) => this.demandOf(shape)).filter(({ count }) => count > 0);
    this.lastEntries = entries;
    this.lastDemand = parts.length === 1 ? parts[0]! : this.join(parts);
    return this.lastDemand;
  }

  private demandOf(claim: ClaimShape): PartitionDemand {
    let demand = this.demandOfClaim.get(claim);
    if (!demand) {
      // Of a prioritized list the first alternative counts.
      const parts = claim.requests.flatMap(({ alternatives }) =>
        alternatives.slice(0, 1).map((request) => this.demandOfRequest(request)),
      );
      demand = this.join(parts.filter(({ count }) => count > 0));
      this.demandOfClaim.set(claim, demand);
    }
    return demand;
  }

  /** What one request wants; none where no partition would do. */
  demandOfRequest(request: RequestShape): PartitionDemand {
    let demand = this.demandOfRequests.get(request);
    if (!demand) {
      const { selectors, adminAccess, count } = request;
      const isServed = !adminAccess && count > 0 && this.isServed(selectors);
      demand = isServed ? this.internDemand(count, [selectors]) : this.internDemand(0, []);
      this.demandOfRequests.set(request, demand);
    }
    return demand;
  }

  private isServed(selectors: number): boolean {
    return this.members.some((device) => mayHave(this.context.selectors, selectors, device));
  }

  private join(parts: readonly PartitionDemand[]): PartitionDemand {
    const count = parts.reduce((sum, part) => sum + part.count, 0);
    return this.internDemand(count, [...new Set(parts.flatMap((part) => part.selectors))]);
  }

  private internDemand(count: number, selectors: readonly number[]): PartitionDemand {
    const key = `${count}/${selectors.join()}`;
    let id = this.demandIds.get(key);
    if (id === undefined) {
      id = this.demands.length;
      this.demandIds.set(key, id);
      this.demands.push({ id, count, selectors });
    }
    return this.demands[id]!;
  }

  /** 1 for partitions of a kind of parents that a demand may have. */
  allows(kind: ParentKind, { id, selectors }: PartitionDemand): Uint8Array {
    let allowed = kind.allows[id];
    if (!allowed) {
      allowed = Uint8Array.from(kind.members, (device) =>
        selectors.some((list) => mayHave(this.context.selectors, list, device)) ? 1 : 0,
      );
      kind.allows[id] = allowed;
    }
    return allowed;
  }

  /** How many partitions a demand could have of a parent, taken one after the other. */
  room(state: ParentState, demand: PartitionDemand): number {
    const allowed = this.allows(state.kind, demand);
    let room = 0;
    for (let at = state, member = 0; member < allowed.length; member++) {
      if (allowed[member] === 0 || at.placeable[member] === 0) continue;
      at = this.take(at, member);
      room++;
    }
    return room;
  }

  /** The state with one more partition held. */
  take(state: ParentState, member: number): ParentState {
    let next = state.next[member];
    if (!next) {
      next = this.stateOf(state.kind, state.held + 2 ** member);
      state.next[member] = next;
    }
    return next;
  }

  private stateOf(kind: ParentKind, held: number): ParentState {
    let state = kind.states.get(held);
    if (!state) {
      state = this.compileState(kind, held);
      kind.states.set(held, state);
    }
    return state;
  }

  private compileState(kind: ParentKind, held: number): ParentState {
    const { consumeStart, consumeCounter, consumeAmount, counterValue } = this.context.devices;
    const { members, sizes } = kind;
    const used = new Map<number, number>();
    const isHeld = (member: number) => Math.floor(held / 2 ** member) % 2 === 1;
    let left = PARENT;
    members.forEach((device, member) => {
      if (!isHeld(member)) return;
      left -= sizes[member]!;
      for (let row = consumeStart[device]!; row < consumeStart[device + 1]!; row++) {
        const counter = consumeCounter[row]!;
        used.set(counter, (used.get(counter) ?? 0) + consumeAmount[row]!);
      }
    });
    const placeable = Uint8Array.from(members, (device, member) => {
      if (isHeld(member)) return 0;
      for (let row = consumeStart[device]!; row < consumeStart[device + 1]!; row++) {
        const counter = consumeCounter[row]!;
        if (!((used.get(counter) ?? 0) + consumeAmount[row]! <= counterValue[counter]!)) return 0;
      }
      return 1;
    });
    // Shares of a partition and rounded sizes may add up to more than there is.
    return { id: this.stateCount++, kind, held, left: Math.max(0, left), placeable, next: [] };
  }

  private kindOf(parent: number): ParentKind {
    const { devices } = this.context;
    const members = this.members.subarray(this.memberStart[parent]!, this.memberStart[parent + 1]!);
    const content = devices.deviceContent[members[0]!]!;
    const known = this.kinds.get(content) ?? [];
    this.kinds.set(content, known);
    let kind = known.find((one) => areEqual(devices, one.members, members));
    if (!kind) {
      const sizes = Float64Array.from(members, (device) => sizeOf(devices, members, device));
      kind = { members, sizes, states: new Map(), allows: [] };
      known.push(kind);
    }
    return kind;
  }
}

/** Parents all of whose partitions are on one node, by node and then in the order of publication. */
function listParents(
  { deviceNode }: DeviceTable,
  { start, members }: ReturnType<typeof groupByParent>,
): { node: number; first: number; last: number }[] {
  const found: { node: number; first: number; last: number }[] = [];
  for (let parent = 0; parent + 1 < start.length; parent++) {
    const first = start[parent]!;
    const last = start[parent + 1]!;
    if (first === last || last - first > MEMBERS_MAX) continue;
    const node = deviceNode[members[first]!]!;
    if (node < 0 || members.subarray(first, last).some((one) => deviceNode[one] !== node)) continue;
    found.push({ node, first, last });
  }
  return found.sort(
    (left, right) => left.node - right.node || members[left.first]! - members[right.first]!,
  );
}

/** Whether two parents have the same partitions, which draw the same on counters in the same order. */
function areEqual(devices: DeviceTable, left: Int32Array, right: Int32Array): boolean {
  const { deviceContent, consumeStart, consumeCounter, consumeAmount, counterValue } = devices;
  if (left.length !== right.length) return false;
  const offset =
    consumeCounter[consumeStart[right[0]!]!]! - consumeCounter[consumeStart[left[0]!]!]!;
  for (let member = 0; member < left.length; member++) {
    const one = left[member]!;
    const other = right[member]!;
    if (deviceContent[one] !== deviceContent[other]) return false;
    const first = consumeStart[one]!;
    const shift = consumeStart[other]! - first;
    if (consumeStart[one + 1]! + shift !== consumeStart[other + 1]!) return false;
    for (let row = first; row < consumeStart[one + 1]!; row++) {
      const counter = consumeCounter[row]!;
      const isSame =
        consumeCounter[row + shift] === counter + offset &&
        consumeAmount[row + shift] === consumeAmount[row] &&
        counterValue[counter + offset] === counterValue[counter];
      if (!isSame) return false;
    }
  }
  return true;
}

/** What a partition takes of its parent, in parts of `PARENT`: by compute, or by the mean of the counters that there are. */
function sizeOf(devices: DeviceTable, members: Int32Array, device: number): number {
  const { consumeStart, consumeCounter, consumeAmount, counterValue, counters } = devices;
  const all = new Set<number>();
  for (const member of members) {
    for (let row = consumeStart[member]!; row < consumeStart[member + 1]!; row++) {
      if (counterValue[consumeCounter[row]!]! > 0) all.add(consumeCounter[row]!);
    }
  }
  const compute = [...all].find((counter) => counters.text(counter).endsWith(COMPUTE));
  let share = 0;
  for (let row = consumeStart[device]!; row < consumeStart[device + 1]!; row++) {
    const counter = consumeCounter[row]!;
    if (!all.has(counter) || (compute !== undefined && counter !== compute)) continue;
    share += consumeAmount[row]! / counterValue[counter]!;
  }
  return Math.round((share * PARENT) / (compute === undefined ? all.size : 1));
}
