// Rules for controllers, budgets and pod groups, as far as they keep drasim from nonsense: names,
// selectors that fit their template, counts. Kubernetes 1.37 has more rules for them.

import type { PodTemplateSpec } from '../core.js';
import { compileLabelSelector, isEmptySelector } from '../labelselector.js';
import type { IntOrString, LabelSelector } from '../meta.js';
import type { Draft } from '../object.js';
import type { PodGroupSchedulingPolicy } from '../scheduling.js';
import { checkLabelSelector } from './affinity.js';
import { checkLabels } from './metadata.js';
import { checkPodTemplate } from './pod.js';
import { checkNotNegative, type Problems } from './problems.js';

interface ReplicaSpec {
  readonly replicas?: number;
  readonly minReadySeconds?: number;
  readonly selector?: LabelSelector;
  readonly template?: PodTemplateSpec;
}

/** ReplicaSet, Deployment, StatefulSet and DaemonSet. */
export function checkReplicas(problems: Problems, object: Draft): void {
  const spec = (object['spec'] ?? {}) as ReplicaSpec;
  checkNotNegative(problems, 'spec.replicas', spec.replicas);
  checkNotNegative(problems, 'spec.minReadySeconds', spec.minReadySeconds);
  const { selector, template } = spec;
  if (selector === undefined) problems.required('spec.selector');
  else checkTemplateSelector(problems, selector, template);
  checkPodTemplate(problems, 'spec.template', template);
  checkRestartsAlways(problems, template);
}

function checkTemplateSelector(
  problems: Problems,
  selector: LabelSelector,
  template: PodTemplateSpec | undefined,
): void {
  if (isEmptySelector(selector)) {
    problems.invalid('spec.selector', selector, 'an empty selector is invalid for a controller');
    return;
  }
  const before = problems.list.length;
  checkLabelSelector(problems, 'spec.selector', selector);
  const labels = template?.metadata?.labels;
  if (problems.list.length > before || compileLabelSelector(selector)(labels)) return;
  const reason = '`selector` does not match template `labels`';
  problems.invalid('spec.template.metadata.labels', labels ?? {}, reason);
}

function checkRestartsAlways(problems: Problems, template: PodTemplateSpec | undefined): void {
  const policy = template?.spec?.restartPolicy ?? '';
  if (policy === 'Always' || policy === '') return;
  problems.unsupported('spec.template.spec.restartPolicy', policy, ['Always']);
}

export function checkReplicationController(problems: Problems, object: Draft): void {
  const spec = (object['spec'] ?? {}) as { replicas?: number; template?: PodTemplateSpec };
  checkNotNegative(problems, 'spec.replicas', spec.replicas);
  if (spec.template === undefined) problems.required('spec.template');
  else checkPodTemplate(problems, 'spec.template', spec.template);
}

export function checkDisruptionBudget(problems: Problems, object: Draft): void {
  const spec = (object['spec'] ?? {}) as {
    minAvailable?: IntOrString;
    maxUnavailable?: IntOrString;
    selector?: LabelSelector;
  };
  if (spec.minAvailable !== undefined && spec.maxUnavailable !== undefined) {
    const reason = 'minAvailable and maxUnavailable cannot be both set';
    problems.invalid('spec', null, reason);
  }
  for (const field of ['minAvailable', 'maxUnavailable'] as const) {
    const value = spec[field];
    if (typeof value === 'number') checkNotNegative(problems, `spec.${field}`, value);
    else if (value !== undefined && !/^([0-9]{1,2}|100)%$/.test(value)) {
      const reason = 'a valid percent string must be a numeric string followed by an ending %';
      problems.invalid(`spec.${field}`, value, reason);
    }
  }
  checkLabelSelector(problems, 'spec.selector', spec.selector);
}

export function checkService(problems: Problems, object: Draft): void {
  const spec = (object['spec'] ?? {}) as { selector?: Readonly<Record<string, string>> };
  checkLabels(problems, 'spec.selector', spec.selector);
}

export function checkPodGroup(problems: Problems, object: Draft): void {
  const spec = (object['spec'] ?? {}) as { schedulingPolicy?: PodGroupSchedulingPolicy };
  checkPolicy(problems, 'spec.schedulingPolicy', spec.schedulingPolicy);
}

export function checkWorkload(problems: Problems, object: Draft): void {
  const spec = (object['spec'] ?? {}) as {
    podGroupTemplates?: readonly { schedulingPolicy?: PodGroupSchedulingPolicy }[];
    podGroups?: readonly { policy?: PodGroupSchedulingPolicy }[];
  };
  for (const [index, { schedulingPolicy }] of (spec.podGroupTemplates ?? []).entries()) {
    const field = `spec.podGroupTemplates[${index}].schedulingPolicy`;
    checkPolicy(problems, field, schedulingPolicy);
  }
  for (const [index, { policy }] of (spec.podGroups ?? []).entries()) {
    checkPolicy(problems, `spec.podGroups[${index}].policy`, policy);
  }
}

function checkPolicy(
  problems: Problems,
  path: string,
  policy: PodGroupSchedulingPolicy | undefined,
): void {
  if (!policy || (policy.basic === undefined && policy.gang === undefined)) {
    problems.required(path, 'must specify one of: `basic`, `gang`');
  } else if (policy.basic !== undefined && policy.gang !== undefined) {
    problems.invalid(path, policy, 'must specify exactly one of: `basic`, `gang`');
  }
  if (policy?.gang && (policy.gang.minCount ?? 0) <= 0) {
    const field = `${path}.gang.minCount`;
    problems.invalid(field, policy.gang.minCount ?? 0, 'must be greater than zero');
  }
}
