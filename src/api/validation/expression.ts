// CEL expressions of selectors and derived attributes: they must compile, give the right type and
// not be too costly. Follows `pkg/apis/resource/validation` of Kubernetes 1.37.

import { CEL_COST_MAX, compileSelector } from '../cel/selector.js';
import { byteLength } from '../names.js';
import type { Problems } from './problems.js';

const EXPRESSION_LENGTH_MAX = 10 * 1024;

/** Checks the expression of a selector. */
export function checkExpression(problems: Problems, field: string, expression: string): void {
  if (!checkExpressionLength(problems, field, expression)) return;
  const { features } = problems.options;
  const compiled = compileSelector(expression, {
    minor: features.minor,
    stored: false,
    listTypeAttributes: features.enabled('DRAListTypeAttributes'),
    consumableCapacity: features.enabled('DRAConsumableCapacity'),
  });
  if ('error' in compiled) {
    const { category, text, line, column } = compiled.error;
    const inText = { line, column };
    const place = `<input>:${line}:${column}: `;
    const prefix =
      category === 'result-type'
        ? ''
        : category === 'constant'
          ? 'program instantiation failed: '
          : `compilation failed: ${place}`;
    const detail = `${JSON.stringify(expression)}: ${prefix}${text}`;
    const type = category === 'constant' ? 'Internal error' : 'Invalid value';
    problems.add({ field, type, detail, inText });
  } else if (compiled.selector.estimatedMax > CEL_COST_MAX) {
    problems.forbidden(field, 'too complex, exceeds cost limit');
  }
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
