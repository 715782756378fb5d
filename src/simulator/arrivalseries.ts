// What devices that give shares have come to as demand arrives: how much of them is allocated, and how fragmented the
// rest is, at each whole percent of demand. Time plays no part, so that lists without times can be compared.
// Source of the measures: Weng et al., "Beware of Fragmentation", USENIX ATC 2023.

import type { CompiledCluster } from '../cluster/cluster.js';
import { CPU } from '../cluster/nodes.js';
import type { TypicalPod } from '../dra/fragmentation.js';
import type { StrategyView } from '../dra/strategyview.js';
import type { PodShape, PodShapes } from '../scheduler/podshape.js';
import type { RunInput } from './runinput.js';

/** Arrived demand is followed up to ten times what the devices have. */
const PERCENT_MAX = 1000;

/** How the devices stand, in percent. */
export interface SharesState {
  /** Allocated, of all that devices give. */
  readonly allocationRatio: number;
  /** What typical pods could not use on the mean, of all that devices give. */
  readonly fragmentAmount: number;
  /** The same, of what is not allocated; 0 where all is. */
  readonly fragmentRatio: number;
}

/** Tells strategies what pods a run has; null where no device gives shares. */
export function followArrivals(
  { cluster, workloads, streams }: RunInput,
  view: StrategyView,
  shapes: PodShapes,
  templateShapes: readonly (readonly { readonly shape: number }[])[],
): ArrivalSeries | null {
  view.seed = streams.stream('strategy/devices').integer(2 ** 32);
  if (!view.hasShares) return null;
  const kinds = new Map<string, { -readonly [field in keyof TypicalPod]: TypicalPod[field] }>();
  workloads.forEach((plan, workload) => {
    const counts = plan.podsListed ?? countArrivals(plan.arrivals.template, plan.templates.length);
    plan.templates.forEach(({ job }, template) => {
      const { claims, cpuMilli } = shapes.shape(templateShapes[workload]![template]!.shape);
      const demand = view.shares.demandOfPod(claims);
      const pods = counts[template]! * (job?.completions ?? 1);
      const key = [cpuMilli, demand.count, demand.milli, ...demand.selectors].join();
      const kind = kinds.get(key);
      if (kind) kind.pods += pods;
      else kinds.set(key, { demand, cpuMilli, pods });
    });
  });
  view.setPods([...kinds.values()].filter(({ pods }) => pods > 0));
  return new ArrivalSeries(cluster, view);
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

  constructor(
    private readonly cluster: CompiledCluster,
    private readonly view: StrategyView,
  ) {}

  /** A pod comes; what stands before it belongs to the percents that it passes. */
  arrive({ claims }: PodShape): void {
    const { shares } = this.view;
    const { count, milli } = shares.demandOfPod(claims);
    if (count === 0) return;
    const arrivedMilli = this.arrivedMilli + count * milli;
    const { states } = this;
    while (arrivedMilli * 100 > (states.length + 1) * shares.size && states.length < PERCENT_MAX) {
      states.push(this.now());
    }
    this.arrivedMilli = arrivedMilli;
    this.largestMilli = Math.max(this.largestMilli, count * milli);
  }

  /** The state when the demand that has arrived stood at a whole percent; undefined where it never did. */
  at(percent: number): SharesState | undefined {
    const known = this.states[percent - 1];
    if (known) return known;
    // A list that was grown to a percent ends below it by less than a pod.
    const reachedMilli = this.arrivedMilli + this.largestMilli;
    return reachedMilli * 100 > percent * this.view.shares.size ? this.now() : undefined;
  }

  /** The state at present. */
  now(): SharesState {
    const { nodes } = this.cluster;
    const { shares, fragmentation } = this.view;
    const allocatable = nodes.allocatable[CPU]!;
    const requested = nodes.requested[CPU]!;
    let idle = 0;
    let fragment = 0;
    for (let node = 0; node < nodes.count; node++) {
      if (shares.start[node] === shares.start[node + 1]) continue;
      shares.look(node);
      fragment += fragmentation.measure(node, allocatable[node]! - requested[node]!);
      idle += shares.leftSum[node]!;
    }
    const { size } = shares;
    const mean = fragmentation.pods === 0 ? 0 : fragment / fragmentation.pods;
    return {
      allocationRatio: (100 * (size - idle)) / size,
      fragmentAmount: (100 * mean) / size,
      fragmentRatio: idle === 0 ? 0 : (100 * mean) / idle,
    };
  }
}
