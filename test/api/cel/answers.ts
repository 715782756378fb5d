// Asks a selector about a small device and gives the answer as text.

import {
  type CelDevice,
  type CelEnvironment,
  type CelSelector,
  compileSelector,
} from '../../../src/api/cel/selector.js';

export const stored: CelEnvironment = {
  minor: 37,
  stored: true,
  listTypeAttributes: false,
  consumableCapacity: true,
};

export const device: CelDevice = {
  driver: 'd',
  attributes: {
    model: { string: 'A100' },
    index: { int: 3 },
    healthy: { bool: true },
    version: { version: '1.2.3' },
    'other/id': { string: 'é😀x' },
    tags: { strings: ['a', 'b'] },
    big: { int: 9223372036854775807n },
  },
  capacity: { memory: { value: '80Gi' } },
};

/** The category of a compile error, the text of a runtime error, or `true` and `false`. */
export function answer(
  expression: string,
  environment: Partial<CelEnvironment> = {},
  on: CelDevice = device,
): string {
  const compiled = compileSelector(expression, { ...stored, ...environment });
  if ('error' in compiled) return compiled.error.category;
  const { outcome } = compiled.selector.evaluate(on);
  return 'match' in outcome ? String(outcome.match) : outcome.runtimeError;
}

/** Compiles an expression that must compile. */
export function compile(expression: string): CelSelector {
  const compiled = compileSelector(expression, stored);
  if ('error' in compiled) throw new Error(compiled.error.text);
  return compiled.selector;
}

/** `estimate / runtime cost` of an expression for requests to the API server. */
export function costs(expression: string): string {
  const compiled = compileSelector(expression, { ...stored, stored: false });
  if ('error' in compiled) throw new Error(compiled.error.text);
  const { estimatedMax } = compiled.selector;
  return `${estimatedMax} / ${compiled.selector.evaluate(device).cost}`;
}
