// The rules of each kind, by name.

import type { Draft } from '../object.js';
import { checkClaim, checkClaimTemplate } from './claim.js';
import { checkClaimStatus } from './claimstatus.js';
import {
  checkCsiNode,
  checkNode,
  checkStorageCapacity,
  checkStorageClass,
  checkVolume,
  checkVolumeClaim,
} from './cluster.js';
import { checkDeviceClass, checkDeviceTaintRule } from './deviceclass.js';
import { checkCronJob, checkJob, checkPriorityClass } from './job.js';
import { checkMetadata } from './metadata.js';
import { checkPod } from './pod.js';
import { type FieldProblem, Problems, type ValidationOptions } from './problems.js';
import { checkSlice } from './slice.js';
import {
  checkDisruptionBudget,
  checkPodGroup,
  checkReplicas,
  checkReplicationController,
  checkService,
  checkWorkload,
} from './workloads.js';

type Check = (problems: Problems, object: Draft) => void;

const CHECKS: Readonly<Record<string, Check>> = {
  CronJob: checkCronJob,
  CSINode: checkCsiNode,
  CSIStorageCapacity: checkStorageCapacity,
  DaemonSet: checkReplicas,
  Deployment: checkReplicas,
  DeviceClass: checkDeviceClass,
  DeviceTaintRule: checkDeviceTaintRule,
  Job: checkJob,
  Node: checkNode,
  PersistentVolume: checkVolume,
  PersistentVolumeClaim: checkVolumeClaim,
  Pod: checkPod,
  PodDisruptionBudget: checkDisruptionBudget,
  PodGroup: checkPodGroup,
  PriorityClass: checkPriorityClass,
  ReplicaSet: checkReplicas,
  ReplicationController: checkReplicationController,
  ResourceClaim: checkClaim,
  ResourceClaimTemplate: checkClaimTemplate,
  ResourceSlice: checkSlice,
  Service: checkService,
  StatefulSet: checkReplicas,
  StorageClass: checkStorageClass,
  Workload: checkWorkload,
};

const STATUS_CHECKS: Readonly<Record<string, Check>> = {
  ResourceClaim: checkClaimStatus,
};

/** All reasons for which the API server refuses to create an object, sorted by field. */
export function validateObject(
  kind: string,
  object: Draft,
  options: ValidationOptions,
): FieldProblem[] {
  const problems = new Problems(options);
  checkMetadata(problems, object);
  CHECKS[kind]?.(problems, object);
  return sortProblems(problems.list);
}

/** All reasons for which a status update with the object's status is refused, sorted by field. */
export function validateStatus(
  kind: string,
  object: Draft,
  options: ValidationOptions,
): FieldProblem[] {
  const problems = new Problems(options);
  STATUS_CHECKS[kind]?.(problems, object);
  return sortProblems(problems.list);
}

function sortProblems(problems: readonly FieldProblem[]): FieldProblem[] {
  const keyed = problems.map((problem, index) => ({
    problem,
    index,
    key: `${problem.field}\0${problem.type}\0${problem.detail}`,
  }));
  keyed.sort((a, b) => (a.key < b.key ? -1 : a.key > b.key ? 1 : a.index - b.index));
  return keyed.map(({ problem }) => problem);
}
