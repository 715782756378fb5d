// `string.format`: runs a format string on values, and checks a constant one against the types of
// its arguments. Doubles come out in the English locale, as upstream prints them.

import { quote } from './address.js';
import { checkTextLength } from './arithmetic.js';
import { CelList } from './list.js';
import { CelMap } from './map.js';
import type { Meter } from './meter.js';
import { showDouble } from './number.js';
import { decodeUtf8, encodeUtf8 } from './text.js';
import { DurationValue, showDuration, showTimestamp, TimestampValue } from './timevalue.js';
import { showType, type Type, type TypeKind } from './type.js';
import { Fault, type Result, TypeValue, typeName, Uint, type Value } from './value.js';

interface Clause {
  verb: string;
  /** Digits behind the point, where the clause names them. */
  precision?: number;
}

const PRECISION_MAX = 100;
const STRING_RULE =
  'string clause can only be used on strings, bools, bytes, ints, doubles, maps, lists, types, ' +
  'durations, and timestamps';

/** Thrown within this file only: why a format string and its arguments do not go together. */
class FormatError extends Error {}

/** Splits a format string into texts and clauses. */
function readFormat(format: string): (string | Clause)[] {
  const parts: (string | Clause)[] = [];
  let at = 0;
  while (at < format.length) {
    const percent = format.indexOf('%', at);
    if (percent < 0) break;
    parts.push(format.slice(at, percent));
    const match = /%(?:\.(\d+))?([\s\S]?)/uy;
    match.lastIndex = percent;
    const [all, digits, verb] = match.exec(format)!;
    at = percent + all.length;
    if (verb === '%' && digits === undefined) parts.push('%');
    else parts.push(readClause(verb ?? '', digits));
  }
  parts.push(format.slice(at));
  return parts;
}

function readClause(verb: string, digits: string | undefined): Clause {
  if (verb === '') throw new FormatError('unexpected end of string');
  if (!'sdfexXob'.includes(verb)) {
    const reason = `unrecognized formatting clause ${quote(verb)}`;
    throw new FormatError(`could not parse formatting clause: ${reason}`);
  }
  const precision = digits === undefined ? undefined : Number(digits);
  if (precision !== undefined && precision > PRECISION_MAX) {
    throw new FormatError(`precision ${precision} exceeds ${PRECISION_MAX}`);
  }
  return precision === undefined ? { verb } : { verb, precision };
}

/** What `format.format(args)` gives. */
export function formatText(format: string, args: CelList, meter: Meter): Result {
  try {
    let next = 0;
    let text = '';
    for (const part of readFormat(format)) {
      if (typeof part === 'string') {
        text += part;
      } else {
        if (next >= args.celSize) throw new FormatError(`index ${next} out of range`);
        text += showArgument(part, args.at(next), meter);
        next++;
      }
      checkTextLength(text.length);
    }
    return text;
  } catch (error) {
    if (!(error instanceof FormatError)) throw error;
    return new Fault(error.message);
  }
}

function refuse(rule: string, value: Value): never {
  throw new FormatError(`error during formatting: ${rule}, was given ${typeName(value)}`);
}

function showArgument({ verb, precision = 6 }: Clause, value: Value, meter: Meter): string {
  switch (verb) {
    case 's':
      return showString(value, meter);
    case 'd':
      return String(
        integerOf(value) ?? refuse('decimal clause can only be used on integers', value),
      );
    case 'f':
      return showFixed(doubleOf(value, 'fixed-point'), precision);
    case 'e':
      return showScientific(doubleOf(value, 'scientific'), precision);
    case 'x':
      return showHex(value, meter);
    case 'X':
      return showHex(value, meter).toUpperCase();
    case 'o':
      return (
        integerOf(value) ?? refuse('octal clause can only be used on integers', value)
      ).toString(8);
    default:
      return showBinary(value);
  }
}

function integerOf(value: Value): bigint | undefined {
  if (typeof value === 'bigint') return value;
  return value instanceof Uint ? value.value : undefined;
}

function showBinary(value: Value): string {
  if (typeof value === 'boolean') return value ? '1' : '0';
  const integer = integerOf(value);
  return (integer ?? refuse('only integers and bools can be formatted as binary', value)).toString(
    2,
  );
}

function showHex(value: Value, meter: Meter): string {
  const integer = integerOf(value);
  if (integer !== undefined) return integer.toString(16);
  const bytes = typeof value === 'string' ? encodeUtf8(value) : value;
  if (!(bytes instanceof Uint8Array)) {
    return refuse('only integers, byte buffers, and strings can be formatted as hex', value);
  }
  meter.work(bytes.length * 4);
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0')).join('');
}

function doubleOf(value: Value, clause: string): number {
  if (typeof value === 'number') return value;
  if (value === 'NaN') return Number.NaN;
  if (value === 'Infinity') return Infinity;
  if (value === '-Infinity') return -Infinity;
  return refuse(`${clause} clause can only be used on doubles`, value);
}

function showFixed(value: number, precision: number): string {
  if (Number.isNaN(value)) return 'NaN';
  if (!Number.isFinite(value)) return value < 0 ? '-∞' : '∞';
  const text = roundToEven(Math.abs(value), precision);
  const point = text.length - precision;
  const grouped = text.slice(0, point).replace(/\B(?=(?:\d{3})+$)/g, ',');
  const sign = value < 0 || Object.is(value, -0) ? '-' : '';
  return `${sign}${grouped}${precision === 0 ? '' : `.${text.slice(point)}`}`;
}

/**
 * The digits of a double to `precision` decimals without the point; ties of its binary value to
 * even.
 */
function roundToEven(value: number, precision: number): string {
  let exponent = 0;
  let mantissa = value;
  while (!Number.isInteger(mantissa)) {
    mantissa *= 2;
    exponent++;
  }
  const scaled = BigInt(mantissa) * 10n ** BigInt(precision);
  const divisor = 2n ** BigInt(exponent);
  const rest = (scaled % divisor) * 2n;
  let quotient = scaled / divisor;
  if (rest > divisor || (rest === divisor && quotient % 2n === 1n)) quotient++;
  return String(quotient).padStart(precision + 1, '0');
}

const SUPERSCRIPTS = '⁰¹²³⁴⁵⁶⁷⁸⁹';

function showScientific(value: number, precision: number): string {
  if (!Number.isFinite(value)) return showFixed(value, precision);
  const [mantissa, exponentText] = value.toExponential(precision).split('e') as [string, string];
  const exponent = Number(exponentText);
  const digits = String(Math.abs(exponent)).padStart(2, '0');
  const raised = Array.from(digits, (digit) => SUPERSCRIPTS[Number(digit)]!).join('');
  const sign = Object.is(value, -0) ? '-' : '';
  return `${sign}${mantissa}×10${exponent < 0 ? '⁻' : ''}${raised}`;
}

function showString(value: Value, meter: Meter): string {
  if (typeof value === 'string') return value;
  if (typeof value === 'number') return showDouble(value);
  if (value instanceof Uint8Array) return decodeUtf8(value) ?? String.fromCharCode(...value);
  if (value instanceof DurationValue) return showDuration(value);
  if (value instanceof TimestampValue) return showTimestamp(value);
  return showNested(value, meter);
}

// Within lists and maps texts are quoted, and times name their type.
function showNested(value: Value, meter: Meter): string {
  meter.work(4);
  if (value === null || typeof value === 'boolean') return String(value);
  if (typeof value === 'string') return quote(value);
  const integer = integerOf(value);
  if (integer !== undefined) return String(integer);
  if (typeof value === 'number') {
    if (Number.isFinite(value)) return value < 0 ? `-${fixed(-value)}` : fixed(value);
    return quote(Number.isNaN(value) ? 'NaN' : value < 0 ? '-Infinity' : 'Infinity');
  }
  if (value instanceof Uint8Array) return `b${quote(decodeUtf8(value) ?? '')}`;
  if (value instanceof DurationValue) return `duration(${quote(showDuration(value))})`;
  if (value instanceof TimestampValue) return `timestamp(${quote(showTimestamp(value))})`;
  if (value instanceof TypeValue) return value.name;
  if (value instanceof CelList) return `[${joinNested(value.items, meter)}]`;
  if (value instanceof CelMap) return `{${showEntries(value, meter)}}`;
  return refuse(STRING_RULE, value);
}

function fixed(value: number): string {
  const text = roundToEven(value, 6);
  return `${text.slice(0, -6)}.${text.slice(-6)}`;
}

function joinNested(items: readonly Value[], meter: Meter): string {
  let text = '';
  for (let index = 0; index < items.length; index++) {
    text += `${index > 0 ? ', ' : ''}${showNested(items[index]!, meter)}`;
    checkTextLength(text.length);
  }
  return text;
}

function showEntries(map: CelMap, meter: Meter): string {
  const entries = map
    .entries()
    .map(({ key, value }) => `${showNested(key, meter)}:${showNested(value, meter)}`)
    .sort((a, b) => (a < b ? -1 : 1));
  const text = entries.join(', ');
  checkTextLength(text.length);
  return text;
}

const STRING_KINDS = kinds(
  'string bool bytes int uint double map list type duration timestamp null',
);
const NUMBER_KINDS = kinds('int uint');
const KINDS_BY_VERB: Readonly<Record<string, ReadonlySet<TypeKind>>> = {
  s: STRING_KINDS,
  d: NUMBER_KINDS,
  f: kinds('double string'),
  e: kinds('double string'),
  x: kinds('int uint string bytes'),
  X: kinds('int uint string bytes'),
  o: NUMBER_KINDS,
  b: kinds('int uint bool'),
};

function kinds(names: string): ReadonlySet<TypeKind> {
  return new Set(names.split(' ') as TypeKind[]);
}

/**
 * What is wrong with a constant format string for arguments of these types; undefined if nothing.
 */
export function checkFormat(format: string, args: readonly Type[]): string | undefined {
  try {
    let next = 0;
    for (const part of readFormat(format)) {
      if (typeof part === 'string') continue;
      const arg = args[next];
      if (arg === undefined) return `index ${next} out of range`;
      if (!fits(part.verb, arg)) {
        const rule = part.verb === 's' ? STRING_RULE : `%${part.verb} cannot be used here`;
        return `error during formatting: ${rule}, was given ${showType(arg)}`;
      }
      next++;
    }
    return next < args.length ? 'too many arguments supplied to string.format' : undefined;
  } catch (error) {
    if (!(error instanceof FormatError)) throw error;
    return error.message;
  }
}

function fits(verb: string, type: Type): boolean {
  if (type.kind === 'dyn' || type.kind === 'error' || type.kind === 'variable') return true;
  if (!KINDS_BY_VERB[verb]!.has(type.kind)) return false;
  if (type.kind !== 'list' && type.kind !== 'map') return true;
  return type.params.every((param) => fits('s', param));
}
