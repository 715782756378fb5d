// Calls of functions: the operands are evaluated, the form is found by their types, the price is
// charged and the function runs.

import type { Frame, Step } from './frame.js';
import { accepts, type Overload } from './signature.js';
import { Fault, NO_OVERLOAD, Optional, type Result, typeName, Uint, type Value } from './value.js';

/** Texts beyond this length count as work, whatever a function costs. */
const LONG_TEXT = 256;

/** A call with the forms that the checker left open. */
export function callStep(
  name: string,
  overloads: readonly Overload[],
  operands: readonly Step[],
): Step {
  const call = overloads.every((overload) => overload.isTotal)
    ? totalCall(overloads)
    : checkedCall(name, overloads);
  const [first, second] = operands;
  if (operands.length === 1) {
    return (frame) => {
      const a = first!(frame);
      return a instanceof Fault ? a : call(frame, [a]);
    };
  }
  if (operands.length === 2) {
    // Both sides are evaluated, and charged, before a fault counts.
    return (frame) => {
      const a = first!(frame);
      const b = second!(frame);
      if (a instanceof Fault) return a;
      return b instanceof Fault ? b : call(frame, [a, b]);
    };
  }
  return (frame) => {
    const values: Value[] = [];
    for (const operand of operands) {
      const value = operand(frame);
      if (value instanceof Fault) return value;
      values.push(value);
    }
    return call(frame, values);
  };
}

type Call = (frame: Frame, values: Value[]) => Result;

type AnyRun = (...operands: readonly unknown[]) => Result;

function totalCall(overloads: readonly Overload[]): Call {
  const { run, price } = overloads[0]!;
  const isOpen = overloads.length > 1 && price?.byName !== true;
  return ({ meter }, values) => {
    countLongTexts({ meter }, values);
    meter.charge(isOpen || price === undefined ? 1 : price.charge(values));
    return (run as AnyRun)(...values, meter);
  };
}

function checkedCall(name: string, overloads: readonly Overload[]): Call {
  return ({ meter }, values) => {
    const overload = overloads.find((candidate) => acceptsAll(candidate, values));
    if (overload === undefined) {
      meter.charge(1);
      const types = values.map(typeName).join(', ');
      return new Fault(`no such overload: ${name}(${types})`);
    }
    const { run, price } = overload;
    const isOpen = overloads.length > 1 && price?.byName !== true;
    countLongTexts({ meter }, values);
    meter.charge(isOpen || price === undefined ? 1 : price.charge(values));
    return (run as AnyRun)(...values, meter);
  };
}

function acceptsAll({ params }: Overload, values: readonly Value[]): boolean {
  for (let index = 0; index < params.length; index++) {
    if (!accepts(params[index]!, values[index]!)) return false;
  }
  return true;
}

function countLongTexts({ meter }: Pick<Frame, 'meter'>, values: readonly Value[]): void {
  for (let index = 0; index < values.length; index++) {
    const value = values[index]!;
    if (typeof value === 'string' && value.length > LONG_TEXT) meter.work(value.length >> 3);
  }
}

/** `x.or(y)` and `x.orValue(y)`: the argument counts only where there is no value. */
export function alternativeStep(name: string, target: Step, argument: Step): Step {
  const givesValue = name === 'orValue';
  return (frame) => {
    const optional = target(frame);
    if (optional instanceof Fault) return optional;
    if (!(optional instanceof Optional)) return NO_OVERLOAD;
    if (optional.value === undefined) return argument(frame);
    return givesValue ? optional.value : optional;
  };
}

/**
 * `x in [constants]`: looked up in a set, which costs nothing. Undefined where there is no such
 * set.
 */
export function memberStep(value: Step, items: readonly Value[]): Step | undefined {
  const set = new Set<Value>();
  for (const item of items) {
    const key = setKey(item);
    if (key === undefined) return undefined;
    set.add(key);
  }
  return (frame) => {
    const found = value(frame);
    if (found instanceof Fault) return found;
    const key = setKey(found);
    return key !== undefined && set.has(key);
  };
}

// Numbers that are equal have one key, whatever their type.
function setKey(value: Value): Value | undefined {
  switch (typeof value) {
    case 'string':
    case 'boolean':
    case 'bigint':
      return value;
    case 'number':
      return Number.isInteger(value) ? BigInt(value) : value;
  }
  return value instanceof Uint ? value.value : undefined;
}
