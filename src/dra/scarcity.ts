// How hard devices are to replace, by the values of their attributes: for each attribute of a device the number of
// published devices of the same driver with the same value. Attributes of which every value is another (UUIDs) say
// nothing. Devices of equal content are looked at once.

import type { DeviceTable } from '../cluster/devices.js';

/** One attribute of a driver. */
interface AttributeValues {
  /** Slots by value; the last one is at hand, because devices in a row have much in common. */
  readonly slots: Map<Value, number>;
  lastValue: Value | undefined;
  lastSlot: number;
  /** Devices that have the attribute. */
  devices: number;
}

type Value = string | number | bigint | boolean;

/** Lists of scarcities as a tree: a node has the scarcity that leads to it. */
interface ListTree {
  id: number;
  readonly next: Map<number, ListTree>;
}

/**
 * Ranks by device: the scarcest value of a device decides, then its second scarcest, and so on; the device that most
 * others can replace has rank 0.
 */
export function rankByScarcity(devices: DeviceTable): Int32Array {
  const scarcities = new Scarcities(devices);
  const { lists, listOf } = scarcities;
  const order = [...lists.keys()].sort((left, right) => compare(lists[right]!, lists[left]!));
  const ranks = new Int32Array(lists.length);
  for (let rank = 0; rank < order.length; rank++) ranks[order[rank]!] = rank;
  return devices.deviceContent.map((content) => ranks[listOf[content]!]!);
}

/** Whether some device is harder to replace than another. */
export function hasScarcities(devices: DeviceTable): boolean {
  return new Scarcities(devices).lists.length > 1;
}

/** Scarcities by content, ascending; equal lists have one number. */
class Scarcities {
  readonly lists: number[][] = [];
  readonly listOf: Int32Array;
  private readonly drivers = new Map<string, Map<string, AttributeValues>>();
  /** Devices by slot: a value of an attribute of a driver. */
  private readonly counts: number[] = [];
  private readonly attributeOf: AttributeValues[] = [];
  /** Slots of content `c` lie at `start[c] .. start[c + 1]`. */
  private readonly slots: number[] = [];
  private readonly start: number[] = [];
  private readonly root: ListTree = { id: -1, next: new Map() };

  constructor(private readonly devices: DeviceTable) {
    const { contentDevice, deviceContent } = devices;
    const contents = contentDevice.length;
    const devicesOf = new Int32Array(contents);
    for (let device = 0; device < devices.count; device++) devicesOf[deviceContent[device]!]!++;
    for (let content = 0; content < contents; content++) {
      this.count(contentDevice[content]!, devicesOf[content]!);
    }
    this.start.push(this.slots.length);
    this.listOf = Int32Array.from({ length: contents }, (_, content) => this.list(content));
  }

  private count(device: number, number: number): void {
    this.start.push(this.slots.length);
    const { devices, counts, slots } = this;
    const attributes = this.attributesOf(devices.slices[devices.deviceSlice[device]!]!.spec.driver);
    const published = devices.objects[device]!.attributes ?? {};
    for (const name in published) {
      const { string, int, bool, version } = published[name]!;
      const value = string ?? int ?? bool ?? version;
      if (value === undefined) continue;
      let attribute = attributes.get(name);
      if (!attribute) {
        attribute = { slots: new Map(), lastValue: undefined, lastSlot: -1, devices: 0 };
        attributes.set(name, attribute);
      }
      if (attribute.lastValue !== value) this.find(attribute, value);
      counts[attribute.lastSlot]! += number;
      attribute.devices += number;
      slots.push(attribute.lastSlot);
    }
  }

  private attributesOf(driver: string): Map<string, AttributeValues> {
    let attributes = this.drivers.get(driver);
    if (!attributes) {
      attributes = new Map();
      this.drivers.set(driver, attributes);
    }
    return attributes;
  }

  /** Puts the slot of a value at hand. */
  private find(attribute: AttributeValues, value: Value): void {
    let slot = attribute.slots.get(value);
    if (slot === undefined) {
      slot = this.counts.length;
      this.counts.push(0);
      this.attributeOf.push(attribute);
      attribute.slots.set(value, slot);
    }
    attribute.lastValue = value;
    attribute.lastSlot = slot;
  }

  private list(content: number): number {
    const { counts, slots, start, attributeOf, lists } = this;
    const list: number[] = [];
    for (let index = start[content]!; index < start[content + 1]!; index++) {
      const slot = slots[index]!;
      const attribute = attributeOf[slot]!;
      if (attribute.slots.size < attribute.devices) insert(list, counts[slot]!);
    }
    let tree = this.root;
    for (const scarcity of list) {
      let next = tree.next.get(scarcity);
      if (!next) {
        next = { id: -1, next: new Map() };
        tree.next.set(scarcity, next);
      }
      tree = next;
    }
    if (tree.id < 0) {
      tree.id = lists.length;
      lists.push(list);
    }
    return tree.id;
  }
}

function insert(list: number[], scarcity: number): void {
  let hole = list.length;
  for (; hole > 0 && list[hole - 1]! > scarcity; hole--) list[hole] = list[hole - 1]!;
  list[hole] = scarcity;
}

/** Negative where the first list is scarcer; a list that ends is not scarce any more. */
function compare(left: readonly number[], right: readonly number[]): number {
  for (let index = 0; index < Math.max(left.length, right.length); index++) {
    const difference = (left[index] ?? Infinity) - (right[index] ?? Infinity);
    if (difference !== 0) return difference;
  }
  return 0;
}
