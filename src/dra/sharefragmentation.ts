// Fragmentation of devices that give shares: a share fits on a device that has as much left, in thousandths.

import type { RequestShape } from './claimshape.js';
import {
  type ClaimEntries,
  CpuSteps,
  type Fragmentation,
  MeasureMemo,
  scoreChange,
  type TypicalPod,
} from './fragmentation.js';
import { type ShareDemand, type ShareTable, WHOLE } from './shares.js';

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

/** Measures nodes whose devices give shares. */
export class ShareFragmentation implements Fragmentation {
  readonly pods: number;
  readonly unit = WHOLE;
  private readonly cpu: CpuSteps;
  private readonly many: readonly ManyDevices[];
  /** All of their pods by rank. */
  private readonly manyPods: Float64Array;
  private readonly tables: SingleTables = [];
  private readonly contents: Int32Array;
  private readonly measures: MeasureMemo;

  /** @param typical - see `typicalPods` */
  constructor(
    private readonly shares: ShareTable,
    private readonly typical: readonly TypicalPod<ShareDemand>[],
    deviceContent: Int32Array,
  ) {
    this.pods = typical.reduce((sum, { pods }) => sum + pods, 0);
    this.cpu = new CpuSteps(typical);
    this.contents = shares.device.map((device) => deviceContent[device]!);
    this.many = this.compileMany();
    this.manyPods = new Float64Array(this.cpu.rankCount);
    for (const { pods } of this.many) {
      for (let rank = 0; rank < pods.length; rank++) this.manyPods[rank]! += pods[rank]!;
    }
    this.measures = new MeasureMemo(shares.leftSum.length);
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
        const { count, milli } = demand;
        group = { count, milli, allows, pods: new Float64Array(this.cpu.rankCount) };
        groups.set(key, group);
      }
      for (let rank = this.cpu.rankOf(cpuMilli); rank < group.pods.length; rank++) {
        group.pods[rank]! += pods;
      }
    }
    return [...groups.values()];
  }

  private mayHave(demand: ShareDemand, position: number): boolean {
    const device = this.shares.device[position]!;
    return demand.selectors.some((selectors) => this.shares.mayHave(selectors, device));
  }

  measure(node: number, cpuMilli: number): number {
    const version = this.shares.version(node);
    const known = this.measures.get(node, version, cpuMilli);
    if (!Number.isNaN(known)) return known;
    this.shares.look(node);
    const measure = this.sum(node, this.cpu.rankOf(cpuMilli), -1, 0);
    return this.measures.set(node, version, cpuMilli, measure);
  }

  measureWithPod(claims: ClaimEntries, node: number, cpuMilliAfter: number): number {
    return this.bestMeasureWith(this.shares.demandOfPod(claims), node, cpuMilliAfter);
  }

  /** By the score, a whole number as published, so that near-equals go by the order of publication. */
  costOf(request: RequestShape, device: number, cpuMilli: number, cpuMilliAfter: number): number {
    const { shares } = this;
    const position = shares.positionOf[device]!;
    if (position < 0) return 0;
    const demand = shares.demandOfRequest(request);
    if (demand?.count !== 1 || demand.milli === WHOLE) return 0;
    const node = shares.nodeOf(device);
    shares.look(node);
    if (shares.left[position]! < demand.milli) return 0;
    const before = this.measure(node, cpuMilli);
    return -scoreChange(this, before, this.measureWith(demand, node, cpuMilliAfter, position));
  }

  /**
   * The measure that a node would have with a pod on it, times {@link Fragmentation.pods}.
   *
   * @param position - of the device that gives the share; -1 takes whole devices, the first that are free
   */
  measureWith(demand: ShareDemand, node: number, cpuMilliAfter: number, position: number): number {
    const { left, start } = this.shares;
    this.shares.look(node);
    const rank = this.cpu.rankOf(cpuMilliAfter);
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
    const rank = this.cpu.rankOf(cpuMilliAfter);
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
      const fits = this.cpu.rankOf(cpuMilli) <= rank;
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
