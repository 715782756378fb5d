// The allocator of a run: claim shapes, selectors, search and claims over one compiled cluster.
// `fits` and `search` read; `allocate` and `release` write.

import { type AllocatorFeatures, resolveAllocator } from '../api/allocator.js';
import type { Features } from '../api/features.js';
import { compileNodeSelector, type NodeMatcher } from '../api/nodeselector.js';
import type { AllocationResult, DeviceClass } from '../api/resource.js';
import type { CompiledCluster } from '../cluster/cluster.js';
import { AttributeTable } from './attributes.js';
import { CAPACITY_SUFFICES, Capacities } from './capacity.js';
import { type AllocatedDevice, ClaimTable } from './claims.js';
import { type ClaimShape, ClaimShapes, type RequestShape } from './claimshape.js';
import { Constraints } from './constraints.js';
import { Counters } from './counters.js';
import { DerivedAttributes } from './derivedattributes.js';
import { DirectAnswers } from './directanswers.js';
import type { SearchOutcome } from './outcome.js';
import { allocationResult } from './result.js';
import { AllocationSearch } from './search.js';
import { SelectorTable } from './selectors.js';
import type { DeviceStrategyEntry } from './strategy.js';
import { StrategyView } from './strategyview.js';
import { keepsAway } from './taintcheck.js';

/** Steps for which upstream's allocator has time, roughly: a search of a usual node takes some dozens. */
const STEPS_MAX = 1_000_000;

/** Most searches end before, and do not pay for the look. */
const BOUNDS_AFTER_STEPS = 100;

/** What an allocator may be told beside the profile. */
export interface AllocatorOptions {
  /** Order of devices; null is upstream's. */
  strategy?: DeviceStrategyEntry | null;
  /** Steps after which a search on one node is given up. */
  stepsMax?: number;
  /** Steps after which a search looks at bounds; the answer is the same, Infinity never looks. */
  boundsAfterSteps?: number;
}

/** Allocates claims on nodes of one cluster. */
export class Allocator {
  readonly features: AllocatorFeatures;
  readonly selectors: SelectorTable;
  readonly shapes: ClaimShapes;
  readonly claims: ClaimTable;
  readonly search: AllocationSearch;
  readonly view: StrategyView;
  readonly direct: DirectAnswers;
  readonly attributes: AttributeTable;
  private readonly capacities: Capacities;
  private readonly derived: DerivedAttributes;
  private readonly nodeMatchers = new Map<number, NodeMatcher | null>();

  constructor(
    private readonly cluster: CompiledCluster,
    private readonly classes: ReadonlyMap<string, DeviceClass>,
    profile: Features,
    {
      strategy = null,
      stepsMax = STEPS_MAX,
      boundsAfterSteps = BOUNDS_AFTER_STEPS,
    }: AllocatorOptions = {},
  ) {
    const { nodes, devices, pools, scales } = cluster;
    const features = resolveAllocator(profile);
    this.features = features;
    this.selectors = new SelectorTable(devices, profile, features);
    this.capacities = new Capacities(devices, scales, features);
    const attributes = new AttributeTable(devices);
    this.attributes = attributes;
    const { selectors, capacities } = this;
    this.derived = new DerivedAttributes(devices, attributes, selectors, profile);
    this.shapes = new ClaimShapes({
      classes,
      devices,
      selectors,
      attributes,
      capacities,
      features,
    });
    this.claims = new ClaimTable(devices, capacities, features);
    this.view = new StrategyView({ devices, selectors, capacities }, nodes.count);
    this.direct = new DirectAnswers(cluster, { selectors, features, capacities });
    this.search = new AllocationSearch({
      nodes,
      devices,
      pools,
      selectors,
      attributes,
      constraints: new Constraints(attributes, this.derived, {
        lists: features.listTypeAttributes,
        forgetful: features.quirks.forgetsDistinct,
        amongRequests: features.quirks.distinctAmongRequests,
      }),
      capacities,
      counters: new Counters(devices, features),
      features,
      view: this.view,
      strategy,
      stepsMax,
      boundsAfterSteps,
    });
  }

  /** Searches devices for unallocated claims on a node; the picks stand in `search.picks`. */
  find(shapes: readonly ClaimShape[], names: readonly string[], node: number): SearchOutcome {
    return this.search.allocate(shapes, names, node);
  }

  /** Allocates claims with the picks of the last successful `find`, in the same order. */
  commit(claims: readonly number[], node: number): void {
    for (let position = 0; position < claims.length; position++) {
      const claim = claims[position]!;
      this.claims.commit(claim, position, this.search.picks, node);
    }
  }

  /** What a request takes of the capacity in a row. */
  consumed(request: RequestShape, row: number): number {
    return this.capacities.consumed(request.capacity, row);
  }

  /**
   * Whether a device that nobody holds would do for a request, constraints and counters aside; what cannot be
   * evaluated would not.
   */
  mayHave(request: RequestShape, device: number): boolean {
    const { devices } = this.cluster;
    const { features, selectors } = this;
    if (!features.bindingConditions && devices.hasBindingConditions[device] === 1) return false;
    if (!selectors.matches(request.selectors, device)) {
      if (selectors.hasFailed) selectors.takeError('');
      return false;
    }
    const taints = features.deviceTaints ? devices.taintLists[devices.deviceTaints[device]!]! : [];
    if (taints.some((taint) => keepsAway(taint, request, features.quirks))) return false;
    if (!features.consumableCapacity) return true;
    return this.capacities.check(request.capacity, device, false) === CAPACITY_SUFFICES;
  }

  /** Forgets what expressions answered, so that they are evaluated anew. */
  forgetAnswers(): void {
    this.selectors.forget();
    this.derived.forget();
  }

  /** Gives back the devices of an allocated claim. */
  deallocate(claim: number): void {
    this.claims.deallocate(claim);
    this.nodeMatchers.delete(claim);
  }

  /** Whether an allocated claim can be used from a node. */
  isAvailableOn(claim: number, node: number): boolean {
    if (this.claims.allocatedNode[claim] === node) return true;
    let matcher = this.nodeMatchers.get(claim);
    if (matcher === undefined) {
      const { nodeSelector } = this.result(claim);
      matcher = nodeSelector ? compileNodeSelector(nodeSelector) : null;
      this.nodeMatchers.set(claim, matcher);
    }
    return matcher === null || matcher(this.cluster.nodes.nodes[node]!);
  }

  /** The allocation of a claim as the API shows it; share ids are made from claim and device. */
  result(claim: number): AllocationResult {
    const nodeName = this.cluster.nodes.names[this.claims.allocatedNode[claim]!]!;
    return this.describe(claim, this.claims.shape(claim), this.claims.held(claim), nodeName);
  }

  /**
   * What the last successful `find` picked for the claim at a position, as its allocation would be.
   *
   * @param owner - number that share ids are made from, for claims of several searches
   */
  found(position: number, shape: ClaimShape, node: number, owner = position): AllocationResult {
    const { picks } = this.search;
    const held: AllocatedDevice[] = [];
    for (let index = 0; index < picks.count; index++) {
      if (picks.claim[index] !== position) continue;
      held.push({
        device: picks.device[index]!,
        request: picks.request[index]!,
        alternative: picks.alternative[index]!,
      });
    }
    return this.describe(owner, shape, held, this.cluster.nodes.names[node]!);
  }

  private describe(
    claim: number,
    shape: ClaimShape,
    held: readonly AllocatedDevice[],
    nodeName: string,
  ): AllocationResult {
    const { devices, scales } = this.cluster;
    return allocationResult(
      {
        devices,
        scales,
        capacities: this.capacities,
        classes: this.classes,
        features: this.features,
      },
      shape,
      held,
      nodeName,
      (device, request) => shareId(claim, device, request),
    );
  }
}

/** A UUID-shaped id that is unique in a run, because a claim holds one share of a device a request. */
function shareId(claim: number, device: number, request: number): string {
  const hex = (value: number, length: number) => value.toString(16).padStart(length, '0');
  return `${hex(claim, 8)}-${hex(request, 4)}-4000-8000-${hex(device, 12)}`;
}
