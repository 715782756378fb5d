// The values of number and text literals. The lexer has checked their form already.

import { codePointText, encodeUtf8 } from './text.js';
import { Uint } from './value.js';

const INT_MIN = -(2n ** 63n);
const INT_MAX = 2n ** 63n - 1n;
const UINT_MAX = 2n ** 64n - 1n;

/** An integer of 64 bits with its sign, decimal or `0x`; undefined when it is out of range. */
export function readIntLiteral(text: string, isNegative: boolean): bigint | undefined {
  // 64 bits have 20 digits; leading zeros aside, longer texts need no conversion.
  if (text.replace(/^0x0*|^0+/, '').length > 20) return undefined;
  const magnitude = BigInt(text.startsWith('0x') ? text : text.replace(/^0+(?=\d)/, ''));
  const value = isNegative ? -magnitude : magnitude;
  return value < INT_MIN || value > INT_MAX ? undefined : value;
}

/** An unsigned integer with its `u`; undefined when it is out of range. */
export function readUintLiteral(text: string): Uint | undefined {
  const digits = text.slice(0, -1);
  if (digits.replace(/^0x0*|^0+/, '').length > 20) return undefined;
  const value = BigInt(digits);
  return value > UINT_MAX ? undefined : new Uint(value);
}

/** A double; undefined when it is out of range. */
export function readDoubleLiteral(text: string): number | undefined {
  const value = Number(text);
  return Number.isFinite(value) ? value : undefined;
}

interface QuotedText {
  body: string;
  isRaw: boolean;
}

function unquote(text: string): QuotedText {
  const prefix = /^[bBrR]*/.exec(text)![0];
  const quoted = text.slice(prefix.length);
  const width = quoted.length >= 6 && /^(?:"""|''')/.test(quoted) ? 3 : 1;
  const body = quoted.slice(width, quoted.length - width).replace(/\r\n?/g, '\n');
  return { body, isRaw: /[rR]/.test(prefix) };
}

const SIMPLE_ESCAPES: Readonly<Record<string, number>> = {
  a: 7,
  b: 8,
  f: 12,
  n: 10,
  r: 13,
  t: 9,
  v: 11,
};

const ESCAPE =
  /\\(?:[xX]([0-9a-fA-F]{2})|u([0-9a-fA-F]{4})|U([0-9a-fA-F]{8})|([0-7]{3})|([\s\S]))/g;

/** The value of a string literal, or what is wrong with it. */
export function readStringLiteral(text: string): { value: string } | { error: string } {
  const { body, isRaw } = unquote(text);
  if (isRaw || !body.includes('\\')) return { value: body };
  let isBad = false;
  const value = body.replace(ESCAPE, (_all, hex, short, long, octal, simple) => {
    if (simple !== undefined) return codePointText(SIMPLE_ESCAPES[simple] ?? simple.charCodeAt(0));
    const code = octal === undefined ? parseInt(hex ?? short ?? long, 16) : parseInt(octal, 8);
    const isSurrogate = code >= 0xd800 && code <= 0xdfff;
    if (code > 0x10ffff || isSurrogate) {
      isBad = true;
      return '';
    }
    return codePointText(code);
  });
  return isBad ? { error: 'invalid unicode code point' } : { value };
}

/** The value of a bytes literal; undefined when it has escapes of code points. */
export function readBytesLiteral(text: string): Uint8Array | undefined {
  const { body, isRaw } = unquote(text);
  if (isRaw || !body.includes('\\')) return encodeUtf8(body);
  const bytes: number[] = [];
  let from = 0;
  let isBad = false;
  for (const match of body.matchAll(ESCAPE)) {
    const [all, hex, short, long, octal, simple] = match;
    bytes.push(...encodeUtf8(body.slice(from, match.index)));
    from = match.index + all.length;
    if (short !== undefined || long !== undefined) isBad = true;
    else if (hex !== undefined) bytes.push(parseInt(hex, 16));
    else if (octal !== undefined) bytes.push(parseInt(octal, 8));
    else bytes.push(SIMPLE_ESCAPES[simple!] ?? simple!.charCodeAt(0));
  }
  bytes.push(...encodeUtf8(body.slice(from)));
  return isBad ? undefined : Uint8Array.from(bytes);
}
