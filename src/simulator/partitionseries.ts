// Fragmentation of devices that are partitioned, over time and by kind of device: how many partitions of each profile
// could still be taken at once over the whole cluster, the largest of them in parts of its parent, and what is left of
// each counter that no partition could draw any more. By the counters alone; nodes, taints and selectors play no part.
// Only the parent of a partition that is taken or given back is looked at anew.

import type { DeviceTable } from '../cluster/devices.js';
import { Interner } from '../cluster/interner.js';
import type { FollowedSeries } from './followedseries.js';
import type { Measure } from './measures.js';
import { type PartitionLayout, type PartitionState, PartitionType } from './partitiontype.js';
import type { Run } from './simulator.js';

/** Partitions of one kind of device; means over time. */
export interface PartitionsResult {
  kind: string;
  parents: number;
  /** The largest partition that could be taken, in parts of its parent, 0 to 1. */
  largestMean: number;
  /** By profile. */
  placeableMean: Record<string, number>;
  /** By counter, of what all parents have of it; places (counters of one) are left out. */
  strandedPercentMean: Record<string, number>;
}

/** Places that the bits of a number can tell apart. */
const SLOTS_MAX = 31;

/** Attributes that name what is the same in partitions of one shape. */
const PROFILE_ATTRIBUTES = ['profile', 'type'];

/** Parents of one kind of device, and what they could give together. */
interface Kind {
  readonly name: string;
  parents: number;
  readonly profiles: Interner;
  readonly counters: Interner;
  readonly placeable: number[];
  readonly stranded: number[];
  /** What all parents have, by counter. */
  readonly sizes: number[];
  /** Parents by the size of the largest partition that each could give. */
  readonly largest: { readonly size: number; parents: number }[];
  largestColumn: number;
  readonly placeableColumns: number[];
  readonly strandedColumns: number[];
}

/** Parents that are alike: their layout, and what its positions are to their kind. */
interface Alike {
  readonly type: PartitionType;
  readonly kind: Kind;
  /** Profiles and counters of the kind, by position in the layout. */
  readonly profileOf: readonly number[];
  readonly counterOf: readonly number[];
}

interface Parent {
  readonly alike: Alike;
  /** 1 for each partition that is taken, and the number of that set. */
  readonly taken: Uint8Array;
  set: number;
  state: PartitionState;
}

export class PartitionSeries implements Measure {
  private readonly devices: DeviceTable;
  private readonly series: FollowedSeries;
  private readonly kinds: Kind[] = [];
  private readonly parents: (Parent | undefined)[] = [];
  private readonly alike: Alike[] = [];
  /** Position of each partition in its parent. */
  private readonly memberOf: Int32Array;

  constructor(private readonly run: Pick<Run, 'input' | 'use' | 'recorder'>) {
    this.devices = run.input.cluster.devices;
    this.series = run.recorder.followed;
    this.memberOf = new Int32Array(this.devices.count);
    const members: (number[] | undefined)[] = [];
    const { consumeStart, count } = this.devices;
    for (let device = 0; device < count; device++) {
      if (consumeStart[device] === consumeStart[device + 1]) continue;
      (members[run.use.unit(device)] ??= []).push(device);
    }
    members.forEach((devices, unit) => {
      if (devices) this.addParent(unit, devices);
    });
    for (const kind of this.kinds) this.addSeries(kind);
  }

  used(unit: number, _before: number, _after: number, device: number): void {
    const parent = this.parents[unit];
    if (!parent || !this.take(parent, device)) return;
    const state = parent.alike.type.state(parent.taken, parent.set);
    this.replace(parent, state);
    parent.state = state;
  }

  result(): PartitionsResult[] {
    const { series } = this;
    const means = (names: Interner, columns: readonly number[]) =>
      Object.fromEntries(
        columns.map((column, index) => [names.text(index), round(series.mean(column)!)]),
      );
    return this.kinds.map((kind) => ({
      kind: kind.name,
      parents: kind.parents,
      largestMean: round(series.mean(kind.largestColumn)!),
      placeableMean: means(kind.profiles, kind.placeableColumns),
      strandedPercentMean: means(kind.counters, kind.strandedColumns),
    }));
  }

  private addParent(unit: number, members: readonly number[]): void {
    const alike = this.alikeOf(members);
    const { kind } = alike;
    kind.parents++;
    const { type } = alike;
    const none = {
      placeable: new Float64Array(type.layout.profileCount),
      largest: Number.NaN,
      stranded: new Float64Array(type.layout.counterValues.length),
    };
    const parent: Parent = { alike, taken: new Uint8Array(members.length), set: 0, state: none };
    this.parents[unit] = parent;
    members.forEach((device, member) => {
      this.memberOf[device] = member;
      this.take(parent, device);
    });
    const state = type.state(parent.taken, parent.set);
    this.replace(parent, state);
    parent.state = state;
    type.layout.counterValues.forEach((value, position) => {
      kind.sizes[alike.counterOf[position]!]! += value;
    });
  }

  /** Notes whether a partition is taken; false where that is known. */
  private take(parent: Parent, device: number): boolean {
    const { holder, shares } = this.devices;
    const member = this.memberOf[device]!;
    const isTaken = holder[device] !== -1 || shares[device]! > 0 ? 1 : 0;
    if (isTaken === parent.taken[member]) return false;
    parent.taken[member] = isTaken;
    parent.set += (isTaken === 1 ? 1 : -1) * parent.alike.type.bit(member);
    return true;
  }

  /** Puts what a parent could give in place of what it could before. */
  private replace({ alike, state: before }: Parent, after: PartitionState): void {
    const { kind, profileOf, counterOf } = alike;
    const { placeable, stranded } = kind;
    for (let position = 0; position < after.placeable.length; position++) {
      const change = after.placeable[position]! - before.placeable[position]!;
      if (change === 0) continue;
      const profile = profileOf[position]!;
      placeable[profile]! += change;
      this.notePlaceable(kind, profile);
    }
    for (let position = 0; position < after.stranded.length; position++) {
      const change = after.stranded[position]! - before.stranded[position]!;
      if (change === 0) continue;
      const counter = counterOf[position]!;
      stranded[counter]! += change;
      this.noteStranded(kind, counter);
    }
    if (before.largest === after.largest) return;
    countLargest(kind, before.largest, -1);
    countLargest(kind, after.largest, 1);
    this.noteLargest(kind);
  }

  private addSeries(kind: Kind): void {
    const { name, profiles, counters } = kind;
    kind.largestColumn = this.series.add(`${name} largest`);
    this.noteLargest(kind);
    for (let profile = 0; profile < profiles.size; profile++) {
      kind.placeableColumns.push(this.series.add(`${name} placeable ${profiles.text(profile)}`));
      this.notePlaceable(kind, profile);
    }
    for (let counter = 0; counter < counters.size; counter++) {
      const column = `${name} strandedPercent ${counters.text(counter)}`;
      kind.strandedColumns.push(this.series.add(column));
      this.noteStranded(kind, counter);
    }
  }

  private noteLargest(kind: Kind): void {
    let largest = 0;
    for (const { size, parents } of kind.largest) {
      if (parents > 0 && size > largest) largest = size;
    }
    if (kind.largestColumn >= 0) this.series.set(kind.largestColumn, largest);
  }

  private notePlaceable({ placeable, placeableColumns }: Kind, profile: number): void {
    const column = placeableColumns[profile];
    if (column !== undefined) this.series.set(column, placeable[profile]!);
  }

  private noteStranded({ stranded, sizes, strandedColumns }: Kind, counter: number): void {
    const column = strandedColumns[counter];
    if (column !== undefined) this.series.set(column, (100 * stranded[counter]!) / sizes[counter]!);
  }

  /** The parents that one with these partitions is like. */
  private alikeOf(members: readonly number[]): Alike {
    const kind = this.kindOf(members[0]!);
    const { layout, counters, profiles } = this.layoutOf(members);
    const profileOf = profiles.map((name) => kind.profiles.id(name));
    const counterOf = counters.map((counter) => kind.counters.id(this.counterName(counter)));
    while (kind.placeable.length < kind.profiles.size) kind.placeable.push(0);
    while (kind.stranded.length < kind.counters.size) kind.sizes[kind.stranded.push(0) - 1] = 0;
    const known = this.alike.find(
      (one) =>
        one.kind === kind &&
        areEqual(one.profileOf, profileOf) &&
        areEqual(one.counterOf, counterOf) &&
        isSameLayout(one.type.layout, layout),
    );
    if (known) return known;
    const alike = { type: new PartitionType(layout), kind, profileOf, counterOf };
    this.alike.push(alike);
    return alike;
  }

  private kindOf(device: number): Kind {
    const name = this.run.use.kinds[this.run.use.kind(device)]!;
    const known = this.kinds.find((kind) => kind.name === name);
    if (known) return known;
    const kind: Kind = {
      ...{ name, parents: 0, profiles: new Interner(), counters: new Interner() },
      ...{ placeable: [], stranded: [], sizes: [], largest: [] },
      ...{ largestColumn: -1, placeableColumns: [], strandedColumns: [] },
    };
    this.kinds.push(kind);
    return kind;
  }

  private layoutOf(members: readonly number[]): {
    layout: PartitionLayout;
    /** Counters and names of profiles by position. */
    counters: number[];
    profiles: string[];
  } {
    const { consumeStart, consumeCounter, consumeAmount, counterValue } = this.devices;
    const positions = new Map<number, number>();
    for (const device of members) {
      for (let row = consumeStart[device]!; row < consumeStart[device + 1]!; row++) {
        const counter = consumeCounter[row]!;
        if (!positions.has(counter)) positions.set(counter, positions.size);
      }
    }
    const all = [...positions.keys()];
    const values = all.map((counter) => counterValue[counter]!);
    const draws = members.map((device) => {
      const amount = new Float64Array(all.length);
      for (let row = consumeStart[device]!; row < consumeStart[device + 1]!; row++) {
        amount[positions.get(consumeCounter[row]!)!]! += consumeAmount[row]!;
      }
      return amount;
    });
    const sizes = draws.map((amount) => sizeOf(amount, values));
    const slots = [...values.keys()]
      .filter((at) => values[at] === 1 && draws.every((amount) => amount[at]! % 1 === 0))
      .slice(0, SLOTS_MAX);
    // A counter of nothing cannot be stranded.
    const kept = [...values.keys()].filter((at) => !slots.includes(at) && values[at] !== 0);
    const counters = kept.map((at) => all[at]!);
    const names = members.map((device, member) => this.profileOf(device, sizes[member]!));
    const profiles = [...new Set(names)];
    const layout = {
      ...{ sizes, profileCount: profiles.length },
      counterValues: kept.map((at) => values[at]!),
      amounts: draws.map((amount) => Float64Array.from(kept, (at) => amount[at]!)),
      places: draws.map((amount) =>
        slots.reduce((bits, at, slot) => (amount[at] === 0 ? bits : bits | (1 << slot)), 0),
      ),
      profiles: names.map((name) => profiles.indexOf(name)),
    };
    return { layout, counters, profiles };
  }

  /** Name of a partition's profile, or its size where the driver publishes none. */
  private profileOf(device: number, size: number): string {
    const { attributes = {} } = this.devices.objects[device]!;
    const { driver } = this.devices.slices[this.devices.deviceSlice[device]!]!.spec;
    for (const name of PROFILE_ATTRIBUTES) {
      const attribute = attributes[name] ?? attributes[`${driver}/${name}`];
      if (attribute?.string !== undefined) return attribute.string;
    }
    return `${Math.round(size * 100)}%`;
  }

  /** The counter's own name, the last part of its id. */
  private counterName(counter: number): string {
    const id = this.devices.counters.text(counter);
    return id.slice(id.lastIndexOf('/') + 1);
  }
}

function countLargest({ largest }: Kind, size: number, sign: 1 | -1): void {
  if (Number.isNaN(size)) return;
  for (const entry of largest) {
    if (entry.size !== size) continue;
    entry.parents += sign;
    return;
  }
  largest.push({ size, parents: sign });
}

/** The fullest counter of a partition; counters of one (the slots of a GPU's memory) count together as one. */
function sizeOf(amount: Float64Array, counterValues: readonly number[]): number {
  let size = 0;
  let slots = 0;
  let slotsTaken = 0;
  amount.forEach((wanted, counter) => {
    const value = counterValues[counter]!;
    if (value === 1) {
      slots++;
      slotsTaken += wanted;
    } else if (value > 0) {
      size = Math.max(size, wanted / value);
    }
  });
  return slots === 0 ? size : Math.max(size, slotsTaken / slots);
}

function isSameLayout(left: PartitionLayout, right: PartitionLayout): boolean {
  return (
    areEqual(left.counterValues, right.counterValues) &&
    areEqual(left.profiles, right.profiles) &&
    areEqual(left.places, right.places) &&
    left.amounts.every((amount, member) => areEqual(amount, right.amounts[member]!))
  );
}

function areEqual(left: ArrayLike<number>, right: ArrayLike<number>): boolean {
  if (left.length !== right.length) return false;
  for (let index = 0; index < left.length; index++) {
    if (left[index] !== right[index]) return false;
  }
  return true;
}

/** Four decimals, as all of a result. */
function round(value: number): number {
  return Math.round(value * 1e4) / 1e4;
}
