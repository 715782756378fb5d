// What JSON and YAML text is read into before a kind is known: plain values, with mappings that keep
// the order of their keys and keys given twice, and numbers that keep their digits.

import type { JsonValue } from './meta.js';

/** A number that is no safe integer as it stands: its JSON text. */
export class NumberText {
  readonly text: string;

  constructor(text: string) {
    this.text = text;
  }
}

/** An object as written: keys beside values, a key perhaps twice. */
export class Mapping {
  readonly keys: string[] = [];
  readonly values: Tree[] = [];
  /** Offset in the text. */
  readonly start: number;

  constructor(start: number) {
    this.start = start;
  }

  /** The value of a key, the last one when it is given twice. */
  get(key: string): Tree | undefined {
    const index = this.keys.lastIndexOf(key);
    return index < 0 ? undefined : this.values[index];
  }
}

/** A value read from JSON or YAML. */
export type Tree = null | boolean | number | NumberText | string | Tree[] | Mapping;

/** One step of a path: a key or an index. */
export type Step = string | number;

/** The JSON name of a value's type, as upstream's messages say it. */
export function typeName(tree: Tree): string {
  if (tree === null) return 'null';
  if (typeof tree === 'boolean') return 'bool';
  if (typeof tree === 'number' || tree instanceof NumberText) return 'number';
  if (typeof tree === 'string') return 'string';
  return Array.isArray(tree) ? 'array' : 'object';
}

/** A decimal number as number where that is exact or no integer, else as bigint. */
export function numberValue(number: number | NumberText): number | bigint {
  if (typeof number === 'number') return number;
  if (/^-?[0-9]+$/.test(number.text)) {
    const integer = BigInt(number.text);
    const rounded = Number(integer);
    return BigInt(rounded) === integer && Number.isSafeInteger(rounded) ? rounded : integer;
  }
  return Number(number.text);
}

/**
 * Splits a field path: `spec.devices[0].attributes[a.b/c].string` gives keys and indexes.
 *
 * Text in brackets that is no index is a key.
 */
export function splitPath(path: string): Step[] {
  const steps: Step[] = [];
  for (const [, key, bracketed] of path.matchAll(/([^.[\]]+)|\[([^\]]*)\]/g)) {
    if (key !== undefined) steps.push(key);
    else steps.push(/^[0-9]+$/.test(bracketed!) ? Number(bracketed) : bracketed!);
  }
  return steps;
}

/** The tree of a plain JSON value. */
export function treeOf(value: JsonValue): Tree {
  if (typeof value === 'bigint') return new NumberText(`${value}`);
  if (typeof value === 'number')
    return Number.isInteger(value) ? value : new NumberText(`${value}`);
  if (value === null || typeof value !== 'object') return value;
  if (Array.isArray(value)) return value.map(treeOf);
  const mapping = new Mapping(0);
  for (const [key, item] of Object.entries(value)) {
    mapping.keys.push(key);
    mapping.values.push(treeOf(item as JsonValue));
  }
  return mapping;
}
