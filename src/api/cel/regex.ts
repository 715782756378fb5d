// Regular expressions with RE2's syntax, linear time and Go's error texts.

import { RE2JS } from 're2js';
import { CelList } from './list.js';
import { type Meter, refuseOverCost } from './meter.js';
import { MATCH_PRICE, type Price } from './price.js';
import { member, type Overload, operator, totalMember } from './signature.js';
import { sizeUpTo } from './size.js';
import { Fault, NO_OVERLOAD, type Result, type Value } from './value.js';

/** Longer patterns are refused like an evaluation that costs too much. */
const PATTERN_MAX = 100_000;
/** What compiling a pattern counts as besides its length: it takes some 100 µs. */
const COMPILE_WORK = 2000;
const CACHE_MAX = 64;

/** A regular expression that is ready to search, or why it is none. */
export type Pattern = RE2JS | Fault;

const patterns = new Map<string, Pattern>();

/** Compiles a pattern; the last few are kept. */
export function compilePattern(text: string, meter?: Meter): Pattern {
  const known = patterns.get(text);
  if (known !== undefined) return known;
  if (text.length > PATTERN_MAX) refuseOverCost();
  meter?.work(COMPILE_WORK + text.length * 10);
  const pattern = tryCompile(text);
  if (patterns.size >= CACHE_MAX) patterns.clear();
  patterns.set(text, pattern);
  return pattern;
}

function tryCompile(text: string): Pattern {
  try {
    return RE2JS.compile(text);
  } catch (error) {
    // A stack that ran over: RE2 has a limit on nesting, which re2js checks later than it recurses.
    if (error instanceof RangeError) {
      return new Fault('error parsing regexp: expression nests too deeply');
    }
    return new Fault((error as Error).message);
  }
}

function matches(text: Value, pattern: Value, meter: Meter): Result {
  if (typeof text !== 'string' || typeof pattern !== 'string') return NO_OVERLOAD;
  const compiled = compilePattern(pattern, meter);
  return compiled instanceof Fault ? compiled : compiled.matcher(text).find();
}

function illegal(fault: Fault): Fault {
  return new Fault(`Illegal regex: ${fault.text}`);
}

function find(text: string, pattern: string, meter: Meter): Result {
  const compiled = compilePattern(pattern, meter);
  if (compiled instanceof Fault) return illegal(compiled);
  const matcher = compiled.matcher(text);
  return matcher.find() ? (matcher.group() ?? '') : '';
}

function findAll(text: string, pattern: string, meter: Meter): Result {
  return findUpTo(text, pattern, -1n, meter);
}

function findUpTo(text: string, pattern: string, limit: bigint, meter: Meter): Result {
  const compiled = compilePattern(pattern, meter);
  if (compiled instanceof Fault) return illegal(compiled);
  const found: string[] = [];
  const matcher = compiled.matcher(text);
  while ((limit < 0n || BigInt(found.length) < limit) && matcher.find()) {
    meter.work(1);
    found.push(matcher.group() ?? '');
  }
  return CelList.of(found);
}

const FIND_PRICE: Price = {
  ...MATCH_PRICE,
  byName: true,
  result: ([text]) => sizeUpTo(text!.size.max),
};

/** The functions that take patterns. */
export const REGEX_FUNCTIONS: readonly Overload[] = [
  totalMember('matches', 'string, string -> bool', matches, MATCH_PRICE),
  operator('matches', 'string, string -> bool', matches, MATCH_PRICE),
  member('find', 'string, string -> string', find, FIND_PRICE),
  member('findAll', 'string, string -> list(string)', findAll, FIND_PRICE),
  member('findAll', 'string, string, int -> list(string)', findUpTo, FIND_PRICE),
];
