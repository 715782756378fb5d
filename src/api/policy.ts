// Disruption budgets. Follows `k8s.io/api/policy/v1` of Kubernetes 1.37.

import type { IntOrString, LabelSelector, ObjectMeta } from './meta.js';

/** Limits how many pods of a set may be evicted at a time. */
export interface PodDisruptionBudget {
  readonly apiVersion: 'policy/v1';
  readonly kind: 'PodDisruptionBudget';
  readonly metadata: ObjectMeta;
  readonly spec?: {
    readonly minAvailable?: IntOrString;
    readonly maxUnavailable?: IntOrString;
    readonly selector?: LabelSelector;
    readonly unhealthyPodEvictionPolicy?: string;
  };
  readonly status?: {
    readonly disruptionsAllowed?: number;
    readonly currentHealthy?: number;
    readonly desiredHealthy?: number;
    readonly expectedPods?: number;
    readonly disruptedPods?: { readonly [pod: string]: string };
  };
}
