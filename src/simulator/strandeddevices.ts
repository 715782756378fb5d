// What stands idle because the rest of its node is gone, over time and by kind of device: free devices of nodes whose
// CPU or memory left is less than any pod with devices requests, and CPU and memory left on nodes all of whose devices
// of the kind are taken. Only nodes that pods come to or leave are looked at anew.

import { CPU, MEMORY } from '../cluster/nodes.js';
import type { FollowedSeries } from './followedseries.js';
import type { Measure } from './measures.js';
import type { Run } from './simulator.js';

/** Means over time, in percent. */
export interface StrandedResult {
  /** Free devices that no pod could have for want of CPU or memory on their node, of all of the kind. */
  strandedPercentMean: number;
  /** What nodes have left whose devices of the kind are all taken, of what all nodes with such devices have. */
  cpuStrandedPercentMean: number;
  memoryStrandedPercentMean: number;
}

export const NOTHING_STRANDED: StrandedResult = {
  strandedPercentMean: 0,
  cpuStrandedPercentMean: 0,
  memoryStrandedPercentMean: 0,
};

/** Rounding of shares may leave a device a little short of full. */
const FULL = 1 - 1e-9;

export class StrandedDevices implements Measure {
  private readonly series: FollowedSeries;
  /** The devices of one kind on one node are an entry; those of node n lie at `start[n] .. start[n + 1]`. */
  private readonly start: Int32Array;
  private readonly entryKind: Int32Array;
  /** Devices of which nothing is in use, and those of which something is left. */
  private readonly free: Int32Array;
  private readonly notFull: Int32Array;
  /** Entry by device, or parent of partitions; -1 for those of no single node. */
  private readonly entryOf: Int32Array;
  /** 1 for entries that add nothing, as most do; what the others add to their kind. */
  private readonly isClear: Uint8Array;
  private readonly devicesStranded: Float64Array;
  private readonly cpuStranded: Float64Array;
  private readonly memoryStranded: Float64Array;
  /** By kind: sums, what they are parts of, and first column of three. */
  private readonly sums: Float64Array[];
  private readonly sizes: Float64Array[];
  private readonly columns: Int32Array;

  /**
   * @param cpuLeast - least CPU that a pod with devices requests, milli
   * @param memoryLeast - least memory that one requests, bytes
   */
  constructor(
    private readonly run: Pick<Run, 'input' | 'use' | 'recorder'>,
    private readonly cpuLeast: number,
    private readonly memoryLeast: number,
  ) {
    const { nodes, devices } = run.input.cluster;
    const { use } = run;
    this.series = run.recorder.followed;
    const unitCount = use.unitCount;
    const unitNode = new Int32Array(unitCount).fill(-1);
    for (let device = 0; device < devices.count; device++) {
      unitNode[use.unit(device)] = devices.deviceNode[device]!;
    }
    const entries = new Map<number, number>();
    const kinds = use.kinds.length;
    const keys = new Set<number>();
    for (let unit = 0; unit < unitCount; unit++) {
      if (unitNode[unit]! >= 0) keys.add(unitNode[unit]! * kinds + use.unitKindOf(unit));
    }
    const sorted = Float64Array.from(keys).sort();
    this.start = new Int32Array(nodes.count + 1);
    this.entryKind = new Int32Array(sorted.length);
    sorted.forEach((key, entry) => {
      entries.set(key, entry);
      this.entryKind[entry] = key % kinds;
      this.start[Math.floor(key / kinds) + 1]!++;
    });
    for (let node = 0; node < nodes.count; node++) this.start[node + 1]! += this.start[node]!;
    this.free = new Int32Array(sorted.length);
    this.notFull = new Int32Array(sorted.length);
    this.entryOf = new Int32Array(unitCount).fill(-1);
    for (let unit = 0; unit < unitCount; unit++) {
      if (unitNode[unit]! < 0) continue;
      const entry = entries.get(unitNode[unit]! * kinds + use.unitKindOf(unit))!;
      this.entryOf[unit] = entry;
      if (use.useOf(unit) === 0) this.free[entry]!++;
      if (use.useOf(unit) < FULL) this.notFull[entry]!++;
    }
    this.isClear = new Uint8Array(sorted.length).fill(1);
    this.devicesStranded = new Float64Array(sorted.length);
    this.cpuStranded = new Float64Array(sorted.length);
    this.memoryStranded = new Float64Array(sorted.length);
    this.sums = use.kinds.map(() => new Float64Array(3));
    this.sizes = use.kinds.map((_, kind) => Float64Array.of(use.sizes[kind]!, 0, 0));
    sorted.forEach((key, entry) => {
      const node = Math.floor(key / kinds);
      const sizes = this.sizes[this.entryKind[entry]!]!;
      sizes[1]! += nodes.allocatable[CPU]![node]!;
      sizes[2]! += nodes.allocatable[MEMORY]![node]!;
    });
    this.columns = Int32Array.from(use.kinds, (name) => {
      const first = this.series.add(`${name} strandedPercent`, 0);
      this.series.add(`${name} cpuStrandedPercent`, 0);
      this.series.add(`${name} memoryStrandedPercent`, 0);
      return first;
    });
    for (let node = 0; node < nodes.count; node++) this.look(node);
  }

  used(unit: number, before: number, after: number): void {
    const entry = this.entryOf[unit]!;
    if (entry < 0) return;
    this.free[entry]! += (after === 0 ? 1 : 0) - (before === 0 ? 1 : 0);
    this.notFull[entry]! += (after < FULL ? 1 : 0) - (before < FULL ? 1 : 0);
  }

  placed(_pod: number, node: number): void {
    this.look(node);
  }

  left(_pod: number, node: number): void {
    this.look(node);
  }

  /** What the run has come to, for one kind of device. */
  result(kind: number): StrandedResult {
    const column = this.columns[kind]!;
    const mean = (offset: number) => Math.round(this.series.mean(column + offset)! * 1e4) / 1e4;
    return {
      strandedPercentMean: mean(0),
      cpuStrandedPercentMean: mean(1),
      memoryStrandedPercentMean: mean(2),
    };
  }

  private look(node: number): void {
    const start = this.start[node]!;
    const end = this.start[node + 1]!;
    if (start === end) return;
    const { allocatable, requested } = this.run.input.cluster.nodes;
    const cpu = Math.max(0, allocatable[CPU]![node]! - requested[CPU]![node]!);
    const memory = Math.max(0, allocatable[MEMORY]![node]! - requested[MEMORY]![node]!);
    const isShort = cpu < this.cpuLeast || memory < this.memoryLeast;
    for (let entry = start; entry < end; entry++) {
      const isFull = this.notFull[entry] === 0;
      if (!isShort && !isFull && this.isClear[entry] === 1) continue;
      this.isClear[entry] = isShort || isFull ? 0 : 1;
      this.note(entry, 0, this.devicesStranded, isShort ? this.free[entry]! : 0);
      this.note(entry, 1, this.cpuStranded, isFull ? cpu : 0);
      this.note(entry, 2, this.memoryStranded, isFull ? memory : 0);
    }
  }

  /** Sets what an entry adds to one of the three measures of its kind. */
  private note(entry: number, measure: number, parts: Float64Array, part: number): void {
    if (part === parts[entry]!) return;
    const kind = this.entryKind[entry]!;
    const sums = this.sums[kind]!;
    sums[measure]! += part - parts[entry]!;
    parts[entry] = part;
    const percent = (100 * sums[measure]!) / this.sizes[kind]![measure]!;
    this.series.set(this.columns[kind]! + measure, percent);
  }
}
