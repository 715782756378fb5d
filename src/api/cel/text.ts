// Strings as sequences of code points, and their UTF-8 form. CEL counts code points, JavaScript
// UTF-16 units; a string without surrogates needs no conversion.

import { codePointLength } from './value.js';

const ENCODER = new TextEncoder();
const DECODER = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });

/** The text of one code point. */
export function codePointText(code: number): string {
  return String.fromCodePoint(code);
}

/** The UTF-8 bytes of a text. */
export function encodeUtf8(text: string): Uint8Array {
  return ENCODER.encode(text);
}

/** The text of UTF-8 bytes; undefined when they are not UTF-8. */
export function decodeUtf8(bytes: Uint8Array): string | undefined {
  try {
    return DECODER.decode(bytes);
  } catch {
    return undefined;
  }
}

/** Bytes of the UTF-8 form. */
export function utf8Length(text: string): number {
  let count = text.length;
  for (let index = 0; index < text.length; index++) {
    const code = text.charCodeAt(index);
    // A pair of surrogates is four bytes: one unit counted already and one more for each.
    if (code >= 0x800 && (code < 0xd800 || code > 0xdfff)) count += 2;
    else if (code >= 0x80) count += 1;
  }
  return count;
}

/** The order of strings by code points; UTF-16 units have another for characters beyond U+FFFF. */
export function compareText(a: string, b: string): number {
  if (a === b) return 0;
  const length = Math.min(a.length, b.length);
  for (let index = 0; index < length; index++) {
    const x = a.charCodeAt(index);
    const y = b.charCodeAt(index);
    if (x !== y) return rank(x) < rank(y) ? -1 : 1;
  }
  return a.length < b.length ? -1 : 1;
}

// Surrogates stand for characters above all others of one unit.
function rank(unit: number): number {
  if (unit < 0xd800) return unit;
  return unit <= 0xdfff ? unit + 0x10000 : unit;
}

/** The order of byte strings: -1, 0 or 1. */
export function compareBytes(a: Uint8Array, b: Uint8Array): number {
  const length = Math.min(a.length, b.length);
  for (let index = 0; index < length; index++) {
    if (a[index] !== b[index]) return a[index]! < b[index]! ? -1 : 1;
  }
  return a.length === b.length ? 0 : a.length < b.length ? -1 : 1;
}

/** The UTF-16 offset of the code point at `index`; the length of the text when there is none. */
export function unitOffset(text: string, index: number): number {
  if (codePointLength(text) === text.length) return Math.min(index, text.length);
  let unit = 0;
  for (let count = 0; count < index && unit < text.length; count++) {
    unit += text.codePointAt(unit)! > 0xffff ? 2 : 1;
  }
  return unit;
}

/** Code points before a UTF-16 offset. */
export function codePointIndex(text: string, unit: number): number {
  return codePointLength(text.slice(0, unit));
}
