// Fairness between namespaces or, where all pods are in one, between workloads: the index of Jain, Chiu and Hawe ("A
// Quantitative Measure of Fairness and Discrimination for Resource Allocation in Shared Computer Systems", DEC-TR-301,
// 1984), which is 1 where all have the same and 1/n where one of n has all. Measured of two things: the mean bounded
// slowdown of each group, and the share that is served of what it demands. That share is of the group's dominant
// resource, CPU or devices, whichever it demands the larger part of the cluster of (Ghodsi et al., NSDI 2011); pods
// demand from their creation to their end, a share of a device counts by its thousandths, any other device as one.

import { CPU } from '../cluster/nodes.js';
import type { RequestShape } from '../dra/claimshape.js';
import { WHOLE } from '../dra/shares.js';
import type { StrategyView } from '../dra/strategyview.js';
import type { PodShape } from '../scheduler/podshape.js';
import type { FollowedSeries } from './followedseries.js';
import type { Measure } from './measures.js';
import type { Run } from './simulator.js';
import { boundedSlowdown } from './slowdown.js';

/** Jain's index of groups, 1/groups to 1; null where fewer than two groups have a value. */
export interface FairnessResult {
  by: 'namespace' | 'workload';
  groups: number;
  /** Of the groups' mean bounded slowdowns. */
  slowdown: number | null;
  /** Of the shares of their demand that are served, on the mean over time. */
  demandServed: number | null;
}

/** Jain's index of values, of which none is negative; NaN for fewer than two. */
export function jainIndex(values: readonly number[]): number {
  if (values.length < 2) return Number.NaN;
  const sum = values.reduce((total, value) => total + value, 0);
  const squares = values.reduce((total, value) => total + value * value, 0);
  return squares === 0 ? 1 : (sum * sum) / (values.length * squares);
}

/** What the measure reads of a run. */
type FairnessRun = Pick<
  Run,
  'input' | 'pods' | 'shapes' | 'allocator' | 'use' | 'recorder' | 'podWorkload' | 'podArrival'
>;

export class FairnessMeasure implements Measure {
  readonly by: FairnessResult['by'];
  readonly count: number;
  /** Group by workload and template. */
  private readonly groups: readonly Int32Array[];
  private readonly series: FollowedSeries;
  /** -1 where there is nobody to compare with. */
  private readonly column: number;
  /** CPU and thousandths of devices that groups demand, and that are served. */
  private readonly cpuDemand: Float64Array;
  private readonly cpuServed: Float64Array;
  private readonly devicesDemand: Float64Array;
  private readonly devicesServed: Float64Array;
  private readonly cpuSize: number;
  private readonly devicesSize: number;
  /** Served share by group, NaN where it demands nothing; with their number, sum and sum of squares. */
  private readonly shares: Float64Array;
  private active = 0;
  private sum = 0;
  private squares = 0;
  private readonly podGroup: number[] = [];
  /** Thousandths of devices by shape of pod. */
  private readonly milliOf: number[] = [];

  constructor(private readonly run: FairnessRun) {
    const { workloads, cluster } = run.input;
    const namespaces = new Map<string, number>();
    const byNamespace = workloads.map((plan) =>
      Int32Array.from(plan.templates, ({ pod }) => {
        const namespace = pod.metadata.namespace ?? 'default';
        const known = namespaces.get(namespace) ?? namespaces.size;
        namespaces.set(namespace, known);
        return known;
      }),
    );
    this.by = namespaces.size > 1 ? 'namespace' : 'workload';
    this.count = namespaces.size > 1 ? namespaces.size : workloads.length;
    this.groups =
      this.by === 'namespace'
        ? byNamespace
        : workloads.map((plan, index) => new Int32Array(plan.templates.length).fill(index));
    this.cpuDemand = new Float64Array(this.count);
    this.cpuServed = new Float64Array(this.count);
    this.devicesDemand = new Float64Array(this.count);
    this.devicesServed = new Float64Array(this.count);
    this.shares = new Float64Array(this.count).fill(Number.NaN);
    this.cpuSize = cluster.nodes.allocatable[CPU]!.reduce((sum, one) => sum + one, 0);
    this.devicesSize = WHOLE * run.use.sizes.reduce((sum, one) => sum + one, 0);
    this.series = run.recorder.followed;
    this.column = this.count > 1 ? this.series.add('demandServedFairness') : -1;
  }

  created(pod: number): void {
    this.podGroup[pod] = this.groupOf(pod);
    this.add(pod, this.cpuDemand, this.devicesDemand, 1);
  }

  placed(pod: number): void {
    this.add(pod, this.cpuServed, this.devicesServed, 1);
  }

  left(pod: number): void {
    this.add(pod, this.cpuServed, this.devicesServed, -1);
  }

  ended(pod: number): void {
    this.add(pod, this.cpuDemand, this.devicesDemand, -1);
  }

  /** What the run has come to. */
  result(): FairnessResult {
    const { run, count } = this;
    const sums = new Float64Array(count);
    const counts = new Float64Array(count);
    for (let pod = 0; pod < run.pods.count; pod++) {
      const slowdown = boundedSlowdown(run, pod);
      if (Number.isNaN(slowdown)) continue;
      const group = this.groupOf(pod);
      sums[group]! += slowdown;
      counts[group]!++;
    }
    const means = [...sums.keys()].flatMap((group) =>
      counts[group] === 0 ? [] : [sums[group]! / counts[group]!],
    );
    const served = this.column < 0 ? null : this.series.mean(this.column);
    return {
      by: this.by,
      groups: count,
      slowdown: rounded(jainIndex(means)),
      demandServed: rounded(served ?? Number.NaN),
    };
  }

  private add(pod: number, cpu: Float64Array, devices: Float64Array, sign: 1 | -1): void {
    const shape = this.run.shapes.shape(this.run.pods.shape[pod]!);
    const group = this.podGroup[pod]!;
    cpu[group]! += sign * shape.cpuMilli;
    devices[group]! += sign * (this.milliOf[shape.id] ??= this.wantedMilli(shape));
    this.noteShare(group);
  }

  private groupOf(pod: number): number {
    const workload = this.run.podWorkload[pod]!;
    const { template } = this.run.input.workloads[workload]!.arrivals;
    return this.groups[workload]![template[this.run.podArrival[pod]!]!]!;
  }

  /** Brings the share of a group and the index up to date. */
  private noteShare(group: number): void {
    const before = this.shares[group]!;
    const after = this.servedShare(group);
    if (before === after) return;
    this.shares[group] = after;
    if (!Number.isNaN(before)) {
      this.active--;
      this.sum -= before;
      this.squares -= before * before;
    }
    if (!Number.isNaN(after)) {
      this.active++;
      this.sum += after;
      this.squares += after * after;
    }
    this.series.set(this.column, this.index());
  }

  private index(): number {
    if (this.active < 2) return Number.NaN;
    // What is left of sums after many changes is below this where all shares are zero.
    if (this.squares < 1e-9) return 1;
    return Math.min(1, (this.sum * this.sum) / (this.active * this.squares));
  }

  /** NaN for a group that demands neither CPU nor devices. */
  private servedShare(group: number): number {
    const cpu = this.cpuDemand[group]!;
    const devices = this.devicesDemand[group]!;
    const isCpu = cpu * this.devicesSize >= devices * this.cpuSize;
    return isCpu ? this.cpuServed[group]! / cpu : this.devicesServed[group]! / devices;
  }

  private wantedMilli({ claims }: PodShape): number {
    let milli = 0;
    for (const { shape } of claims) {
      // Of a prioritized list the first alternative counts.
      for (const { alternatives } of shape.requests) {
        milli += requestedMilli(alternatives[0]!, this.run.allocator.view);
      }
    }
    return milli;
  }
}

/** Thousandths of devices that a request wants; all devices of a node count as one. */
function requestedMilli(request: RequestShape, view: StrategyView): number {
  if (request.adminAccess) return 0;
  const count = request.all ? 1 : request.count;
  const share = view.hasShares ? view.shares.demandOfRequest(request) : undefined;
  return count * (share?.milli ?? WHOLE);
}

function rounded(value: number): number | null {
  return Number.isNaN(value) ? null : Math.round(value * 1e4) / 1e4;
}
