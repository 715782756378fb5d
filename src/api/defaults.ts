// What the API server fills in when an object leaves something open. DRA objects after conversion to
// v1; pods alone and inside controllers; the rest as far as drasim reads it.
// Follows `pkg/apis/*/v1/defaults.go` of Kubernetes 1.37.

import type { ClaimShape } from './convert.js';
import type { Draft } from './object.js';
import { defaultPod, defaultPodTemplate } from './poddefaults.js';

/** Says what defaulting depends on. */
export interface DefaultOptions {
  readonly shape: ClaimShape;
  /** The text that stands for the present in defaulted times. */
  readonly now: string;
}

/** Fills in the defaults of an object of a kind. */
export function setDefaults(kind: string, object: Draft, options: DefaultOptions): void {
  DEFAULTS[kind]?.(object, options);
}

type Defaulter = (object: Draft, options: DefaultOptions) => void;

const DEFAULTS: Readonly<Record<string, Defaulter>> = {
  Pod: (object) => defaultPod(object),
  ResourceClaim: (object, options) => {
    defaultClaimSpec(draftIn(object, 'spec'), options);
    defaultResults(object);
  },
  ResourceClaimTemplate: (object, options) =>
    defaultClaimSpec(draftIn(object, 'spec', 'spec'), options),
  ResourceSlice: (object, { now }) => {
    for (const device of draftsIn(draftIn(object, 'spec'), 'devices')) {
      for (const taint of draftsIn(device, 'taints')) taint['timeAdded'] ??= now;
    }
  },
  DeviceTaintRule: (object, { now }) => {
    const spec = made(object, 'spec');
    made(spec, 'taint')['timeAdded'] ??= now;
  },
  PriorityClass: (object) => {
    object['preemptionPolicy'] ??= 'PreemptLowerPriority';
  },
  Job: (object) => defaultJob(object),
  CronJob: (object) => {
    const spec = made(object, 'spec');
    if (!spec['concurrencyPolicy']) spec['concurrencyPolicy'] = 'Allow';
    spec['suspend'] ??= false;
    defaultJobSpec(made(made(spec, 'jobTemplate'), 'spec'));
  },
  ReplicaSet: (object) => {
    const spec = defaultReplicas(object);
    copyLabels(object, spec);
  },
  ReplicationController: (object) => {
    const spec = made(object, 'spec');
    spec['replicas'] ??= 1;
    if (spec['template'] !== undefined) defaultPodTemplate(spec['template'] as Draft);
  },
  Deployment: (object) => {
    const strategy = made(defaultReplicas(object), 'strategy');
    if (!strategy['type']) strategy['type'] = 'RollingUpdate';
    if (strategy['type'] !== 'RollingUpdate') return;
    const update = made(strategy, 'rollingUpdate');
    update['maxUnavailable'] ??= '25%';
    update['maxSurge'] ??= '25%';
  },
  StatefulSet: (object) => {
    const spec = defaultReplicas(object);
    if (!spec['podManagementPolicy']) spec['podManagementPolicy'] = 'OrderedReady';
    const strategy = made(spec, 'updateStrategy');
    if (!strategy['type']) strategy['type'] = 'RollingUpdate';
    if (strategy['type'] === 'RollingUpdate') made(strategy, 'rollingUpdate')['partition'] ??= 0;
    for (const claim of draftsIn(spec, 'volumeClaimTemplates')) {
      made(claim, 'spec')['volumeMode'] ??= 'Filesystem';
    }
  },
  DaemonSet: (object) => {
    const spec = made(object, 'spec');
    defaultPodTemplate(made(spec, 'template'));
    const strategy = made(spec, 'updateStrategy');
    if (!strategy['type']) strategy['type'] = 'RollingUpdate';
    if (strategy['type'] !== 'RollingUpdate') return;
    const update = made(strategy, 'rollingUpdate');
    update['maxUnavailable'] ??= 1;
    update['maxSurge'] ??= 0;
  },
  PersistentVolumeClaim: (object) => {
    made(object, 'spec')['volumeMode'] ??= 'Filesystem';
  },
  PersistentVolume: (object) => {
    const spec = made(object, 'spec');
    if (!spec['persistentVolumeReclaimPolicy']) spec['persistentVolumeReclaimPolicy'] = 'Retain';
    spec['volumeMode'] ??= 'Filesystem';
  },
  StorageClass: (object) => {
    object['reclaimPolicy'] ??= 'Delete';
    object['volumeBindingMode'] ??= 'Immediate';
  },
  CSIDriver: (object) => {
    const spec = made(object, 'spec');
    spec['attachRequired'] ??= true;
    spec['storageCapacity'] ??= false;
  },
};

function defaultClaimSpec(spec: Draft, { shape }: DefaultOptions): void {
  for (const request of draftsIn(draftIn(spec, 'devices'), 'requests')) {
    const exactly = request['exactly'] as Draft | undefined;
    if (exactly) defaultRequest(exactly, shape === 'v1beta1' && !exactly['deviceClassName']);
    for (const alternative of draftsIn(request, 'firstAvailable')) {
      defaultRequest(alternative, false);
    }
  }
}

function defaultRequest(request: Draft, tolerationsOnly: boolean): void {
  defaultTolerations(request);
  if (tolerationsOnly) return;
  if (!request['allocationMode']) request['allocationMode'] = 'ExactCount';
  if (request['allocationMode'] === 'ExactCount' && !request['count']) request['count'] = 1;
}

function defaultTolerations(holder: Draft): void {
  for (const toleration of draftsIn(holder, 'tolerations')) {
    if (!toleration['operator']) toleration['operator'] = 'Equal';
  }
}

function defaultResults(object: Draft): void {
  const devices = draftIn(object, 'status', 'allocation', 'devices');
  for (const result of draftsIn(devices, 'results')) defaultTolerations(result);
}

function defaultJob(object: Draft): void {
  const spec = made(object, 'spec');
  defaultJobSpec(spec);
  copyLabels(object, spec);
}

function defaultJobSpec(spec: Draft): void {
  if (spec['completions'] === undefined && spec['parallelism'] === undefined) {
    spec['completions'] = 1;
  }
  spec['parallelism'] ??= 1;
  spec['backoffLimit'] ??= spec['backoffLimitPerIndex'] === undefined ? 6 : 2147483647;
  spec['completionMode'] ??= 'NonIndexed';
  spec['suspend'] ??= false;
  spec['manualSelector'] ??= false;
  spec['podReplacementPolicy'] ??=
    spec['podFailurePolicy'] === undefined ? 'TerminatingOrFailed' : 'Failed';
  for (const rule of draftsIn(draftIn(spec, 'podFailurePolicy'), 'rules')) {
    for (const condition of draftsIn(rule, 'onPodConditions')) {
      if (!condition['status']) condition['status'] = 'True';
    }
  }
  defaultPodTemplate(made(spec, 'template'));
}

function defaultReplicas(object: Draft): Draft {
  const spec = made(object, 'spec');
  spec['replicas'] ??= 1;
  defaultPodTemplate(made(spec, 'template'));
  return spec;
}

function copyLabels(object: Draft, spec: Draft): void {
  const labels = draftIn(spec, 'template', 'metadata')['labels'] as Draft | undefined;
  const metadata = made(object, 'metadata');
  const own = (metadata['labels'] ?? {}) as Draft;
  if (labels && Object.keys(own).length === 0) metadata['labels'] = { ...labels };
}

/** The object in a field, made where it is missing. */
export function made(holder: Draft, field: string): Draft {
  return (holder[field] ??= {}) as Draft;
}

/** The object that fields lead to, empty where one is missing. */
export function draftIn(holder: Draft, ...fields: string[]): Draft {
  let draft = holder;
  for (const field of fields) draft = (draft[field] ?? {}) as Draft;
  return draft;
}

/** The objects of a list field, none where it is missing. */
export function draftsIn(holder: Draft, field: string): Draft[] {
  return (holder[field] ?? []) as Draft[];
}
