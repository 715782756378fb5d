// What devices that are held in parts have come to as demand arrives: how much of them is allocated, and how fragmented the
// rest is, at each whole percent of demand. Time plays no part, so that lists without times can be compared. Parts are
// shares, or partitions where pods say what share of a device they asked for before that was rounded up.
// Source of the measures: Weng et al., "Beware of Fragmentation", USENIX ATC 2023.

import type { CompiledCluster } from '../cluster/cluster.js';
import { CPU } from '../cluster/nodes.js';
import type { PodKind } from '../dra/fragmentation.js';
import { WHOLE } from '../dra/shares.js';
import type { StrategyView } from '../dra/strategyview.js';
import { POD_ASSUMED, POD_RUNNING, type PodTable } from '../scheduler/pods.js';
import type { PodShape } from '../scheduler/podshape.js';
import type { PodTemplate } from '../workloads/plan.js';
import type { Run } from './simulator.js';

/** Arrived demand is followed up to ten times what the devices have. */
const PERCENT_MAX = 1000;

/** How the devices stand, in percent. */
export interface SharesState {
  /** Allocated, of all that devices give: of partitions what pods asked for, before it was rounded up. */
  readonly allocationRatio: number;
  /** What typical pods could not use on the mean, of all that devices give. */
  readonly fragmentAmount: number;
  /** The same, of what nobody holds; 0 where all is held. */
  readonly fragmentRatio: number;
  /** What the partitions are that pods hold; absent where devices give shares, which are not rounded. */
  readonly grantedRatio?: number;
}

/** Tells strategies what pods a run has; null where there is nothing to follow. */
export function followArrivals(
  { input, allocator, shapes, pods }: Pick<Run, 'input' | 'allocator' | 'shapes' | 'pods'>,
  templateShapes: readonly (readonly { readonly shape: number }[])[],
): ArrivalSeries | null {
  const { cluster, workloads, streams } = input;
  const { view } = allocator;
  view.seed = streams.stream('strategy/devices').integer(2 ** 32);
  if (!view.hasShares && !view.hasPartitions) return null;
  const kinds: PodKind[] = [];
  let isRounded = false;
  workloads.forEach((plan, workload) => {
    const counts = plan.podsListed ?? countArrivals(plan.arrivals.template, plan.templates.length);
    plan.templates.forEach(({ job, askedMilli }, template) => {
      const { claims, cpuMilli } = shapes.shape(templateShapes[workload]![template]!.shape);
      kinds.push({ claims, cpuMilli, pods: counts[template]! * (job?.completions ?? 1) });
      if (askedMilli !== undefined) isRounded = true;
    });
  });
  view.setPods(kinds);
  if (view.hasShares) return new ArrivalSeries(cluster, view, null);
  return isRounded ? new ArrivalSeries(cluster, view, pods) : null;
}

function countArrivals(template: Int32Array, count: number): Int32Array {
  const counts = new Int32Array(count);
  for (const one of template) counts[one]!++;
  return counts;
}

/** States of the devices by arrived demand. */
export class ArrivalSeries {
  /** Thousandths that were asked for so far. */
  arrivedMilli = 0;
  /** The most that one pod asked for. */
  private largestMilli = 0;
  private readonly states: SharesState[] = [];
  /** Thousandths that each pod asked for, by pod. */
  private readonly asked: number[] = [];

  /** @param pods - where what pods hold is more than what they asked for; null where it is the same */
  constructor(
    private readonly cluster: CompiledCluster,
    private readonly view: StrategyView,
    private readonly pods: PodTable | null,
  ) {}

  /** A pod comes; what stands before it belongs to the percents that it passes. */
  arrive({ claims }: PodShape, { askedMilli }: Pick<PodTemplate, 'askedMilli'>): void {
    const { parts } = this.view;
    const wantedMilli = askedMilli ?? parts.wantedBy(claims);
    if (this.pods !== null) this.asked.push(wantedMilli);
    if (wantedMilli === 0) return;
    const arrivedMilli = this.arrivedMilli + wantedMilli;
    const { states } = this;
    while (arrivedMilli * 100 > (states.length + 1) * parts.size && states.length < PERCENT_MAX) {
      states.push(this.now());
    }
    this.arrivedMilli = arrivedMilli;
    this.largestMilli = Math.max(this.largestMilli, wantedMilli);
  }

  /** The state when the demand that has arrived stood at a whole percent; undefined where it never did. */
  at(percent: number): SharesState | undefined {
    const known = this.states[percent - 1];
    if (known) return known;
    // A list that was grown to a percent ends below it by less than a pod.
    const reachedMilli = this.arrivedMilli + this.largestMilli;
    return reachedMilli * 100 > percent * this.view.parts.size ? this.now() : undefined;
  }

  /** The state at present. */
  now(): SharesState {
    const { nodes } = this.cluster;
    const { parts, fragmentation } = this.view;
    const allocatable = nodes.allocatable[CPU]!;
    const requested = nodes.requested[CPU]!;
    let idle = 0;
    let fragment = 0;
    for (let node = 0; node < nodes.count; node++) {
      if (parts.start[node] === parts.start[node + 1]) continue;
      fragment += fragmentation.measure(node, allocatable[node]! - requested[node]!);
      idle += parts.leftOf(node);
    }
    const { size } = parts;
    const { pods, unit } = fragmentation;
    const mean = pods === 0 ? 0 : (fragment / pods) * (WHOLE / unit);
    const grantedRatio = (100 * (size - idle)) / size;
    const state = {
      allocationRatio: grantedRatio,
      fragmentAmount: (100 * mean) / size,
      fragmentRatio: idle === 0 ? 0 : (100 * mean) / idle,
    };
    if (this.pods === null) return state;
    return { ...state, allocationRatio: (100 * this.heldMilli(this.pods)) / size, grantedRatio };
  }

  /** What the pods asked for that hold devices. */
  private heldMilli({ state }: PodTable): number {
    let held = 0;
    for (let pod = 0; pod < this.asked.length; pod++) {
      if (state[pod]! >= POD_ASSUMED && state[pod]! <= POD_RUNNING) held += this.asked[pod]!;
    }
    return held;
  }
}
