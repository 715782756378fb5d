// What the parent of partitions could still give, by what is taken of it: how many partitions of each profile at once,
// the largest one, and how much of each counter any set of partitions could draw. Exact, by looking at every set that
// can be taken on top of what is: a GPU with MIG has 2,320 of them, each of which is looked at once a run. Parents of
// far more sets than that are filled one by one instead, the largest partition first. Shared counters: KEP-4815.

/** Sets of partitions that are looked at, for one type of parent. */
const SETS_MAX = 10_000;
/** Partitions whose sets a number can name. */
const MEMBERS_MAX = 50;

/** A parent as all of its type are; places, counters and profiles by position. */
export interface PartitionLayout {
  /** Counters that are no places. */
  readonly counterValues: readonly number[];
  /** Profile of each partition. */
  readonly profiles: readonly number[];
  readonly profileCount: number;
  /** The places that each partition takes, as bits: counters of one that are taken whole (a GPU's memory slices). */
  readonly places: readonly number[];
  /** What each partition draws of each counter. */
  readonly amounts: readonly Float64Array[];
  /** Each partition in parts of its parent, by the counter of which it draws most. */
  readonly sizes: readonly number[];
}

/** What a parent could still give. */
export interface PartitionState {
  /** Partitions that could be taken at once, by profile, if all were of that profile. */
  readonly placeable: Float64Array;
  /** Size of the largest partition that could be taken; 0 where none could. */
  readonly largest: number;
  /** What is left of each counter beyond what any set of partitions could draw. */
  readonly stranded: Float64Array;
}

/** A state while its sets are looked at. */
interface Reach extends PartitionState {
  largest: number;
  /** The most that a set draws, by counter. */
  readonly drawn: Float64Array;
}

/** Numbers of partitions in a set that has a number: each is a power of two. */
const BITS = Array.from({ length: MEMBERS_MAX }, (_, member) => 2 ** member);

export class PartitionType {
  /** By the number of the set that is taken. */
  private readonly reaches = new Map<number, Reach>();
  /** Whether every set is looked at. */
  private isExact: boolean;
  private readonly used: Float64Array;
  private usedPlaces = 0;
  /** Partitions by size, the largest first. */
  private readonly order: readonly number[];

  constructor(readonly layout: PartitionLayout) {
    this.used = new Float64Array(layout.counterValues.length);
    this.isExact = layout.profiles.length <= MEMBERS_MAX;
    this.order = [...layout.sizes.keys()].sort(
      (left, right) => layout.sizes[right]! - layout.sizes[left]! || left - right,
    );
  }

  /** What a partition adds to the number of a set; where numbers do not reach, nothing. */
  bit(member: number): number {
    return this.layout.profiles.length > MEMBERS_MAX ? 0 : BITS[member]!;
  }

  /**
   * What is left while partitions are taken.
   *
   * @param taken - 1 for each partition that is taken; used as scratch, and the same afterwards
   * @param set - sum of their bits
   */
  state(taken: Uint8Array, set: number): PartitionState {
    const isNumbered = taken.length <= MEMBERS_MAX;
    const known = isNumbered ? this.reaches.get(set) : undefined;
    if (known) return known;
    this.drawTaken(taken);
    if (this.isExact) {
      const reach = this.reach(set, taken);
      if (this.isExact) return reach;
      this.reaches.clear();
    }
    const filled = this.fill(taken);
    if (isNumbered) this.reaches.set(set, filled);
    return filled;
  }

  private drawTaken(taken: Uint8Array): void {
    const { amounts, places } = this.layout;
    this.used.fill(0);
    this.usedPlaces = 0;
    for (let member = 0; member < taken.length; member++) {
      if (taken[member] === 0) continue;
      this.draw(amounts[member]!, 1);
      this.usedPlaces |= places[member]!;
    }
  }

  /** Looks at every set that can be taken on top of one; `used` is what that one draws. */
  private reach(set: number, taken: Uint8Array): Reach {
    const known = this.reaches.get(set);
    if (known) return known;
    const { amounts, places, profiles, sizes } = this.layout;
    const reach = this.nothing();
    if (this.reaches.size >= SETS_MAX) this.isExact = false;
    this.reaches.set(set, reach);
    const { usedPlaces } = this;
    for (let member = 0; member < taken.length && this.isExact; member++) {
      if (taken[member] === 1 || !this.fits(member)) continue;
      const profile = profiles[member]!;
      const amount = amounts[member]!;
      taken[member] = 1;
      this.draw(amount, 1);
      this.usedPlaces = usedPlaces | places[member]!;
      const next = this.reach(set + BITS[member]!, taken);
      this.usedPlaces = usedPlaces;
      this.draw(amount, -1);
      taken[member] = 0;
      const { placeable, drawn } = reach;
      placeable[profile] = Math.max(placeable[profile]!, 1 + next.placeable[profile]!);
      reach.largest = Math.max(reach.largest, sizes[member]!);
      for (let counter = 0; counter < drawn.length; counter++) {
        drawn[counter] = Math.max(drawn[counter]!, amount[counter]! + next.drawn[counter]!);
      }
    }
    this.noteStranded(reach);
    return reach;
  }

  /** Takes one after the other, for each profile and for all together. */
  private fill(taken: Uint8Array): Reach {
    const { amounts, places, profiles, profileCount, sizes } = this.layout;
    const reach = this.nothing();
    const { usedPlaces } = this;
    for (let profile = -1; profile < profileCount; profile++) {
      const filled: number[] = [];
      for (const member of this.order) {
        if (profile >= 0 && profiles[member] !== profile) continue;
        if (taken[member] === 1 || !this.fits(member)) continue;
        filled.push(member);
        this.draw(amounts[member]!, 1);
        this.usedPlaces |= places[member]!;
        reach.largest = Math.max(reach.largest, sizes[member]!);
      }
      for (const member of filled) {
        this.draw(amounts[member]!, -1);
        if (profile >= 0) reach.placeable[profile]!++;
        else addTo(reach.drawn, amounts[member]!);
      }
      this.usedPlaces = usedPlaces;
    }
    this.noteStranded(reach);
    return reach;
  }

  private noteStranded({ drawn, stranded }: Reach): void {
    const { counterValues } = this.layout;
    for (let counter = 0; counter < drawn.length; counter++) {
      const left = Math.max(0, counterValues[counter]! - this.used[counter]!);
      stranded[counter] = left - drawn[counter]!;
    }
  }

  private nothing(): Reach {
    return {
      placeable: new Float64Array(this.layout.profileCount),
      largest: 0,
      drawn: new Float64Array(this.used.length),
      stranded: new Float64Array(this.used.length),
    };
  }

  private fits(member: number): boolean {
    const { amounts, counterValues, places } = this.layout;
    if ((places[member]! & this.usedPlaces) !== 0) return false;
    const amount = amounts[member]!;
    for (let counter = 0; counter < amount.length; counter++) {
      if (this.used[counter]! + amount[counter]! > counterValues[counter]!) return false;
    }
    return true;
  }

  private draw(amount: Float64Array, sign: 1 | -1): void {
    for (let counter = 0; counter < amount.length; counter++) {
      this.used[counter]! += sign * amount[counter]!;
    }
  }
}

function addTo(sums: Float64Array, amounts: Float64Array): void {
  for (let index = 0; index < sums.length; index++) sums[index]! += amounts[index]!;
}
