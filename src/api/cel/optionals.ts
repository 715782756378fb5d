// The functions on optional values.

import { CelList } from './list.js';
import { CelMap } from './map.js';
import { flatPrice, type Price } from './price.js';
import { global, member, type Overload } from './signature.js';
import { DurationValue, TimestampValue } from './timevalue.js';
import { Fault, Optional, type Result, sizeOf, Uint, type Value } from './value.js';

const NO_VALUE = new Fault('optional.none() dereference');

function ofNonZero(value: Value): Result {
  return isZero(value) ? Optional.NONE : Optional.of(value);
}

function isZero(value: Value): boolean {
  if (value === null || value === false || value === '' || value === 0n || value === 0) return true;
  if (value instanceof Uint) return value.value === 0n;
  if (value instanceof Uint8Array || value instanceof CelList || value instanceof CelMap) {
    return sizeOf(value) === 0;
  }
  if (value instanceof DurationValue) return value.nanos === 0n;
  if (value instanceof Optional) return value.value === undefined;
  return value instanceof TimestampValue && value.nanos === -62_135_596_800_000_000_000n;
}

function unwrap(list: CelList): Result {
  const values: Value[] = [];
  for (const item of list.items) {
    if (item instanceof Optional) {
      if (item.value !== undefined) values.push(item.value);
    } else {
      values.push(item);
    }
  }
  return CelList.of(values);
}

/** These go on to their argument only where there is no value; that charges nothing. */
const ALTERNATIVE_PRICE: Price = { estimate: () => 1n, charge: () => 0 };

/** The functions on optional values of all versions. */
export const OPTIONAL_FUNCTIONS: readonly Overload[] = [
  global('optional.of', 'A -> optional(A)', (value: Value) => Optional.of(value)),
  global('optional.ofNonZeroValue', 'A -> optional(A)', ofNonZero),
  global('optional.none', ' -> optional(A)', () => Optional.NONE),
  member('hasValue', 'optional(A) -> bool', ({ value }: Optional) => value !== undefined),
  member('value', 'optional(A) -> A', ({ value }: Optional) =>
    value === undefined ? NO_VALUE : value,
  ),
  member(
    'or',
    'optional(A), optional(A) -> optional(A)',
    (a: Optional, b: Optional) => (a.value === undefined ? b : a),
    ALTERNATIVE_PRICE,
  ),
  member(
    'orValue',
    'optional(A), A -> A',
    (a: Optional, b: Value) => (a.value === undefined ? b : a.value),
    ALTERNATIVE_PRICE,
  ),
];

/** New with the extended list functions, in 1.34. */
export const UNWRAP_FUNCTIONS: readonly Overload[] = [
  global('optional.unwrap', 'list(optional(A)) -> list(A)', unwrap, flatPrice(1)),
  member('unwrapOpt', 'list(optional(A)) -> list(A)', unwrap, flatPrice(1)),
];
