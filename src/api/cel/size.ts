// Sizes of values as the static cost estimate knows them: a range in 64 unsigned bits, where sums
// and products stop at the largest number. Rounding goes through doubles, as upstream's does.

const MAX = 2n ** 64n - 1n;

/** The cost or size that stands for "no bound". */
export const UNBOUNDED = MAX;

/** How large a value may be; with what is known of the entries of a list or map. */
export interface Size {
  readonly min: bigint;
  readonly max: bigint;
  /** Of the keys of a map. */
  readonly keys?: Size;
  /** Of the elements of a list or the values of a map. */
  readonly entries?: Size;
}

/** The size of a value of which nothing is known. */
export const UNKNOWN_SIZE: Size = { min: 0n, max: MAX };
/** The size of everything that has no parts. */
export const ONE: Size = { min: 1n, max: 1n };

/** A size that is known to the unit. */
export function exactSize(size: number): Size {
  return { min: BigInt(size), max: BigInt(size) };
}

/** A size with a bound above only. */
export function sizeUpTo(max: bigint): Size {
  return { min: 0n, max };
}

/** The sum, or the largest number. */
export function addSaturating(a: bigint, b: bigint): bigint {
  const sum = a + b;
  return sum > MAX ? MAX : sum;
}

/** The product, or the largest number. */
export function multiplySaturating(a: bigint, b: bigint): bigint {
  const product = a * b;
  return product > MAX ? MAX : product;
}

/** `size` times a factor, rounded up: 0.1 of an unknown size is 1844674407370955264. */
export function scaleUp(size: bigint, factor: number): bigint {
  const scaled = Math.ceil(Number(size) * factor);
  return scaled >= 2 ** 64 ? MAX : BigInt(scaled);
}

/** How deep the sizes of entries of entries are kept; a text can nest and share them endlessly. */
const ENTRY_LEVELS = 4;

/** The size of one of two values. */
export function unionSize(a: Size, b: Size): Size {
  return unite(a, b, ENTRY_LEVELS);
}

function unite(a: Size, b: Size, levels: number): Size {
  if (a === b) return a;
  const range = { min: smaller(a.min, b.min), max: larger(a.max, b.max) };
  if (levels === 0) return range;
  const keys = a.keys && b.keys && unite(a.keys, b.keys, levels - 1);
  const entries = a.entries && b.entries && unite(a.entries, b.entries, levels - 1);
  return { ...range, ...(keys && { keys }), ...(entries && { entries }) };
}

/** The size of two texts or lists put together. */
export function sumSizes(a: Size, b: Size): Size {
  return { min: addSaturating(a.min, b.min), max: addSaturating(a.max, b.max) };
}

/** The smaller of two numbers. */
export function smaller(a: bigint, b: bigint): bigint {
  return a < b ? a : b;
}

/** The larger of two numbers. */
export function larger(a: bigint, b: bigint): bigint {
  return a > b ? a : b;
}
