// The pending-event set: a ladder queue on typed columns with the total order (time, priority,
// sequence). Simulated time never goes back, which lets buckets replace comparisons: an event is
// filed by arithmetic, sorted once among its few neighbours, and popped from the end of an array.
// After Tang, Goh and Thng, "Ladder queue: an O(1) priority queue structure for large-scale discrete
// event simulation" (ACM TOMACS 15(3), 2005). No event object exists: an event is a slot number.

import { assert } from '../errors.js';

/** Priorities go from 0 (first among equal times) to this. */
export const PRIORITY_MAX = 255;

// One double orders priority before sequence: 2^44 sequence numbers leave 9 bits for the priority.
const PRIORITY_STEP = 2 ** 44;
// A bucket of up to this many events is sorted, a fuller one is spread over a finer rung.
const SORT_MAX = 48;
// A bottom that pushes have grown beyond this goes back to a rung, all but its earliest time.
const BOTTOM_MAX = 256;
const RUNGS_MAX = 10;
const NONE = -1;

// The record of a slot: time, order, then a, b, next and state.
const DOUBLES = 4;
const INTS = 8;
const A = 4;
const B = 5;
const NEXT = 6;
const STATE = 7;
// A state: kind in 8 bits, one bit "pending", and a count of reuses by which stale handles show.
const PENDING = 0x100;
const REUSE = 0x200;
const HANDLE_STEP = 2 ** 22;

/** One rung of the ladder: buckets of equal width, each the head of a list of slots. */
interface Rung {
  heads: Int32Array;
  bucketCount: number;
  /** First bucket that may still hold events. */
  current: number;
  startUs: number;
  widthUs: number;
  /** Events at or after this lie outside, although the last bucket may reach further. */
  endUs: number;
}

/**
 * Events ordered by (time, priority, sequence), each with a kind and two integers as its content.
 *
 * Times are integer microseconds and never earlier than the last popped event. `pop` fills the
 * fields `timeUs`, `kind`, `a` and `b`, so that no event is boxed.
 */
export class EventQueue {
  /** Time of the last popped event, microseconds. */
  timeUs = 0;
  kind = 0;
  a = 0;
  b = 0;
  /** Order key (priority and sequence) of the last popped event. */
  private order = 0;

  // One record of 32 bytes a slot, two to a cache line; a column each was 10% slower.
  private doubles: Float64Array;
  private ints: Int32Array;
  private free = NONE;
  private slotCount = 0;
  private sequence = 0;
  private liveCount = 0;

  // The bottom is sorted from early to late and lies between two gaps: an insertion shifts the shorter
  // side, so that ties arrive at the end for nothing.
  private bottom: Int32Array;
  private bottomFirst = 0;
  private bottomLast = 0;
  /** Events earlier than this belong to the bottom. */
  private bottomEndUs = 0;
  private readonly rungs: Rung[] = [];
  private rungCount = 0;
  // Events later than all rungs wait unsorted.
  private topHead = NONE;
  private topCount = 0;
  private topMinUs = Infinity;
  private topMaxUs = -Infinity;
  /** Events at or after this go to the top. */
  private topStartUs = 0;

  constructor(capacity = 1024) {
    this.doubles = new Float64Array(capacity * DOUBLES);
    this.ints = new Int32Array(this.doubles.buffer);
    this.bottom = new Int32Array(1024);
  }

  /** Events that are pending and not cancelled. */
  get size(): number {
    return this.liveCount;
  }

  /**
   * Adds an event and returns the handle that `cancel` takes.
   *
   * @param timeUs - integer microseconds, not before the last popped event
   * @param priority - 0 to {@link PRIORITY_MAX}; lower goes first among equal times
   * @param kind - what the handler dispatches on
   */
  push(timeUs: number, priority: number, kind: number, a: number, b: number): number {
    return this.pushOrdered(timeUs, priority * PRIORITY_STEP + this.sequence++, kind, a, b);
  }

  private pushOrdered(timeUs: number, order: number, kind: number, a: number, b: number): number {
    if (timeUs < this.timeUs) assert(false, 'an event must not lie in the past');
    let slot = this.free;
    if (slot === NONE) {
      if (this.slotCount * DOUBLES === this.doubles.length) this.grow();
      slot = this.slotCount++;
    } else {
      this.free = this.ints[slot * INTS + NEXT]!;
    }
    const { doubles, ints } = this;
    doubles[slot * DOUBLES] = timeUs;
    doubles[slot * DOUBLES + 1] = order;
    ints[slot * INTS + A] = a;
    ints[slot * INTS + B] = b;
    const state = (ints[slot * INTS + STATE]! & -REUSE) | PENDING | kind;
    ints[slot * INTS + STATE] = state;
    this.liveCount++;
    this.file(slot, timeUs, order);
    return slot * HANDLE_STEP + ((state >>> 9) & 0x3fffff);
  }

  /** Takes the sequence numbers that a lane of `count` events needs; returns the first. */
  reserveSequence(count: number): number {
    const first = this.sequence;
    this.sequence += count;
    return first;
  }

  /** Cancels a pending event; false when it was popped or cancelled before. */
  cancel(handle: number): boolean {
    const slot = Math.floor(handle / HANDLE_STEP);
    if (slot >= this.slotCount) return false;
    const state = this.ints[slot * INTS + STATE]!;
    if ((state & PENDING) === 0 || ((state >>> 9) & 0x3fffff) !== handle % HANDLE_STEP)
      return false;
    // The slot stays filed; pop recognises it by the cleared bit and frees it.
    this.ints[slot * INTS + STATE] = state - PENDING;
    this.liveCount--;
    return true;
  }

  /** Time of the next event, or Infinity when none is pending. */
  nextTimeUs(): number {
    return this.prepare() ? this.doubles[this.bottom[this.bottomFirst]! * DOUBLES]! : Infinity;
  }

  /** Whether the next event comes before the given (time, order); for side lanes. */
  comesBefore(timeUs: number, order: number): boolean {
    if (!this.prepare()) return false;
    const slot = this.bottom[this.bottomFirst]!;
    const nextUs = this.doubles[slot * DOUBLES]!;
    return nextUs < timeUs || (nextUs === timeUs && this.doubles[slot * DOUBLES + 1]! < order);
  }

  /** Takes the next event into the fields; false when none is pending. */
  pop(): boolean {
    if (!this.prepare()) return false;
    const slot = this.bottom[this.bottomFirst++]!;
    const { doubles, ints } = this;
    this.timeUs = doubles[slot * DOUBLES]!;
    this.order = doubles[slot * DOUBLES + 1]!;
    this.a = ints[slot * INTS + A]!;
    this.b = ints[slot * INTS + B]!;
    this.kind = ints[slot * INTS + STATE]! & 0xff;
    this.liveCount--;
    this.release(slot);
    return true;
  }

  /** Puts a lane's event into the fields, as `pop` does for a filed one. */
  take(timeUs: number, order: number, kind: number, a: number): void {
    this.timeUs = timeUs;
    this.order = order;
    this.kind = kind;
    this.a = a;
    this.b = 0;
  }

  /** Priority of the last popped event. */
  get priority(): number {
    return Math.floor(this.order / PRIORITY_STEP);
  }

  /** Moves the clock forward without an event: later pushes must not lie before it. */
  advanceTo(timeUs: number): void {
    assert(timeUs >= this.timeUs, 'the clock must not go back');
    this.timeUs = timeUs;
  }

  /** A copy with the same pending events, clock and sequence: both go on independently. */
  fork(): EventQueue {
    const copy = new EventQueue(1);
    const doubles = this.doubles.slice();
    const bottom = this.bottom.slice();
    const rungs = this.rungs.map((rung) => ({ ...rung, heads: rung.heads.slice() }));
    Object.assign(copy, this, {
      doubles,
      ints: new Int32Array(doubles.buffer),
      bottom,
      rungs,
    });
    return copy;
  }

  private file(slot: number, timeUs: number, order: number): void {
    if (timeUs < this.bottomEndUs) {
      this.insertBottom(slot, timeUs, order);
      return;
    }
    if (timeUs >= this.topStartUs) {
      this.ints[slot * INTS + NEXT] = this.topHead;
      this.topHead = slot;
      this.topCount++;
      if (timeUs < this.topMinUs) this.topMinUs = timeUs;
      if (timeUs > this.topMaxUs) this.topMaxUs = timeUs;
      return;
    }
    for (let index = this.rungCount - 1; index >= 0; index--) {
      const rung = this.rungs[index]!;
      if (timeUs < rung.endUs) {
        const bucket = Math.floor((timeUs - rung.startUs) / rung.widthUs);
        this.ints[slot * INTS + NEXT] = rung.heads[bucket]!;
        rung.heads[bucket] = slot;
        return;
      }
    }
    assert(false, 'an event before the top must lie on a rung');
  }

  private insertBottom(slot: number, timeUs: number, order: number): void {
    if (this.bottomFirst === 0 || this.bottomLast === this.bottom.length) this.centreBottom();
    const { bottom, doubles } = this;
    let low = this.bottomFirst;
    let high = this.bottomLast;
    while (low < high) {
      const middle = (low + high) >>> 1;
      const other = bottom[middle]! * DOUBLES;
      const otherUs = doubles[other]!;
      if (otherUs < timeUs || (otherUs === timeUs && doubles[other + 1]! < order)) low = middle + 1;
      else high = middle;
    }
    if (low - this.bottomFirst < this.bottomLast - low) {
      bottom.copyWithin(this.bottomFirst - 1, this.bottomFirst, low);
      this.bottomFirst--;
      bottom[low - 1] = slot;
    } else {
      bottom.copyWithin(low + 1, low, this.bottomLast);
      bottom[low] = slot;
      this.bottomLast++;
    }
    if (this.bottomLast - this.bottomFirst > BOTTOM_MAX) this.spillBottom();
  }

  /** Puts all bottom events but those of the earliest time onto a rung of their own. */
  private spillBottom(): void {
    const { bottom, doubles, ints } = this;
    const startUs = doubles[bottom[this.bottomFirst]! * DOUBLES]! + 1;
    if (this.rungCount === RUNGS_MAX || this.bottomEndUs - startUs < 2) return;
    // Mostly ties: spreading would not help.
    const middle = bottom[(this.bottomFirst + this.bottomLast) >>> 1]! * DOUBLES;
    if (doubles[middle]! < startUs) return;
    let head = NONE;
    let index = this.bottomLast;
    for (; doubles[bottom[index - 1]! * DOUBLES]! >= startUs; index--) {
      const slot = bottom[index - 1]!;
      ints[slot * INTS + NEXT] = head;
      head = slot;
    }
    const count = this.bottomLast - index;
    this.bottomLast = index;
    this.openRung(head, count, startUs, this.bottomEndUs);
    this.bottomEndUs = startUs;
  }

  /** Moves the bottom to the middle of its array, a larger one when it is half full. */
  private centreBottom(): void {
    const count = this.bottomLast - this.bottomFirst;
    const old = this.bottom;
    if (count * 2 > old.length) this.bottom = new Int32Array(old.length * 2);
    const first = (this.bottom.length - count) >>> 1;
    if (this.bottom === old) old.copyWithin(first, this.bottomFirst, this.bottomLast);
    else this.bottom.set(old.subarray(this.bottomFirst, this.bottomLast), first);
    this.bottomFirst = first;
    this.bottomLast = first + count;
  }

  /** Brings a live event to the end of the bottom; false when none is pending. */
  private prepare(): boolean {
    for (;;) {
      while (this.bottomLast > this.bottomFirst) {
        const slot = this.bottom[this.bottomFirst]!;
        if ((this.ints[slot * INTS + STATE]! & PENDING) !== 0) return true;
        this.bottomFirst++;
        this.release(slot);
      }
      if (!this.refillBottom()) return false;
    }
  }

  private refillBottom(): boolean {
    for (;;) {
      if (this.rungCount === 0) {
        if (this.topCount === 0) {
          this.bottomEndUs = 0;
          this.topStartUs = 0;
          return false;
        }
        this.openTop();
      }
      const rung = this.rungs[this.rungCount - 1]!;
      const { heads, bucketCount } = rung;
      let bucket = rung.current;
      while (bucket < bucketCount && heads[bucket] === NONE) bucket++;
      if (bucket === bucketCount) {
        this.rungCount--;
        continue;
      }
      const head = heads[bucket]!;
      heads[bucket] = NONE;
      rung.current = bucket + 1;
      const startUs = rung.startUs + bucket * rung.widthUs;
      const endUs = Math.min(startUs + rung.widthUs, rung.endUs);
      if (this.sortBucket(head, startUs, endUs)) {
        this.bottomEndUs = endUs;
        return true;
      }
    }
  }

  /** Sorts a bucket into the empty bottom, or spreads it over a new rung (then false). */
  private sortBucket(head: number, startUs: number, endUs: number): boolean {
    const { ints } = this;
    let count = 0;
    for (let slot = head; slot !== NONE; slot = ints[slot * INTS + NEXT]!) {
      if (count === this.bottom.length) this.bottom = growTo(this.bottom);
      this.bottom[count++] = slot;
    }
    if (count > SORT_MAX && endUs - startUs > 1 && this.rungCount < RUNGS_MAX) {
      this.openRung(head, count, startUs, endUs);
      return false;
    }
    if (count > SORT_MAX) this.sortLarge(count);
    else this.sortSmall(count);
    this.bottomFirst = 0;
    this.bottomLast = count;
    return true;
  }

  private sortSmall(count: number): void {
    const { bottom, doubles } = this;
    for (let index = 1; index < count; index++) {
      const slot = bottom[index]!;
      const timeUs = doubles[slot * DOUBLES]!;
      const order = doubles[slot * DOUBLES + 1]!;
      let hole = index;
      while (hole > 0) {
        const other = bottom[hole - 1]!;
        const otherUs = doubles[other * DOUBLES]!;
        if (otherUs < timeUs || (otherUs === timeUs && doubles[other * DOUBLES + 1]! < order))
          break;
        bottom[hole--] = other;
      }
      bottom[hole] = slot;
    }
  }

  private sortLarge(count: number): void {
    const { doubles } = this;
    const slots = this.bottom.subarray(0, count);
    // Lists hold the latest push first, so that ties of one priority only need to be turned around.
    slots.reverse();
    const compare = (left: number, right: number) =>
      doubles[left * DOUBLES]! - doubles[right * DOUBLES]! ||
      doubles[left * DOUBLES + 1]! - doubles[right * DOUBLES + 1]!;
    for (let index = 1; index < count; index++) {
      if (compare(slots[index - 1]!, slots[index]!) > 0) {
        slots.sort(compare);
        return;
      }
    }
  }

  private openTop(): void {
    const head = this.topHead;
    const count = this.topCount;
    const endUs = this.topMaxUs + 1;
    const startUs = this.topMinUs;
    this.topHead = NONE;
    this.topCount = 0;
    this.topMinUs = Infinity;
    this.topMaxUs = -Infinity;
    this.openRung(head, count, startUs, endUs);
    this.topStartUs = endUs;
    // Times before the first bucket are empty, but may be pushed to.
    this.bottomEndUs = startUs;
  }

  /** Spreads a list of slots over a new rung with about one event a bucket. */
  private openRung(head: number, count: number, startUs: number, endUs: number): void {
    const widthUs = Math.max(1, Math.ceil((endUs - startUs) / count));
    const bucketCount = Math.ceil((endUs - startUs) / widthUs);
    const index = this.rungCount++;
    let rung = this.rungs[index];
    if (!rung || rung.heads.length < bucketCount) {
      const heads = new Int32Array(Math.max(64, 2 ** (32 - Math.clz32(bucketCount))));
      rung = { heads, bucketCount, current: 0, startUs, widthUs, endUs };
      this.rungs[index] = rung;
    }
    rung.heads.fill(NONE, 0, bucketCount);
    rung.bucketCount = bucketCount;
    rung.current = 0;
    rung.startUs = startUs;
    rung.widthUs = widthUs;
    rung.endUs = endUs;
    const { ints, doubles } = this;
    const { heads } = rung;
    let slot = head;
    while (slot !== NONE) {
      const next = ints[slot * INTS + NEXT]!;
      const bucket = Math.floor((doubles[slot * DOUBLES]! - startUs) / widthUs);
      ints[slot * INTS + NEXT] = heads[bucket]!;
      heads[bucket] = slot;
      slot = next;
    }
  }

  private release(slot: number): void {
    const { ints } = this;
    ints[slot * INTS + STATE] = (ints[slot * INTS + STATE]! & -REUSE) + REUSE;
    ints[slot * INTS + NEXT] = this.free;
    this.free = slot;
  }

  private grow(): void {
    this.doubles = growTo(this.doubles, Math.max(64 * DOUBLES, this.doubles.length * 2));
    this.ints = new Int32Array(this.doubles.buffer);
  }
}

function growTo<T extends Float64Array | Int32Array>(column: T, length = column.length * 2): T {
  const larger = new (column.constructor as new (length: number) => T)(length);
  larger.set(column);
  return larger;
}
