// Conformance vectors: an input and the answer that upstream's own code gave to it. This file reads
// vector files, asks the reader of a vector's kind for drasim's answer, and finds the first difference.

import { isInteger, isSafeNumber, parse } from 'lossless-json';
import { DrasimError } from '../errors.js';

/** JSON whose integers beyond 2^53 are bigint. */
export type Json =
  | null
  | boolean
  | number
  | bigint
  | string
  | Json[]
  | {
      [key: string]: Json;
    };

/** One line of a vector file. */
export interface Vector {
  id: string;
  kind: string;
  kubernetes: { version: string; featureGates?: Record<string, boolean> };
  input: { [key: string]: Json };
  expect: { [key: string]: Json };
  note?: string;
}

/** Answers the vectors of one kind or of a family of kinds. */
export interface VectorReader {
  kinds: readonly string[];
  /** drasim's answer, in the shape of `comparable(expect)`. */
  answer(vector: Vector): Json;
  /** The part of `expect` that is compared; all of it where this is absent. */
  comparable?(expect: Json): Json;
}

/** The first place where an answer differs: a path, what was wanted there and what came. */
export interface Difference {
  path: string;
  wanted: string;
  got: string;
}

/**
 * Parses JSON without rounding: integers beyond 2^53 become bigint, all other numbers are numbers.
 *
 * @throws SyntaxError when the text is no JSON
 */
export function parseJson(text: string): Json {
  // Nearly all vectors hold short numbers only; the built-in parser reads those about 10x faster.
  if (!/\d{16}/.test(text)) return JSON.parse(text) as Json;
  return parse(text, null, parseNumber) as Json;
}

function parseNumber(text: string): number | bigint {
  return isInteger(text) && !isSafeNumber(text) ? BigInt(text) : Number(text);
}

/**
 * Reads the vectors of a file, one JSON document a line; blank lines are passed over.
 *
 * @throws DrasimError `ERR_VECTOR_SYNTAX` naming the line, when a line is no JSON or no vector
 */
export function readVectors(text: string, file: string): Vector[] {
  const vectors: Vector[] = [];
  const lines = text.split('\n');
  for (let index = 0; index < lines.length; index++) {
    const line = lines[index]!;
    if (line.trim() === '') continue;
    vectors.push(parseVector(line, file, index + 1));
  }
  return vectors;
}

function parseVector(text: string, file: string, line: number): Vector {
  let problem: string;
  try {
    const value = parseJson(text) as unknown as Vector;
    if (isVector(value)) return value;
    problem = 'a vector needs id, kind, kubernetes.version, input and expect';
  } catch (error) {
    problem = `not JSON: ${(error as Error).message}`;
  }
  throw new DrasimError({
    code: 'ERR_VECTOR_SYNTAX',
    path: '',
    message: problem,
    position: { file, line, column: 1 },
  });
}

function isVector(value: unknown): value is Vector {
  if (typeof value !== 'object' || value === null) return false;
  const vector = value as Partial<Vector>;
  return (
    typeof vector.id === 'string' &&
    typeof vector.kind === 'string' &&
    typeof vector.kubernetes?.version === 'string' &&
    typeof vector.input === 'object' &&
    typeof vector.expect === 'object'
  );
}

/** Runs one vector; null means that it passed. A thrown error is a difference, not a stop. */
export function checkVector(vector: Vector, reader: VectorReader | undefined): Difference | null {
  if (!reader) return { path: '', wanted: vector.kind, got: 'a kind that is not modelled yet' };
  const wanted = reader.comparable ? reader.comparable(vector.expect) : vector.expect;
  let got: Json;
  try {
    got = reader.answer(vector);
  } catch (error) {
    const text = error instanceof Error ? `${error.name}: ${error.message}` : String(error);
    return { path: '', wanted: showJson(wanted), got: `threw ${text}` };
  }
  return findDifference(wanted, got, '');
}

/** Finds the first difference of two JSON values; key order does not matter, list order does. */
export function findDifference(
  wanted: Json | undefined,
  got: Json | undefined,
  path: string,
): Difference | null {
  if (wanted === got) return null;
  if (Array.isArray(wanted) && Array.isArray(got)) {
    const length = Math.max(wanted.length, got.length);
    for (let index = 0; index < length; index++) {
      const difference = findDifference(wanted[index], got[index], `${path}[${index}]`);
      if (difference) return difference;
    }
    return null;
  }
  if (isObject(wanted) && isObject(got)) {
    for (const key of [...Object.keys(wanted), ...Object.keys(got)]) {
      const place = path === '' ? key : `${path}.${key}`;
      const difference = findDifference(wanted[key], got[key], place);
      if (difference) return difference;
    }
    return null;
  }
  if (isNumeric(wanted) && isNumeric(got) && BigInt(wanted) === BigInt(got)) return null;
  return { path, wanted: showJson(wanted), got: showJson(got) };
}

function isObject(value: Json | undefined): value is { [key: string]: Json } {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function isNumeric(value: Json | undefined): value is number | bigint {
  return typeof value === 'bigint' || (typeof value === 'number' && Number.isInteger(value));
}

function showJson(value: Json | undefined): string {
  if (value === undefined) return 'nothing';
  return JSON.stringify(value, (_key, item) => (typeof item === 'bigint' ? `${item}` : item));
}
