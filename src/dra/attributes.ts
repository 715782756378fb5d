// Attribute values as small integers, by device content, so that constraints compare numbers.
// Lookup and equality: k8s.io/dynamic-resource-allocation/structured, lookupAttribute (1.37).

import type { DeviceAttribute } from '../api/resource.js';
import type { DeviceTable } from '../cluster/devices.js';
import { Interner } from '../cluster/interner.js';

/** The device has no such attribute: no constraint on it can hold. */
export const ATTRIBUTE_MISSING = -1;
/** The attribute has no single value: fits as the first device of a constraint only. */
export const ATTRIBUTE_UNKNOWN = -2;

/** Value ids of attributes by name and device; equal values of one type share an id. */
export class AttributeTable {
  private readonly names = new Interner();
  private readonly columns: Int32Array[] = [];
  private readonly lists: (readonly number[])[][] = [];
  private readonly ids = new Interner();

  constructor(private readonly devices: DeviceTable) {}

  /** Id of a qualified attribute name; compiles its columns on first use. */
  register(qualifiedName: string): number {
    const id = this.names.id(qualifiedName);
    if (id === this.columns.length) this.compile(qualifiedName);
    return id;
  }

  /** Value id of a device's attribute, or one of the two constants above. */
  value(attribute: number, device: number): number {
    return this.columns[attribute]![this.devices.deviceContent[device]!]!;
  }

  /** Value ids of a device's attribute as a set: one for a scalar, none where it has no known value. */
  values(attribute: number, device: number): readonly number[] {
    return this.lists[attribute]![this.devices.deviceContent[device]!]!;
  }

  /** Id of a value, `type:text`, that was worked out instead of published. */
  idOf(typedText: string): number {
    return this.ids.id(typedText);
  }

  /** A value as a person reads it. */
  text(value: number): string {
    return value < 0 ? 'none' : this.ids.text(value).replace(/^\w+:/, '');
  }

  private compile(qualifiedName: string): void {
    const { contentDevice, objects, slices, deviceSlice } = this.devices;
    const slash = qualifiedName.indexOf('/');
    const domain = qualifiedName.slice(0, slash);
    const bare = qualifiedName.slice(slash + 1);
    const found = Array.from(contentDevice, (device) => {
      const attributes = objects[device]!.attributes ?? {};
      const own =
        slices[deviceSlice[device]!]!.spec.driver === domain ? attributes[bare] : undefined;
      return attributes[qualifiedName] ?? own;
    });
    this.columns.push(
      Int32Array.from(found, (attribute) =>
        attribute === undefined ? ATTRIBUTE_MISSING : this.scalarId(attribute),
      ),
    );
    this.lists.push(found.map((attribute) => (attribute ? this.listIds(attribute) : [])));
  }

  private scalarId(attribute: DeviceAttribute): number {
    const { int, bool, string, version } = attribute;
    if (int !== undefined) return this.ids.id(`int:${int}`);
    if (bool !== undefined) return this.ids.id(`bool:${bool}`);
    if (string !== undefined) return this.ids.id(`string:${string}`);
    if (version !== undefined) return this.ids.id(`version:${version}`);
    return ATTRIBUTE_UNKNOWN;
  }

  private listIds(attribute: DeviceAttribute): readonly number[] {
    const { ints = [], bools = [], strings = [], versions = [] } = attribute;
    const lists: [string, readonly unknown[]][] = [
      ['int', ints],
      ['bool', bools],
      ['string', strings],
      ['version', versions],
    ];
    const filled = lists.find(([, list]) => list.length > 0);
    if (filled) {
      const [type, list] = filled;
      return [...new Set(list.map((value) => this.ids.id(`${type}:${value}`)))];
    }
    const scalar = this.scalarId(attribute);
    return scalar === ATTRIBUTE_UNKNOWN ? [] : [scalar];
  }
}
