// Priorities and pod groups. Follows `k8s.io/api/scheduling` of Kubernetes 1.37: v1 for priorities,
// the newest shape of PodGroup and Workload (KEP-4671) for gangs.

import type { PodResourceClaim } from './core.js';
import type { Condition, ObjectMeta } from './meta.js';

/** Names a priority. */
export interface PriorityClass {
  readonly apiVersion: 'scheduling.k8s.io/v1';
  readonly kind: 'PriorityClass';
  readonly metadata: ObjectMeta;
  readonly value: number;
  readonly globalDefault?: boolean;
  readonly description?: string;
  readonly preemptionPolicy?: string;
}

/** How the pods of a group are scheduled: one by one or all together. */
export interface PodGroupSchedulingPolicy {
  readonly basic?: Record<string, never>;
  readonly gang?: { readonly minCount: number };
}

/** Pods that are scheduled together (1.36 and newer). */
export interface PodGroup {
  readonly apiVersion: string;
  readonly kind: 'PodGroup';
  readonly metadata: ObjectMeta;
  readonly spec: {
    readonly podGroupTemplateRef?: {
      readonly workload?: {
        readonly workloadName?: string;
        readonly podGroupTemplateName?: string;
      };
    };
    readonly schedulingPolicy?: PodGroupSchedulingPolicy;
    readonly disruptionMode?: string | { readonly [mode: string]: unknown };
    readonly priorityClassName?: string;
    readonly priority?: number;
    readonly resourceClaims?: readonly PodResourceClaim[];
  };
  readonly status?: { readonly conditions?: readonly Condition[] };
}

/** One group of a workload. */
export interface PodGroupTemplate {
  readonly name: string;
  readonly schedulingPolicy?: PodGroupSchedulingPolicy;
  readonly disruptionMode?: string | { readonly [mode: string]: unknown };
  readonly priorityClassName?: string;
  readonly priority?: number;
  readonly resourceClaims?: readonly PodResourceClaim[];
}

/** Describes the pod groups of an application. */
export interface Workload {
  readonly apiVersion: string;
  readonly kind: 'Workload';
  readonly metadata: ObjectMeta;
  readonly spec: {
    readonly podGroupTemplates?: readonly PodGroupTemplate[];
    /** The shape of 1.35, v1alpha1. */
    readonly podGroups?: readonly {
      readonly name: string;
      readonly policy?: PodGroupSchedulingPolicy;
    }[];
  };
}
