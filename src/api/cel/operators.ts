// Operators and the functions of the standard library that are no conversions.

import {
  addValues,
  divideValues,
  moduloValues,
  multiplyValues,
  negateValue,
  subtractValues,
} from './arithmetic.js';
import { differentValues, equalValues, isEqual, orderOperator } from './compare.js';
import { CelList } from './list.js';
import { CelMap } from './map.js';
import type { Meter } from './meter.js';
import {
  COMPARE_PRICE,
  CONCAT_PRICE,
  CONTAINS_PRICE,
  costSize,
  flatPrice,
  type Price,
  sharePrice,
} from './price.js';
import { member, type Overload, operator, totalMember } from './signature.js';
import { scaleUp, sumSizes } from './size.js';
import {
  CLOCK_PARTS,
  clockPart,
  DURATION_PARTS,
  type DurationValue,
  type TimestampValue,
} from './timevalue.js';
import {
  Fault,
  LibraryValue,
  NO_OVERLOAD,
  QuantityValue,
  type Result,
  sizeOf,
  type Value,
} from './value.js';

const NO_SIZE = new Fault('no such overload: size');
const FORMAT_SIZE = 64n;

/** Values of the Kubernetes libraries compare in one step. */
const EQUAL_PRICE: Price = {
  estimate: (operands) => {
    const [a, b] = operands;
    if (a!.type.kind !== 'object' || a!.type.name !== b!.type.name) {
      return COMPARE_PRICE.estimate(operands);
    }
    switch (a!.type.name) {
      case 'kubernetes.NamedFormat':
        return scaleUp(FORMAT_SIZE, 0.1);
      case 'kubernetes.URL':
      case 'kubernetes.DRADevice':
        return COMPARE_PRICE.estimate(operands);
      default:
        return 1n;
    }
  },
  charge: (values) => {
    const isLibrary = values[0] instanceof LibraryValue || values[0] instanceof QuantityValue;
    return isLibrary ? 1 : COMPARE_PRICE.charge(values);
  },
};

const IN_LIST_PRICE: Price = {
  estimate: ([, list]) => list!.size.max,
  charge: ([, list]) => costSize(list!),
};

const LIST_CONCAT_PRICE: Price = {
  ...flatPrice(1),
  result: ([a, b]) => sumSizes(a!.size, b!.size),
};

function isIn(value: Value, collection: Value, meter: Meter): Result {
  if (collection instanceof CelMap) return collection.has(value);
  if (!(collection instanceof CelList)) return NO_OVERLOAD;
  const { items } = collection;
  meter.work(items.length);
  for (let index = 0; index < items.length; index++) {
    if (isEqual(value, items[index]!, meter)) return true;
  }
  return false;
}

function not(value: Value): Result {
  return typeof value === 'boolean' ? !value : NO_OVERLOAD;
}

function size(value: Value): Result {
  const hasSize =
    typeof value === 'string' ||
    value instanceof Uint8Array ||
    value instanceof CelList ||
    value instanceof CelMap;
  return hasSize ? BigInt(sizeOf(value)) : NO_SIZE;
}

const textTest = (test: (text: string, part: string) => boolean) => (text: Value, part: Value) =>
  typeof text === 'string' && typeof part === 'string' ? test(text, part) : NO_OVERLOAD;

const NUMBERS = ['int', 'uint', 'double'];
const ORDERED = ['bool', ...NUMBERS, 'string', 'bytes', 'duration', 'timestamp'];

function orderForms(symbol: string, holds: (order: number) => boolean): Overload[] {
  const name = `_${symbol}_`;
  const run = orderOperator(symbol, holds);
  const mixed = NUMBERS.flatMap((a) => NUMBERS.filter((b) => a !== b).map((b) => [a, b]));
  return [...ORDERED.map((type) => [type, type]), ...mixed].map(([a, b]) => {
    const price = a === 'string' || a === 'bytes' ? COMPARE_PRICE : undefined;
    return operator(name, `${a}, ${b} -> bool`, run, price);
  });
}

function forms(name: string, run: Overload['run'], signatures: readonly string[]): Overload[] {
  return signatures.map((signature) => operator(name, signature, run));
}

const same = (types: readonly string[]) => types.map((type) => `${type}, ${type} -> ${type}`);

const ARITHMETIC: readonly Overload[] = [
  ...forms('_+_', addValues, [
    ...same([...NUMBERS, 'duration']),
    'timestamp, duration -> timestamp',
    'duration, timestamp -> timestamp',
  ]),
  operator('_+_', 'string, string -> string', addValues, CONCAT_PRICE),
  operator('_+_', 'bytes, bytes -> bytes', addValues, CONCAT_PRICE),
  operator('_+_', 'list(A), list(A) -> list(A)', addValues, LIST_CONCAT_PRICE),
  ...forms('_-_', subtractValues, [
    ...same([...NUMBERS, 'duration']),
    'timestamp, duration -> timestamp',
    'timestamp, timestamp -> duration',
  ]),
  ...forms('_*_', multiplyValues, same(NUMBERS)),
  ...forms('_/_', divideValues, same(NUMBERS)),
  ...forms('_%_', moduloValues, same(['int', 'uint'])),
  ...forms('-_', negateValue, ['int -> int', 'double -> double']),
];

// Read by the checker and the estimate only; the planner has code of its own for them.
const LOOKUPS: readonly Overload[] = [
  ...forms('_[_]', () => NO_OVERLOAD, [
    'list(A), int -> A',
    'map(A, B), A -> B',
    'optional(list(A)), int -> optional(A)',
    'optional(map(A, B)), A -> optional(B)',
  ]),
  ...forms('_[?_]', () => NO_OVERLOAD, [
    'list(A), int -> optional(A)',
    'map(A, B), A -> optional(B)',
    'optional(list(A)), int -> optional(A)',
    'optional(map(A, B)), A -> optional(B)',
  ]),
];

const SIZED = ['string', 'bytes', 'list(A)', 'map(A, B)'];

const TIME_PARTS: readonly Overload[] = [
  ...Object.entries(CLOCK_PARTS).flatMap(([name, part]) => [
    member(name, 'timestamp -> int', (time: TimestampValue) => clockPart(time, part)),
    member(name, 'timestamp, string -> int', (time: TimestampValue, zone: string) =>
      clockPart(time, part, zone),
    ),
  ]),
  ...Object.entries(DURATION_PARTS).map(([name, unit]) =>
    member(name, 'duration -> int', ({ nanos }: DurationValue) => nanos / unit),
  ),
];

/** All forms of the operators and of the standard functions. */
export const OPERATORS: readonly Overload[] = [
  operator('_==_', 'A, A -> bool', equalValues, EQUAL_PRICE),
  operator('_!=_', 'A, A -> bool', differentValues, EQUAL_PRICE),
  ...orderForms('<', (order) => order < 0),
  ...orderForms('<=', (order) => order <= 0),
  ...orderForms('>', (order) => order > 0),
  ...orderForms('>=', (order) => order >= 0),
  ...ARITHMETIC,
  ...LOOKUPS,
  operator('!_', 'bool -> bool', not),
  operator('@in', 'A, list(A) -> bool', isIn, IN_LIST_PRICE),
  operator('@in', 'A, map(A, B) -> bool', isIn, flatPrice(1)),
  ...SIZED.map((type) => operator('size', `${type} -> int`, size)),
  ...SIZED.map((type) => totalMember('size', `${type} -> int`, size)),
  totalMember(
    'contains',
    'string, string -> bool',
    textTest((text, part) => text.includes(part)),
    CONTAINS_PRICE,
  ),
  totalMember(
    'startsWith',
    'string, string -> bool',
    textTest((text, part) => text.startsWith(part)),
    sharePrice(0.1, 1),
  ),
  totalMember(
    'endsWith',
    'string, string -> bool',
    textTest((text, part) => text.endsWith(part)),
    sharePrice(0.1, 1),
  ),
  ...TIME_PARTS,
];
