// Fragmentation of partitions: a pod fits on a parent where a partition that it may have can still be taken. What is left of
// the other parents it could not use.

import type { RequestShape } from './claimshape.js';
import {
  type ClaimEntries,
  CpuSteps,
  type Fragmentation,
  MeasureMemo,
  type TypicalPod,
} from './fragmentation.js';
import {
  PARENT,
  type ParentState,
  type PartitionDemand,
  type PartitionTable,
} from './partitions.js';
import type { Picks } from './picks.js';

/** Typical pods that want several partitions of one demand. */
interface ManyPartitions {
  readonly demand: PartitionDemand;
  /** Pods by rank of the CPU that is left: those that fit. */
  readonly pods: Float64Array;
  /** Partitions that the demand could have, by state. */
  readonly room: (number | undefined)[];
}

/** Measures nodes whose devices are partitions. */
export class PartitionFragmentation implements Fragmentation {
  readonly pods: number;
  readonly unit = PARENT;
  private readonly cpu: CpuSteps;
  private readonly many: readonly ManyPartitions[];
  /** All of their pods by rank. */
  private readonly manyPods: Float64Array;
  /** What pods that want one partition or none leave unused of a parent: by rank, then by state. */
  private readonly tables: (number | undefined)[][] = [];
  /** The least of that with a partition taken, by rank, demand and state; Infinity where none can be. */
  private readonly bests: (number | undefined)[][][] = [];
  private readonly measures: MeasureMemo;
  private picks: Picks | null = null;
  /** States with the picks of the search at hand, of the parents of one node. */
  private readonly trial: ParentState[] = [];
  private trialNode = -1;
  private trialCount = 0;
  /** States of a node's parents while some are taken for a moment. */
  private readonly before: ParentState[] = [];

  /** @param typical - see `typicalPods` */
  constructor(
    private readonly partitions: PartitionTable,
    private readonly typical: readonly TypicalPod<PartitionDemand>[],
  ) {
    this.pods = typical.reduce((sum, { pods }) => sum + pods, 0);
    this.cpu = new CpuSteps(typical);
    this.many = this.compileMany();
    this.manyPods = new Float64Array(this.cpu.rankCount);
    for (const { pods } of this.many) {
      for (let rank = 0; rank < pods.length; rank++) this.manyPods[rank]! += pods[rank]!;
    }
    this.measures = new MeasureMemo(partitions.nodeCount);
  }

  private compileMany(): ManyPartitions[] {
    const groups = new Map<number, ManyPartitions>();
    for (const { demand, cpuMilli, pods } of this.typical) {
      if (demand.count < 2) continue;
      let group = groups.get(demand.id);
      if (!group) {
        group = { demand, pods: new Float64Array(this.cpu.rankCount), room: [] };
        groups.set(demand.id, group);
      }
      for (let rank = this.cpu.rankOf(cpuMilli); rank < group.pods.length; rank++) {
        group.pods[rank]! += pods;
      }
    }
    return [...groups.values()];
  }

  measure(node: number, cpuMilli: number): number {
    const { partitions } = this;
    const version = partitions.version(node);
    const known = this.measures.get(node, version, cpuMilli);
    if (!Number.isNaN(known)) return known;
    partitions.look(node);
    const { states, start } = partitions;
    const measure = this.sum(states, start[node]!, start[node + 1]!, this.cpu.rankOf(cpuMilli));
    return this.measures.set(node, version, cpuMilli, measure);
  }

  measureWithPod(claims: ClaimEntries, node: number, cpuMilliAfter: number): number {
    const { partitions } = this;
    const demand = partitions.demandOfPod(claims);
    partitions.look(node);
    const { states, start } = partitions;
    const first = start[node]!;
    const end = start[node + 1]!;
    const rank = this.cpu.rankOf(cpuMilliAfter);
    if (demand.count === 0) return this.sum(states, first, end, rank);
    if (demand.count === 1) return this.bestWithOne(demand, first, end, rank);
    // Taken for a moment: the sum reads the states.
    const { before } = this;
    for (let parent = first; parent < end; parent++) before[parent - first] = states[parent]!;
    let wanted = demand.count;
    for (let parent = first; parent < end && wanted > 0; parent++) {
      const allowed = partitions.allows(states[parent]!.kind, demand);
      for (let member = 0; member < allowed.length && wanted > 0; member++) {
        if (allowed[member] === 0 || states[parent]!.placeable[member] === 0) continue;
        states[parent] = partitions.take(states[parent]!, member);
        wanted--;
      }
    }
    const measure = wanted > 0 ? Infinity : this.sum(states, first, end, rank);
    for (let parent = first; parent < end; parent++) states[parent] = before[parent - first]!;
    return measure;
  }

  private bestWithOne(demand: PartitionDemand, first: number, end: number, rank: number): number {
    const { partitions } = this;
    const { states } = partitions;
    // Where no typical pod wants several partitions, only the term of the parent that gives one changes.
    const isByParent = this.manyPods[rank] === 0;
    const unchanged = isByParent ? this.sum(states, first, end, rank) : 0;
    let best = Infinity;
    let previous: ParentState | null = null;
    for (let parent = first; parent < end; parent++) {
      const state = states[parent]!;
      if (state === previous) continue;
      previous = state;
      if (isByParent) {
        const least = this.leastWith(state, demand, rank);
        best = Math.min(best, unchanged - this.unusedOf(state, rank) + least);
        continue;
      }
      const allowed = partitions.allows(state.kind, demand);
      for (let member = 0; member < allowed.length; member++) {
        if (allowed[member] === 0 || state.placeable[member] === 0) continue;
        states[parent] = partitions.take(state, member);
        best = Math.min(best, this.sum(states, first, end, rank));
      }
      states[parent] = state;
    }
    return best;
  }

  /** The least that a parent could leave unused with a partition taken of it. */
  private leastWith(state: ParentState, demand: PartitionDemand, rank: number): number {
    this.bests[rank] ??= [];
    this.bests[rank][demand.id] ??= [];
    const bests = this.bests[rank][demand.id]!;
    const known = bests[state.id];
    if (known !== undefined) return known;
    const allowed = this.partitions.allows(state.kind, demand);
    let least = Infinity;
    for (let member = 0; member < allowed.length; member++) {
      if (allowed[member] === 0 || state.placeable[member] === 0) continue;
      least = Math.min(least, this.unusedOf(this.partitions.take(state, member), rank));
    }
    bests[state.id] = least;
    return least;
  }

  open(picks: Picks): void {
    this.picks = picks;
    this.trialNode = -1;
  }

  /** By the measure itself: places within a parent differ by less than the score's whole numbers. */
  costOf(request: RequestShape, device: number, _cpuMilli: number, cpuMilliAfter: number): number {
    const { partitions } = this;
    const parent = partitions.parentOf[device]!;
    if (parent < 0 || partitions.demandOfRequest(request).count !== 1) return 0;
    const node = partitions.nodeOf(device);
    if (this.trialNode !== node) this.lookAtTrial(node);
    const first = partitions.start[node]!;
    const { trial } = this;
    const state = trial[parent - first]!;
    const member = partitions.memberOf[device]!;
    if (state.placeable[member] === 0) return Number.MAX_SAFE_INTEGER;
    trial[parent - first] = partitions.take(state, member);
    const measure = this.sum(trial, 0, this.trialCount, this.cpu.rankOf(cpuMilliAfter));
    trial[parent - first] = state;
    return measure;
  }

  /** The states of a node's parents with the picks taken. */
  private lookAtTrial(node: number): void {
    const { partitions, trial, picks } = this;
    this.trialNode = node;
    partitions.look(node);
    const first = partitions.start[node]!;
    const end = partitions.start[node + 1]!;
    this.trialCount = end - first;
    for (let parent = first; parent < end; parent++) {
      trial[parent - first] = partitions.states[parent]!;
    }
    for (let index = 0; index < (picks?.count ?? 0); index++) {
      const parent = partitions.parentOf[picks!.device[index]!]!;
      if (parent < first || parent >= end) continue;
      const member = partitions.memberOf[picks!.device[index]!]!;
      const state = trial[parent - first]!;
      if (state.placeable[member] === 1) trial[parent - first] = partitions.take(state, member);
    }
  }

  /** Sums over parents. */
  private sum(states: readonly ParentState[], first: number, end: number, rank: number): number {
    let sum = 0;
    let total = 0;
    for (let parent = first; parent < end; parent++) {
      const state = states[parent]!;
      total += state.left;
      sum += this.unusedOf(state, rank);
    }
    if (this.manyPods[rank] === 0) return sum;
    for (const group of this.many) {
      const pods = group.pods[rank]!;
      if (pods === 0) continue;
      let room = 0;
      let unusable = 0;
      for (let parent = first; parent < end; parent++) {
        const state = states[parent]!;
        const own = this.roomOf(group, state);
        room += own;
        if (own === 0) unusable += state.left;
      }
      sum += pods * (room < group.demand.count ? total : unusable);
    }
    return sum;
  }

  private roomOf(group: ManyPartitions, state: ParentState): number {
    let room = group.room[state.id];
    if (room === undefined) {
      room = this.partitions.room(state, group.demand);
      group.room[state.id] = room;
    }
    return room;
  }

  private unusedOf(state: ParentState, rank: number): number {
    this.tables[rank] ??= [];
    const table = this.tables[rank]!;
    return table[state.id] ?? this.compileUnused(table, state, rank);
  }

  private compileUnused(table: (number | undefined)[], state: ParentState, rank: number): number {
    let useless = 0;
    for (const { demand, cpuMilli, pods } of this.typical) {
      const fits = this.cpu.rankOf(cpuMilli) <= rank;
      if (fits && demand.count > 1) continue;
      const isUsable = fits && demand.count === 1 && this.partitions.room(state, demand) > 0;
      if (!isUsable) useless += pods;
    }
    const unused = useless * state.left;
    table[state.id] = unused;
    return unused;
  }
}
