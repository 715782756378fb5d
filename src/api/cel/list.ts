// Lists. `a + b` only notes its two parts, so that adding long lists again and again stays cheap;
// the items are laid out when somebody walks over them.

import { CEL_ELEMENTS_MAX, refuseOverCost } from './meter.js';
import type { Value } from './value.js';

/** A list of values; immutable. */
export class CelList {
  readonly celType = 'list';
  readonly celSize: number;
  private flat: readonly Value[] | undefined;
  private parts: readonly [CelList, CelList] | undefined;

  private constructor(
    size: number,
    flat: readonly Value[] | undefined,
    parts: readonly [CelList, CelList] | undefined,
  ) {
    this.celSize = size;
    this.flat = flat;
    this.parts = parts;
  }

  /** A list of these items; the array must not change any more. */
  static of(items: readonly Value[]): CelList {
    return new CelList(items.length, items, undefined);
  }

  /** @throws CelLimitError when the list would have more elements than the cost limit has units */
  concat(other: CelList): CelList {
    if (other.celSize === 0) return this;
    if (this.celSize === 0) return other;
    const size = this.celSize + other.celSize;
    if (size > CEL_ELEMENTS_MAX) refuseOverCost();
    return new CelList(size, undefined, [this, other]);
  }

  /** The items in order. */
  get items(): readonly Value[] {
    if (this.flat === undefined) {
      this.flat = flatten(this.parts!);
      this.parts = undefined;
    }
    return this.flat;
  }

  /** The item at an index that is within the list. */
  at(index: number): Value {
    let list: CelList = this;
    let rest = index;
    while (list.flat === undefined) {
      const [left, right] = list.parts!;
      if (rest < left.celSize) {
        list = left;
      } else {
        rest -= left.celSize;
        list = right;
      }
    }
    return list.flat[rest]!;
  }
}

/** The list without elements. */
export const EMPTY_LIST = CelList.of([]);

function flatten(parts: readonly [CelList, CelList]): Value[] {
  const items: Value[] = [];
  const pending: CelList[] = [parts[1], parts[0]];
  for (let list = pending.pop(); list !== undefined; list = pending.pop()) {
    const nested = list['parts'];
    if (nested === undefined) {
      for (const item of list['flat']!) items.push(item);
    } else {
      pending.push(nested[1], nested[0]);
    }
  }
  return items;
}
