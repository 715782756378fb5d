// The extended string functions, version 2. Positions count code points.

import { checkTextLength } from './arithmetic.js';
import { formatText } from './format.js';
import { CelList } from './list.js';
import { type Meter, refuseOverCost } from './meter.js';
import {
  constantInt,
  costSize,
  type Price,
  type PricedOperand,
  READ_PRICE,
  sharePrice,
  TEXT_PRICE,
} from './price.js';
import { global, member, type Overload } from './signature.js';
import {
  addSaturating,
  multiplySaturating,
  type Size,
  scaleUp,
  sizeUpTo,
  sumSizes,
  UNKNOWN_SIZE,
} from './size.js';
import { codePointIndex, unitOffset, utf8Length } from './text.js';
import { codePointLength, Fault, type Result, typeName, Uint, type Value } from './value.js';

function outOfRange(index: bigint): Fault {
  return new Fault(`index out of range: ${index}`);
}

/** The part between two positions that are within the text. */
function slice(text: string, from: bigint, to: bigint): string {
  return text.slice(unitOffset(text, Number(from)), unitOffset(text, Number(to)));
}

function charAt(text: string, index: bigint): Result {
  const length = BigInt(codePointLength(text));
  if (index < 0n || index > length) return outOfRange(index);
  return index === length ? '' : slice(text, index, index + 1n);
}

function substringFrom(text: string, from: bigint): Result {
  const length = BigInt(codePointLength(text));
  return from < 0n || from > length ? outOfRange(from) : slice(text, from, length);
}

function substring(text: string, from: bigint, to: bigint): Result {
  if (from > to) return new Fault(`invalid substring range. start: ${from}, end: ${to}`);
  const length = BigInt(codePointLength(text));
  if (from < 0n || from > length) return outOfRange(from);
  return to < 0n || to > length ? outOfRange(to) : slice(text, from, to);
}

function position(text: string, unit: number): bigint {
  return unit < 0 ? -1n : BigInt(codePointIndex(text, unit));
}

function indexOf(text: string, wanted: string): Result {
  return position(text, text.indexOf(wanted));
}

function lastIndexOf(text: string, wanted: string): Result {
  return position(text, text.lastIndexOf(wanted));
}

function smallerOf(a: bigint, b: bigint): bigint {
  return a < b ? a : b;
}

type Search = (text: string, wanted: string, from: bigint) => Result;

// Until 1.33 the start is given back for an empty text even where it is beyond the end.
const indexFrom =
  (capsEmpty: boolean): Search =>
  (text, wanted, from) => {
    if (from < 0n) return outOfRange(from);
    const length = BigInt(codePointLength(text));
    if (wanted === '') return capsEmpty ? smallerOf(from, length) : from;
    if (from >= length) return -1n;
    return position(text, text.indexOf(wanted, unitOffset(text, Number(from))));
  };

const lastIndexFrom =
  (capsEmpty: boolean): Search =>
  (text, wanted, from) => {
    if (from < 0n) return outOfRange(from);
    const length = BigInt(codePointLength(text));
    if (wanted === '') return capsEmpty ? smallerOf(from, length) : from;
    if (from >= length) return -1n;
    return position(text, text.lastIndexOf(wanted, unitOffset(text, Number(from))));
  };

function replaceAll(text: string, old: string, next: string, meter: Meter): Result {
  return replace(text, old, next, -1n, meter);
}

function replace(text: string, old: string, next: string, limit: bigint, meter: Meter): Result {
  if (limit === 0n) return text;
  const parts = old === '' ? ['', ...text, ''] : text.split(old);
  meter.work(parts.length);
  const count = limit < 0n || limit >= BigInt(parts.length) ? parts.length - 1 : Number(limit);
  checkTextLength(text.length + count * next.length);
  if (old === '') {
    // An empty text is found before every code point and at the end.
    const found = Math.min(count, parts.length - 1);
    const head = parts.slice(1, found).map((part) => next + part);
    return `${head.join('')}${next}${parts.slice(found).join('')}`;
  }
  return [parts.slice(0, count + 1).join(next), ...parts.slice(count + 1)].join(old);
}

function splitAll(text: string, separator: string): Result {
  return split(text, separator, -1n);
}

function split(text: string, separator: string, limit: bigint): Result {
  if (limit === 0n) return CelList.of([]);
  const parts = separator === '' ? [...text] : text.split(separator);
  if (limit < 0n || BigInt(parts.length) <= limit) return CelList.of(parts);
  const kept = Number(limit) - 1;
  return CelList.of([...parts.slice(0, kept), parts.slice(kept).join(separator)]);
}

function joinPlain(list: CelList): Result {
  return join(list, '');
}

function join(list: CelList, separator: string): Result {
  let length = 0;
  for (const item of list.items) {
    if (typeof item !== 'string') return new Fault(`join: invalid input: ${plainText(item)}`);
    length += item.length + separator.length;
  }
  checkTextLength(length);
  return (list.items as readonly string[]).join(separator);
}

function plainText(value: Value): string {
  if (value instanceof Uint) return String(value.value);
  return typeof value === 'object' ? typeName(value) : String(value);
}

function lowerAscii(text: string): Result {
  return text.replace(/[A-Z]+/g, (letters) => letters.toLowerCase());
}

function upperAscii(text: string): Result {
  return text.replace(/[a-z]+/g, (letters) => letters.toUpperCase());
}

const SPACE = '[\\t-\\r \\x85\\xa0\\u1680\\u2000-\\u200a\\u2028\\u2029\\u202f\\u205f\\u3000]+';
const LEADING_SPACE = new RegExp(`^${SPACE}`);
const TRAILING_SPACE = new RegExp(`(?<!${SPACE.slice(0, -1)})${SPACE}$`);

function trim(text: string): Result {
  return text.replace(LEADING_SPACE, '').replace(TRAILING_SPACE, '');
}

const QUOTED: Readonly<Record<string, string>> = {
  '\x07': '\\a',
  '\b': '\\b',
  '\f': '\\f',
  '\n': '\\n',
  '\r': '\\r',
  '\t': '\\t',
  '\v': '\\v',
  '\\': '\\\\',
  '"': '\\"',
};

function quoteText(text: string): Result {
  checkTextLength(text.length * 2);
  return `"${text.replace(/[\x07\b\f\n\r\t\v\\"]/g, (char) => QUOTED[char]!)}"`;
}

function format(text: string, args: CelList, meter: Meter): Result {
  return formatText(text, args, meter);
}

/** Searching a text: a tenth of its bytes, rounded down. */
const SEARCH_PRICE: Price = {
  estimate: ([text]) => scaleUp(text!.size.max, 0.1),
  charge: ([text]) => Math.floor(utf8Length(text as string) * 0.1),
  byName: true,
};

// The longest result: an empty text is found before every character and at the end.
function replacedSize([text, old, next]: readonly PricedOperand[]): Size {
  const { max } = text!.size;
  if (old!.size.min === 0n) {
    const inserted = multiplySaturating(addSaturating(max, 1n), next!.size.max);
    return sizeUpTo(addSaturating(inserted, max));
  }
  if (next!.size.max <= old!.size.min) return sizeUpTo(max);
  return sizeUpTo(multiplySaturating(scaleUp(max, 1 / Number(old!.size.min)), next!.size.max));
}

function splitSize([text, , limit]: readonly PricedOperand[]): Size {
  const constant = constantInt(limit);
  return sizeUpTo(constant !== undefined && constant >= 0n ? constant : text!.size.max);
}

function joinedSize([list, separator]: readonly PricedOperand[]): Size {
  const { max } = list!.size;
  if (max === 0n) return sizeUpTo(0n);
  const texts = multiplySaturating(max, UNKNOWN_SIZE.max);
  const between = separator === undefined ? 0n : separator.size.max;
  return sumSizes(sizeUpTo(texts), sizeUpTo(multiplySaturating(between, max - 1n)));
}

const JOIN_PRICE: Price = {
  estimate: (operands) => scaleUp(joinedSize(operands).max, 0.1),
  charge: ([list, separator]) => {
    const items = (list as unknown as CelList).items;
    let length = items.length === 0 ? 0 : (items.length - 1) * costSize(separator ?? '');
    for (const item of items) length += costSize(item);
    if (length > 10_000_000) refuseOverCost();
    return Math.ceil(length * 0.2);
  },
  result: joinedSize,
  byName: true,
};

const SUBSTRING = ['string, int -> string', 'string, int, int -> string'] as const;
const REPLACE_PRICE = sharePrice(0.2, 0, replacedSize);
const SPLIT_PRICE = sharePrice(0.2, 0, splitSize);

/** The string functions; `capsEmpty` is how searches for an empty text go since 1.33. */
export function stringFunctions(capsEmpty: boolean): readonly Overload[] {
  return [
    member('charAt', 'string, int -> string', charAt),
    member('indexOf', 'string, string -> int', indexOf, SEARCH_PRICE),
    member('indexOf', 'string, string, int -> int', indexFrom(capsEmpty), SEARCH_PRICE),
    member('lastIndexOf', 'string, string -> int', lastIndexOf, SEARCH_PRICE),
    member('lastIndexOf', 'string, string, int -> int', lastIndexFrom(capsEmpty), SEARCH_PRICE),
    member('lowerAscii', 'string -> string', lowerAscii, TEXT_PRICE),
    member('upperAscii', 'string -> string', upperAscii, TEXT_PRICE),
    member('trim', 'string -> string', trim, TEXT_PRICE),
    member('substring', SUBSTRING[0], substringFrom, TEXT_PRICE),
    member('substring', SUBSTRING[1], substring, TEXT_PRICE),
    member('replace', 'string, string, string -> string', replaceAll, REPLACE_PRICE),
    member('replace', 'string, string, string, int -> string', replace, REPLACE_PRICE),
    member('split', 'string, string -> list(string)', splitAll, SPLIT_PRICE),
    member('split', 'string, string, int -> list(string)', split, SPLIT_PRICE),
    member('join', 'list(string) -> string', joinPlain, JOIN_PRICE),
    member('join', 'list(string), string -> string', join, JOIN_PRICE),
    member('format', 'string, list(dyn) -> string', format, READ_PRICE),
    global('strings.quote', 'string -> string', quoteText),
  ];
}
