// Conversions between types.

import { INT_OVERFLOW, UINT_OVERFLOW, uintOf } from './arithmetic.js';
import { parseDouble, parseInteger, parseUnsigned, showDouble } from './number.js';
import { type Price, sharePrice } from './price.js';
import { global, type Overload } from './signature.js';
import { multiplySaturating, scaleUp } from './size.js';
import { decodeUtf8, encodeUtf8 } from './text.js';
import {
  type DurationValue,
  parseDuration,
  parseTimestamp,
  secondsOf,
  showDuration,
  showTimestamp,
  type TimestampValue,
  timestampOf,
} from './timevalue.js';
import {
  conversionFault,
  Fault,
  type Result,
  TypeValue,
  typeName,
  Uint,
  type Value,
} from './value.js';

const TRUE_TEXTS = new Set(['1', 't', 'T', 'true', 'TRUE', 'True']);
const FALSE_TEXTS = new Set(['0', 'f', 'F', 'false', 'FALSE', 'False']);
const BAD_UTF8 = new Fault('invalid UTF-8 in bytes, cannot convert to string');

function identity(value: Value): Result {
  return value;
}

function boolOfText(text: string): Result {
  if (TRUE_TEXTS.has(text)) return true;
  return FALSE_TEXTS.has(text) ? false : conversionFault('string', 'bool');
}

// Doubles at the very ends of the range overflow too, as upstream's check on doubles has it.
function intOfDouble(value: number): Result {
  return value > -(2 ** 63) && value < 2 ** 63 ? BigInt(Math.trunc(value)) : INT_OVERFLOW;
}

function intOfUint({ value }: Uint): Result {
  return value < 2n ** 63n ? value : INT_OVERFLOW;
}

function uintOfDouble(value: number): Result {
  return value >= 0 && value < 2 ** 64 ? new Uint(BigInt(Math.trunc(value))) : UINT_OVERFLOW;
}

function uintOfText(text: string): Result {
  const value = parseUnsigned(text);
  return value === undefined ? conversionFault('string', 'uint') : new Uint(value);
}

function timestampOfText(text: string): Result {
  return parseTimestamp(text) ?? conversionFault('string', 'google.protobuf.Timestamp');
}

function durationOfText(text: string): Result {
  return parseDuration(text) ?? conversionFault('string', 'google.protobuf.Duration');
}

const BYTES_PRICE: Price = {
  ...sharePrice(0.1),
  byName: false,
  result: ([text]) => ({ min: text!.size.min, max: multiplySaturating(text!.size.max, 4n) }),
};

const STRING_PRICE: Price = {
  ...sharePrice(0.1),
  byName: false,
  result: ([bytes]) => ({ min: scaleUp(bytes!.size.min, 0.25), max: bytes!.size.max }),
};

const DYN_PRICE: Price = {
  estimate: () => 1n,
  charge: () => 1,
  result: ([value]) => value!.size,
};

const TO_INT: readonly Overload[] = [
  global('int', 'int -> int', identity),
  global('int', 'uint -> int', intOfUint),
  global('int', 'double -> int', intOfDouble),
  global(
    'int',
    'string -> int',
    (text: string) => parseInteger(text) ?? conversionFault('string', 'int'),
  ),
  global('int', 'timestamp -> int', (time: TimestampValue) => BigInt(secondsOf(time))),
  global('int', 'duration -> int', (duration: DurationValue) => duration.nanos),
];

const TO_UINT: readonly Overload[] = [
  global('uint', 'uint -> uint', identity),
  global('uint', 'int -> uint', (value: bigint) => uintOf(value)),
  global('uint', 'double -> uint', uintOfDouble),
  global('uint', 'string -> uint', uintOfText),
];

const TO_DOUBLE: readonly Overload[] = [
  global('double', 'double -> double', identity),
  global('double', 'int -> double', (value: bigint) => Number(value)),
  global('double', 'uint -> double', ({ value }: Uint) => Number(value)),
  global(
    'double',
    'string -> double',
    (text: string) => parseDouble(text) ?? conversionFault('string', 'double'),
  ),
];

const TO_STRING: readonly Overload[] = [
  global('string', 'string -> string', identity),
  global('string', 'bool -> string', (value: boolean) => String(value)),
  global('string', 'int -> string', (value: bigint) => String(value)),
  global('string', 'uint -> string', ({ value }: Uint) => String(value)),
  global('string', 'double -> string', (value: number) => showDouble(value)),
  global(
    'string',
    'bytes -> string',
    (bytes: Uint8Array) => decodeUtf8(bytes) ?? BAD_UTF8,
    STRING_PRICE,
  ),
  global('string', 'timestamp -> string', (time: TimestampValue) => showTimestamp(time)),
  global('string', 'duration -> string', (duration: DurationValue) => showDuration(duration)),
];

/** The conversions of the standard library. */
export const CONVERSIONS: readonly Overload[] = [
  global('bool', 'bool -> bool', identity),
  global('bool', 'string -> bool', boolOfText),
  ...TO_INT,
  ...TO_UINT,
  ...TO_DOUBLE,
  ...TO_STRING,
  global('bytes', 'bytes -> bytes', identity),
  global('bytes', 'string -> bytes', (text: string) => encodeUtf8(text), BYTES_PRICE),
  global('duration', 'duration -> duration', identity),
  global('duration', 'string -> duration', durationOfText),
  global('timestamp', 'timestamp -> timestamp', identity),
  global('timestamp', 'string -> timestamp', timestampOfText),
  global('timestamp', 'int -> timestamp', (seconds: bigint) =>
    timestampOf(seconds * 1_000_000_000n),
  ),
  global('dyn', 'A -> dyn', identity, DYN_PRICE),
  global('type', 'A -> type(A)', (value: Value) => new TypeValue(typeName(value))),
];

/** Functions that are evaluated ahead of time where their operand is a constant. */
export const FOLDED_FUNCTIONS: ReadonlySet<string> = new Set([
  ...['bool', 'bytes', 'double', 'duration', 'dyn', 'int'],
  ...['string', 'timestamp', 'type', 'uint'],
]);
