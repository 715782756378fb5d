// A device as expressions see it: attributes and capacity by domain and then by id.

import { Quantity } from '../quantity.js';
import type { DeviceAttribute } from '../resource.js';
import { CelList } from './list.js';
import { type CelMap, EMPTY_MAP, MapBuilder } from './map.js';
import { parseSemver } from './semver.js';
import { Fault, QuantityValue, type TypedValue, type Value } from './value.js';

/** What a selector is evaluated on: a device of a ResourceSlice, and the slice's driver. */
export interface CelDevice {
  driver: string;
  /** By name: `id` (the driver is its domain) or `domain/id`. */
  attributes?: { readonly [name: string]: DeviceAttribute };
  capacity?: { readonly [name: string]: { readonly value: string | Quantity } };
  allowMultipleAllocations?: boolean;
}

/** The value of the variable `device`. */
export class DeviceValue implements TypedValue {
  readonly celType = 'kubernetes.DRADevice';
  readonly driver: string;
  readonly attributes: CelMap;
  readonly capacity: CelMap;
  readonly allowMultipleAllocations: boolean;

  constructor(
    driver: string,
    attributes: CelMap,
    capacity: CelMap,
    allowMultipleAllocations: boolean,
  ) {
    this.driver = driver;
    this.attributes = attributes;
    this.capacity = capacity;
    this.allowMultipleAllocations = allowMultipleAllocations;
  }

  get(field: Value): Value | undefined {
    switch (field) {
      case 'driver':
        return this.driver;
      case 'attributes':
        return this.attributes;
      case 'capacity':
        return this.capacity;
      case 'allowMultipleAllocations':
        return this.allowMultipleAllocations;
      default:
        return undefined;
    }
  }
}

interface Cached {
  driver: string;
  map: CelMap | Fault;
}

// Attributes and capacities do not change, and many selectors look at the same device.
const attributeMaps = new WeakMap<object, Cached>();
const capacityMaps = new WeakMap<object, Cached>();

const NO_DOMAINS = new MapBuilder().buildWithDefault(EMPTY_MAP);

/** Turns a device into a value; a fault when an attribute has no value, or a bad version. */
export function deviceValue(device: CelDevice): DeviceValue | Fault {
  const { driver } = device;
  const attributes = mapOf(attributeMaps, device.attributes, driver, attributeValue);
  if (attributes instanceof Fault) return attributes;
  const capacity = mapOf(capacityMaps, device.capacity, driver, capacityValue);
  if (capacity instanceof Fault) return capacity;
  return new DeviceValue(driver, attributes, capacity, device.allowMultipleAllocations === true);
}

function mapOf<T>(
  cache: WeakMap<object, Cached>,
  named: { readonly [name: string]: T } | undefined,
  driver: string,
  convert: (name: string, item: T) => Value | Fault,
): CelMap | Fault {
  if (named === undefined || named === null) return NO_DOMAINS;
  const known = cache.get(named);
  if (known !== undefined && known.driver === driver) return known.map;
  const map = buildDomains(named, driver, convert);
  cache.set(named, { driver, map });
  return map;
}

function buildDomains<T>(
  named: { readonly [name: string]: T },
  driver: string,
  convert: (name: string, item: T) => Value | Fault,
): CelMap | Fault {
  const domains = new Map<string, MapBuilder>();
  for (const [name, item] of Object.entries(named)) {
    const value = convert(name, item);
    if (value instanceof Fault) return value;
    const slash = name.indexOf('/');
    const domain = slash < 0 ? driver : name.slice(0, slash);
    let ids = domains.get(domain);
    if (ids === undefined) {
      ids = new MapBuilder();
      domains.set(domain, ids);
    }
    ids.set(name.slice(slash + 1), value);
  }
  const builder = new MapBuilder();
  for (const [domain, ids] of domains) builder.set(domain, ids.build());
  return builder.buildWithDefault(EMPTY_MAP);
}

// The order decides where several are set, which validation does not allow.
function attributeValue(name: string, attribute: DeviceAttribute): Value | Fault {
  const { ints, bools, strings, versions, int, bool, string, version } = attribute;
  if (ints) return CelList.of(ints.map((item) => BigInt(item)));
  if (bools) return CelList.of([...bools]);
  if (strings) return CelList.of([...strings]);
  if (versions) return versionList(name, versions);
  if (int !== undefined && int !== null) return BigInt(int);
  if (bool !== undefined && bool !== null) return bool;
  if (string !== undefined && string !== null) return string;
  if (version !== undefined && version !== null) return versionValue(name, version);
  return new Fault(`attribute ${name}: unsupported attribute value`);
}

function versionList(name: string, versions: readonly string[]): Value | Fault {
  const values: Value[] = [];
  for (const version of versions) {
    const value = versionValue(name, version);
    if (value instanceof Fault) return value;
    values.push(value);
  }
  return CelList.of(values);
}

function versionValue(name: string, version: string): Value | Fault {
  const value = parseSemver(version);
  if (!(value instanceof Fault)) return value;
  return new Fault(`attribute ${name}: parse semantic version: ${value.text}`);
}

function capacityValue(name: string, { value }: { value: string | Quantity }): Value | Fault {
  try {
    return new QuantityValue(typeof value === 'string' ? Quantity.parse(value) : value, false);
  } catch (error) {
    return new Fault(`capacity ${name}: ${(error as Error).message}`);
  }
}
