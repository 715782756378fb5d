// Device columns: every published device by index, devices of a node contiguous and in the order in
// which the allocator visits them (driver, pool, slice name, published order). Rules for pools and
// counters: KEP-4381, KEP-4815 and k8s.io/dynamic-resource-allocation/structured (1.37).

import type { CapacityRequestPolicy, Device, DeviceTaint, ResourceSlice } from '../api/resource.js';
import type { AmountScales } from './amounts.js';
import { Interner } from './interner.js';

/** Columns of all devices with their present use. Rows of a device `d` lie at `start[d] .. start[d+1]`. */
export interface DeviceTable {
  readonly count: number;
  readonly objects: readonly Device[];
  readonly slices: readonly ResourceSlice[];
  /** First device of a slice; `sliceStart[slices.length]` is the number of devices. */
  readonly sliceStart: Int32Array;
  /** Node that publishes the slice, or -1 when it is shared by several or its node is unknown. */
  readonly sliceNode: Int32Array;
  readonly slicePool: Int32Array;
  readonly deviceSlice: Int32Array;
  /** Pools by id, `driver/pool`. */
  readonly pools: Interner;
  /** Devices of equal driver, attributes, capacity and flags share a content id. */
  readonly deviceContent: Int32Array;
  /** One device of each content. */
  readonly contentDevice: Int32Array;
  /** 1 where several claims may hold shares of the device. */
  readonly allowMultiple: Uint8Array;

  readonly capacityNames: Interner;
  readonly capacityStart: Int32Array;
  readonly capacityName: Int32Array;
  readonly capacityValue: Float64Array;
  readonly capacityUsed: Float64Array;

  /** Counters by id, `driver/pool@generation/set/counter`. */
  readonly counters: Interner;
  readonly counterValue: Float64Array;
  readonly counterUsed: Float64Array;
  /** Pools and generations by counter, and 1 for those of which a counter may be overdrawn. */
  readonly counterPool: Int32Array;
  readonly poolOverdrawn: Uint8Array;
  readonly consumeStart: Int32Array;
  readonly consumeCounter: Int32Array;
  readonly consumeAmount: Float64Array;
  /** 1 for devices that must wait for conditions after they were allocated (KEP-5007). */
  readonly hasBindingConditions: Uint8Array;
  /** Devices with equal taints share an id; 0 has none. */
  readonly deviceTaints: Int32Array;
  readonly taintLists: (readonly DeviceTaint[])[];

  /** Claim that holds the device alone, or -1. */
  readonly holder: Int32Array;
  /** Shares of the device that are held. */
  readonly shares: Int32Array;
  /** The one node whose answers depend on who holds the device, or -1 when those of several do. */
  readonly deviceNode: Int32Array;
  /** Devices and shares that are held, by that node. */
  readonly nodeHeld: Int32Array;
  /** Grows with every change of use, by that node; the last entry is that of devices of several nodes. */
  readonly useVersion: Float64Array;
}

/** Id of the counters that belong together: one pool in one generation, or there one slice. */
export function counterKey(
  slice: ResourceSlice,
  set: string,
  counter: string,
  perSlice = false,
): string {
  const { driver, pool } = slice.spec;
  const part = perSlice ? `#${slice.metadata.name}` : '';
  return `${driver}/${pool.name}@${pool.generation}${part}/${set}/${counter}`;
}

/** Notes that a device, or a share of it, was taken (1) or given back (-1). */
export function countUse(table: DeviceTable, device: number, sign: 1 | -1): void {
  const node = table.deviceNode[device]!;
  if (node >= 0) table.nodeHeld[node]! += sign;
  table.useVersion[node >= 0 ? node : table.nodeHeld.length]!++;
}

/** A device's name in messages and results: `driver/pool/device`. */
export function deviceId(table: DeviceTable, device: number): string {
  const { spec } = table.slices[table.deviceSlice[device]!]!;
  return `${spec.driver}/${spec.pool.name}/${table.objects[device]!.name}`;
}

/**
 * Compiles slices to device columns.
 *
 * @param nodeIndexes - node index by name; slices of unknown nodes stay, invisible to all nodes
 * @throws DrasimError `ERR_QUANTITY_RANGE` when an amount cannot be held exactly
 */
export function compileDevices(
  slices: readonly ResourceSlice[],
  nodeIndexes: ReadonlyMap<string, number>,
  scales: AmountScales,
  options: { countersPerSlice: boolean },
): DeviceTable {
  const ordered = orderSlices(slices, nodeIndexes);
  const declared = new Set<object>();
  for (const slice of ordered) declareAmounts(slice, scales, declared);
  const columns = new DeviceColumns(ordered, scales, options.countersPerSlice);
  ordered.forEach((slice, sliceIndex) => {
    columns.addSlice(slice, sliceIndex, nodeIndexes);
  });
  return columns.finish(nodeIndexes.size);
}

function orderSlices(
  slices: readonly ResourceSlice[],
  nodeIndexes: ReadonlyMap<string, number>,
): ResourceSlice[] {
  const keyed = slices.map((slice, index) => {
    const node = nodeIndexes.get(slice.spec.nodeName ?? '') ?? Number.MAX_SAFE_INTEGER;
    return { slice, node, index };
  });
  keyed.sort(
    (left, right) =>
      left.node - right.node ||
      compareText(left.slice.spec.driver, right.slice.spec.driver) ||
      compareText(left.slice.spec.pool.name, right.slice.spec.pool.name) ||
      compareText(left.slice.metadata.name ?? '', right.slice.metadata.name ?? '') ||
      left.index - right.index,
  );
  return keyed.map((entry) => entry.slice);
}

/** Order of texts by UTF-16 units; names are ASCII, where that is upstream's bytewise order. */
export function compareText(left: string, right: string): number {
  return left < right ? -1 : left > right ? 1 : 0;
}

/** @param known - amounts that were declared: devices that are made together often have the very same */
function declareAmounts(slice: ResourceSlice, scales: AmountScales, known: Set<object>): void {
  for (const set of slice.spec.sharedCounters ?? []) {
    for (const [name, counter] of Object.entries(set.counters ?? {}))
      scales.declare(name, counter.value);
  }
  for (const device of slice.spec.devices ?? []) {
    for (const [name, capacity] of undeclared(device.capacity, known)) {
      scales.declare(name, capacity.value);
      if (capacity.requestPolicy) declarePolicy(name, capacity.requestPolicy, scales);
    }
    for (const consumption of device.consumesCounters ?? []) {
      for (const [name, counter] of undeclared(consumption.counters, known)) {
        scales.declare(name, counter.value);
      }
    }
  }
}

function undeclared<T>(amounts: Readonly<Record<string, T>> | undefined, known: Set<object>) {
  if (amounts === undefined || known.has(amounts)) return [];
  known.add(amounts);
  return Object.entries(amounts);
}

function declarePolicy(name: string, policy: CapacityRequestPolicy, scales: AmountScales): void {
  const { min, max, step } = policy.validRange ?? {};
  for (const text of [policy.default, min, max, step, ...(policy.validValues ?? [])]) {
    if (text !== undefined && text !== null) scales.declare(name, text);
  }
}

const NOTHING = {};

interface KnownContent {
  readonly capacity: object;
  readonly driver: string;
  readonly shared: boolean;
  readonly id: number;
}

/** Amounts by position, in the order in which they were written. */
interface CompiledAmounts {
  readonly names: readonly string[];
  readonly values: readonly number[];
}

/** Collects the columns of {@link DeviceTable} slice by slice. */
class DeviceColumns {
  private readonly objects: Device[] = [];
  private readonly sliceStart: number[] = [];
  private readonly sliceNode: number[] = [];
  private readonly slicePool: number[] = [];
  private readonly deviceSlice: number[] = [];
  private readonly pools = new Interner();
  private readonly contents = new Interner();
  private readonly deviceContent: number[] = [];
  private readonly contentDevice: number[] = [];
  private readonly allowMultiple: number[] = [];
  private readonly capacityNames = new Interner();
  private readonly capacityStart: number[] = [];
  private readonly capacityName: number[] = [];
  private readonly capacityValue: number[] = [];
  private readonly counters = new Interner();
  private readonly counterValue: number[] = [];
  private readonly consumeStart: number[] = [];
  private readonly consumeCounter: number[] = [];
  private readonly consumeAmount: number[] = [];
  private readonly amounts = new Map<object, CompiledAmounts>();
  /** Ids of the counters of the slice at hand, or of its pool, by set and name. */
  private counterIds = { scope: '', sets: new Map<string, Map<string, number>>() };
  /** Contents by the object of their attributes. */
  private readonly contentsOf = new Map<object, KnownContent>();
  private readonly taintIds = new Interner();
  private readonly taintLists: (readonly DeviceTaint[])[] = [];
  private readonly deviceTaints: number[] = [];

  constructor(
    private readonly slices: readonly ResourceSlice[],
    private readonly scales: AmountScales,
    private readonly countersPerSlice: boolean,
  ) {
    this.taintLists[this.taintIds.id('')] = [];
  }

  addSlice(slice: ResourceSlice, sliceIndex: number, nodes: ReadonlyMap<string, number>): void {
    const { spec } = slice;
    this.sliceStart.push(this.objects.length);
    this.sliceNode.push(nodes.get(spec.nodeName ?? '') ?? -1);
    this.slicePool.push(this.pools.id(`${spec.driver}/${spec.pool.name}`));
    const scope = counterKey(slice, '', '', this.countersPerSlice);
    if (this.counterIds.scope !== scope) this.counterIds = { scope, sets: new Map() };
    for (const set of spec.sharedCounters ?? []) {
      for (const [name, counter] of Object.entries(set.counters ?? {})) {
        const id = this.counters.id(counterKey(slice, set.name, name, this.countersPerSlice));
        this.counterValue[id] = this.scales.compile(name, counter.value, 'sharedCounters');
      }
    }
    for (const device of spec.devices ?? []) this.addDevice(device, slice, sliceIndex);
  }

  private addDevice(device: Device, slice: ResourceSlice, sliceIndex: number): void {
    const index = this.objects.length;
    this.objects.push(device);
    this.deviceSlice.push(sliceIndex);
    this.allowMultiple.push(device.allowMultipleAllocations === true ? 1 : 0);
    const content = this.contentOf(device, slice.spec.driver);
    this.deviceContent.push(content);
    if (content === this.contentDevice.length) this.contentDevice.push(index);
    const taints = device.taints ?? [];
    const taintId = this.taintIds.id(taints.length === 0 ? '' : JSON.stringify(taints));
    this.deviceTaints.push(taintId);
    this.taintLists[taintId] ??= taints;
    this.capacityStart.push(this.capacityName.length);
    if (device.capacity) {
      const { names, values } = this.amountsOf(device.capacity, `devices[${device.name}]`);
      for (const name of names) this.capacityName.push(this.capacityNames.id(name));
      this.capacityValue.push(...values);
    }
    this.consumeStart.push(this.consumeCounter.length);
    // Only where sets belong to their slice can a slice have both sets and devices that draw.
    if ((slice.spec.sharedCounters ?? []).length > 0 && !this.countersPerSlice) return;
    for (const { counterSet, counters } of device.consumesCounters ?? []) {
      if (!counters) continue;
      const { names, values } = this.amountsOf(counters, 'consumesCounters');
      for (const name of names) this.consumeCounter.push(this.counterOf(slice, counterSet, name));
      this.consumeAmount.push(...values);
    }
  }

  /** Amounts compiled; devices that are made together often have the very same. */
  private amountsOf(
    amounts: Readonly<Record<string, { readonly value: string }>>,
    place: string,
  ): CompiledAmounts {
    let compiled = this.amounts.get(amounts);
    if (!compiled) {
      const names = Object.keys(amounts);
      const values = names.map((name) => this.scales.compile(name, amounts[name]!.value, place));
      compiled = { names, values };
      this.amounts.set(amounts, compiled);
    }
    return compiled;
  }

  /** The id of a counter, without its long name where the slice before was of the same pool. */
  private counterOf(slice: ResourceSlice, set: string, counter: string): number {
    const { sets } = this.counterIds;
    let ids = sets.get(set);
    if (!ids) {
      ids = new Map();
      sets.set(set, ids);
    }
    let id = ids.get(counter);
    if (id === undefined) {
      id = this.counters.id(counterKey(slice, set, counter, this.countersPerSlice));
      ids.set(counter, id);
    }
    return id;
  }

  /** Devices that are made together often have the very same attributes. */
  private contentOf(device: Device, driver: string): number {
    const { attributes = NOTHING, capacity = NOTHING, allowMultipleAllocations = false } = device;
    const known = this.contentsOf.get(attributes);
    const isSame =
      known?.capacity === capacity &&
      known.driver === driver &&
      known.shared === allowMultipleAllocations;
    if (isSame) return known.id;
    const id = this.contents.id(
      JSON.stringify([driver, attributes, capacity, allowMultipleAllocations], (_key, value) =>
        typeof value === 'bigint' ? `${value}n` : value,
      ),
    );
    this.contentsOf.set(attributes, { capacity, driver, shared: allowMultipleAllocations, id });
    return id;
  }

  private groupCounters(): Pick<DeviceTable, 'counterPool' | 'poolOverdrawn'> {
    const pools = new Interner();
    const counterPool = Int32Array.from(this.counterValue, (_, counter) => {
      const key = this.counters.text(counter);
      return pools.id(key.slice(0, key.lastIndexOf('/', key.lastIndexOf('/') - 1)));
    });
    return { counterPool, poolOverdrawn: new Uint8Array(pools.size) };
  }

  finish(nodeCount: number): DeviceTable {
    const count = this.objects.length;
    // Counters that are consumed but nowhere published stay without a value: their pool is invalid.
    for (let id = 0; id < this.counters.size; id++) this.counterValue[id] ??= Number.NaN;
    return {
      count,
      objects: this.objects,
      slices: this.slices,
      sliceStart: Int32Array.from([...this.sliceStart, count]),
      sliceNode: Int32Array.from(this.sliceNode),
      slicePool: Int32Array.from(this.slicePool),
      deviceSlice: Int32Array.from(this.deviceSlice),
      pools: this.pools,
      deviceContent: Int32Array.from(this.deviceContent),
      contentDevice: Int32Array.from(this.contentDevice),
      allowMultiple: Uint8Array.from(this.allowMultiple),
      capacityNames: this.capacityNames,
      capacityStart: Int32Array.from([...this.capacityStart, this.capacityName.length]),
      capacityName: Int32Array.from(this.capacityName),
      capacityValue: Float64Array.from(this.capacityValue),
      capacityUsed: new Float64Array(this.capacityValue.length),
      counters: this.counters,
      counterValue: Float64Array.from(this.counterValue),
      counterUsed: new Float64Array(this.counterValue.length),
      ...this.groupCounters(),
      consumeStart: Int32Array.from([...this.consumeStart, this.consumeCounter.length]),
      consumeCounter: Int32Array.from(this.consumeCounter),
      consumeAmount: Float64Array.from(this.consumeAmount),
      hasBindingConditions: Uint8Array.from(this.objects, (device) =>
        (device.bindingConditions ?? []).length > 0 ? 1 : 0,
      ),
      deviceTaints: Int32Array.from(this.deviceTaints),
      taintLists: this.taintLists,
      holder: new Int32Array(count).fill(-1),
      shares: new Int32Array(count),
      deviceNode: new Int32Array(count).fill(-1),
      nodeHeld: new Int32Array(nodeCount),
      useVersion: new Float64Array(nodeCount + 1).fill(1),
    };
  }
}
