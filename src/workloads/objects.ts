// What controllers make of manifests: pods from Pod, Job, Deployment and ReplicaSet objects, claims from
// ResourceClaimTemplates. Sources: kubernetes/kubernetes pkg/controller/{job,replicaset,resourceclaim}.

import type { Deployment, ReplicaSet } from '../api/apps.js';
import type { Job } from '../api/batch.js';
import type { Pod, PodSpec, PodTemplateSpec } from '../api/core.js';
import type { ObjectMeta } from '../api/meta.js';
import type { ResourceClaimTemplate } from '../api/resource.js';
import type { PodGroup, PriorityClass, Workload } from '../api/scheduling.js';
import { initialPods } from './jobs.js';
import type { PlannedClaim, PlannedJob, PodTemplate } from './plan.js';

/** Kinds that become pods. */
export type WorkloadObject = Pod | Job | Deployment | ReplicaSet;

/** What pods refer to by name. */
export interface WorkloadReferences {
  /** By `namespace/name`. */
  readonly claimTemplates: ReadonlyMap<string, ResourceClaimTemplate>;
  readonly priorityClasses: ReadonlyMap<string, PriorityClass>;
  readonly podGroups: ReadonlyMap<string, PodGroup>;
  readonly podGroupWorkloads: ReadonlyMap<string, Workload>;
  /** Whether groups with the gang policy are scheduled as such. */
  readonly knowsGangs: boolean;
}

const SYSTEM_PRIORITIES: Readonly<Record<string, number>> = {
  'system-cluster-critical': 2_000_000_000,
  'system-node-critical': 2_000_001_000,
};

/** A template and how many of its pods (or Jobs) there are. */
export interface PlannedObject {
  readonly template: PodTemplate;
  readonly count: number;
  /** Names of the pods or the Job, as results show them: with their namespace where it is not `default`. */
  readonly names: readonly string[];
  /** The replica set that keeps the pods, where one does. */
  readonly replicaSet?: ReplicaSet;
}

/** The pods that an object stands for. */
export function planObject(object: WorkloadObject, references: WorkloadReferences): PlannedObject {
  const name = objectName(object.metadata);
  const namespace = object.metadata.namespace ?? 'default';
  const shown = namespace === 'default' ? name : `${namespace}/${name}`;
  if (object.kind === 'Pod') {
    const template = planPod(name, object, references);
    return { template, count: 1, names: [shown] };
  }
  const replicaSet = object.kind === 'Job' ? undefined : replicaSetOf(object);
  const pod = podOf(replicaSet?.spec.template ?? object.spec.template, name, namespace);
  const template = planPod(name, replicaSet ? ownedBy(replicaSet, pod) : pod, references);
  if (object.kind === 'Job') {
    const count = object.spec.suspend === true ? 0 : 1;
    return { template: { ...template, job: planJob(object) }, count, names: [shown] };
  }
  const replicas = object.spec.replicas ?? 1;
  const names = Array.from({ length: replicas }, (_, index) => `${shown}-${index}`);
  const planned = { template: { ...template, isReplaced: true }, count: replicas, names };
  return replicaSet ? { ...planned, replicaSet } : planned;
}

/** The label by which a Deployment tells the pods of its replica sets apart. */
const TEMPLATE_HASH = { 'pod-template-hash': '1' };

/** The replica set that keeps the pods: the object itself, or the one that its Deployment makes. */
function replicaSetOf(object: Deployment | ReplicaSet): ReplicaSet {
  if (object.kind === 'ReplicaSet') return object;
  const { metadata, spec } = object;
  const { selector, template } = spec;
  const labels = { ...template.metadata?.labels, ...TEMPLATE_HASH };
  return {
    apiVersion: 'apps/v1',
    kind: 'ReplicaSet',
    metadata: { namespace: metadata.namespace ?? 'default', name: `${objectName(metadata)}-1` },
    spec: {
      selector: { ...selector, matchLabels: { ...selector?.matchLabels, ...TEMPLATE_HASH } },
      template: { ...template, metadata: { ...template.metadata, labels } },
    },
  };
}

/** A pod with its owner, by which default spreading finds the others of its kind. */
function ownedBy({ metadata }: ReplicaSet, pod: Pod): Pod {
  const { name = '', uid = `replicaset ${name}` } = metadata;
  const owner = { apiVersion: 'apps/v1', kind: 'ReplicaSet', name, uid, controller: true };
  return { ...pod, metadata: { ...pod.metadata, ownerReferences: [owner] } };
}

/** How many pods an object makes at once, and the field that says so. */
export function podsAtOnce(object: WorkloadObject): { count: number; path: string } {
  if (object.kind === 'Pod') return { count: 1, path: 'spec' };
  if (object.kind === 'Job') {
    return { count: initialPods(planJob(object)), path: 'spec.parallelism' };
  }
  return { count: object.spec.replicas ?? 1, path: 'spec.replicas' };
}

function planJob({ spec }: Job): PlannedJob {
  const parallelism = spec.parallelism ?? 1;
  const { backoffLimit } = spec;
  return {
    parallelism,
    completions: spec.completions ?? parallelism,
    ...(backoffLimit !== undefined && { backoffLimit }),
  };
}

/** A pod as a controller would create it from a template. */
export function podOf(template: PodTemplateSpec, name: string, namespace: string): Pod {
  return {
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: { ...template.metadata, name, namespace },
    spec: template.spec,
  };
}

/** The template of one pod, with its claims and its priority resolved. */
export function planPod(name: string, pod: Pod, references: WorkloadReferences): PodTemplate {
  const namespace = pod.metadata.namespace ?? 'default';
  const runningOn = isRunning(pod) ? pod.spec.nodeName : undefined;
  const isReplaced = pod.metadata.ownerReferences?.some(({ controller }) => controller === true);
  return {
    name,
    pod,
    claims: planClaims(pod, namespace, references),
    priority: resolvePriority(pod.spec, references),
    ...planGang(pod.spec, namespace, references),
    ...(isReplaced && { isReplaced }),
    ...(runningOn !== undefined && { runningOn }),
  };
}

/** The gang of a pod; one whose group does not exist waits until it does, which is for ever. */
function planGang(
  { schedulingGroup, workloadRef }: PodSpec,
  namespace: string,
  { podGroups, podGroupWorkloads, knowsGangs }: WorkloadReferences,
): Pick<PodTemplate, 'podGroup'> {
  if (!knowsGangs) return {};
  const groupName = schedulingGroup?.podGroupName;
  if (groupName !== undefined) {
    const name = `${namespace}/${groupName}`;
    const group = podGroups.get(name);
    if (!group) return { podGroup: { name, minCount: Infinity } };
    const { podGroupTemplateRef, schedulingPolicy } = group.spec;
    const { workloadName, podGroupTemplateName } = podGroupTemplateRef?.workload ?? {};
    const template = podGroupWorkloads
      .get(`${namespace}/${workloadName}`)
      ?.spec.podGroupTemplates?.find((entry) => entry.name === podGroupTemplateName);
    const { gang } = schedulingPolicy ?? template?.schedulingPolicy ?? {};
    return gang ? { podGroup: { name, minCount: gang.minCount } } : {};
  }
  if (!workloadRef) return {};
  const name = `${namespace}/${workloadRef.name}`;
  const groups = podGroupWorkloads.get(name)?.spec.podGroups ?? [];
  const group = groups.find((entry) => entry.name === workloadRef.podGroup);
  const parts = [name, workloadRef.podGroup, workloadRef.podGroupReplicaKey ?? ''];
  if (!group) return { podGroup: { name: parts.join('/'), minCount: Infinity } };
  const { gang } = group.policy ?? {};
  return gang ? { podGroup: { name: parts.join('/'), minCount: gang.minCount } } : {};
}

function isRunning(pod: Pod): boolean {
  return pod.spec.nodeName !== undefined && pod.status?.phase !== undefined;
}

function planClaims(pod: Pod, namespace: string, references: WorkloadReferences): PlannedClaim[] {
  return (pod.spec.resourceClaims ?? []).flatMap((entry): PlannedClaim[] => {
    const made = pod.status?.resourceClaimStatuses?.find((status) => status.name === entry.name);
    const claimName = entry.resourceClaimName ?? made?.resourceClaimName;
    if (claimName !== undefined) {
      return [{ entry: entry.name, claimName: `${namespace}/${claimName}` }];
    }
    if (made !== undefined) return [];
    const templateName = entry.resourceClaimTemplateName;
    const template = references.claimTemplates.get(`${namespace}/${templateName}`);
    if (template) return [{ entry: entry.name, spec: template.spec.spec }];
    const missing = `resourceclaimtemplate "${namespace}/${templateName}" not found`;
    return [{ entry: entry.name, missing }];
  });
}

/** Whether a pod names a PriorityClass that does not exist; admission refuses such a pod. */
export function namesMissingPriority(spec: PodSpec, references: WorkloadReferences): boolean {
  const { priority, priorityClassName: name = '' } = spec;
  if (priority !== undefined || name === '') return false;
  return !references.priorityClasses.has(name) && !Object.hasOwn(SYSTEM_PRIORITIES, name);
}

function resolvePriority(spec: PodSpec, references: WorkloadReferences): number {
  if (spec.priority !== undefined) return spec.priority;
  const name = spec.priorityClassName;
  if (name !== undefined && name !== '') {
    return references.priorityClasses.get(name)?.value ?? SYSTEM_PRIORITIES[name] ?? 0;
  }
  for (const priorityClass of references.priorityClasses.values()) {
    if (priorityClass.globalDefault === true) return priorityClass.value;
  }
  return 0;
}

/** Name of an object; one that only has generateName gets a fixed end, as no API server is there. */
export function objectName(metadata: ObjectMeta): string {
  return metadata.name ?? `${metadata.generateName ?? 'object-'}0`;
}
