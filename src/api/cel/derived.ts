// Derived attributes (KEP-6080, alpha in 1.37): CEL expressions that give a device an attribute for the
// constraints of one request.

import { type CelDevice, deviceValue } from './device.js';
import type { CelEnvironment } from './environment.js';
import { Frame } from './frame.js';
import { CelList } from './list.js';
import { CelLimitError, COST_EXCEEDED } from './meter.js';
import type { CelCompileError } from './problem.js';
import { compileProgram, showResultType } from './selector.js';
import { SemverValue } from './semver.js';
import type { Type } from './type.js';
import { Fault, type Value } from './value.js';

/** The values of a derived attribute: one, or the items of a list, each as `type:text`. */
export type DerivedValue = { isList: boolean; items: readonly string[] } | { error: string };

/** A compiled derived attribute. */
export interface CelAttribute {
  evaluate(device: CelDevice): DerivedValue;
}

/** Compiles the expression of a derived attribute. */
export function compileDerived(
  expression: string,
  environment: CelEnvironment,
): { attribute: CelAttribute } | { error: CelCompileError } {
  const program = compileProgram(expression, environment, (type) =>
    isAttributeType(type)
      ? ''
      : `must evaluate to bool, int, string, semver or a list of one of them, not ${showResultType(type)}`,
  );
  if ('error' in program) return program;
  const frame = new Frame(program.slotCount);
  return {
    attribute: {
      evaluate(device) {
        frame.meter.reset();
        const value = deviceValue(device);
        if (value instanceof Fault) return { error: value.text };
        frame.device = value;
        try {
          const result = program.step(frame);
          return result instanceof Fault ? { error: result.text } : derivedValue(result);
        } catch (error) {
          if (!(error instanceof CelLimitError)) throw error;
          return { error: COST_EXCEEDED };
        }
      },
    },
  };
}

function isAttributeType(type: Type): boolean {
  switch (type.kind) {
    case 'dyn':
    case 'any':
    case 'bool':
    case 'int':
    case 'string':
      return true;
    case 'list':
      return type.params[0]!.kind !== 'list' && isAttributeType(type.params[0]!);
    default:
      return type.name === 'kubernetes.Semver';
  }
}

function derivedValue(value: Value): DerivedValue {
  if (!(value instanceof CelList)) {
    const item = itemText(value);
    if (item === undefined) return { error: 'unsupported result type' };
    return { isList: false, items: [item] };
  }
  const items = value.items.map(itemText);
  const types = new Set(items.map((item) => item?.slice(0, item.indexOf(':'))));
  if (types.has(undefined) || types.size > 1) return { error: 'unsupported list result' };
  return { isList: true, items: items as string[] };
}

function itemText(value: Value): string | undefined {
  if (typeof value === 'boolean') return `bool:${value}`;
  if (typeof value === 'bigint') return `int:${value}`;
  if (typeof value === 'string') return `string:${value}`;
  if (value instanceof SemverValue) {
    const { numbers, prerelease } = value;
    const suffix = prerelease.length > 0 ? `-${prerelease.join('.')}` : '';
    return `version:${numbers.join('.')}${suffix}`;
  }
  return undefined;
}
