// Fragmentation as FGD measures it: how much of what a node's devices have left a typical pod could not use, on the mean.
// For a typical pod that does not fit on the node, or that wants no devices, that is all that is left; otherwise what is
// left of the devices on which it does not fit. What "fits" and "left" mean is a matter of the devices: shares of them, or
// partitions. Source: Weng et al., "Beware of Fragmentation", USENIX ATC 2023.
//
// Frequencies are kept as numbers of pods, so that sums are whole numbers and equal states have equal measures.

import { exp } from '../math.js';
import type { ClaimShape, RequestShape } from './claimshape.js';
import type { Picks } from './picks.js';

/** The share of pods that typical pods stand for. */
const TYPICAL_SHARE = 0.95;
const SCORE_MAX = 100;

/** Claims of a pod, in its order. */
export type ClaimEntries = readonly { readonly shape: ClaimShape }[];

/** Pods of one kind in a workload. */
export interface PodKind {
  readonly claims: ClaimEntries;
  readonly cpuMilli: number;
  readonly pods: number;
}

/** A kind of pod by what it wants of the devices, and how many of the workload's are like it. */
export interface TypicalPod<Demand> {
  readonly demand: Demand;
  readonly cpuMilli: number;
  readonly pods: number;
}

/** Measures nodes, as they are and as they would be. */
export interface Fragmentation {
  /** Pods that the typical ones stand for; measures are this many times the mean. */
  readonly pods: number;
  /** What measures count as one whole device. */
  readonly unit: number;
  /** The measure of a node as it is, times {@link Fragmentation.pods}. */
  measure(node: number, cpuMilli: number): number;
  /** The least measure that a node could have with a pod on it; Infinity where it does not fit. */
  measureWithPod(claims: ClaimEntries, node: number, cpuMilliAfter: number): number;
  /** Told before the costs of a request's devices are asked for, where picks count. */
  open?(picks: Picks): void;
  /** Cost of taking a device for a request, the lowest for the least fragmented node. */
  costOf(request: RequestShape, device: number, cpuMilli: number, cpuMilliAfter: number): number;
}

/** FGD's score of a change: 50 where nothing changes, more where the node gets less fragmented. */
export function scoreChange({ pods, unit }: Fragmentation, before: number, after: number): number {
  const change = pods === 0 ? 0 : (before - after) / (pods * unit);
  return Math.floor(SCORE_MAX / (1 + exp(-change)));
}

/** Adds up pods of equal demand and CPU; demands are equal where their keys are. */
export function addUpKinds<Demand>(
  kinds: readonly PodKind[],
  demandOf: (claims: ClaimEntries) => Demand,
  keyOf: (demand: Demand) => string,
): TypicalPod<Demand>[] {
  const known = new Map<string, { demand: Demand; cpuMilli: number; pods: number }>();
  for (const { claims, cpuMilli, pods } of kinds) {
    const demand = demandOf(claims);
    const key = `${cpuMilli},${keyOf(demand)}`;
    const kind = known.get(key);
    if (kind) kind.pods += pods;
    else known.set(key, { demand, cpuMilli, pods });
  }
  return [...known.values()].filter(({ pods }) => pods > 0);
}

/** The commonest kinds of pods, until they stand for 95 % of all; among equals the first. */
export function typicalPods<Demand>(kinds: readonly TypicalPod<Demand>[]): TypicalPod<Demand>[] {
  const total = kinds.reduce((sum, { pods }) => sum + pods, 0);
  const sorted = [...kinds.keys()].sort(
    (left, right) => kinds[right]!.pods - kinds[left]!.pods || left - right,
  );
  const typical: TypicalPod<Demand>[] = [];
  let covered = 0;
  for (const index of sorted) {
    if (covered >= TYPICAL_SHARE * total) break;
    typical.push(kinds[index]!);
    covered += kinds[index]!.pods;
  }
  return typical;
}

/** The CPU requests of typical pods as steps: all that they see of what a node has free. */
export class CpuSteps {
  /** Ascending, each once. */
  private readonly steps: Float64Array;

  constructor(typical: readonly { readonly cpuMilli: number }[]) {
    this.steps = Float64Array.from(new Set(typical.map(({ cpuMilli }) => cpuMilli))).sort();
  }

  /** Ranks there are, that of no step reached among them. */
  get rankCount(): number {
    return this.steps.length + 1;
  }

  /** How many of the steps an amount of free CPU reaches. */
  rankOf(cpuMilli: number): number {
    const { steps } = this;
    let low = 0;
    let high = steps.length;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if (steps[middle]! <= cpuMilli) low = middle + 1;
      else high = middle;
    }
    return low;
  }
}

/** The last measure of each node, for a version of its devices and an amount of free CPU. */
export class MeasureMemo {
  private readonly measures: Float64Array;
  private readonly versions: Float64Array;
  private readonly cpu: Float64Array;

  constructor(nodeCount: number) {
    this.measures = new Float64Array(nodeCount);
    this.versions = new Float64Array(nodeCount).fill(-1);
    this.cpu = new Float64Array(nodeCount);
  }

  /** What is remembered, or NaN. */
  get(node: number, version: number, cpuMilli: number): number {
    const isSame = this.versions[node] === version && this.cpu[node] === cpuMilli;
    return isSame ? this.measures[node]! : Number.NaN;
  }

  set(node: number, version: number, cpuMilli: number, measure: number): number {
    this.measures[node] = measure;
    this.versions[node] = version;
    this.cpu[node] = cpuMilli;
    return measure;
  }
}
