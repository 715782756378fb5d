// Which pools a node sees, in which state, and which of their devices, in visiting order. Source:
// k8s.io/dynamic-resource-allocation/structured, gathering of pools (1.37): a newer generation hides an
// older one, a pool of missing slices is incomplete, one with clashing names or unknown counters invalid.

import { compileNodeSelector, type NodeMatcher } from '../api/nodeselector.js';
import type { Device, ResourceSlice } from '../api/resource.js';
import { compareText, counterKey, type DeviceTable } from './devices.js';
import { Interner } from './interner.js';
import type { NodeTable } from './nodes.js';

/** State of a pool as one node sees it. */
export const POOL_COMPLETE = 0;
export const POOL_INCOMPLETE = 1;
export const POOL_INVALID = 2;

/**
 * Pools by node. Node `n` sees the views `nodeView[nodeStart[n] .. nodeStart[n+1])`, in visiting order;
 * a view `v` shows the devices `visit[viewStart[v] .. viewStart[v+1])`.
 */
export interface PoolTable {
  readonly nodeStart: Int32Array;
  readonly nodeView: Int32Array;
  readonly viewPool: Int32Array;
  readonly viewState: Uint8Array;
  /** Why a view is invalid, by view; empty text for the others. */
  readonly viewReason: readonly string[];
  readonly viewStart: Int32Array;
  readonly visit: Int32Array;
  /** The view in which a position of `visit` lies. */
  readonly visitView: Int32Array;
  /** All devices that node `n` sees, in visiting order: `visit[nodeFirst[n] .. nodeLast[n])`. */
  readonly nodeFirst: Int32Array;
  readonly nodeLast: Int32Array;
  /** Why no devices can be found for a node at all (a selector that cannot be read), or empty. */
  readonly nodeFault: readonly string[];
  /** 1 for nodes whose answers depend on devices that other nodes depend on too. */
  readonly sharing: Uint8Array;
  /** Devices that the node sees, where all are its alone and none can be shared; otherwise -1. */
  readonly exclusiveCount: Int32Array;
}

export interface PoolOptions {
  /** Gate DRAPartitionableDevices: counters and per-device node selection are understood. */
  partitionableDevices: boolean;
  /** Gate DRADeviceCompatibilityGroups: slices that name groups are understood. */
  compatibilityGroups: boolean;
  /** Pools with devices that have binding conditions come last. */
  bindingPoolsLast: boolean;
  /** Slices with counter sets belong to their pool for every node, wherever they are. */
  counterSlicesEverywhere: boolean;
  /** Devices of incomplete and invalid pools are seen, and only slices for the node are counted. */
  seesUnfinished: boolean;
  /** Slices with binding conditions come last within their pool. */
  bindingSlicesLast: boolean;
  /** Without the gate, slices with counter sets are seen nevertheless. */
  readsCounterSlices: boolean;
  /** Counter sets are part of their slice, so that a pool cannot be invalid because of them. */
  countersPerSlice: boolean;
  /** Devices beside counter sets are not seen, but the counters they draw on are checked. */
  checksHiddenDevices: boolean;
}

/** Gathers the pools of every node. */
export function gatherPools(
  nodes: NodeTable,
  devices: DeviceTable,
  options: PoolOptions,
): PoolTable {
  const gatherer = new PoolGatherer(nodes, devices, options);
  for (let node = 0; node < nodes.count; node++) gatherer.addNode(node);
  return gatherer.finish();
}

class PoolGatherer {
  private readonly nodeStart: number[] = [];
  private readonly nodeView: number[] = [];
  private readonly views = new Interner();
  private readonly viewPool: number[] = [];
  private readonly viewState: number[] = [];
  private readonly viewReason: string[] = [];
  private readonly viewStart: number[] = [];
  private readonly viewBinding: boolean[] = [];
  private readonly visit: number[] = [];
  private readonly visitView: number[] = [];
  /** Slices by node, and those that are not of one node. */
  private readonly local: number[][] = [];
  private readonly shared: number[] = [];
  private readonly poolSlices: number[][] = [];
  private readonly matchers = new Map<object, NodeMatcher>();
  private readonly nodeFault: string[] = [];
  /** Views of pools with counter sets for nodes that have no part in them, where they are not complete. */
  private foreign: { pool: number; view: number }[] | undefined;

  constructor(
    private readonly nodes: NodeTable,
    private readonly devices: DeviceTable,
    private readonly options: PoolOptions,
  ) {
    devices.slices.forEach((slice, index) => {
      const pool = devices.slicePool[index]!;
      (this.poolSlices[pool] ??= []).push(index);
      const node = devices.sliceNode[index]!;
      if (node >= 0) (this.local[node] ??= []).push(index);
      else if (slice.spec.nodeName === undefined) this.shared.push(index);
    });
  }

  addNode(node: number): void {
    this.nodeStart.push(this.nodeView.length);
    const byPool = new Map<number, number[]>();
    for (const slice of this.local[node] ?? []) {
      if (this.isUnderstood(slice)) this.collect(byPool, slice);
    }
    this.nodeFault.push(this.collectShared(byPool, node));
    if (this.options.counterSlicesEverywhere) this.collectCounterSlices(byPool);
    const views: number[] = [];
    for (const [pool, slices] of byPool) {
      const view = this.viewOf(pool, slices, node);
      if (view >= 0) views.push(view);
    }
    if (this.options.counterSlicesEverywhere) this.addForeignViews(views, byPool, node);
    views.sort((left, right) => this.compareViews(left, right));
    for (const view of views) {
      this.nodeView.push(view);
    }
  }

  finish(): PoolTable {
    this.nodeStart.push(this.nodeView.length);
    this.viewStart.push(this.visit.length);
    const { nodeFirst, nodeLast } = this.flattenViews();
    return {
      nodeStart: Int32Array.from(this.nodeStart),
      nodeView: Int32Array.from(this.nodeView),
      viewPool: Int32Array.from(this.viewPool),
      viewState: Uint8Array.from(this.viewState),
      viewReason: this.viewReason,
      viewStart: Int32Array.from(this.viewStart),
      visit: Int32Array.from(this.visit),
      visitView: Int32Array.from(this.visitView),
      nodeFirst,
      nodeLast,
      nodeFault: this.nodeFault,
      sharing: new Uint8Array(this.nodes.count),
      exclusiveCount: new Int32Array(this.nodes.count),
    };
  }

  /** Gives each node one run of `visit`; only views that do not lie in a row are copied. */
  private flattenViews(): { nodeFirst: Int32Array; nodeLast: Int32Array } {
    const nodeFirst = new Int32Array(this.nodes.count);
    const nodeLast = new Int32Array(this.nodes.count);
    for (let node = 0; node < this.nodes.count; node++) {
      const views = this.nodeView
        .slice(this.nodeStart[node], this.nodeStart[node + 1])
        .filter((view) => this.viewStart[view]! < this.viewStart[view + 1]!);
      if (views.length === 0) continue;
      const inARow = views.every(
        (view, index) =>
          index === 0 || this.viewStart[view] === this.viewStart[views[index - 1]! + 1],
      );
      if (inARow) {
        nodeFirst[node] = this.viewStart[views[0]!]!;
        nodeLast[node] = this.viewStart[views.at(-1)! + 1]!;
        continue;
      }
      nodeFirst[node] = this.visit.length;
      for (const view of views) {
        const end = this.viewStart[view + 1]!;
        for (let index = this.viewStart[view]!; index < end; index++) {
          this.visit.push(this.visit[index]!);
          this.visitView.push(view);
        }
      }
      nodeLast[node] = this.visit.length;
    }
    return { nodeFirst, nodeLast };
  }

  /** Without the gate, slices that use partitionable devices are passed over whole. */
  private isUnderstood(slice: number): boolean {
    const { spec } = this.devices.slices[slice]!;
    if (!this.options.compatibilityGroups && namesGroups(spec)) return false;
    if (this.options.partitionableDevices) return true;
    if (spec.perDeviceNodeSelection !== undefined) return false;
    return this.options.readsCounterSlices || (spec.sharedCounters?.length ?? 0) === 0;
  }

  private isRelevant(slice: number, node: number): boolean {
    const { spec } = this.devices.slices[slice]!;
    if (spec.allNodes === true || spec.nodeSelector !== undefined) return this.matches(spec, node);
    if (spec.perDeviceNodeSelection !== true) return false;
    return (spec.devices ?? []).some((device) => this.matches(device, node));
  }

  /** Node selection of a slice or device: name, then all nodes, then selector. */
  private matches(
    selection: Pick<Device, 'nodeName' | 'allNodes' | 'nodeSelector'>,
    node: number,
  ): boolean {
    if (selection.nodeName) return selection.nodeName === this.nodes.names[node];
    if (selection.allNodes === true) return true;
    if (selection.nodeSelector === undefined) return false;
    let matcher = this.matchers.get(selection.nodeSelector);
    if (!matcher) {
      matcher = compileNodeSelector(selection.nodeSelector);
      this.matchers.set(selection.nodeSelector, matcher);
    }
    return matcher(this.nodes.nodes[node]!);
  }

  /** Adds the slices of several nodes; returns why that failed, or an empty text. */
  private collectShared(byPool: Map<number, number[]>, node: number): string {
    for (const slice of this.shared) {
      if (!this.isUnderstood(slice)) continue;
      try {
        if (this.isRelevant(slice, node)) this.collect(byPool, slice);
      } catch (error) {
        const { name = '' } = this.devices.slices[slice]!.metadata;
        const place = `gather pool information: failed to perform node selection for slice ${name}`;
        return `${place}: failed to parse node selector ${JSON.stringify(
          this.devices.slices[slice]!.spec.nodeSelector,
        )}: ${(error as Error).message}`;
      }
    }
    return '';
  }

  /** Counter sets of a pool of which the node has a part already. */
  private collectCounterSlices(byPool: Map<number, number[]>): void {
    for (const [pool, slices] of byPool) {
      for (const slice of this.poolSlices[pool]!) {
        if (slices.includes(slice) || !this.isUnderstood(slice)) continue;
        if (this.hasCounterSets(slice)) this.collect(byPool, slice);
      }
    }
  }

  private hasCounterSets(slice: number): boolean {
    return (this.devices.slices[slice]!.spec.sharedCounters ?? []).length > 0;
  }

  /** Pools of which the node has counter sets only; a complete one has nothing for it. */
  private addForeignViews(views: number[], own: ReadonlyMap<number, number[]>, node: number): void {
    this.foreign ??= this.gatherForeign(node);
    for (const { pool, view } of this.foreign) if (!own.has(pool)) views.push(view);
  }

  private gatherForeign(node: number): { pool: number; view: number }[] {
    const byPool = new Map<number, number[]>();
    this.devices.slices.forEach((_, slice) => {
      if (this.hasCounterSets(slice) && this.isUnderstood(slice)) this.collect(byPool, slice);
    });
    return [...byPool].flatMap(([pool, slices]) => {
      const view = this.viewOf(pool, slices, node);
      return view >= 0 && this.viewState[view] !== POOL_COMPLETE ? [{ pool, view }] : [];
    });
  }

  private collect(byPool: Map<number, number[]>, slice: number): void {
    const pool = this.devices.slicePool[slice]!;
    const collected = byPool.get(pool);
    const first = collected?.[0];
    if (collected === undefined || first === undefined) {
      byPool.set(pool, [slice]);
      return;
    }
    const generation = this.generation(slice);
    const newest = this.generation(first);
    if (generation > newest) byPool.set(pool, [slice]);
    else if (generation === newest) collected.push(slice);
  }

  /** Generations beyond 2^53 are bigint, which comparisons take beside numbers. */
  private generation(slice: number): number | bigint {
    return this.devices.slices[slice]!.spec.pool.generation;
  }

  /** The view of a pool from these relevant slices, or -1 when a newer generation hides it. */
  private viewOf(pool: number, relevant: number[], node: number): number {
    const wanted = this.devices.slices[relevant[0]!]!.spec.pool.resourceSliceCount;
    let incomplete = false;
    let extra: number[] = [];
    if (this.options.seesUnfinished) {
      incomplete = relevant.length !== wanted;
    } else if (relevant.length !== wanted) {
      const generation = this.generation(relevant[0]!);
      const all = this.poolSlices[pool]!;
      if (all.some((slice) => this.generation(slice) > generation)) return -1;
      const equal = all.filter(
        (slice) =>
          this.generation(slice) === generation &&
          (this.options.compatibilityGroups || !namesGroups(this.devices.slices[slice]!.spec)),
      );
      incomplete = equal.length !== wanted;
      extra = equal.filter((slice) => !relevant.includes(slice));
    }
    relevant.sort((left, right) => this.compareSlices(left, right));
    const perDevice = relevant.some((s) => this.devices.slices[s]!.spec.perDeviceNodeSelection);
    const key = `${pool}:${relevant.join()}:${incomplete}${perDevice ? `:${node}` : ''}`;
    const known = this.views.find(key);
    if (known >= 0) return known;
    const view = this.views.id(key);
    this.buildView(pool, relevant, extra, incomplete, node);
    return view;
  }

  private buildView(
    pool: number,
    relevant: number[],
    extra: number[],
    incomplete: boolean,
    node: number,
  ): void {
    const { seesUnfinished } = this.options;
    const reason = incomplete && !seesUnfinished ? '' : this.findFault(relevant, extra);
    this.viewPool.push(pool);
    this.viewStart.push(this.visit.length);
    this.viewReason.push(reason);
    const state = incomplete ? POOL_INCOMPLETE : reason ? POOL_INVALID : POOL_COMPLETE;
    this.viewState.push(state);
    let binding = false;
    if (state === POOL_COMPLETE || seesUnfinished) {
      for (const slice of relevant) {
        const { spec } = this.devices.slices[slice]!;
        const start = this.devices.sliceStart[slice]!;
        this.devicesOf(slice).forEach((device, index) => {
          if (device.bindingConditions !== undefined) binding = true;
          if (spec.perDeviceNodeSelection === true && !this.matches(device, node)) return;
          this.visit.push(start + index);
          this.visitView.push(this.viewStart.length - 1);
        });
      }
    }
    this.viewBinding.push(binding);
  }

  /** The first reason for which a complete pool cannot be used, or an empty text. */
  private findFault(relevant: number[], extra: number[]): string {
    const names = new Set<string>();
    for (const slice of relevant) {
      for (const device of this.devicesOf(slice)) {
        if (names.has(device.name)) return `duplicate device name ${device.name}`;
        names.add(device.name);
      }
    }
    if (!this.options.partitionableDevices || this.options.countersPerSlice) return '';
    const all = [...relevant, ...extra];
    const sets = new Set<string>();
    for (const slice of all) {
      for (const set of this.devices.slices[slice]!.spec.sharedCounters ?? []) {
        if (sets.has(set.name)) return `duplicate counter set name ${set.name}`;
        sets.add(set.name);
      }
    }
    for (const slice of all) {
      const fault = this.findCounterFault(slice, sets);
      if (fault) return fault;
    }
    return '';
  }

  private findCounterFault(slice: number, sets: ReadonlySet<string>): string {
    const { counters, counterValue, slices } = this.devices;
    const { checksHiddenDevices } = this.options;
    const checked = checksHiddenDevices ? slices[slice]!.spec.devices : this.devicesOf(slice);
    /** Counters that are there, by set: the partitions of a slice draw on the same few. */
    const found = new Map<string, Set<string>>();
    for (const device of checked ?? []) {
      for (const { counterSet, counters: consumed = {} } of device.consumesCounters ?? []) {
        if (!sets.has(counterSet)) return `counter set ${counterSet} not found`;
        const known = found.get(counterSet) ?? new Set();
        found.set(counterSet, known);
        for (const name of Object.keys(consumed)) {
          if (known.has(name)) continue;
          known.add(name);
          const id = counters.find(counterKey(slices[slice]!, counterSet, name));
          if (id >= 0 && !Number.isNaN(counterValue[id]!)) continue;
          return `counter ${name} not found in counter set ${counterSet}`;
        }
      }
    }
    return '';
  }

  /** Devices of a slice; one with counter sets has none, save in releases whose sets belong to their slice. */
  private devicesOf(slice: number): readonly Device[] {
    const { spec } = this.devices.slices[slice]!;
    const hasNone = this.hasCounterSets(slice) && !this.options.countersPerSlice;
    return hasNone ? [] : (spec.devices ?? []);
  }

  private bindsLater(slice: number): boolean {
    return this.devicesOf(slice).some((device) => (device.bindingConditions ?? []).length > 0);
  }

  private compareSlices(left: number, right: number): number {
    if (this.options.bindingSlicesLast) {
      const last = Number(this.bindsLater(left)) - Number(this.bindsLater(right));
      if (last !== 0) return last;
    }
    const leftName = this.devices.slices[left]!.metadata.name ?? '';
    const rightName = this.devices.slices[right]!.metadata.name ?? '';
    return compareText(leftName, rightName) || left - right;
  }

  /** Pools whose devices wait for binding conditions come last; then by driver and pool name. */
  private compareViews(left: number, right: number): number {
    const last = Number(this.viewBinding[left]) - Number(this.viewBinding[right]);
    if (last !== 0 && this.options.bindingPoolsLast) return last;
    const leftSlice = this.poolSlices[this.viewPool[left]!]![0]!;
    const rightSlice = this.poolSlices[this.viewPool[right]!]![0]!;
    const a = this.devices.slices[leftSlice]!.spec;
    const b = this.devices.slices[rightSlice]!.spec;
    return compareText(a.driver, b.driver) || compareText(a.pool.name, b.pool.name);
  }
}

function namesGroups(spec: ResourceSlice['spec']): boolean {
  return (spec.devices ?? []).some((device) =>
    (device.consumesCounters ?? []).some((draw) => (draw.compatibilityGroups ?? []).length > 0),
  );
}
