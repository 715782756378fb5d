// Equality and order of values. Numbers compare across their types; values of the Kubernetes
// libraries refuse another type on their right, as upstream does.

import { CelList } from './list.js';
import { CelMap } from './map.js';
import type { Meter } from './meter.js';
import { compareBytes, compareText } from './text.js';
import { DurationValue, TimestampValue } from './timevalue.js';
import {
  Fault,
  LibraryValue,
  NO_OVERLOAD,
  Optional,
  QuantityValue,
  type Result,
  TypeValue,
  Uint,
  type Value,
} from './value.js';

const NAN_FAULT = new Fault('NaN values cannot be ordered');

/** `a == b`: a bool, or a fault where upstream has no comparison for the two. */
export function equalValues(a: Value, b: Value, meter: Meter): boolean | Fault {
  if (a === b) return typeof a !== 'object' || a === null ? true : equalObjects(a, b, meter);
  if (a === null || b === null) return false;
  if (typeof a === 'object' && !(a instanceof Uint)) return equalObjects(a, b, meter);
  if (typeof b === 'object' && !(b instanceof Uint)) return false;
  return equalNumbers(a, b);
}

/** Equality where a failing comparison counts as "not equal". */
export function isEqual(a: Value, b: Value, meter: Meter): boolean {
  return equalValues(a, b, meter) === true;
}

/** `a != b`; a comparison that fails says that they differ. */
export function differentValues(a: Value, b: Value, meter: Meter): boolean {
  return equalValues(a, b, meter) !== true;
}

// An int is turned into a double to be compared with one; ints and uints compare exactly.
function equalNumbers(a: Value, b: Value): boolean {
  if (typeof a === 'number') return isNumber(b) && a === asDouble(b);
  if (typeof b === 'number') return isNumber(a) && asDouble(a) === b;
  const x = a instanceof Uint ? a.value : a;
  const y = b instanceof Uint ? b.value : b;
  return x === y;
}

function isNumber(value: Value): value is number | bigint | Uint {
  return typeof value === 'number' || typeof value === 'bigint' || value instanceof Uint;
}

function asDouble(value: number | bigint | Uint): number {
  return value instanceof Uint ? Number(value.value) : Number(value);
}

function equalObjects(a: Value, b: Value, meter: Meter): boolean | Fault {
  meter.work(1);
  if (a instanceof CelList) return b instanceof CelList && equalLists(a, b, meter);
  if (a instanceof CelMap) return b instanceof CelMap && equalMaps(a, b, meter);
  if (a instanceof QuantityValue) {
    if (!(b instanceof QuantityValue) || b.isSum) return NO_OVERLOAD;
    meter.work(a.work + b.work);
    return a.quantity.equals(b.quantity);
  }
  if (a instanceof LibraryValue) {
    return b instanceof LibraryValue && a.celType === b.celType ? a.equals(b) : NO_OVERLOAD;
  }
  if (a instanceof Uint8Array) return b instanceof Uint8Array && compareBytes(a, b) === 0;
  if (a instanceof Optional) return equalOptionals(a, b, meter);
  if (a instanceof TypeValue) return b instanceof TypeValue && a.name === b.name;
  if (a instanceof DurationValue) return b instanceof DurationValue && a.nanos === b.nanos;
  if (a instanceof TimestampValue) return b instanceof TimestampValue && a.nanos === b.nanos;
  return a === b;
}

function equalOptionals(a: Optional, b: Value, meter: Meter): boolean | Fault {
  if (!(b instanceof Optional)) return false;
  if (a.value === undefined || b.value === undefined) return a.value === b.value;
  return equalValues(a.value, b.value, meter);
}

// Elements that cannot be compared count as equal here: upstream only looks for a plain "false".
function equalLists(a: CelList, b: CelList, meter: Meter): boolean {
  if (a.celSize !== b.celSize) return false;
  const left = a.items;
  const right = b.items;
  meter.work(left.length);
  for (let index = 0; index < left.length; index++) {
    if (equalValues(left[index]!, right[index]!, meter) === false) return false;
  }
  return true;
}

function equalMaps(a: CelMap, b: CelMap, meter: Meter): boolean {
  if (a.celSize !== b.celSize) return false;
  meter.work(a.celSize);
  for (const { key, value } of a.entries()) {
    const other = b.find(key);
    if (other === undefined || equalValues(value, other, meter) === false) return false;
  }
  return true;
}

/** -1, 0 or 1; `undefined` where the values have no order with each other; or a fault for NaN. */
export function compareValues(a: Value, b: Value): number | undefined | Fault {
  if (typeof a === 'bigint' && typeof b === 'bigint') return a < b ? -1 : a > b ? 1 : 0;
  if (typeof a === 'string') return typeof b === 'string' ? compareText(a, b) : undefined;
  if (isNumber(a)) return isNumber(b) ? compareNumbers(a, b) : undefined;
  if (typeof a === 'boolean') {
    return typeof b === 'boolean' ? Number(a) - Number(b) : undefined;
  }
  if (a instanceof Uint8Array) return b instanceof Uint8Array ? compareBytes(a, b) : undefined;
  if (a instanceof DurationValue) {
    return b instanceof DurationValue ? order(a.nanos, b.nanos) : undefined;
  }
  if (a instanceof TimestampValue) {
    return b instanceof TimestampValue ? order(a.nanos, b.nanos) : undefined;
  }
  return undefined;
}

function order(a: bigint, b: bigint): number {
  return a < b ? -1 : a > b ? 1 : 0;
}

// JavaScript compares a bigint with a number exactly; upstream rounds the integer, but refuses
// doubles out of its range first.
function compareNumbers(a: number | bigint | Uint, b: number | bigint | Uint): number | Fault {
  const x = a instanceof Uint ? a.value : a;
  const y = b instanceof Uint ? b.value : b;
  if (typeof x === 'number' && typeof y === 'number') {
    if (Number.isNaN(x) || Number.isNaN(y)) return NAN_FAULT;
    return x < y ? -1 : x > y ? 1 : 0;
  }
  if (typeof x === 'bigint' && typeof y === 'bigint') return order(x, y);
  if (Number.isNaN(x) || Number.isNaN(y)) return NAN_FAULT;
  const isUnsigned = a instanceof Uint || b instanceof Uint;
  if (typeof x === 'bigint') return compareWithDouble(x, y as number, isUnsigned);
  return -compareWithDouble(y as bigint, x, isUnsigned);
}

function compareWithDouble(integer: bigint, double: number, isUnsigned: boolean): number {
  const [low, high] = isUnsigned ? [0, 2 ** 64] : [-(2 ** 63), 2 ** 63];
  if (double < low) return 1;
  if (double >= high) return -1;
  const rounded = Number(integer);
  return rounded < double ? -1 : rounded > double ? 1 : 0;
}

/** Whether values of this type have an order at all. */
export function isOrdered(value: Value): boolean {
  return compareValues(value, value) !== undefined;
}

/** The code of an ordering operator such as `<`. */
export function orderOperator(
  symbol: string,
  holds: (order: number) => boolean,
): (a: Value, b: Value, meter: Meter) => Result {
  const noOperator = new Fault(`no such overload: _${symbol}_`);
  return (a, b, meter) => {
    if (typeof a === 'string' && typeof b === 'string') {
      meter.work(Math.min(a.length, b.length) >> 4);
    }
    const result = compareValues(a, b);
    if (typeof result === 'number') return holds(result);
    if (result !== undefined) return result;
    return isOrdered(a) ? NO_OVERLOAD : noOperator;
  };
}
