// Fields of controllers, budgets, priorities and pod groups: `k8s.io/api` apps/v1, batch/v1,
// policy/v1 and scheduling, Kubernetes 1.37.

import {
  bool,
  count32,
  count64,
  flag,
  int32,
  intOrText,
  json,
  list,
  map,
  object,
  text,
  textMap,
  time,
} from './field.js';
import { condition, kindOf, labelSelector, objectMeta } from './meta.js';
import { podResourceClaim, podTemplate } from './pod.js';
import { volumeClaimSpec } from './volume.js';

const replicaFields = {
  replicas: count32,
  minReadySeconds: int32,
  selector: labelSelector,
  template: podTemplate.always,
};

export const replicaSet = kindOf({
  spec: object(replicaFields).always,
  status: object({
    replicas: int32.always,
    fullyLabeledReplicas: int32.idle,
    readyReplicas: int32,
    availableReplicas: int32,
    terminatingReplicas: count32.idle,
    observedGeneration: json.idle,
    conditions: json.idle,
  }),
});

export const replicationController = kindOf({
  spec: object({
    replicas: count32,
    minReadySeconds: int32,
    selector: textMap,
    template: podTemplate,
  }),
  status: json.idle,
});

export const deployment = kindOf({
  spec: object({
    ...replicaFields,
    strategy: object({
      type: text,
      rollingUpdate: object({ maxUnavailable: intOrText, maxSurge: intOrText }),
    }),
    revisionHistoryLimit: count32.idle,
    paused: bool,
    progressDeadlineSeconds: count32.idle,
  }).always,
  status: json.idle,
});

export const statefulSet = kindOf({
  spec: object({
    ...replicaFields,
    volumeClaimTemplates: list(
      object({
        apiVersion: text,
        kind: text,
        metadata: objectMeta,
        spec: volumeClaimSpec,
        status: json.idle,
      }),
    ),
    serviceName: text,
    podManagementPolicy: text,
    updateStrategy: object({
      type: text,
      rollingUpdate: object({ partition: count32, maxUnavailable: intOrText }),
    }),
    revisionHistoryLimit: count32.idle,
    persistentVolumeClaimRetentionPolicy: json.idle,
    ordinals: object({ start: int32 }),
  }).always,
  status: object({
    replicas: int32.always,
    readyReplicas: int32,
    currentReplicas: int32,
    updatedReplicas: int32,
    availableReplicas: int32,
    currentRevision: text.idle,
    updateRevision: text.idle,
    collisionCount: count32.idle,
    observedGeneration: json.idle,
    conditions: json.idle,
  }),
});

export const daemonSet = kindOf({
  spec: object({
    selector: labelSelector,
    template: podTemplate.always,
    updateStrategy: object({
      type: text,
      rollingUpdate: object({ maxUnavailable: intOrText, maxSurge: intOrText }),
    }),
    minReadySeconds: int32,
    revisionHistoryLimit: count32.idle,
  }).always,
  status: json.idle,
});

const jobSpec = object({
  parallelism: count32,
  completions: count32,
  activeDeadlineSeconds: count64,
  podFailurePolicy: object({
    rules: list(
      object({
        action: text.always,
        onExitCodes: object({
          containerName: text.given,
          operator: text.always,
          values: list(int32.always).always,
        }),
        onPodConditions: list(object({ type: text.always, status: text.always })),
      }),
    ).always,
  }),
  successPolicy: object({
    rules: list(object({ succeededIndexes: text.given, succeededCount: count32 })).always,
  }),
  backoffLimit: count32,
  backoffLimitPerIndex: count32,
  maxFailedIndexes: count32,
  selector: labelSelector,
  manualSelector: flag,
  template: podTemplate.always,
  ttlSecondsAfterFinished: count32,
  completionMode: text.given,
  suspend: flag,
  podReplacementPolicy: text.given,
  managedBy: text.given,
});

export const job = kindOf({ spec: jobSpec.always, status: json.idle });

export const cronJob = kindOf({
  spec: object({
    schedule: text.always,
    timeZone: text.given,
    startingDeadlineSeconds: count64,
    concurrencyPolicy: text,
    suspend: flag,
    jobTemplate: object({ metadata: objectMeta.nonzero, spec: jobSpec.always }).always,
    successfulJobsHistoryLimit: count32.idle,
    failedJobsHistoryLimit: count32.idle,
  }).always,
  status: json.idle,
});

export const podDisruptionBudget = kindOf({
  spec: object({
    minAvailable: intOrText,
    selector: labelSelector,
    maxUnavailable: intOrText,
    unhealthyPodEvictionPolicy: text.given,
  }),
  status: object({
    observedGeneration: json.idle,
    disruptedPods: map(time.always),
    disruptionsAllowed: int32.always,
    currentHealthy: int32.always,
    desiredHealthy: int32.always,
    expectedPods: int32.always,
    conditions: list(condition),
  }),
});

export const priorityClass = kindOf({
  value: int32.always,
  globalDefault: bool,
  description: text,
  preemptionPolicy: text.given,
});

const schedulingPolicy = object({
  basic: object({}),
  gang: object({ minCount: int32.always }),
});

const podGroupFields = {
  schedulingPolicy,
  disruptionMode: json,
  priorityClassName: text,
  priority: count32,
  resourceClaims: list(podResourceClaim),
  schedulingConstraints: json,
};

export const podGroup = kindOf({
  spec: object({
    podGroupTemplateRef: object({
      workload: object({ workloadName: text.always, podGroupTemplateName: text.always }),
    }),
    ...podGroupFields,
  }).always,
  status: object({ conditions: list(condition), resourceClaimStatuses: json }),
});

export const workload = kindOf({
  spec: object({
    controllerRef: json.idle,
    podGroupTemplates: list(object({ name: text.always, ...podGroupFields })),
    podGroups: list(object({ name: text.always, policy: schedulingPolicy })),
  }).always,
  status: json.idle,
});
