// Rules for Jobs, CronJobs and PriorityClasses: `pkg/apis/batch/validation` and
// `pkg/apis/scheduling/validation`, Kubernetes 1.37.

import type { JobSpec } from '../batch.js';
import { compileLabelSelector } from '../labelselector.js';
import type { ObjectMeta } from '../meta.js';
import { byteLength, labelValueProblems, subdomainProblems } from '../names.js';
import type { Draft } from '../object.js';
import { checkLabelSelector } from './affinity.js';
import { checkPodTemplate, checkPreemptionPolicy } from './pod.js';
import { checkEnum, checkNotNegative, type Problems } from './problems.js';

const MANAGER_LENGTH_MAX = 63;
const INDEXED_PARALLELISM_MAX = 100_000;
const USER_PRIORITY_MAX = 1_000_000_000;
const SYSTEM_PRIORITIES: Readonly<Record<string, number>> = {
  'system-cluster-critical': 2_000_000_000,
  'system-node-critical': 2_000_001_000,
};
const JOB_NAME_LABELS = ['job-name', 'batch.kubernetes.io/job-name'];

export function checkJob(problems: Problems, object: Draft): void {
  const spec = (object['spec'] ?? {}) as JobSpec;
  checkJobSpec(problems, 'spec', spec);
  if (spec.manualSelector === true) return;
  if (spec.selector !== undefined) {
    problems.invalid('spec.selector', spec.selector, '`selector` not auto-generated');
  }
  // The API server labels the pods with the job's name, under an old and a new key.
  const { name = '' } = (object['metadata'] ?? {}) as ObjectMeta;
  const given = spec.template?.metadata?.labels ?? {};
  for (const label of JOB_NAME_LABELS) {
    if (given[label] !== undefined || byteLength(name) <= MANAGER_LENGTH_MAX) continue;
    problems.invalidAll('spec.template.labels', name, labelValueProblems(name));
  }
}

export function checkCronJob(problems: Problems, object: Draft): void {
  const spec = (object['spec'] ?? {}) as Draft;
  if (!spec['schedule']) problems.required('spec.schedule');
  const policies = ['Allow', 'Forbid', 'Replace'];
  checkEnum(problems, 'spec.concurrencyPolicy', spec['concurrencyPolicy'] as string, policies);
  const deadline = spec['startingDeadlineSeconds'] as number | undefined;
  checkNotNegative(problems, 'spec.startingDeadlineSeconds', deadline);
  const template = (spec['jobTemplate'] ?? {}) as { spec?: JobSpec };
  checkJobSpec(problems, 'spec.jobTemplate.spec', template.spec ?? ({} as JobSpec));
}

function checkJobSpec(problems: Problems, path: string, spec: JobSpec): void {
  for (const field of [
    'parallelism',
    'completions',
    'backoffLimit',
    'activeDeadlineSeconds',
    'ttlSecondsAfterFinished',
    'backoffLimitPerIndex',
    'maxFailedIndexes',
  ] as const) {
    checkNotNegative(problems, `${path}.${field}`, spec[field]);
  }
  checkIndexes(problems, path, spec);
  checkReplacement(problems, path, spec);
  if (spec.managedBy !== undefined) {
    checkManager(problems, `${path}.managedBy`, spec.managedBy);
  }
  checkPodTemplate(problems, `${path}.template`, spec.template);
  const restartPolicy = spec.template?.spec?.restartPolicy ?? '';
  const field = `${path}.template.spec.restartPolicy`;
  const allowed = ['OnFailure', 'Never'];
  if (restartPolicy === '' || restartPolicy === 'Always') {
    // Not told twice where the pod's own rules have missed it.
    if (restartPolicy !== '') problems.required(field, 'valid values: "OnFailure", "Never"');
  } else if (!allowed.includes(restartPolicy)) problems.unsupported(field, restartPolicy, allowed);
  else if (spec.podFailurePolicy && restartPolicy !== 'Never') {
    const reason = 'only "Never" is supported when podFailurePolicy is specified';
    problems.invalid(field, restartPolicy, reason);
  }
  if (spec.manualSelector === true) checkManualSelector(problems, path, spec);
}

function checkIndexes(problems: Problems, path: string, spec: JobSpec): void {
  const { completionMode = '', completions, parallelism = 0 } = spec;
  const field = `${path}.completionMode`;
  const modes = ['NonIndexed', 'Indexed'];
  if (!modes.includes(completionMode)) problems.unsupported(field, completionMode, modes);
  if (completionMode === 'Indexed') {
    if (completions === undefined) {
      problems.required(`${path}.completions`, 'when completion mode is Indexed');
    }
    if (parallelism > INDEXED_PARALLELISM_MAX) {
      const reason = `must be less than or equal to ${INDEXED_PARALLELISM_MAX} when completion mode is Indexed`;
      problems.invalid(`${path}.parallelism`, parallelism, reason);
    }
  } else if (spec.backoffLimitPerIndex !== undefined) {
    const reason = 'requires indexed completion mode';
    problems.invalid(`${path}.backoffLimitPerIndex`, spec.backoffLimitPerIndex, reason);
  }
  if (spec.maxFailedIndexes !== undefined && spec.backoffLimitPerIndex === undefined) {
    const text = 'when maxFailedIndexes is specified';
    problems.required(`${path}.backoffLimitPerIndex`, text);
  }
}

function checkReplacement(problems: Problems, path: string, spec: JobSpec): void {
  const policies = spec.podFailurePolicy ? ['Failed'] : ['Failed', 'TerminatingOrFailed'];
  const policy = spec.podReplacementPolicy ?? '';
  if (policies.includes(policy)) return;
  problems.unsupported(`${path}.podReplacementPolicy`, policy, policies);
}

function checkManager(problems: Problems, field: string, manager: string): void {
  const slash = manager.indexOf('/');
  const domain = manager.slice(0, Math.max(0, slash));
  const rest = manager.slice(slash + 1);
  const isPath = slash > 0 && /^[A-Za-z0-9/\-._~%!$&'()*+,;=:]+$/.test(rest);
  if (!isPath || subdomainProblems(domain).length > 0) {
    const reason = 'must be a domain-prefixed path (such as "acme.io/foo")';
    problems.invalid(field, manager, reason);
  }
  if (byteLength(manager) > MANAGER_LENGTH_MAX) problems.tooLong(field, MANAGER_LENGTH_MAX);
}

function checkManualSelector(problems: Problems, path: string, spec: JobSpec): void {
  if (spec.selector === undefined) {
    problems.required(`${path}.selector`);
    return;
  }
  const before = problems.list.length;
  checkLabelSelector(problems, `${path}.selector`, spec.selector);
  if (problems.list.length > before) return;
  const labels = spec.template?.metadata?.labels;
  if (compileLabelSelector(spec.selector)(labels)) return;
  const reason = '`selector` does not match template `labels`';
  problems.invalid(`${path}.template.metadata.labels`, labels ?? {}, reason);
}

export function checkPriorityClass(problems: Problems, object: Draft): void {
  const { name = '' } = (object['metadata'] ?? {}) as ObjectMeta;
  const value = (object['value'] ?? 0) as number;
  if (name.startsWith('system-')) {
    const known = SYSTEM_PRIORITIES[name];
    const isKnown = known === value && object['globalDefault'] !== true;
    if (!isKnown) {
      const text =
        "priority class names with 'system-' prefix are reserved for system use only. " +
        `error: ${name} is not a known system priority class`;
      problems.forbidden('metadata.name', text);
    }
  } else if (value > USER_PRIORITY_MAX) {
    const text = `maximum allowed value of a user defined priority is ${USER_PRIORITY_MAX}`;
    problems.forbidden('value', text);
  }
  const policy = object['preemptionPolicy'] as string | undefined;
  checkPreemptionPolicy(problems, 'preemptionPolicy', policy);
}
