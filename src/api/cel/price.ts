// What functions cost: the most an estimate must reckon with, and what a call charges. Each
// function is declared together with its price.

import { CelList } from './list.js';
import { CelMap } from './map.js';
import { refuseOverCost, tenth } from './meter.js';
import {
  addSaturating,
  multiplySaturating,
  type Size,
  scaleUp,
  smaller,
  sumSizes,
} from './size.js';
import { utf8Length } from './text.js';
import type { Type } from './type.js';
import { Optional, sizeOf, type Value } from './value.js';

/** An operand as the estimate sees it. */
export interface PricedOperand {
  readonly type: Type;
  readonly size: Size;
  /** Its value, where that is a literal of the text. */
  readonly literal?: Value;
}

/** The cost of one form of a function; target and arguments are its operands. */
export interface Price {
  /** The most that the call itself may cost. */
  estimate(operands: readonly PricedOperand[]): bigint;
  /** The size of the result, where it is known. */
  result?(operands: readonly PricedOperand[]): Size;
  /** What a call charges. */
  charge(values: readonly Value[]): number;
  /** Charged by the values even where several forms are left open; otherwise that costs 1. */
  readonly byName?: boolean;
}

/** A constant price. */
export function flatPrice(cost: number): Price {
  return { estimate: () => BigInt(cost), charge: () => cost };
}

/** A share of the size of one operand, rounded up. */
export function sharePrice(factor: number, index = 0, result?: Price['result']): Price {
  return {
    estimate: (operands) => scaleUp(operands[index]!.size.max, factor),
    charge: (values) => Math.ceil(costSize(values[index]!) * factor),
    byName: true,
    ...(result && { result }),
  };
}

/** A text that is gone through once and comes out about as long. */
export const TEXT_PRICE = sharePrice(0.1, 0, (operands) => operands[0]!.size);

/** A text that is read once. */
export const READ_PRICE = sharePrice(0.1);

/** A comparison of two texts, lists or maps stops with the shorter one. */
export const COMPARE_PRICE: Price = {
  estimate: ([a, b]) => scaleUp(smaller(a!.size.max, b!.size.max), 0.1),
  charge: ([a, b]) => tenth(smallerSize(a!, b!)),
};

/** Putting two texts together. */
export const CONCAT_PRICE: Price = {
  estimate: ([a, b]) => scaleUp(addSaturating(a!.size.max, b!.size.max), 0.1),
  charge: ([a, b]) => tenth(costSize(a!) + costSize(b!)),
  result: ([a, b]) => sumSizes(a!.size, b!.size),
};

/** Looking for one text in another. */
export const CONTAINS_PRICE: Price = {
  estimate: ([a, b]) => multiplySaturating(scaleUp(a!.size.max, 0.1), scaleUp(b!.size.max, 0.1)),
  charge: ([a, b]) => tenth(costSize(a!)) * tenth(costSize(b!)),
};

/** Matching a text against a pattern. */
export const MATCH_PRICE: Price = {
  estimate: ([text, pattern]) =>
    multiplySaturating(
      scaleUp(addSaturating(text!.size.max, 1n), 0.1),
      scaleUp(pattern!.size.max, 0.25),
    ),
  charge: ([text, pattern]) => tenth(costSize(text!) + 1) * Math.ceil(costSize(pattern!) * 0.25),
};

/** The integer that an operand is, if it is a constant. */
export function constantInt(operand: PricedOperand | undefined): bigint | undefined {
  const literal = operand?.literal;
  return typeof literal === 'bigint' ? literal : undefined;
}

/** The size of a value for costs: an optional counts as its value. */
export function costSize(value: Value): number {
  if (value instanceof Optional) return value.value === undefined ? 1 : costSize(value.value);
  return sizeOf(value);
}

// The longer text need not be counted: it has no fewer code points than half its length.
function smallerSize(a: Value, b: Value): number {
  if (typeof a !== 'string' || typeof b !== 'string') return Math.min(costSize(a), costSize(b));
  if (a.length * 2 <= b.length) return costSize(a);
  if (b.length * 2 <= a.length) return costSize(b);
  return Math.min(costSize(a), costSize(b));
}

/** Where walking over a value stops, because nested lists may share their parts. */
const WALK_MAX = 2_000_000;

/** What walking over a value costs: 1 for each scalar, a tenth of the bytes of texts. */
export function walkCost(value: Value): number {
  let cost = 0;
  let steps = 0;
  const pending: Value[] = [value];
  for (let next = pending.pop(); next !== undefined; next = pending.pop()) {
    if (++steps > WALK_MAX) refuseOverCost();
    if (typeof next === 'string') cost += Math.floor(utf8Length(next) * 0.1);
    else if (next instanceof Uint8Array) cost += Math.floor(next.length * 0.1);
    else if (next instanceof CelList) for (const item of next.items) pending.push(item);
    else if (next instanceof CelMap) {
      for (const entry of next.entries()) pending.push(entry.key, entry.value);
    } else cost++;
  }
  return cost;
}
