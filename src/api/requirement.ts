// One requirement on labels, as label selectors and node selectors have them: checked once, then
// matched many times. Follows apimachinery `pkg/labels` of Kubernetes 1.37.

import type { StringMap } from './meta.js';
import { labelValueProblems, qualifiedNameProblems } from './names.js';

/** Tells whether labels fulfil something. */
export type LabelMatcher = (labels: StringMap | undefined) => boolean;

/** The operators of a requirement; `=` is what `matchLabels` means. */
export type LabelOperator = 'In' | 'NotIn' | 'Exists' | 'DoesNotExist' | 'Gt' | 'Lt' | '=';

/** One problem of a selector as the API server words it, without its path's beginning. */
export interface SelectorProblem {
  readonly path: string;
  readonly message: string;
}

/** What is wrong with a requirement, in the API server's order. */
export function requirementProblems(
  key: string,
  operator: LabelOperator,
  values: readonly string[] | undefined,
): SelectorProblem[] {
  const problems: SelectorProblem[] = [];
  const keyProblems = qualifiedNameProblems(key);
  if (keyProblems.length > 0) problems.push(invalid('key', key, keyProblems.join('; ')));
  const text = valuesProblem(operator, values ?? []);
  if (text !== undefined) problems.push(invalid('values', values ?? null, text));
  if (operator === 'Gt' || operator === 'Lt') {
    for (const [index, value] of (values ?? []).entries()) {
      if (parseInt64(value) !== undefined) continue;
      const reason = "for 'Gt', 'Lt' operators, the value must be an integer";
      problems.push(invalid(`values[${index}]`, value, reason));
    }
  }
  for (const [index, value] of (values ?? []).entries()) {
    const valueProblems = labelValueProblems(value);
    if (valueProblems.length === 0) continue;
    problems.push(invalid(`values[${index}][${key}]`, value, valueProblems.join('; ')));
  }
  return problems;
}

function valuesProblem(operator: LabelOperator, values: readonly string[]): string | undefined {
  switch (operator) {
    case 'In':
    case 'NotIn':
      if (values.length > 0) return undefined;
      return "for 'in', 'notin' operators, values set can't be empty";
    case 'Exists':
    case 'DoesNotExist':
      if (values.length === 0) return undefined;
      return 'values set must be empty for exists and does not exist';
    case 'Gt':
    case 'Lt':
      if (values.length === 1) return undefined;
      return "for 'Gt', 'Lt' operators, exactly one value is required";
    case '=':
      return undefined;
  }
}

/** Words a problem as `<path>: Invalid value: <JSON>: <reason>`. */
export function invalid(path: string, value: unknown, reason: string): SelectorProblem {
  return { path, message: `Invalid value: ${JSON.stringify(value)}: ${reason}` };
}

/** One text for all problems: alone as it is, several as `[a, b]`. */
export function joinProblems(problems: readonly SelectorProblem[]): string {
  const texts = problems.map(({ path, message }) => `${path}: ${message}`);
  return texts.length === 1 ? texts[0]! : `[${texts.join(', ')}]`;
}

/** Compiles a requirement that {@link requirementProblems} found nothing wrong with. */
export function compileRequirement(
  key: string,
  operator: LabelOperator,
  values: readonly string[],
): LabelMatcher {
  switch (operator) {
    case '=':
    case 'In':
      return (labels) => {
        const value = labelOf(labels, key);
        return value !== undefined && values.includes(value);
      };
    case 'NotIn':
      return (labels) => {
        const value = labelOf(labels, key);
        return value === undefined || !values.includes(value);
      };
    case 'Exists':
      return (labels) => labelOf(labels, key) !== undefined;
    case 'DoesNotExist':
      return (labels) => labelOf(labels, key) === undefined;
    case 'Gt':
    case 'Lt':
      return compileComparison(key, operator, parseInt64(values[0]!)!);
  }
}

function compileComparison(key: string, operator: 'Gt' | 'Lt', bound: bigint): LabelMatcher {
  return (labels) => {
    const value = labelOf(labels, key);
    const integer = value === undefined ? undefined : parseInt64(value);
    if (integer === undefined) return false;
    return operator === 'Gt' ? integer > bound : integer < bound;
  };
}

function labelOf(labels: StringMap | undefined, key: string): string | undefined {
  return labels !== undefined && Object.hasOwn(labels, key) ? labels[key] : undefined;
}

/** A decimal integer of 64 bits, sign and leading zeros allowed; undefined for any other text. */
export function parseInt64(text: string): bigint | undefined {
  if (!/^[+-]?[0-9]+$/.test(text)) return undefined;
  const value = BigInt(text[0] === '+' ? text.slice(1) : text);
  return BigInt.asIntN(64, value) === value ? value : undefined;
}
