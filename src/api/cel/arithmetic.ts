// The operators `+ - * / %` and unary `-`. The type of the left operand decides whether there is
// such an operator; if there is and the right operand does not fit, the fault names no operator.

import { CelList } from './list.js';
import { type Meter, refuseOverCost } from './meter.js';
import { DurationValue, durationOf, TimestampValue, timestampOf } from './timevalue.js';
import { Fault, NO_OVERLOAD, type Result, Uint, type Value } from './value.js';

const INT_MIN = -(2n ** 63n);
const INT_MAX = 2n ** 63n - 1n;
const UINT_MAX = 2n ** 64n - 1n;
/** No text grows beyond what the cost limit could read. */
const TEXT_MAX = 10_000_000;

/** What an int out of its 64 bits gives. */
export const INT_OVERFLOW = new Fault('integer overflow');
/** What a uint out of its 64 bits gives. */
export const UINT_OVERFLOW = new Fault('unsigned integer overflow');
const DIVISION_BY_ZERO = new Fault('division by zero');
const MODULUS_BY_ZERO = new Fault('modulus by zero');

/** An int, or the fault of an overflow. */
export function intOf(value: bigint): Result {
  return value > INT_MAX || value < INT_MIN ? INT_OVERFLOW : value;
}

/** A uint, or the fault of an overflow. */
export function uintOf(value: bigint): Result {
  return value > UINT_MAX || value < 0n ? UINT_OVERFLOW : new Uint(value);
}

/** Ends the evaluation when a text would get too long. @throws CelLimitError */
export function checkTextLength(length: number): void {
  if (length > TEXT_MAX) refuseOverCost();
}

function lacking(operator: string): Fault {
  return new Fault(`no such overload: ${operator}`);
}

const NO_ADD = lacking('_+_');
const NO_SUBTRACT = lacking('_-_');
const NO_MULTIPLY = lacking('_*_');
const NO_DIVIDE = lacking('_/_');
const NO_MODULO = lacking('_%_');
const NO_NEGATE = lacking('-_');

/** `a + b`. */
export function addValues(a: Value, b: Value, meter?: Meter): Result {
  if (typeof a === 'bigint') return typeof b === 'bigint' ? intOf(a + b) : NO_OVERLOAD;
  if (typeof a === 'number') return typeof b === 'number' ? a + b : NO_OVERLOAD;
  if (typeof a === 'string') return typeof b === 'string' ? concatText(a, b) : NO_OVERLOAD;
  if (a instanceof Uint) return b instanceof Uint ? uintOf(a.value + b.value) : NO_OVERLOAD;
  if (a instanceof CelList) return b instanceof CelList ? concatLists(a, b, meter) : NO_OVERLOAD;
  if (a instanceof Uint8Array) return b instanceof Uint8Array ? concatBytes(a, b) : NO_OVERLOAD;
  if (a instanceof DurationValue) return addToDuration(a, b);
  if (a instanceof TimestampValue) {
    if (!(b instanceof DurationValue)) return NO_OVERLOAD;
    return timestampOf(a.nanos + b.nanos, a.offsetSeconds);
  }
  return NO_ADD;
}

// Costs one unit however long the lists are; somebody will lay out the items.
function concatLists(a: CelList, b: CelList, meter: Meter | undefined): CelList {
  meter?.work(a.celSize + b.celSize);
  return a.concat(b);
}

function concatText(a: string, b: string): string {
  checkTextLength(a.length + b.length);
  return a + b;
}

function concatBytes(a: Uint8Array, b: Uint8Array): Uint8Array {
  checkTextLength(a.length + b.length);
  const bytes = new Uint8Array(a.length + b.length);
  bytes.set(a);
  bytes.set(b, a.length);
  return bytes;
}

function addToDuration(a: DurationValue, b: Value): Result {
  if (b instanceof DurationValue) return durationOf(a.nanos + b.nanos);
  if (b instanceof TimestampValue) return timestampOf(a.nanos + b.nanos, b.offsetSeconds);
  return NO_OVERLOAD;
}

/** `a - b`. */
export function subtractValues(a: Value, b: Value): Result {
  if (typeof a === 'bigint') return typeof b === 'bigint' ? intOf(a - b) : NO_OVERLOAD;
  if (typeof a === 'number') return typeof b === 'number' ? a - b : NO_OVERLOAD;
  if (a instanceof Uint) return b instanceof Uint ? uintOf(a.value - b.value) : NO_OVERLOAD;
  if (a instanceof DurationValue) {
    return b instanceof DurationValue ? durationOf(a.nanos - b.nanos) : NO_OVERLOAD;
  }
  if (a instanceof TimestampValue) {
    if (b instanceof DurationValue) return timestampOf(a.nanos - b.nanos, a.offsetSeconds);
    return b instanceof TimestampValue ? durationOf(a.nanos - b.nanos) : NO_OVERLOAD;
  }
  return NO_SUBTRACT;
}

/** `a * b`. */
export function multiplyValues(a: Value, b: Value): Result {
  if (typeof a === 'bigint') return typeof b === 'bigint' ? intOf(a * b) : NO_OVERLOAD;
  if (typeof a === 'number') return typeof b === 'number' ? a * b : NO_OVERLOAD;
  if (a instanceof Uint) return b instanceof Uint ? uintOf(a.value * b.value) : NO_OVERLOAD;
  return NO_MULTIPLY;
}

/** `a / b`; integers are truncated toward zero. */
export function divideValues(a: Value, b: Value): Result {
  if (typeof a === 'bigint') {
    if (typeof b !== 'bigint') return NO_OVERLOAD;
    return b === 0n ? DIVISION_BY_ZERO : intOf(a / b);
  }
  if (typeof a === 'number') return typeof b === 'number' ? a / b : NO_OVERLOAD;
  if (a instanceof Uint) {
    if (!(b instanceof Uint)) return NO_OVERLOAD;
    return b.value === 0n ? DIVISION_BY_ZERO : new Uint(a.value / b.value);
  }
  return NO_DIVIDE;
}

/** `a % b`, with the sign of `a`. */
export function moduloValues(a: Value, b: Value): Result {
  if (typeof a === 'bigint') {
    if (typeof b !== 'bigint') return NO_OVERLOAD;
    if (b === 0n) return MODULUS_BY_ZERO;
    return a === INT_MIN && b === -1n ? INT_OVERFLOW : a % b;
  }
  if (a instanceof Uint) {
    if (!(b instanceof Uint)) return NO_OVERLOAD;
    return b.value === 0n ? MODULUS_BY_ZERO : new Uint(a.value % b.value);
  }
  return NO_MODULO;
}

/** `-a`. */
export function negateValue(value: Value): Result {
  if (typeof value === 'bigint') return intOf(-value);
  if (typeof value === 'number') return -value;
  return isNegatable(value) ? NO_OVERLOAD : NO_NEGATE;
}

// Upstream's texts: plain on a string, with the operator on null.
function isNegatable(value: Value): boolean {
  return typeof value === 'string' || typeof value === 'boolean' || value instanceof DurationValue;
}
