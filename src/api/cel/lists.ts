// Functions on lists: those of the Kubernetes library, the extended ones of version 3, and sets.

import { addValues } from './arithmetic.js';
import { compareValues, isEqual } from './compare.js';
import { CelList } from './list.js';
import { CEL_ELEMENTS_MAX, type Meter, refuseOverCost } from './meter.js';
import { constantInt, costSize, type Price, type PricedOperand, walkCost } from './price.js';
import { global, member, type Overload, totalMember } from './signature.js';
import {
  addSaturating,
  exactSize,
  multiplySaturating,
  type Size,
  scaleUp,
  UNBOUNDED,
  UNKNOWN_SIZE,
} from './size.js';
import { DurationValue } from './timevalue.js';
import { Fault, Optional, type Result, typeName, Uint, type Value } from './value.js';

// Elements that have no order with each other count as sorted, and are never smaller or larger.
function isSorted(list: CelList): Result {
  const { items } = list;
  for (let index = 1; index < items.length; index++) {
    if (order(items[index - 1]!, items[index]!) > 0) return false;
  }
  return true;
}

function order(a: Value, b: Value): number {
  const result = compareValues(a, b);
  return typeof result === 'number' ? result : 0;
}

const extreme = (name: string, sign: 1 | -1) => (list: CelList) => {
  if (list.celSize === 0) return new Fault(`${name} called on empty list`);
  let found = list.at(0);
  for (const item of list.items) {
    if (order(item, found) * sign > 0) found = item;
  }
  return found;
};

const sumFrom = (zero: Value) => (list: CelList) => {
  let sum: Result = zero;
  for (const item of list.items) {
    sum = addValues(sum, item);
    if (sum instanceof Fault) return sum;
  }
  return sum;
};

function indexOf(list: CelList, wanted: Value, meter: Meter): Result {
  const { items } = list;
  for (let index = 0; index < items.length; index++) {
    if (isEqual(items[index]!, wanted, meter)) return BigInt(index);
  }
  return -1n;
}

function lastIndexOf(list: CelList, wanted: Value, meter: Meter): Result {
  const { items } = list;
  for (let index = items.length - 1; index >= 0; index--) {
    if (isEqual(items[index]!, wanted, meter)) return BigInt(index);
  }
  return -1n;
}

const INCLUDES_MAX = 48;

/** `includes` of 1.37, and of 1.36, which looks at the first 48 elements only. */
const includes = (isLimited: boolean) => (target: Value, wanted: Value, meter: Meter) => {
  if (!(target instanceof CelList)) return isEqual(target, wanted, meter);
  const found = indexOf(target, wanted, meter) as bigint;
  if (isLimited && target.celSize > INCLUDES_MAX && (found < 0n || found >= INCLUDES_MAX)) {
    return new Fault(
      `'includes' function cannot be applied to lists longer than ${INCLUDES_MAX} values`,
    );
  }
  return found >= 0n;
};

function slice(list: CelList, from: bigint, to: bigint): Result {
  const what = `cannot slice(${from}, ${to})`;
  if (from < 0n || to < 0n) return new Fault(`${what}, negative indexes not supported`);
  if (from > to) return new Fault(`${what}, start index must be less than or equal to end index`);
  if (to > BigInt(list.celSize)) return new Fault(`${what}, list is length ${list.celSize}`);
  return CelList.of(list.items.slice(Number(from), Number(to)));
}

function flattenOnce(list: CelList, meter: Meter): Result {
  return flatten(list, 1n, meter);
}

function flatten(list: CelList, depth: bigint, meter: Meter): Result {
  if (depth < 0n) return new Fault('level must be non-negative');
  const items: Value[] = [];
  const pending: { list: CelList; at: number; depth: bigint }[] = [{ list, at: 0, depth }];
  for (let top = pending.at(-1); top !== undefined; top = pending.at(-1)) {
    if (top.at === top.list.celSize) {
      pending.pop();
      continue;
    }
    meter.work(1);
    const item = top.list.items[top.at++]!;
    if (item instanceof CelList && top.depth > 0n) {
      pending.push({ list: item, at: 0, depth: top.depth - 1n });
    } else {
      items.push(item);
      if (items.length > CEL_ELEMENTS_MAX) refuseOverCost();
    }
  }
  return CelList.of(items);
}

function sort(list: Value): Result {
  if (list instanceof CelList) return sortByKeys(list, list);
  return new Fault(`no such overload: sort(${typeName(list)})`);
}

/** Sorts a list by the keys of its elements. */
export function sortByKeys(list: CelList, keys: CelList): Result {
  const items = keys.items;
  if (items.length === 0) return list;
  const first = items[0]!;
  for (const item of items) {
    const result = compareValues(item, item);
    if (result === undefined) return new Fault('list elements must be comparable');
    if (!isSameType(first, item)) return new Fault('list elements must have the same type');
  }
  const indexes = items.map((_, index) => index);
  indexes.sort((a, b) => order(items[a]!, items[b]!) || a - b);
  return CelList.of(indexes.map((index) => list.items[index]!));
}

function isSameType(a: Value, b: Value): boolean {
  if (typeof a !== 'object' || a === null) return typeof a === typeof b;
  return typeof b === 'object' && b !== null && a.constructor === b.constructor;
}

function distinct(list: CelList, meter: Meter): Result {
  const found: Value[] = [];
  for (const item of list.items) {
    if (!found.some((other) => isEqual(other, item, meter))) found.push(item);
  }
  return CelList.of(found);
}

function reverse(list: CelList): Result {
  return CelList.of([...list.items].reverse());
}

function range(size: bigint): Result {
  if (size < 0n) return new Fault(`lists.range: size must be non-negative, got ${size}`);
  if (size > BigInt(CEL_ELEMENTS_MAX)) refuseOverCost();
  return CelList.of(Array.from({ length: Number(size) }, (_, index) => BigInt(index)));
}

function first(list: CelList): Result {
  return list.celSize === 0 ? Optional.NONE : Optional.of(list.at(0));
}

function last(list: CelList): Result {
  return list.celSize === 0 ? Optional.NONE : Optional.of(list.at(list.celSize - 1));
}

function contains(a: CelList, b: CelList, meter: Meter): boolean {
  return b.items.every((wanted) => a.items.some((item) => isEqual(wanted, item, meter)));
}

function equivalent(a: CelList, b: CelList, meter: Meter): Result {
  return contains(a, b, meter) && contains(b, a, meter);
}

function intersects(a: CelList, b: CelList, meter: Meter): Result {
  return a.items.some((item) => b.items.some((other) => isEqual(item, other, meter)));
}

// The size of elements is not looked up, even where it is known.
function walkPrice(element: bigint): Price {
  return {
    estimate: ([list]) => multiplySaturating(list!.size.max, element),
    charge: ([list]) => walkCost(list!),
    byName: true,
  };
}

const WALK_PRICE = walkPrice(1n);
const WALK_TEXTS_PRICE = walkPrice(addSaturating(1n, scaleUp(UNBOUNDED, 0.1)));

/** A new list costs 10, the call 1, the rest comes on top. */
const NEW_LIST = 11n;

function priceOfNew(
  work: (operands: readonly PricedOperand[]) => bigint,
  charge: Price['charge'],
  result: (operands: readonly PricedOperand[]) => Size,
): Price {
  return {
    estimate: (operands) => addSaturating(work(operands), NEW_LIST),
    charge: (values) => charge(values) + Number(NEW_LIST),
    result,
  };
}

const sizeOfTarget = ([list]: readonly PricedOperand[]) => list!.size;

function rangeSize([size]: readonly PricedOperand[]): Size {
  const constant = constantInt(size);
  if (constant === undefined) return UNKNOWN_SIZE;
  return constant < 0n ? exactSize(0) : { min: constant, max: constant };
}

function sliceSize([list, from, to]: readonly PricedOperand[]): Size {
  const start = constantInt(from);
  const end = constantInt(to);
  if (start === undefined || end === undefined) return list!.size;
  return start > end ? exactSize(0) : { min: end - start, max: end - start };
}

function flattenWork([list, depth]: readonly PricedOperand[]): bigint {
  const levels = depth === undefined ? 1n : constantInt(depth);
  if (levels === undefined) return UNBOUNDED;
  return levels < 0n ? 0n : multiplySaturating(list!.size.max, levels);
}

function square(size: bigint): bigint {
  return multiplySaturating(size, size);
}

/** Comparing all elements with each other. */
function pairsPrice(ofText: boolean): Price {
  return priceOfNew(
    ([list]) => {
      const pairs = square(list!.size.max);
      return ofText ? scaleUp(pairs, 2.1) : multiplySaturating(pairs, 2n);
    },
    ([list]) => {
      const size = costSize(list!);
      const hasTexts = list instanceof CelList && size > 0 && isText(list.at(0));
      return hasTexts ? Math.floor(2.1 * size * size) : 2 * size * size;
    },
    ([list]) => ({ min: square(list!.size.min), max: square(list!.size.max) }),
  );
}

function isText(value: Value): boolean {
  return typeof value === 'string' || value instanceof Uint8Array;
}

const DISTINCT_PRICE = pairsPrice(false);
/** The price of sorting. */
const SORT_PRICE = DISTINCT_PRICE;
/** The price of sorting texts. */
const SORT_TEXTS_PRICE = pairsPrice(true);

function setPrice(factor: number): Price {
  return {
    estimate: ([a, b]) => {
      const pairs = multiplySaturating(a!.size.max, b!.size.max);
      return addSaturating(multiplySaturating(pairs, BigInt(factor)), 1n);
    },
    charge: ([a, b]) => factor * costSize(a!) * costSize(b!) + 1,
  };
}

// An empty list literal takes the type of the first form.
const ORDERED = ['int', 'uint', 'double', 'bool', 'duration', 'timestamp', 'string', 'bytes'];
const ZEROS: readonly [string, Value][] = [
  ['int', 0n],
  ['uint', new Uint(0n)],
  ['double', 0],
  ['duration', new DurationValue(0n)],
];

const priceOver = (element: string) =>
  element === 'string' || element === 'bytes' ? WALK_TEXTS_PRICE : WALK_PRICE;

/** Of a function whose element type is a parameter, the operand tells. */
const SEARCH_PRICE: Price = {
  ...WALK_PRICE,
  estimate: (operands) => {
    const [element] = operands[0]!.type.params;
    return priceOver(element?.kind ?? 'dyn').estimate(operands);
  },
};

/** The list functions of the Kubernetes library. */
export const LIST_FUNCTIONS: readonly Overload[] = [
  ...ORDERED.flatMap((type) => [
    member('isSorted', `list(${type}) -> bool`, isSorted, priceOver(type)),
    member('min', `list(${type}) -> ${type}`, extreme('min', -1), priceOver(type)),
    member('max', `list(${type}) -> ${type}`, extreme('max', 1), priceOver(type)),
  ]),
  ...ZEROS.map(([type, zero]) =>
    member('sum', `list(${type}) -> ${type}`, sumFrom(zero), WALK_PRICE),
  ),
  member('indexOf', 'list(A), A -> int', indexOf, SEARCH_PRICE),
  member('lastIndexOf', 'list(A), A -> int', lastIndexOf, SEARCH_PRICE),
];

/** `includes`, as 1.36 (`isLimited`) and as later versions have it. */
export function includesFunctions(isLimited: boolean): readonly Overload[] {
  return [totalMember('includes', 'dyn, dyn -> bool', includes(isLimited), SEARCH_PRICE)];
}

/** The extended list functions, version 3. */
export const EXTENDED_LIST_FUNCTIONS: readonly Overload[] = [
  member('slice', 'list(A), int, int -> list(A)', slice, {
    ...priceOfNew(
      (operands) => sliceSize(operands).max,
      ([list, from, to]) => Math.min(costSize(list!), Math.max(0, Number(to) - Number(from))),
      sliceSize,
    ),
  }),
  member(
    'flatten',
    'list(list(A)) -> list(A)',
    flattenOnce,
    priceOfNew(flattenWork, ([list]) => costSize(list!), sizeOfTarget),
  ),
  member(
    'flatten',
    'list(dyn), int -> list(dyn)',
    flatten,
    priceOfNew(
      flattenWork,
      ([list, depth]) => costSize(list!) * Math.max(0, Number(depth)),
      sizeOfTarget,
    ),
  ),
  ...ORDERED.map((type) =>
    totalMember(
      'sort',
      `list(${type}) -> list(${type})`,
      sort,
      type === 'string' || type === 'bytes' ? SORT_TEXTS_PRICE : SORT_PRICE,
    ),
  ),
  member('distinct', 'list(A) -> list(A)', distinct, DISTINCT_PRICE),
  member(
    'reverse',
    'list(A) -> list(A)',
    reverse,
    priceOfNew(
      ([list]) => list!.size.max,
      ([list]) => costSize(list!),
      sizeOfTarget,
    ),
  ),
  global(
    'lists.range',
    'int -> list(int)',
    range,
    priceOfNew(
      (operands) => rangeSize(operands).max,
      ([size]) => Math.max(0, Number(size)),
      rangeSize,
    ),
  ),
  member('first', 'list(A) -> optional(A)', first),
  member('last', 'list(A) -> optional(A)', last),
];

/** The functions that take lists as sets. */
export const SET_FUNCTIONS: readonly Overload[] = [
  global('sets.contains', 'list(A), list(A) -> bool', contains, setPrice(1)),
  global('sets.intersects', 'list(A), list(A) -> bool', intersects, setPrice(1)),
  global('sets.equivalent', 'list(A), list(A) -> bool', equivalent, setPrice(2)),
];
