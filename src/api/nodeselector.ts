// Which nodes a selector, a pod's affinity or its preferences accept. Compiled once, matched many times.
// Follows component-helpers `scheduling/corev1/nodeaffinity` of Kubernetes 1.37.

import { DrasimError } from '../errors.js';
import type {
  Affinity,
  NodeSelector,
  NodeSelectorRequirement,
  NodeSelectorTerm,
  PreferredSchedulingTerm,
} from './core.js';
import type { StringMap } from './meta.js';
import {
  compileRequirement,
  invalid,
  joinProblems,
  type LabelMatcher,
  type LabelOperator,
  requirementProblems,
  type SelectorProblem,
} from './requirement.js';

/** What matching reads of a node. */
export interface NodeLabels {
  readonly metadata: { readonly name?: string; readonly labels?: StringMap };
}

/** Tells whether a node is accepted. */
export type NodeMatcher = (node: NodeLabels) => boolean;

const OPERATORS: readonly string[] = ['In', 'NotIn', 'Exists', 'DoesNotExist', 'Gt', 'Lt'];

type CompiledTerm =
  | { readonly matches: NodeMatcher; readonly problems?: undefined }
  | { readonly matches?: undefined; readonly problems: readonly SelectorProblem[] };

/**
 * Compiles a node selector of a ResourceSlice, a device, an allocation or a volume.
 *
 * One bad term spoils all; a term without expressions and fields is not looked at and matches nothing.
 * @throws DrasimError `ERR_NODE_SELECTOR` with upstream's text
 */
export function compileNodeSelector(selector: NodeSelector): NodeMatcher {
  const terms = compileTerms(selector.nodeSelectorTerms ?? [], 'nodeSelectorTerms');
  const problems = terms.flatMap((term) => term.problems ?? []);
  if (problems.length > 0) throw selectorError(problems);
  return (node) => terms.some((term) => term.matches?.(node) === true);
}

/**
 * Compiles what a pod requires of a node: its `nodeSelector` labels and its required node affinity.
 *
 * The matcher throws DrasimError `ERR_NODE_SELECTOR` for a bad term, but only on nodes that no other
 * term accepts.
 */
export function compileRequiredNodeAffinity(
  labels: StringMap | undefined,
  affinity: Affinity | undefined,
): NodeMatcher {
  const wanted = Object.entries(labels ?? {}).map(([key, value]) =>
    compileRequirement(key, '=', [value]),
  );
  const required = affinity?.nodeAffinity?.requiredDuringSchedulingIgnoredDuringExecution;
  const terms = required && compileTerms(required.nodeSelectorTerms ?? [], 'nodeSelectorTerms');
  const problems = terms?.flatMap((term) => term.problems ?? []) ?? [];
  return (node) => {
    if (!wanted.every((matches) => matches(node.metadata.labels))) return false;
    if (terms === undefined) return true;
    if (terms.some((term) => term.matches?.(node) === true)) return true;
    if (problems.length > 0) throw selectorError(problems);
    return false;
  };
}

/**
 * The names of the nodes that required affinity narrows a pod to, sorted; undefined where some term names none.
 *
 * Terms widen the set, the fields of one term narrow it. Empty: the fields of every term exclude each other.
 */
export function requiredNodeNames(affinity: Affinity | undefined): string[] | undefined {
  const required = affinity?.nodeAffinity?.requiredDuringSchedulingIgnoredDuringExecution;
  const terms = required?.nodeSelectorTerms ?? [];
  if (terms.length === 0) return undefined;
  const names = new Set<string>();
  for (const { matchFields = [] } of terms) {
    const lists = matchFields.flatMap(({ key, operator, values = [] }) =>
      key === 'metadata.name' && operator === 'In' ? [values] : [],
    );
    const [first, ...others] = lists;
    if (!first) return undefined;
    for (const name of first) {
      if (others.every((list) => list.includes(name))) names.add(name);
    }
  }
  return [...names].sort();
}

/**
 * Compiles a pod's preferences into the sum of the weights that a node earns.
 *
 * Terms of weight 0 and empty preferences are not looked at.
 * @throws DrasimError `ERR_NODE_SELECTOR` with upstream's text
 */
export function compilePreferredNodeAffinity(
  preferred: readonly PreferredSchedulingTerm[],
): (node: NodeLabels) => number {
  const terms: { weight: number; matches: NodeMatcher }[] = [];
  const problems: SelectorProblem[] = [];
  for (const [index, { weight, preference }] of preferred.entries()) {
    if (weight === 0 || isEmptyTerm(preference)) continue;
    const term = compileTerm(preference, `[${index}]`);
    if (term.problems) problems.push(...term.problems);
    else terms.push({ weight, matches: term.matches });
  }
  if (problems.length > 0) throw selectorError(problems);
  return (node) => {
    let sum = 0;
    for (const { weight, matches } of terms) if (matches(node)) sum += weight;
    return sum;
  };
}

/** What is wrong with the terms of a node selector, with paths from `nodeSelectorTerms` on. */
export function nodeSelectorProblems(selector: NodeSelector): SelectorProblem[] {
  const terms = compileTerms(selector.nodeSelectorTerms ?? [], 'nodeSelectorTerms');
  return terms.flatMap((term) => term.problems ?? []);
}

/** What is wrong with preferences that count, with paths from their index on. */
export function preferredTermProblems(
  preferred: readonly PreferredSchedulingTerm[],
): SelectorProblem[] {
  return preferred.flatMap(({ weight, preference }, index) =>
    weight === 0 || isEmptyTerm(preference)
      ? []
      : (compileTerm(preference, `[${index}]`).problems ?? []),
  );
}

/** Whether a term has neither expressions nor fields; such a term matches nothing. */
export function isEmptyTerm(term: NodeSelectorTerm): boolean {
  return (term.matchExpressions ?? []).length === 0 && (term.matchFields ?? []).length === 0;
}

function compileTerms(terms: readonly NodeSelectorTerm[], path: string): CompiledTerm[] {
  const compiled: CompiledTerm[] = [];
  for (const [index, term] of terms.entries()) {
    if (!isEmptyTerm(term)) compiled.push(compileTerm(term, `${path}[${index}]`));
  }
  return compiled;
}

function compileTerm(term: NodeSelectorTerm, path: string): CompiledTerm {
  const problems: SelectorProblem[] = [];
  const byLabel: LabelMatcher[] = [];
  for (const [index, expression] of (term.matchExpressions ?? []).entries()) {
    const found = expressionProblems(expression);
    addProblems(problems, found, `${path}.matchExpressions[${index}].`);
    if (found.length > 0) continue;
    const operator = expression.operator as LabelOperator;
    byLabel.push(compileRequirement(expression.key, operator, expression.values ?? []));
  }
  const byField: NodeMatcher[] = [];
  for (const [index, field] of (term.matchFields ?? []).entries()) {
    const found = fieldProblems(field);
    addProblems(problems, found, `${path}.matchFields[${index}].`);
    if (found.length === 0) byField.push(compileField(field));
  }
  if (problems.length > 0) return { problems };
  return {
    matches: (node) =>
      byLabel.every((matches) => matches(node.metadata.labels)) &&
      byField.every((matches) => matches(node)),
  };
}

function addProblems(
  problems: SelectorProblem[],
  found: readonly SelectorProblem[],
  prefix: string,
): void {
  for (const { path, message } of found) problems.push({ path: prefix + path, message });
}

function expressionProblems(expression: NodeSelectorRequirement): SelectorProblem[] {
  if (!OPERATORS.includes(expression.operator)) {
    return [unsupportedOperator(expression.operator, OPERATORS)];
  }
  const operator = expression.operator as LabelOperator;
  return requirementProblems(expression.key, operator, expression.values);
}

function fieldProblems(field: NodeSelectorRequirement): SelectorProblem[] {
  if (field.operator !== 'In' && field.operator !== 'NotIn') {
    return [unsupportedOperator(field.operator, ['In', 'NotIn'])];
  }
  if (field.values?.length === 1) return [];
  return [invalid('values', field.values ?? null, 'must have one element')];
}

function unsupportedOperator(operator: string, supported: readonly string[]): SelectorProblem {
  const list = supported.map((name) => JSON.stringify(name)).join(', ');
  const message = `Unsupported value: ${JSON.stringify(operator)}: supported values: ${list}`;
  return { path: 'operator', message };
}

// Nodes have one field, metadata.name; any other reads as empty text.
function compileField({ key, operator, values }: NodeSelectorRequirement): NodeMatcher {
  const wanted = values![0]!;
  const accepts = operator === 'In';
  return ({ metadata }) => {
    const value = key === 'metadata.name' ? (metadata.name ?? '') : '';
    return (value === wanted) === accepts;
  };
}

function selectorError(problems: readonly SelectorProblem[]): DrasimError {
  return new DrasimError({ code: 'ERR_NODE_SELECTOR', path: '', message: joinProblems(problems) });
}
