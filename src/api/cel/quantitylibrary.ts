// The functions on quantities.

import { Quantity } from '../quantity.js';
import type { Meter } from './meter.js';
import { READ_PRICE } from './price.js';
import { global, member, type Overload } from './signature.js';
import { Fault, QuantityValue, type Result } from './value.js';

const NOT_INTEGER = new Fault('cannot convert value to integer');

/** What an amount counts as whose exponent has three digits or more; some 100 µs. */
const HUGE_WORK = 2000;

/** Reads a quantity; the fault has the API server's text. */
export function parseQuantity(text: string, meter: Meter): QuantityValue | Fault {
  const work = /[eE][+-]?\d{3,}$/.test(text) ? HUGE_WORK : 1 + (text.length >> 3);
  meter.work(work);
  try {
    return new QuantityValue(Quantity.parse(text), false, work);
  } catch (error) {
    return new Fault((error as Error).message);
  }
}

function isQuantity(text: string, meter: Meter): Result {
  return !(parseQuantity(text, meter) instanceof Fault);
}

const comparison =
  (answer: (order: number) => Result) =>
  (a: QuantityValue, b: QuantityValue, meter: Meter): Result => {
    meter.work(a.work + b.work);
    return answer(a.quantity.compare(b.quantity));
  };

const arithmetic =
  (calculate: (a: Quantity, b: Quantity) => Quantity) =>
  (a: QuantityValue, b: QuantityValue | bigint, meter: Meter): Result => {
    const other = typeof b === 'bigint' ? new QuantityValue(Quantity.of(b), false) : b;
    const work = a.work + other.work;
    meter.work(work);
    return new QuantityValue(calculate(a.quantity, other.quantity), true, work);
  };

const add = arithmetic((a, b) => a.add(b));
const sub = arithmetic((a, b) => a.sub(b));

/** The functions of the quantity library. */
export const QUANTITY_FUNCTIONS: readonly Overload[] = [
  global('quantity', 'string -> quantity', parseQuantity, READ_PRICE),
  global('isQuantity', 'string -> bool', isQuantity, READ_PRICE),
  global('sign', 'quantity -> int', ({ quantity }: QuantityValue) => BigInt(quantity.sign())),
  member(
    'isInteger',
    'quantity -> bool',
    ({ quantity }: QuantityValue) => quantity.asInt64() !== undefined,
  ),
  member(
    'asInteger',
    'quantity -> int',
    ({ quantity }: QuantityValue) => quantity.asInt64() ?? NOT_INTEGER,
  ),
  member('asApproximateFloat', 'quantity -> double', ({ quantity }: QuantityValue) =>
    Number(quantity.exact()),
  ),
  member('add', 'quantity, quantity -> quantity', add),
  member('add', 'quantity, int -> quantity', add),
  member('sub', 'quantity, quantity -> quantity', sub),
  member('sub', 'quantity, int -> quantity', sub),
  member(
    'compareTo',
    'quantity, quantity -> int',
    comparison((order) => BigInt(order)),
  ),
  member(
    'isGreaterThan',
    'quantity, quantity -> bool',
    comparison((order) => order > 0),
  ),
  member(
    'isLessThan',
    'quantity, quantity -> bool',
    comparison((order) => order < 0),
  ),
];
