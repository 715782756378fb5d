// Fragmentation as FGD measures it: how much of what a node's devices have left a typical pod could not use.
// For a typical pod that does not fit on the node (CPU, devices, their model), or that wants no devices, that
// is all that is left; otherwise what is left of the devices that have too little for it. Source: Weng et
// al., "Beware of Fragmentation", USENIX ATC 2023.
//
// Frequencies are kept as numbers of pods, so that sums are whole numbers and equal states have equal measures.

import { exp } from '../math.js';
import { type ShareDemand, type ShareTable, WHOLE } from './shares.js';

/** The share of pods that typical pods stand for. */
const TYPICAL_SHARE = 0.95;
const SCORE_MAX = 100;

/** A kind of pod, and how many of the workload's are like it. */
export interface TypicalPod {
  readonly demand: ShareDemand;
  readonly cpuMilli: number;
  readonly pods: number;
}

/** The commonest kinds of pods, until they stand for 95 % of all; among equals the first. */
export function typicalPods(kinds: readonly TypicalPod[]): TypicalPod[] {
  const total = kinds.reduce((sum, { pods }) => sum + pods, 0);
  const sorted = [...kinds.keys()].sort(
    (left, right) => kinds[right]!.pods - kinds[left]!.pods || left - right,
  );
  const typical: TypicalPod[] = [];
  let covered = 0;
  for (const index of sorted) {
    if (covered >= TYPICAL_SHARE * total) break;
    typical.push(kinds[index]!);
    covered += kinds[index]!.pods;
  }
  return typical;
}

/** Typical pods that want several devices of one size. */
interface ManyDevices {
  readonly count: number;
  readonly milli: number;
  /** Whether a device may be one of them, by content. */
  readonly allows: Uint8Array;
  /** Pods by rank of the CPU that is left: those that fit. */
  readonly pods: Float64Array;
}

/** What pods that want one device or none leave unused of a device, by content, rank of CPU and what is left. */
type SingleTables = (Float64Array | undefined)[][];

/** Measures nodes, as they are and as they would be. */
export class Fragmentation {
  /** Pods that the typical ones stand for; measures are this many times the mean. */
  readonly pods: number;
  /** CPU requests of typical pods, ascending, each once. */
  private readonly cpuSteps: Float64Array;
  private readonly many: readonly ManyDevices[];
  /** All of their pods by rank. */
  private readonly manyPods: Float64Array;
  private readonly tables: SingleTables = [];
  private readonly contents: Int32Array;
  /** Last measure of each node, for a version of its devices and an amount of free CPU. */
  private readonly measures: Float64Array;
  private readonly measureVersions: Float64Array;
  private readonly measureCpu: Float64Array;

  /** @param typical - see {@link typicalPods} */
  constructor(
    private readonly shares: ShareTable,
    private readonly typical: readonly TypicalPod[],
    deviceContent: Int32Array,
  ) {
    this.pods = typical.reduce((sum, { pods }) => sum + pods, 0);
    const cpu = new Set(typical.map(({ cpuMilli }) => cpuMilli));
    this.cpuSteps = Float64Array.from(cpu).sort();
    this.contents = shares.device.map((device) => deviceContent[device]!);
    this.many = this.compileMany();
    this.manyPods = new Float64Array(this.cpuSteps.length + 1);
    for (const { pods } of this.many) {
      for (let rank = 0; rank < pods.length; rank++) this.manyPods[rank]! += pods[rank]!;
    }
    const nodes = shares.leftSum.length;
    this.measures = new Float64Array(nodes);
    this.measureVersions = new Float64Array(nodes).fill(-1);
    this.measureCpu = new Float64Array(nodes);
  }

  private compileMany(): ManyDevices[] {
    const groups = new Map<string, ManyDevices>();
    for (const { demand, cpuMilli, pods } of this.typical) {
      if (demand.count < 2) continue;
      const key = `${demand.count}/${demand.milli}/${demand.selectors.join()}`;
      let group = groups.get(key);
      if (!group) {
        const allows = new Uint8Array(Math.max(0, ...this.contents) + 1);
        for (let position = 0; position < this.contents.length; position++) {
          if (this.mayHave(demand, position)) allows[this.contents[position]!] = 1;
        }
        const ranks = this.cpuSteps.length + 1;
        const { count, milli } = demand;
        group = { count, milli, allows, pods: new Float64Array(ranks) };
        groups.set(key, group);
      }
      for (let rank = this.rankOf(cpuMilli); rank < group.pods.length; rank++) {
        group.pods[rank]! += pods;
      }
    }
    return [...groups.values()];
  }

  private mayHave(demand: ShareDemand, position: number): boolean {
    const device = this.shares.device[position]!;
    return demand.selectors.some((selectors) => this.shares.mayHave(selectors, device));
  }

  /** How many of the CPU steps an amount of free CPU reaches: all that typical pods see of it. */
  rankOf(cpuMilli: number): number {
    const { cpuSteps } = this;
    let low = 0;
    let high = cpuSteps.length;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if (cpuSteps[middle]! <= cpuMilli) low = middle + 1;
      else high = middle;
    }
    return low;
  }

  /** The measure of a node as it is, times {@link Fragmentation.pods}. */
  measure(node: number, cpuMilli: number): number {
    const version = this.shares.version(node);
    if (this.measureVersions[node] === version && this.measureCpu[node] === cpuMilli) {
      return this.measures[node]!;
    }
    this.shares.look(node);
    const measure = this.sum(node, this.rankOf(cpuMilli), -1, 0);
    this.measures[node] = measure;
    this.measureVersions[node] = version;
    this.measureCpu[node] = cpuMilli;
    return measure;
  }

  /**
   * The measure that a node would have with a pod on it, times {@link Fragmentation.pods}.
   *
   * @param position - of the device that gives the share; -1 takes whole devices, the first that are free
   */
  measureWith(demand: ShareDemand, node: number, cpuMilliAfter: number, position: number): number {
    const { left, start } = this.shares;
    this.shares.look(node);
    const rank = this.rankOf(cpuMilliAfter);
    if (demand.count === 0) return this.sum(node, rank, -1, 0);
    if (position >= 0) return this.sum(node, rank, position, demand.milli);
    // Taken for a moment: the sum reads what is left.
    const first = start[node]!;
    const end = start[node + 1]!;
    let wanted = demand.count;
    for (let at = first; at < end && wanted > 0; at++) {
      if (left[at]! < demand.milli || !this.mayHave(demand, at)) continue;
      left[at]! -= demand.milli;
      this.taken[demand.count - wanted] = at;
      wanted--;
    }
    const measure = this.sum(node, rank, -1, 0);
    for (let index = 0; index < demand.count - wanted; index++) {
      left[this.taken[index]!]! += demand.milli;
    }
    return measure;
  }

  private readonly taken: number[] = [];

  /** The least measure over the devices that could give a share, or that with whole devices taken. */
  bestMeasureWith(demand: ShareDemand, node: number, cpuMilliAfter: number): number {
    const { count, milli } = demand;
    if (count !== 1 || milli === WHOLE) return this.measureWith(demand, node, cpuMilliAfter, -1);
    this.shares.look(node);
    const { left, start } = this.shares;
    const { contents, tables } = this;
    const rank = this.rankOf(cpuMilliAfter);
    const end = start[node + 1]!;
    // Where no typical pod wants several devices, only the term of the one that gives the share changes.
    const isByDevice = this.manyPods[rank] === 0;
    const unchanged = isByDevice ? this.sum(node, rank, -1, 0) : 0;
    let best = Infinity;
    let previous = -1;
    let previousContent = -1;
    for (let position = start[node]!; position < end; position++) {
      const has = left[position]!;
      const content = contents[position]!;
      if (has < milli || (has === previous && content === previousContent)) continue;
      if (!this.mayHave(demand, position)) continue;
      previous = has;
      previousContent = content;
      let measure: number;
      if (isByDevice) {
        const table = tables[content]![rank]!;
        measure = unchanged - table[has]! + table[has - milli]!;
      } else {
        measure = this.sum(node, rank, position, milli);
      }
      if (measure < best) best = measure;
    }
    return best;
  }

  /** FGD's score of a change: 50 where nothing changes, more where the node gets less fragmented. */
  score(before: number, after: number): number {
    const change = this.pods === 0 ? 0 : (before - after) / (this.pods * WHOLE);
    return Math.floor(SCORE_MAX / (1 + exp(-change)));
  }

  /** Sums over the devices of a node, with `milli` less left of the one at a position. */
  private sum(node: number, rank: number, position: number, milli: number): number {
    const { start, left } = this.shares;
    const { contents, tables, many } = this;
    const first = start[node]!;
    const end = start[node + 1]!;
    let sum = 0;
    let total = 0;
    for (let at = first; at < end; at++) {
      const has = at === position ? left[at]! - milli : left[at]!;
      if (has === 0) continue;
      total += has;
      const table = tables[contents[at]!]?.[rank] ?? this.compileTable(contents[at]!, rank, at);
      sum += table[has]!;
    }
    for (let index = 0; index < many.length; index++) {
      const group = many[index]!;
      const pods = group.pods[rank]!;
      if (pods === 0) continue;
      let usable = 0;
      let unusable = 0;
      for (let at = first; at < end; at++) {
        const has = at === position ? left[at]! - milli : left[at]!;
        if (has >= group.milli && group.allows[contents[at]!] === 1) usable++;
        else unusable += has;
      }
      sum += pods * (usable < group.count ? total : unusable);
    }
    return sum;
  }

  /** For each amount left, that times the pods that could not use it. */
  private compileTable(content: number, rank: number, position: number): Float64Array {
    const table = new Float64Array(WHOLE + 1);
    // First the pods by what they need: those that need more than is left cannot use it.
    let useless = 0;
    for (const { demand, cpuMilli, pods } of this.typical) {
      const fits = this.rankOf(cpuMilli) <= rank;
      if (demand.count > 1 && fits) continue;
      if (fits && demand.count === 1 && this.mayHave(demand, position)) {
        table[demand.milli]! += pods;
      } else {
        useless += pods;
      }
    }
    for (let left = WHOLE; left >= 0; left--) {
      const enough = table[left]!;
      table[left] = useless * left;
      useless += enough;
    }
    (this.tables[content] ??= [])[rank] = table;
    return table;
  }
}
