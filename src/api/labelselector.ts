// Label selectors: `matchLabels` and `matchExpressions`, compiled once and matched many times.
// Follows apimachinery `meta/v1` LabelSelectorAsSelector of Kubernetes 1.37.

import { DrasimError } from '../errors.js';
import type { LabelSelector } from './meta.js';
import {
  compileRequirement,
  joinProblems,
  type LabelMatcher,
  type LabelOperator,
  requirementProblems,
} from './requirement.js';

const OPERATORS: readonly string[] = ['In', 'NotIn', 'Exists', 'DoesNotExist'];

/**
 * Compiles a label selector. None at all (undefined or null) matches nothing, `{}` everything.
 *
 * @throws DrasimError `ERR_LABEL_SELECTOR` with upstream's text for the first bad requirement
 * @source apimachinery meta/v1 LabelSelectorAsSelector, Kubernetes 1.37
 */
export function compileLabelSelector(selector: LabelSelector | null | undefined): LabelMatcher {
  if (selector === null || selector === undefined) return () => false;
  const matchers: LabelMatcher[] = [];
  const byLabel = Object.entries(selector.matchLabels ?? {}).sort(([a], [b]) => (a < b ? -1 : 1));
  for (const [key, value] of byLabel) matchers.push(compileChecked(key, '=', [value]));
  for (const { key, operator, values } of selector.matchExpressions ?? []) {
    if (!OPERATORS.includes(operator)) {
      throw selectorError(`${JSON.stringify(operator)} is not a valid label selector operator`);
    }
    matchers.push(compileChecked(key, operator as LabelOperator, values));
  }
  return matchAll(matchers);
}

/** Whether a selector has no requirement at all. */
export function isEmptySelector(selector: LabelSelector): boolean {
  return (
    Object.keys(selector.matchLabels ?? {}).length === 0 &&
    (selector.matchExpressions ?? []).length === 0
  );
}

function compileChecked(
  key: string,
  operator: LabelOperator,
  values: readonly string[] | undefined,
): LabelMatcher {
  const problems = requirementProblems(key, operator, values);
  if (problems.length > 0) throw selectorError(joinProblems(problems));
  return compileRequirement(key, operator, values ?? []);
}

function matchAll(matchers: readonly LabelMatcher[]): LabelMatcher {
  if (matchers.length === 1) return matchers[0]!;
  return (labels) => matchers.every((matches) => matches(labels));
}

function selectorError(message: string): DrasimError {
  return new DrasimError({ code: 'ERR_LABEL_SELECTOR', path: '', message });
}
