// The values that expressions compute with. An int is a bigint, a double a number; errors are
// values too (faults), because `&&`, `||` and some macros go on after one and exceptions would be
// slow.

import type { Quantity } from '../quantity.js';
import type { Type } from './type.js';

/** A value of an expression. */
export type Value =
  | null
  | boolean
  | bigint
  | number
  | string
  | Uint
  | Uint8Array
  | Optional
  | TypeValue
  | QuantityValue
  | TypedValue;

/** All other values: lists, maps, times, versions, addresses. They name their own type. */
export interface TypedValue {
  readonly celType: string;
  /** Entries of a list or map. */
  readonly celSize?: number;
}

/** Why a step of an evaluation failed. */
export class Fault {
  readonly text: string;

  constructor(text: string) {
    this.text = text;
  }
}

/** What a step of an evaluation gives. */
export type Result = Value | Fault;

/** What an operator gives whose operands do not fit. */
export const NO_OVERLOAD = new Fault('no such overload');

/** An unsigned 64-bit integer. */
export class Uint {
  readonly value: bigint;

  constructor(value: bigint) {
    this.value = value;
  }
}

/** A value that may be absent. */
export class Optional {
  static readonly NONE = new Optional(undefined);
  readonly value: Value | undefined;

  private constructor(value: Value | undefined) {
    this.value = value;
  }

  static of(value: Value): Optional {
    return new Optional(value);
  }
}

/** A type as a value: `int`, or what `type(x)` gives. */
export class TypeValue {
  readonly name: string;

  constructor(name: string) {
    this.name = name;
  }
}

/**
 * A quantity. Sums and differences are marked: as the right side of `==` with a quantity on the
 * left upstream finds no overload for them.
 */
export class QuantityValue {
  readonly quantity: Quantity;
  readonly isSum: boolean;
  /** The steps that calculating with it counts as: many for thousands of digits. */
  readonly work: number;

  constructor(quantity: Quantity, isSum: boolean, work = 1) {
    this.quantity = quantity;
    this.isSum = isSum;
    this.work = work;
  }
}

/** A value of one of the Kubernetes libraries. It compares with its own kind only. */
export abstract class LibraryValue implements TypedValue {
  abstract readonly celType: string;

  /** Whether another value of the same type is the same. */
  abstract equals(other: LibraryValue): boolean;
}

/** The name of a value's type at run time, as errors and `type(x)` have it. */
export function typeName(value: Value): string {
  switch (typeof value) {
    case 'string':
      return 'string';
    case 'bigint':
      return 'int';
    case 'boolean':
      return 'bool';
    case 'number':
      return 'double';
  }
  if (value === null) return 'null_type';
  if (value instanceof Uint) return 'uint';
  if (value instanceof Uint8Array) return 'bytes';
  if (value instanceof Optional) return 'optional_type';
  if (value instanceof TypeValue) return 'type';
  if (value instanceof QuantityValue) return 'kubernetes.Quantity';
  return value.celType;
}

/** The name that a static type has at run time. */
export function runtimeTypeName(type: Type): string {
  return type.kind === 'null' ? 'null_type' : type.name;
}

/** A conversion that failed, in upstream's words. */
export function conversionFault(from: string, to: string): Fault {
  return new Fault(`type conversion error from '${from}' to '${to}'`);
}

/** Code points of a string, which is how CEL counts. */
export function codePointLength(text: string): number {
  let count = text.length;
  for (let index = 0; index < text.length; index++) {
    const code = text.charCodeAt(index);
    if (code >= 0xd800 && code <= 0xdbff) {
      const next = text.charCodeAt(index + 1);
      if (next >= 0xdc00 && next <= 0xdfff) {
        count--;
        index++;
      }
    }
  }
  return count;
}

/** The size of a value for `size()` and for costs; every value without a size counts as 1. */
export function sizeOf(value: Value): number {
  if (typeof value === 'string') return codePointLength(value);
  if (typeof value === 'object' && value !== null) {
    if (value instanceof Uint8Array) return value.length;
    if ('celType' in value) return value.celSize ?? 1;
  }
  return 1;
}
