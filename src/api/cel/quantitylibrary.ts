// The functions on quantities.

import { Quantity } from '../quantity.js';
import { READ_PRICE } from './price.js';
import { global, member, type Overload } from './signature.js';
import { Fault, QuantityValue, type Result } from './value.js';

const NOT_INTEGER = new Fault('cannot convert value to integer');

/** Reads a quantity; the fault has the API server's text. */
export function parseQuantity(text: string): QuantityValue | Fault {
  try {
    return new QuantityValue(Quantity.parse(text), false);
  } catch (error) {
    return new Fault((error as Error).message);
  }
}

type Binary = (a: QuantityValue, b: QuantityValue) => Result;
type WithInt = (a: QuantityValue, b: bigint) => Result;

const compare: Binary = (a, b) => BigInt(a.quantity.compare(b.quantity));
const add: Binary = (a, b) => new QuantityValue(a.quantity.add(b.quantity), true);
const sub: Binary = (a, b) => new QuantityValue(a.quantity.sub(b.quantity), true);
const addInt: WithInt = (a, b) => new QuantityValue(a.quantity.add(Quantity.of(b)), true);
const subInt: WithInt = (a, b) => new QuantityValue(a.quantity.sub(Quantity.of(b)), true);

export const QUANTITY_FUNCTIONS: readonly Overload[] = [
  global('quantity', 'string -> quantity', parseQuantity, READ_PRICE),
  global(
    'isQuantity',
    'string -> bool',
    (text: string) => !(parseQuantity(text) instanceof Fault),
    READ_PRICE,
  ),
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
  member('add', 'quantity, int -> quantity', addInt),
  member('sub', 'quantity, quantity -> quantity', sub),
  member('sub', 'quantity, int -> quantity', subInt),
  member('compareTo', 'quantity, quantity -> int', compare),
  member(
    'isGreaterThan',
    'quantity, quantity -> bool',
    (a: QuantityValue, b: QuantityValue) => a.quantity.compare(b.quantity) > 0,
  ),
  member(
    'isLessThan',
    'quantity, quantity -> bool',
    (a: QuantityValue, b: QuantityValue) => a.quantity.compare(b.quantity) < 0,
  ),
];
