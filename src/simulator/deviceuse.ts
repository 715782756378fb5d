// How much of each kind of device is in use. A plain device counts whole, a shared one by the fullest of
// its capacities, the partitions of one parent together by the fullest of its counters.

import type { Device } from '../api/resource.js';
import type { DeviceTable } from '../cluster/devices.js';
import { Interner } from '../cluster/interner.js';

// Attributes that say what a device is, the commonest first.
const MODEL_ATTRIBUTES = ['productName', 'model', 'pciDevice', 'family', 'type'];

/** Devices in use by kind, kept current by `touch`. */
export class DeviceUse {
  readonly kinds: readonly string[];
  /** Units of each kind: devices, or parents of partitions. */
  readonly sizes: Float64Array;
  /** Units in use by kind, fractions of shared units included. */
  readonly used: Float64Array;
  private readonly unitOf: Int32Array;
  private readonly unitKind: Int32Array;
  private readonly unitUse: Float64Array;
  /** Counter rows of a unit that is a parent of partitions. */
  private readonly unitCounters: (Int32Array | undefined)[];

  constructor(private readonly devices: DeviceTable) {
    const kinds = new Interner();
    const units = new Interner();
    const unitKind: number[] = [];
    const unitCounters: (Int32Array | undefined)[] = [];
    this.unitOf = new Int32Array(devices.count);
    for (let device = 0; device < devices.count; device++) {
      const unit = units.id(unitKey(devices, device));
      this.unitOf[device] = unit;
      if (unit < unitKind.length) continue;
      unitKind.push(kinds.id(kindOf(devices, device)));
      unitCounters.push(undefined);
    }
    for (let device = 0; device < devices.count; device++) {
      const start = devices.consumeStart[device]!;
      const end = devices.consumeStart[device + 1]!;
      if (start === end) continue;
      const unit = this.unitOf[device]!;
      const known = unitCounters[unit] ?? new Int32Array(0);
      const own = devices.consumeCounter.subarray(start, end);
      if (own.every((counter) => known.includes(counter))) continue;
      const rows = new Set([...known, ...own]);
      unitCounters[unit] = Int32Array.from(rows);
    }
    this.kinds = Array.from({ length: kinds.size }, (_, id) => kinds.text(id));
    this.sizes = new Float64Array(kinds.size);
    this.used = new Float64Array(kinds.size);
    for (const kind of unitKind) this.sizes[kind]!++;
    this.unitKind = Int32Array.from(unitKind);
    this.unitUse = new Float64Array(unitKind.length);
    this.unitCounters = unitCounters;
  }

  /** Recomputes the unit of a device that was taken or given back; returns the change, -1 to 1. */
  touch(device: number): number {
    const unit = this.unitOf[device]!;
    const use = this.measure(unit, device);
    const change = use - this.unitUse[unit]!;
    this.used[this.unitKind[unit]!]! += change;
    this.unitUse[unit] = use;
    return change;
  }

  /** Devices, or parents of partitions. */
  get unitCount(): number {
    return this.unitKind.length;
  }

  /** Kind of a unit by index in `kinds`. */
  unitKindOf(unit: number): number {
    return this.unitKind[unit]!;
  }

  /** What is in use of a unit, 0 to 1. */
  useOf(unit: number): number {
    return this.unitUse[unit]!;
  }

  /** Unit of a device: itself, or the parent that it is a partition of. */
  unit(device: number): number {
    return this.unitOf[device]!;
  }

  /** Kind of a device by index in `kinds`. */
  kind(device: number): number {
    return this.unitKind[this.unitOf[device]!]!;
  }

  /** Part of its parent that a partition takes by itself, 0 to 1; 0 for devices that draw on no counters. */
  partOfParent(device: number): number {
    const { consumeStart, consumeCounter, consumeAmount, counterValue } = this.devices;
    const slots = this.unitCounters[this.unitOf[device]!]?.filter((one) => counterValue[one] === 1);
    let part = 0;
    let slotsTaken = 0;
    for (let row = consumeStart[device]!; row < consumeStart[device + 1]!; row++) {
      const size = counterValue[consumeCounter[row]!]!;
      if (size === 1) slotsTaken += consumeAmount[row]!;
      else if (size > 0) part = Math.max(part, consumeAmount[row]! / size);
    }
    return slotsTaken === 0 ? part : Math.max(part, slotsTaken / slots!.length);
  }

  private measure(unit: number, device: number): number {
    const { devices } = this;
    let use = 0;
    const counters = this.unitCounters[unit];
    if (counters) return this.measureCounters(counters);
    if (devices.holder[device] !== -1) return 1;
    if (devices.shares[device] === 0) return 0;
    const end = devices.capacityStart[device + 1]!;
    for (let row = devices.capacityStart[device]!; row < end; row++) {
      const size = devices.capacityValue[row]!;
      if (size > 0) use = Math.max(use, devices.capacityUsed[row]! / size);
    }
    return use;
  }

  /** The fullest counter; counters of one (the slots of a GPU's memory) count together as one. */
  private measureCounters(counters: Int32Array): number {
    const { counterValue, counterUsed } = this.devices;
    let use = 0;
    let slots = 0;
    let slotsUsed = 0;
    for (const counter of counters) {
      const size = counterValue[counter]!;
      if (size === 1) {
        slots++;
        slotsUsed += counterUsed[counter]!;
      } else if (size > 0) {
        use = Math.max(use, counterUsed[counter]! / size);
      }
    }
    return slots === 0 ? use : Math.max(use, slotsUsed / slots);
  }
}

/** Partitions of one counter set form one unit; any other device is its own. */
function unitKey(devices: DeviceTable, device: number): string {
  const object = devices.objects[device]!;
  const slice = devices.slices[devices.deviceSlice[device]!]!;
  const parent = object.consumesCounters?.[0]?.counterSet;
  const pool = `${slice.spec.driver}/${slice.spec.pool.name}`;
  return parent === undefined ? `${pool}//${device}` : `${pool}/${parent}`;
}

function kindOf(devices: DeviceTable, device: number): string {
  const { driver } = devices.slices[devices.deviceSlice[device]!]!.spec;
  const model = modelOf(devices.objects[device]!, driver);
  return model === '' ? driver : `${driver} ${model}`;
}

function modelOf(device: Device, driver: string): string {
  for (const name of MODEL_ATTRIBUTES) {
    const attribute = device.attributes?.[name] ?? device.attributes?.[`${driver}/${name}`];
    if (attribute?.string !== undefined) return attribute.string;
  }
  return '';
}
