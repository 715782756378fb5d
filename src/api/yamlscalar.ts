// What a plain YAML scalar means: YAML 1.1 as kubectl reads it (sigs.k8s.io/yaml, Kubernetes 1.37).
// `on` is true, `010` is 8, `0x10` is 16, `1_000` is 1000; times, dates and addresses stay text.

import { NumberText } from './tree.js';

const BOOLS = new Map<string, boolean>();
for (const [words, value] of [
  ['y yes on true', true],
  ['n no off false', false],
] as const) {
  for (const word of words.split(' ')) {
    BOOLS.set(word, value);
    BOOLS.set(word[0]!.toUpperCase() + word.slice(1), value);
    BOOLS.set(word.toUpperCase(), value);
  }
}

const NULLS = new Set(['', '~', 'null', 'Null', 'NULL']);
const FLOAT = /^[-+]?(\.[0-9]+|[0-9]+(\.[0-9]*)?)([eE][-+]?[0-9]+)?$/;
const INTEGER = /^([-+]?)(0[xX][0-9a-fA-F]+|0[oO]?[0-7]+|0[bB][01]+|0|[1-9][0-9]*)$/;
const INFINITIES = /^[-+]?\.(inf|Inf|INF)$|^\.(nan|NaN|NAN)$/;

/** Resolves a plain scalar without a tag. */
export function resolvePlain(text: string): null | boolean | number | NumberText | string {
  const first = text.charCodeAt(0);
  const numeric = (first >= 48 && first <= 57) || first === 43 || first === 45 || first === 46;
  if (numeric) return resolveNumber(text) ?? text;
  if (text.length > 5) return text;
  if (NULLS.has(text)) return null;
  return BOOLS.get(text) ?? text;
}

/** Reads a number; undefined for a text that is none. */
export function resolveNumber(text: string): number | NumberText | undefined {
  const plain = text.includes('_') ? text.replaceAll('_', '') : text;
  const integer = INTEGER.exec(plain);
  if (integer) {
    const value = resolveInteger(integer[1]!, integer[2]!);
    if (value !== undefined) return value;
  }
  if (FLOAT.test(plain)) return floatOf(Number(plain));
  // Infinities have no JSON form; their text makes every number field refuse them.
  return INFINITIES.test(text) ? new NumberText(text) : undefined;
}

function resolveInteger(sign: string, digits: string): number | NumberText | undefined {
  const octal = /^0[0-7]+$/.test(digits) ? `0o${digits.slice(1)}` : digits;
  const magnitude = BigInt(octal);
  const value = sign === '-' ? -magnitude : magnitude;
  // Beyond 64 bits upstream reads a decimal integer as a float, and any other as text.
  if (value > 2n ** 64n - 1n || value < -(2n ** 63n)) return undefined;
  const rounded = Number(value);
  return Number.isSafeInteger(rounded) ? rounded + 0 : new NumberText(`${value}`);
}

// JavaScript and Go print doubles alike: exponents from 1e21 and below 1e-6.
function floatOf(value: number): number | NumberText {
  return Number.isSafeInteger(value) ? value + 0 : new NumberText(String(value));
}
