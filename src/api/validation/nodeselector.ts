// Rules for node selectors in objects: `pkg/apis/core/validation` of Kubernetes 1.37. What the
// scheduler finds wrong with one while matching is another matter (nodeselector.ts of this room).

import type { NodeSelector, NodeSelectorRequirement, NodeSelectorTerm } from '../core.js';
import { checkLabelValue, checkQualifiedName, checkSubdomain } from './names.js';
import type { Problems } from './problems.js';

/** Checks a node selector; it needs a term. */
export function checkNodeSelector(problems: Problems, path: string, selector: NodeSelector): void {
  const terms = selector.nodeSelectorTerms ?? [];
  if (terms.length === 0) {
    const text = 'must have at least one node selector term';
    problems.required(`${path}.nodeSelectorTerms`, text);
  }
  for (const [index, term] of terms.entries()) {
    checkNodeSelectorTerm(problems, `${path}.nodeSelectorTerms[${index}]`, term);
  }
}

/** Checks one term; preferences may hold values that are no label values. */
export function checkNodeSelectorTerm(
  problems: Problems,
  path: string,
  term: NodeSelectorTerm,
  checkValues = true,
): void {
  for (const [index, expression] of (term.matchExpressions ?? []).entries()) {
    const place = `${path}.matchExpressions[${index}]`;
    checkOperator(problems, place, expression);
    checkQualifiedName(problems, `${place}.key`, expression.key ?? '');
    if (!checkValues) continue;
    for (const [valueIndex, value] of (expression.values ?? []).entries()) {
      checkLabelValue(problems, `${place}.values[${valueIndex}]`, value);
    }
  }
  for (const [index, field] of (term.matchFields ?? []).entries()) {
    checkField(problems, `${path}.matchFields[${index}]`, field);
  }
}

function checkOperator(
  problems: Problems,
  path: string,
  { operator = '', values = [] }: NodeSelectorRequirement,
): void {
  switch (operator) {
    case 'In':
    case 'NotIn':
      if (values.length > 0) return;
      problems.required(`${path}.values`, "must be specified when `operator` is 'In' or 'NotIn'");
      return;
    case 'Exists':
    case 'DoesNotExist':
      if (values.length === 0) return;
      problems.forbidden(
        `${path}.values`,
        "may not be specified when `operator` is 'Exists' or 'DoesNotExist'",
      );
      return;
    case 'Gt':
    case 'Lt':
      if (values.length === 1) return;
      problems.required(
        `${path}.values`,
        "must be specified single value when `operator` is 'Lt' or 'Gt'",
      );
      return;
    default:
      problems.invalid(`${path}.operator`, operator, 'not a valid selector operator');
  }
}

function checkField(
  problems: Problems,
  path: string,
  { key = '', operator = '', values = [] }: NodeSelectorRequirement,
): void {
  if (operator === 'In' || operator === 'NotIn') {
    if (values.length !== 1) {
      const text =
        "must be only one value when `operator` is 'In' or 'NotIn' for node field selector";
      problems.required(`${path}.values`, text);
    }
  } else problems.invalid(`${path}.operator`, operator, 'not a valid selector operator');
  if (key !== 'metadata.name') {
    problems.invalid(`${path}.key`, key, 'not a valid field selector key');
    return;
  }
  for (const [index, value] of values.entries()) {
    checkSubdomain(problems, `${path}.values[${index}]`, value);
  }
}
