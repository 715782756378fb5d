// The rules of each kind, by name.

import type { Draft } from '../object.js';
import { checkClaim, checkClaimTemplate } from './claim.js';
import { checkClaimStatus } from './claimstatus.js';
import { checkDeviceClass, checkDeviceTaintRule } from './deviceclass.js';
import { checkMetadata } from './metadata.js';
import { type FieldProblem, Problems, type ValidationOptions } from './problems.js';
import { checkSlice } from './slice.js';

type Check = (problems: Problems, object: Draft) => void;

const CHECKS: Readonly<Record<string, Check>> = {
  DeviceClass: checkDeviceClass,
  DeviceTaintRule: checkDeviceTaintRule,
  ResourceClaim: checkClaim,
  ResourceClaimTemplate: checkClaimTemplate,
  ResourceSlice: checkSlice,
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
