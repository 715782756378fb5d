// Rules for where a pod may run: affinity, spreading, tolerations, selectors of labels.
// Follows `pkg/apis/core/validation` of Kubernetes 1.37.

import type {
  Affinity,
  PodAffinity,
  PodAffinityTerm,
  Toleration,
  TopologySpreadConstraint,
} from '../core.js';
import type { LabelSelector } from '../meta.js';
import { labelValueProblems } from '../names.js';
import { checkLabels } from './metadata.js';
import { checkLabelName, checkLabelValue, checkQualifiedName } from './names.js';
import { checkNodeSelector, checkNodeSelectorTerm } from './nodeselector.js';
import type { Problems } from './problems.js';

const REQUIRED = 'requiredDuringSchedulingIgnoredDuringExecution';
const PREFERRED = 'preferredDuringSchedulingIgnoredDuringExecution';
const EFFECTS = ['NoSchedule', 'PreferNoSchedule', 'NoExecute'];

export function checkAffinity(
  problems: Problems,
  path: string,
  affinity: Affinity | undefined,
): void {
  if (!affinity) return;
  const { nodeAffinity, podAffinity, podAntiAffinity } = affinity;
  const required = nodeAffinity?.[REQUIRED];
  if (required) checkNodeSelector(problems, `${path}.nodeAffinity.${REQUIRED}`, required);
  for (const [index, { weight, preference }] of (nodeAffinity?.[PREFERRED] ?? []).entries()) {
    const place = `${path}.nodeAffinity.${PREFERRED}[${index}]`;
    checkWeight(problems, place, weight);
    checkNodeSelectorTerm(problems, `${place}.preference`, preference ?? {}, false);
  }
  checkPodAffinity(problems, `${path}.podAffinity`, podAffinity);
  checkPodAffinity(problems, `${path}.podAntiAffinity`, podAntiAffinity);
}

function checkWeight(problems: Problems, path: string, weight = 0): void {
  if (weight >= 1 && weight <= 100) return;
  problems.invalid(`${path}.weight`, weight, 'must be in the range 1-100');
}

function checkPodAffinity(
  problems: Problems,
  path: string,
  affinity: PodAffinity | undefined,
): void {
  for (const [index, term] of (affinity?.[REQUIRED] ?? []).entries()) {
    checkPodAffinityTerm(problems, `${path}.${REQUIRED}[${index}]`, term);
  }
  for (const [index, { weight, podAffinityTerm }] of (affinity?.[PREFERRED] ?? []).entries()) {
    const place = `${path}.${PREFERRED}[${index}]`;
    checkWeight(problems, place, weight);
    checkPodAffinityTerm(problems, `${place}.podAffinityTerm`, podAffinityTerm ?? {});
  }
}

function checkPodAffinityTerm(
  problems: Problems,
  path: string,
  term: Partial<PodAffinityTerm>,
): void {
  checkLabelSelector(problems, `${path}.labelSelector`, term.labelSelector);
  checkLabelSelector(problems, `${path}.namespaceSelector`, term.namespaceSelector);
  for (const namespace of term.namespaces ?? []) {
    checkLabelName(problems, `${path}.namespace`, namespace);
  }
  for (const field of ['matchLabelKeys', 'mismatchLabelKeys'] as const) {
    const keys = term[field] ?? [];
    if (keys.length > 0 && !term.labelSelector) {
      problems.forbidden(`${path}.${field}`, 'must not be specified when labelSelector is not set');
    }
    for (const [index, key] of keys.entries()) {
      checkQualifiedName(problems, `${path}.${field}[${index}]`, key);
    }
  }
  if (!term.topologyKey) {
    problems.required(`${path}.topologyKey`, 'can not be empty');
  }
  checkQualifiedName(problems, `${path}.topologyKey`, term.topologyKey ?? '');
}

/** Checks a label selector. */
export function checkLabelSelector(
  problems: Problems,
  path: string,
  selector: LabelSelector | undefined,
): void {
  if (!selector) return;
  checkLabels(problems, `${path}.matchLabels`, selector.matchLabels);
  for (const [index, expression] of (selector.matchExpressions ?? []).entries()) {
    const place = `${path}.matchExpressions[${index}]`;
    const { key = '', operator = '', values = [] } = expression;
    if (operator === 'In' || operator === 'NotIn') {
      if (values.length === 0) {
        const text = "must be specified when `operator` is 'In' or 'NotIn'";
        problems.required(`${place}.values`, text);
      }
    } else if (operator === 'Exists' || operator === 'DoesNotExist') {
      if (values.length > 0) {
        const text = "may not be specified when `operator` is 'Exists' or 'DoesNotExist'";
        problems.forbidden(`${place}.values`, text);
      }
    } else problems.invalid(`${place}.operator`, operator, 'not a valid selector operator');
    checkQualifiedName(problems, `${place}.key`, key);
    for (const [valueIndex, value] of values.entries()) {
      checkLabelValue(problems, `${place}.values[${valueIndex}]`, value);
    }
  }
}

export function checkSpread(
  problems: Problems,
  path: string,
  constraints: readonly TopologySpreadConstraint[],
): void {
  for (const [index, constraint] of constraints.entries()) {
    const place = `${path}[${index}]`;
    checkSpreadConstraint(problems, place, constraint);
    const { topologyKey, whenUnsatisfiable } = constraint;
    const isRepeated = constraints
      .slice(index + 1)
      .some(
        (other) =>
          other.topologyKey === topologyKey && other.whenUnsatisfiable === whenUnsatisfiable,
      );
    if (!isRepeated) continue;
    const value = `{${topologyKey}, ${whenUnsatisfiable}}`;
    problems.duplicate(`${place}.{topologyKey, whenUnsatisfiable}`, value);
  }
}

function checkSpreadConstraint(
  problems: Problems,
  path: string,
  constraint: TopologySpreadConstraint,
): void {
  const { maxSkew = 0, topologyKey, whenUnsatisfiable = '', minDomains } = constraint;
  if (maxSkew <= 0) problems.invalid(`${path}.maxSkew`, maxSkew, 'must be greater than zero');
  if (!topologyKey) problems.required(`${path}.topologyKey`, 'can not be empty');
  const actions = ['DoNotSchedule', 'ScheduleAnyway'];
  if (!actions.includes(whenUnsatisfiable)) {
    problems.unsupported(`${path}.whenUnsatisfiable`, whenUnsatisfiable, actions);
  }
  if (minDomains !== undefined) {
    const field = `${path}.minDomains`;
    if (minDomains <= 0) problems.invalid(field, minDomains, 'must be greater than zero');
    if (whenUnsatisfiable !== 'DoNotSchedule') {
      const reason = 'can only use minDomains if whenUnsatisfiable=DoNotSchedule';
      problems.invalid(field, minDomains, reason);
    }
  }
  for (const field of ['nodeAffinityPolicy', 'nodeTaintsPolicy'] as const) {
    const policy = constraint[field];
    if (policy !== undefined && !['Honor', 'Ignore'].includes(policy)) {
      problems.unsupported(`${path}.${field}`, policy, ['Honor', 'Ignore']);
    }
  }
  checkLabelSelector(problems, `${path}.labelSelector`, constraint.labelSelector);
  const keys = constraint.matchLabelKeys ?? [];
  if (keys.length > 0 && !constraint.labelSelector) {
    const text = 'must not be specified when labelSelector is not set';
    problems.forbidden(`${path}.matchLabelKeys`, text);
  }
  for (const [index, key] of keys.entries()) {
    checkQualifiedName(problems, `${path}.matchLabelKeys[${index}]`, key);
  }
}

export function checkPodTolerations(
  problems: Problems,
  path: string,
  tolerations: readonly Toleration[],
): void {
  for (const [index, toleration] of tolerations.entries()) {
    checkPodToleration(problems, `${path}[${index}]`, toleration);
  }
}

function checkPodToleration(problems: Problems, path: string, toleration: Toleration): void {
  const { key = '', operator = '', value = '', effect, tolerationSeconds } = toleration;
  const comparison = problems.options.features.enabled('TaintTolerationComparisonOperators');
  if (key !== '') checkQualifiedName(problems, `${path}.key`, key);
  else if (operator !== 'Exists') {
    const reason =
      'operator must be Exists when `key` is empty, which means "match all values and all keys"';
    problems.invalid(`${path}.operator`, operator, reason);
  }
  if (tolerationSeconds !== undefined && effect !== 'NoExecute') {
    const reason = "effect must be 'NoExecute' when `tolerationSeconds` is set";
    problems.invalid(`${path}.effect`, effect ?? '', reason);
  }
  if (operator === '' || operator === 'Equal') {
    const reasons = labelValueProblems(value);
    if (reasons.length > 0) problems.invalid(`${path}.operator`, value, reasons.join('; '));
  } else if (operator === 'Exists') {
    if (value !== '') {
      const reason = 'value must be empty when `operator` is `Exists`';
      problems.invalid(`${path}.operator`, toleration, reason);
    }
  } else if (comparison && (operator === 'Lt' || operator === 'Gt')) {
    if (!/^(0|-?[1-9][0-9]*)$/.test(value)) {
      const reason = 'must be a valid decimal integer in canonical form';
      problems.invalid(`${path}.value`, value, reason);
    }
  } else problems.unsupported(`${path}.operator`, operator, ['Equal', 'Exists', 'Lt', 'Gt']);
  if (effect && !EFFECTS.includes(effect)) {
    problems.unsupported(`${path}.effect`, effect, EFFECTS);
  }
}
