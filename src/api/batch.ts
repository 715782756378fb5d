// Jobs. Follows `k8s.io/api/batch/v1` of Kubernetes 1.37.

import type { PodTemplateSpec } from './core.js';
import type { LabelSelector, ObjectMeta } from './meta.js';

/** Runs pods until enough of them have succeeded. */
export interface Job {
  readonly apiVersion: 'batch/v1';
  readonly kind: 'Job';
  readonly metadata: ObjectMeta;
  readonly spec: JobSpec;
}

/** How many pods a job runs, and what ends it. */
export interface JobSpec {
  readonly parallelism?: number;
  readonly completions?: number;
  readonly activeDeadlineSeconds?: number;
  readonly podFailurePolicy?: PodFailurePolicy;
  readonly successPolicy?: SuccessPolicy;
  readonly backoffLimit?: number;
  readonly backoffLimitPerIndex?: number;
  readonly maxFailedIndexes?: number;
  readonly selector?: LabelSelector;
  readonly manualSelector?: boolean;
  readonly template: PodTemplateSpec;
  readonly ttlSecondsAfterFinished?: number;
  readonly completionMode?: string;
  readonly suspend?: boolean;
  readonly podReplacementPolicy?: string;
  readonly managedBy?: string;
}

/** What a job does about failed pods, first matching rule. */
export interface PodFailurePolicy {
  readonly rules?: readonly {
    readonly action: string;
    readonly onExitCodes?: {
      readonly containerName?: string;
      readonly operator: string;
      readonly values?: readonly number[];
    };
    readonly onPodConditions?: readonly { readonly type: string; readonly status?: string }[];
  }[];
}

/** Indexes whose success ends an indexed job. */
export interface SuccessPolicy {
  readonly rules?: readonly {
    readonly succeededIndexes?: string;
    readonly succeededCount?: number;
  }[];
}

/** Makes jobs by the clock. */
export interface CronJob {
  readonly apiVersion: 'batch/v1';
  readonly kind: 'CronJob';
  readonly metadata: ObjectMeta;
  readonly spec: {
    readonly schedule: string;
    readonly timeZone?: string;
    readonly startingDeadlineSeconds?: number;
    readonly concurrencyPolicy?: string;
    readonly suspend?: boolean;
    readonly jobTemplate: { readonly metadata?: ObjectMeta; readonly spec: JobSpec };
  };
}
