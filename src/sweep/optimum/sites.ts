// The nodes of a run as a packing problem sees them: what they have, which pods they may take, and their devices in
// groups that no pod tells apart. Separate nodes are exact; merged, equal nodes are one, and their devices and counters
// sums, which is a relaxation that stays small on large clusters.

import { Interner } from '../../cluster/interner.js';
import { POOL_COMPLETE } from '../../cluster/pools.js';
import { ATTRIBUTE_MISSING } from '../../dra/attributes.js';
import type { RequestShape } from '../../dra/claimshape.js';
import type { PodShape } from '../../scheduler/podshape.js';
import type { Run } from '../../simulator/simulator.js';
import { AllowedNodes } from './allowednodes.js';

/** What a device draws of a counter. */
export interface Draw {
  readonly counter: string;
  readonly amount: number;
}

/** Devices of a site that no pod of the moment tells apart. */
export interface DeviceGroup {
  /** One of them. */
  readonly device: number;
  /** How many each node of the site has. */
  count: number;
  /** Whether nodes beside the site's see it; it is alone in its group then. */
  readonly isShared: boolean;
  /** Whether pods can have parts of it. */
  readonly givesShares: boolean;
  /** By request of the moment. */
  readonly fits: readonly boolean[];
  /** By attribute of the moment's constraints: values numbered by the node, or one of the two below. */
  readonly values: readonly number[];
  readonly draws: readonly Draw[];
  /** Its parent, where it is a partition, and the part of it that it takes. */
  readonly parent: string;
  readonly part: number;
}

/** Nodes that no pod of the moment tells apart. */
export interface Site {
  nodes: number;
  /** What each of them has, by resource of the moment. */
  readonly allocatable: readonly number[];
  /** By shape of the moment. */
  readonly allows: readonly boolean[];
  readonly groups: readonly DeviceGroup[];
  /** Sizes of the counters that groups draw on, those of one node together. */
  readonly counters: ReadonlyMap<string, number>;
  /** Parents of partitions of one node, by name. */
  readonly parents: ReadonlyMap<string, number>;
}

/** A device without the attribute: no constraint on it can hold. */
export const NO_VALUE = -1;
/** The attribute has no single value: constraints on it are left out. */
export const SEVERAL_VALUES = -2;

/** What pods of a moment ask about nodes and devices. */
export interface Questions {
  readonly shapes: readonly PodShape[];
  readonly requests: readonly RequestShape[];
  /** Resource ids. */
  readonly resources: readonly number[];
  /** Attribute ids. */
  readonly attributes: readonly number[];
}

/** The nodes of a run one by one, as they are asked for. */
export function* separateSites(run: Run, questions: Questions): Generator<Site> {
  const describer = new SiteDescriber(run, questions, false);
  for (let node = 0; node < run.input.cluster.nodes.count; node++) yield describer.describe(node);
}

/** The nodes of a run, those that are equal as one. */
export function mergedSites(run: Run, questions: Questions): Site[] {
  const describer = new SiteDescriber(run, questions, true);
  const sites = new Map<string, Site>();
  for (let node = 0; node < run.input.cluster.nodes.count; node++) {
    const key = describer.key(node);
    const known = sites.get(key);
    if (known) known.nodes++;
    else sites.set(key, describer.describe(node));
  }
  return [...sites.values()];
}

class SiteDescriber {
  private readonly allowed: AllowedNodes;
  private readonly reader: DeviceReader;

  constructor(
    private readonly run: Run,
    private readonly questions: Questions,
    isMerged: boolean,
  ) {
    this.allowed = new AllowedNodes(run, questions.shapes);
    this.reader = new DeviceReader(run, questions, isMerged);
  }

  /** Equal for nodes that no pod tells apart. */
  key(node: number): string {
    const { allowed, reader } = this;
    return [...this.allocatable(node), allowed.id(allowed.of(node)), reader.read(node).key].join();
  }

  describe(node: number): Site {
    return {
      nodes: 1,
      allocatable: this.allocatable(node),
      allows: this.allowed.of(node),
      ...this.reader.describe(this.reader.read(node)),
    };
  }

  private allocatable(node: number): number[] {
    const { allocatable } = this.run.input.cluster.nodes;
    return this.questions.resources.map((resource) => allocatable[resource]![node]!);
  }
}

/** A node's devices in groups: one device of each with what tells it apart, and how many there are. */
interface NodeDevices {
  readonly key: string;
  readonly groups: ReadonlyMap<string, { device: number; values: number[]; count: number }>;
  /** All devices that some request may have. */
  readonly devices: readonly number[];
}

/** Reads the devices of nodes. */
class DeviceReader {
  /** Answers of requests by device content and taints. */
  private readonly answers = new Map<string, { id: number; fits: readonly boolean[] }>();
  /** What tells a device apart from others of its kind, for most devices once a content. */
  private readonly traits = new Interner();
  /** Kinds of parents by unit: those with the same counters are of one. */
  private readonly parentKinds = new Map<number, string>();

  constructor(
    private readonly run: Run,
    private readonly questions: Questions,
    private readonly isMerged: boolean,
  ) {
    if (isMerged) this.nameParents();
  }

  read(node: number): NodeDevices {
    const { pools } = this.run.input.cluster;
    const { attributes } = this.questions;
    const local = attributes.map(() => new Map<number, number>());
    const groups = new Map<string, { device: number; values: number[]; count: number }>();
    const devices: number[] = [];
    const units = new Set<number>();
    for (let position = pools.nodeFirst[node]!; position < pools.nodeLast[node]!; position++) {
      if (pools.viewState[pools.visitView[position]!] !== POOL_COMPLETE) continue;
      const device = pools.visit[position]!;
      const { id, fits } = this.answersOf(device);
      if (!fits.includes(true)) continue;
      devices.push(device);
      units.add(this.run.use.unit(device));
      const values = attributes.map((attribute, index) =>
        this.valueOf(attribute, device, local[index]!),
      );
      const key = this.isApart(device)
        ? `=${device}`
        : [id, this.traitsOf(device), ...values].join(' ');
      const known = groups.get(key);
      if (known) known.count++;
      else groups.set(key, { device, values, count: 1 });
    }
    const key = [...groups].map(([name, { count }]) => `${name}x${count}`);
    return { key: `${key.join(';')} ${units.size}`, groups, devices };
  }

  /** Whole devices of a node that no pod tells apart are as good as one with a number, also where all else stands for itself. */
  private isApart(device: number): boolean {
    const { allowMultiple, consumeStart } = this.run.input.cluster.devices;
    if (this.isShared(device)) return true;
    const isPlain =
      allowMultiple[device] === 0 && consumeStart[device] === consumeStart[device + 1];
    return !this.isMerged && !isPlain;
  }

  describe({ groups, devices }: NodeDevices): Pick<Site, 'groups' | 'counters' | 'parents'> {
    const { consumeStart, consumeCounter, counterValue } = this.run.input.cluster.devices;
    const counters = new Map<string, number>();
    const parents = new Map<string, number>();
    const seen = new Set<number>();
    const seenUnits = new Set<number>();
    for (const device of devices) {
      if (consumeStart[device] === consumeStart[device + 1]) continue;
      const unit = this.run.use.unit(device);
      if (!seenUnits.has(unit)) {
        seenUnits.add(unit);
        const parent = this.parentName(device);
        parents.set(parent, (parents.get(parent) ?? 0) + 1);
      }
      for (let row = consumeStart[device]!; row < consumeStart[device + 1]!; row++) {
        const counter = consumeCounter[row]!;
        if (seen.has(counter)) continue;
        seen.add(counter);
        const name = this.counterName(counter, device);
        counters.set(name, (counters.get(name) ?? 0) + counterValue[counter]!);
      }
    }
    const described = [...groups.values()].map(({ device, values, count }) =>
      this.describeGroup(device, values, count),
    );
    return { groups: described, counters, parents };
  }

  private describeGroup(device: number, values: readonly number[], count: number): DeviceGroup {
    const { devices } = this.run.input.cluster;
    const draws: Draw[] = [];
    for (let row = devices.consumeStart[device]!; row < devices.consumeStart[device + 1]!; row++) {
      const counter = this.counterName(devices.consumeCounter[row]!, device);
      draws.push({ counter, amount: devices.consumeAmount[row]! });
    }
    return {
      ...{ device, count, values, draws },
      fits: this.answersOf(device).fits,
      isShared: this.isShared(device),
      givesShares:
        this.run.allocator.features.consumableCapacity && devices.allowMultiple[device] === 1,
      parent: draws.length === 0 ? '' : this.parentName(device),
      part: this.run.use.partOfParent(device),
    };
  }

  private answersOf(device: number): { id: number; fits: readonly boolean[] } {
    const { allocator, input } = this.run;
    const { deviceContent, deviceTaints, hasBindingConditions } = input.cluster.devices;
    const key = `${deviceContent[device]} ${deviceTaints[device]} ${hasBindingConditions[device]}`;
    let known = this.answers.get(key);
    if (!known) {
      const fits = this.questions.requests.map((request) => allocator.mayHave(request, device));
      known = { id: this.traits.id(`fits ${fits.map(Number).join('')}`), fits };
      this.answers.set(key, known);
    }
    return known;
  }

  private valueOf(attribute: number, device: number, local: Map<number, number>): number {
    const value = this.run.allocator.attributes.value(attribute, device);
    if (value === ATTRIBUTE_MISSING) return NO_VALUE;
    if (value < 0) return SEVERAL_VALUES;
    if (!local.has(value)) local.set(value, local.size);
    return local.get(value)!;
  }

  /** What a device has to give and to draw, as a number. */
  private traitsOf(device: number): number {
    const { devices } = this.run.input.cluster;
    const { capacityStart, capacityName, capacityValue } = devices;
    const { consumeStart, consumeCounter, consumeAmount } = devices;
    const parts: (number | string)[] = [];
    if (devices.allowMultiple[device] === 1) {
      for (let row = capacityStart[device]!; row < capacityStart[device + 1]!; row++) {
        parts.push(capacityName[row]!, capacityValue[row]!);
      }
    }
    for (let row = consumeStart[device]!; row < consumeStart[device + 1]!; row++) {
      parts.push(this.counterName(consumeCounter[row]!, device), consumeAmount[row]!);
    }
    return this.traits.id(`${devices.allowMultiple[device]} ${parts.join(' ')}`);
  }

  private isShared(device: number): boolean {
    return this.run.input.cluster.devices.deviceNode[device]! < 0;
  }

  private parentName(device: number): string {
    const unit = this.run.use.unit(device);
    const isOwn = !this.isMerged || this.isShared(device);
    return isOwn ? `parent ${unit}` : this.parentKinds.get(unit)!;
  }

  private counterName(counter: number, device: number): string {
    if (!this.isMerged || this.isShared(device)) return `counter ${counter}`;
    return `${this.parentName(device)} ${this.bareName(counter)}`;
  }

  /** Counters of parents of one kind go by their name within it. */
  private bareName(counter: number): string {
    const text = this.run.input.cluster.devices.counters.text(counter);
    return text.slice(text.lastIndexOf('/') + 1);
  }

  private nameParents(): void {
    const { use, input } = this.run;
    const { count, consumeStart, consumeCounter, counterValue } = input.cluster.devices;
    const kinds = new Interner();
    const countersOf = new Map<number, Set<number>>();
    for (let device = 0; device < count; device++) {
      if (consumeStart[device] === consumeStart[device + 1]) continue;
      const unit = use.unit(device);
      let known = countersOf.get(unit);
      if (!known) {
        known = new Set();
        countersOf.set(unit, known);
      }
      for (let row = consumeStart[device]!; row < consumeStart[device + 1]!; row++) {
        known.add(consumeCounter[row]!);
      }
    }
    for (const [unit, counters] of countersOf) {
      const names = [...counters].map((one) => `${this.bareName(one)}=${counterValue[one]}`);
      this.parentKinds.set(unit, `kind ${kinds.id(names.sort().join())}`);
    }
  }
}
