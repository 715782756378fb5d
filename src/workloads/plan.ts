// What will happen to the cluster, before it happens: pods and Jobs by template, with the times at which
// they are created and how long their pods run. Made by generators, trace readers and manifests.

import type { Pod } from '../api/core.js';
import type { ResourceClaimSpec } from '../api/resource.js';
import type { Suspension } from './suspension.js';

/** A claim entry of a pod: one that is made for each pod, or one that is named. */
export interface PlannedClaim {
  /** Name of the entry in `spec.resourceClaims`. */
  readonly entry: string;
  /** Spec of the claim that is made for each pod; absent where `claimName` is given. */
  readonly spec?: ResourceClaimSpec;
  /** `namespace/name` of a claim that exists beside the pods. */
  readonly claimName?: string;
  /** Why the entry cannot be resolved (no such template), or absent. */
  readonly missing?: string;
}

/** A Job around a template: pods are made until `completions` have succeeded. */
export interface PlannedJob {
  readonly parallelism: number;
  readonly completions: number;
  /** Failed pods after which the Job is given up. @default 6 */
  readonly backoffLimit?: number;
  /** Whether its pods are scheduled all together or not at all. */
  readonly isGang?: boolean;
}

/** One kind of pod of a workload. */
export interface PodTemplate {
  readonly name: string;
  readonly pod: Pod;
  readonly claims: readonly PlannedClaim[];
  /** Priority after PriorityClasses are resolved. */
  readonly priority: number;
  readonly job?: PlannedJob;
  /** The pod group that it names, where that has the gang policy. */
  readonly podGroup?: { readonly name: string; readonly minCount: number };
  /** True where a controller makes another pod for one that was deleted. */
  readonly isReplaced?: boolean;
  /** Thousandths of a device that a pod asked for, where its claim is for a partition that covers them. */
  readonly askedMilli?: number;
  /** Node on which the pods run from the start, as an imported cluster has them. */
  readonly runningOn?: string;
}

/** Arrivals of one workload, sorted by time; parallel columns. */
export interface Arrivals {
  /** Microseconds of virtual time. */
  readonly timesUs: Float64Array;
  readonly template: Int32Array;
  /** Microseconds that each pod runs; Infinity for pods that never end. */
  readonly durationUs: Float64Array;
}

export interface WorkloadPlan {
  readonly name: string;
  readonly templates: readonly PodTemplate[];
  readonly arrivals: Arrivals;
  /** Name of the pod or Job of an arrival. */
  nameOf(arrival: number): string;
  /** Pods by template in the list that the arrivals were drawn from; left out: those that arrive. */
  readonly podsListed?: Int32Array;
  /** Where given, a controller suspends and resumes its Jobs; all of them are gangs then. */
  readonly suspension?: Suspension;
  /** True when the templates are objects of the user's own. */
  readonly fromManifests?: boolean;
}

/** Makes {@link Arrivals} from rows in any order: sorted by time, then by row. */
export function sortArrivals(
  rows: readonly { timeUs: number; template: number; durationUs: number }[],
): { arrivals: Arrivals; order: Int32Array } {
  const order = Int32Array.from(rows, (_, index) => index);
  order.sort((left, right) => rows[left]!.timeUs - rows[right]!.timeUs || left - right);
  return {
    order,
    arrivals: {
      timesUs: Float64Array.from(order, (row) => rows[row]!.timeUs),
      template: Int32Array.from(order, (row) => rows[row]!.template),
      durationUs: Float64Array.from(order, (row) => rows[row]!.durationUs),
    },
  };
}
