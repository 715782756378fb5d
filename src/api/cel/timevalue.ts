// Durations and points in time, both in nanoseconds; how they are read, written and taken apart.
// Durations are written as Go writes them, times as RFC 3339 with the offset they came with.

import { dateOf, daysSinceEpoch, parseRfc3339 } from '../time.js';
import { Fault, type Result, type TypedValue } from './value.js';
import { weekdayOf, zoneOffset } from './zones.js';

const INT64_MAX = 2n ** 63n - 1n;
const INT64_MIN = -(2n ** 63n);
const SECOND = 1_000_000_000n;
const TIMESTAMP_MIN = -62_135_596_800n * SECOND;
const TIMESTAMP_MAX = 253_402_300_800n * SECOND - 1n;

const TIMESTAMP_OVERFLOW = new Fault('timestamp overflow');
const INTEGER_OVERFLOW = new Fault('integer overflow');

/** A length of time. */
export class DurationValue implements TypedValue {
  readonly celType = 'google.protobuf.Duration';
  readonly nanos: bigint;

  constructor(nanos: bigint) {
    this.nanos = nanos;
  }
}

/** A point in time since 1970, with the offset from UTC in which it is written. */
export class TimestampValue implements TypedValue {
  readonly celType = 'google.protobuf.Timestamp';
  readonly nanos: bigint;
  readonly offsetSeconds: number;

  constructor(nanos: bigint, offsetSeconds = 0) {
    this.nanos = nanos;
    this.offsetSeconds = offsetSeconds;
  }
}

/** A duration, if it fits 64 bits. */
export function durationOf(nanos: bigint): DurationValue | Fault {
  return nanos > INT64_MAX || nanos < INT64_MIN ? INTEGER_OVERFLOW : new DurationValue(nanos);
}

/** A time, if it is within the years 1 to 9999. */
export function timestampOf(nanos: bigint, offsetSeconds = 0): TimestampValue | Fault {
  if (nanos > TIMESTAMP_MAX || nanos < TIMESTAMP_MIN) return TIMESTAMP_OVERFLOW;
  return new TimestampValue(nanos, offsetSeconds);
}

const UNIT_NANOS: Readonly<Record<string, bigint>> = {
  ns: 1n,
  us: 1000n,
  µs: 1000n,
  μs: 1000n,
  ms: 1_000_000n,
  s: SECOND,
  m: 60n * SECOND,
  h: 3600n * SECOND,
};

/** Reads `1h30m` or `-1.5s`; undefined for any other text and out of range. */
export function parseDuration(text: string): DurationValue | undefined {
  const [, sign, rest] = /^([+-]?)(.*)$/s.exec(text)!;
  if (rest === '0') return new DurationValue(0n);
  if (!/^(?:(?:\d+(?:\.\d*)?|\.\d+)(?:ns|us|µs|μs|ms|s|m|h))+$/.test(rest!)) return undefined;
  let nanos = 0n;
  for (const part of rest!.matchAll(/(\d*)(?:\.(\d*))?(ns|us|µs|μs|ms|s|m|h)/g)) {
    const [, whole, fraction, unitName] = part;
    if (whole!.length > 40) return undefined;
    const unit = UNIT_NANOS[unitName!]!;
    // Digits below a billionth of the unit cannot count.
    const digits = (fraction ?? '').slice(0, 18);
    nanos += BigInt(whole === '' ? '0' : whole!) * unit;
    if (digits !== '') nanos += (BigInt(digits) * unit) / 10n ** BigInt(digits.length);
  }
  if (sign === '-') nanos = -nanos;
  return nanos > INT64_MAX || nanos < INT64_MIN ? undefined : new DurationValue(nanos);
}

/** Writes a duration in seconds: `5400s`, `0.001s`. */
export function showDuration({ nanos }: DurationValue): string {
  const magnitude = nanos < 0n ? -nanos : nanos;
  // Upstream divides in doubles, so that very long durations lose their last digits.
  const seconds = Number(magnitude / SECOND) + Number(magnitude % SECOND) / 1e9;
  return `${nanos < 0n ? '-' : ''}${plainDecimal(seconds)}s`;
}

function plainDecimal(value: number): string {
  const text = String(value);
  const match = /^(\d)(?:\.(\d+))?e-(\d+)$/.exec(text);
  if (!match) return text;
  return `0.${'0'.repeat(Number(match[3]) - 1)}${match[1]}${match[2] ?? ''}`;
}

/** Reads RFC 3339: a time, a fault when it is out of range, undefined for any other text. */
export function parseTimestamp(text: string): TimestampValue | Fault | undefined {
  const time = parseRfc3339(text);
  if (!time) return undefined;
  const nanos = BigInt(time.decimals.padEnd(9, '0').slice(0, 9));
  return timestampOf(BigInt(time.seconds) * SECOND + nanos, time.offsetSeconds);
}

/** Writes RFC 3339 with as many decimals as are needed. */
export function showTimestamp(time: TimestampValue): string {
  const { offsetSeconds } = time;
  const clock = clockOf(time, offsetSeconds);
  const date = `${pad(clock.year, 4)}-${pad(clock.month)}-${pad(clock.day)}`;
  const fraction = pad(clock.nanos, 9).replace(/0+$/, '');
  const hours = `${pad(clock.hour)}:${pad(clock.minute)}:${pad(clock.second)}`;
  return `${date}T${hours}${fraction === '' ? '' : `.${fraction}`}${showOffset(offsetSeconds)}`;
}

function showOffset(seconds: number): string {
  if (seconds === 0) return 'Z';
  const minutes = Math.floor(Math.abs(seconds) / 60);
  return `${seconds < 0 ? '-' : '+'}${pad(Math.floor(minutes / 60))}:${pad(minutes % 60)}`;
}

function pad(value: number, width = 2): string {
  return String(value).padStart(width, '0');
}

/** A time taken apart; months and days count from 1, weekdays from 0 = Sunday. */
export interface Clock {
  year: number;
  month: number;
  day: number;
  dayOfYear: number;
  weekday: number;
  hour: number;
  minute: number;
  second: number;
  nanos: number;
}

function clockOf(time: TimestampValue, offsetSeconds: number): Clock {
  const nanos = Number(((time.nanos % SECOND) + SECOND) % SECOND);
  const seconds = secondsOf(time) + offsetSeconds;
  const days = Math.floor(seconds / 86_400);
  const rest = seconds - days * 86_400;
  const { year, month, day } = dateOf(days);
  return {
    year,
    month,
    day,
    dayOfYear: days - daysSinceEpoch(year, 1, 1),
    weekday: weekdayOf(days),
    hour: Math.floor(rest / 3600),
    minute: Math.floor(rest / 60) % 60,
    second: rest % 60,
    nanos,
  };
}

/** Whole seconds since 1970, rounded down. */
export function secondsOf({ nanos }: TimestampValue): number {
  const rest = ((nanos % SECOND) + SECOND) % SECOND;
  return Number((nanos - rest) / SECOND);
}

/** A time taken apart in a zone: an IANA name, `+02:00` or `02:00`. */
export function clockInZone(time: TimestampValue, zone: string): Clock | Fault {
  const match = /^([+-]?)(\d\d):(\d\d)$/.exec(zone);
  if (match) {
    const offset = Number(match[2]) * 3600 + Number(match[3]) * 60;
    return clockOf(time, match[1] === '-' ? -offset : offset);
  }
  if (zone === '' || zone === 'UTC') return clockOf(time, 0);
  const offset = zoneOffset(zone, secondsOf(time), clockOf(time, 0).year);
  return offset === undefined ? new Fault(`unknown time zone ${zone}`) : clockOf(time, offset);
}

type Part = (clock: Clock) => number;

/** What `timestamp.f()` and `timestamp.f(zone)` read off. */
export const CLOCK_PARTS: Readonly<Record<string, Part>> = {
  getFullYear: (clock) => clock.year,
  getMonth: (clock) => clock.month - 1,
  getDate: (clock) => clock.day,
  getDayOfMonth: (clock) => clock.day - 1,
  getDayOfWeek: (clock) => clock.weekday,
  getDayOfYear: (clock) => clock.dayOfYear,
  getHours: (clock) => clock.hour,
  getMinutes: (clock) => clock.minute,
  getSeconds: (clock) => clock.second,
  getMilliseconds: (clock) => Math.floor(clock.nanos / 1_000_000),
};

/** What `duration.f()` reads off: the whole duration in that unit, truncated. */
export const DURATION_PARTS: Readonly<Record<string, bigint>> = {
  getHours: 3600n * SECOND,
  getMinutes: 60n * SECOND,
  getSeconds: SECOND,
  getMilliseconds: 1_000_000n,
};

/** Reads one part of a time in a zone. */
export function clockPart(time: TimestampValue, part: Part, zone = 'UTC'): Result {
  const clock = clockInZone(time, zone);
  return clock instanceof Fault ? clock : BigInt(part(clock));
}
