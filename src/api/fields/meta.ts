// Fields of metadata, selectors and conditions: apimachinery `meta/v1`, Kubernetes 1.37.

import {
  count64,
  type Field,
  flag,
  int64,
  json,
  list,
  object,
  text,
  textMap,
  texts,
  time,
} from './field.js';

export const objectMeta = object({
  name: text,
  generateName: text,
  namespace: text,
  selfLink: text.idle,
  uid: text,
  resourceVersion: text,
  generation: int64,
  creationTimestamp: time,
  deletionTimestamp: time,
  deletionGracePeriodSeconds: count64,
  labels: textMap,
  annotations: textMap,
  ownerReferences: list(
    object({
      apiVersion: text.always,
      kind: text.always,
      name: text.always,
      uid: text.always,
      controller: flag,
      blockOwnerDeletion: flag,
    }),
  ),
  finalizers: texts,
  managedFields: json.idle,
});

export const labelSelector = object({
  matchLabels: textMap,
  matchExpressions: list(object({ key: text.always, operator: text.always, values: texts })),
});

/** A condition as metav1 has it: all but the generation are printed always. */
export const metaCondition = object({
  type: text.always,
  status: text.always,
  observedGeneration: int64,
  lastTransitionTime: time.always,
  reason: text.always,
  message: text.always,
});

/** A condition of a pod, node or workload. */
export const condition = object({
  type: text.always,
  status: text.always,
  observedGeneration: int64,
  lastProbeTime: time.idle,
  lastHeartbeatTime: time,
  lastUpdateTime: time.idle,
  lastTransitionTime: time,
  reason: text,
  message: text,
});

/** An object of a kind: its version, kind, metadata and the fields given. */
export function kindOf(fields: Readonly<Record<string, Field>>): Field {
  return object({ apiVersion: text, kind: text, metadata: objectMeta.always, ...fields });
}

/** A reference to an object in the same namespace. */
export const localReference = object({ name: text });
