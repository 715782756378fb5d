// What the scheduler knows of claims and devices while objects come and go: claims with what is assumed of
// them, allocations in flight, and an allocator over the slices, classes and rules of the moment. Source:
// kubernetes/kubernetes pkg/scheduler/framework/plugins/dynamicresources/dra_manager.go (1.37).

import { resolveAllocator } from '../api/allocator.js';
import type { Node } from '../api/core.js';
import type { Features } from '../api/features.js';
import type {
  DeviceClass,
  DeviceTaintRule,
  ResourceClaim,
  ResourceSlice,
} from '../api/resource.js';
import { AmountScales } from '../cluster/amounts.js';
import { type CompiledCluster, compileCluster } from '../cluster/cluster.js';
import { applyHeld, deviceIndexes, type HeldShare, heldShares } from './allocatedstate.js';
import { Allocator } from './allocator.js';
import { declareConsumed, declareWanted } from './claimamounts.js';
import { ExtendedResourceCache } from './extendedresources.js';
import { taintDevices } from './taintrules.js';

/** An allocation that no API object shows yet. */
interface PendingAllocation {
  claim: ResourceClaim;
  sharers: number;
}

/** Objects that the allocator is compiled from, by name. */
export interface DraObjects {
  readonly nodes: Map<string, Node>;
  readonly slices: Map<string, ResourceSlice>;
  /** Changed by `setClass` and `deleteClass`. */
  readonly classes: Map<string, DeviceClass>;
  readonly rules: Map<string, DeviceTaintRule>;
}

/** An allocator with what it was compiled from. */
interface Compiled {
  readonly cluster: CompiledCluster;
  readonly allocator: Allocator;
  readonly indexes: ReadonlyMap<string, readonly number[]>;
  /** What each claim holds now, by uid, as it was taken from the columns. */
  readonly held: Map<string, { allocation: unknown; shares: readonly HeldShare[] }>;
}

/** Claims and devices of the moment. */
export class DraManager {
  readonly objects: DraObjects = {
    nodes: new Map(),
    slices: new Map(),
    classes: new Map(),
    rules: new Map(),
  };
  private readonly claims = new Map<string, ResourceClaim>();
  private readonly pending = new Map<string, PendingAllocation>();
  /** Claims as they were when they were allocated, by uid: allocations do not change, they end. */
  private readonly allocated = new Map<string, ResourceClaim>();
  private readonly resources = new ExtendedResourceCache();
  private compiled: Compiled | null = null;
  private owners = 0;

  constructor(private readonly features: Features) {}

  /** Must be called after a change of {@link objects}. */
  objectsChanged(): void {
    this.compiled = null;
  }

  claim(namespace: string, name: string): ResourceClaim | undefined {
    return this.claims.get(`${namespace}/${name}`);
  }

  /** All claims, in the order in which they came. */
  allClaims(): Iterable<ResourceClaim> {
    return this.claims.values();
  }

  /** Adds a claim, or puts a newer version in its place. */
  setClaim(claim: ResourceClaim): void {
    const known = this.claims.get(keyOf(claim));
    this.claims.set(keyOf(claim), claim);
    const { uid } = claim.metadata;
    if (!claim.status?.allocation) this.allocated.delete(uid!);
    else if (!this.allocated.has(uid!)) this.allocated.set(uid!, claim);
    // Its amounts may need a finer unit than those before.
    if (known?.spec !== claim.spec) this.compiled = null;
  }

  deleteClaim(claim: ResourceClaim): void {
    this.claims.delete(keyOf(claim));
    this.allocated.delete(claim.metadata.uid!);
  }

  /** Notes that a claim will get an allocation; another sharer does not change it. */
  signalPending(uid: string, claim: ResourceClaim): void {
    const known = this.pending.get(uid);
    if (known) known.sharers++;
    else this.pending.set(uid, { claim, sharers: 1 });
  }

  /** Drops one sharer of an allocation in flight, or all; whether it is gone. */
  removePending(uid: string, force = false): boolean {
    const known = this.pending.get(uid);
    if (!known) return false;
    if (!force && --known.sharers > 0) return false;
    return this.pending.delete(uid);
  }

  isPending(uid: string): boolean {
    return this.pending.has(uid);
  }

  /** Adds a class, or puts a newer version in its place. */
  setClass(deviceClass: DeviceClass): void {
    const { classes } = this.objects;
    const known = classes.get(deviceClass.metadata.name!);
    if (known) this.resources.update(known, deviceClass);
    else this.resources.add(deviceClass);
    classes.set(deviceClass.metadata.name!, deviceClass);
    this.objectsChanged();
  }

  deleteClass(name: string): void {
    const { classes } = this.objects;
    const known = classes.get(name);
    if (!known) return;
    this.resources.delete(known);
    classes.delete(name);
    this.objectsChanged();
  }

  /** The class that serves a resource name. */
  classServing(resource: string): DeviceClass | undefined {
    return this.resources.find(resource);
  }

  /** A number that no other allocation has, for share ids. */
  nextOwner(): number {
    return this.owners++;
  }

  /** The allocator over everything that is published and held now. */
  allocator(): { allocator: Allocator; cluster: CompiledCluster } {
    this.compiled ??= this.compile();
    this.refreshHeld(this.compiled);
    return this.compiled;
  }

  private compile(): Compiled {
    const { nodes, slices, classes, rules } = this.objects;
    const scales = new AmountScales();
    for (const claim of [...this.claims.values(), ...this.inFlight()]) {
      declareWanted(scales, claim.spec);
      declareConsumed(scales, claim.status?.allocation?.devices?.results ?? []);
    }
    const features = resolveAllocator(this.features);
    const tainted = taintDevices([...slices.values()], [...rules.values()], features);
    const cluster = compileCluster([...nodes.values()], tainted, this.features, scales);
    const allocator = new Allocator(cluster, classes, this.features);
    return { cluster, allocator, indexes: deviceIndexes(cluster.devices), held: new Map() };
  }

  private *inFlight(): Generator<ResourceClaim> {
    for (const { claim } of this.pending.values()) yield claim;
  }

  /** Takes from the columns what claims hold by now, and gives back what they held before. */
  private refreshHeld({ cluster, allocator, indexes, held }: Compiled): void {
    const { features } = allocator;
    const current = new Map(this.allocated);
    for (const [uid, { claim }] of this.pending) if (!current.has(uid)) current.set(uid, claim);
    for (const [uid, { allocation, shares }] of held) {
      if (current.get(uid)?.status?.allocation === allocation) continue;
      for (const share of shares) applyHeld(cluster.devices, share, 0, -1, features);
      held.delete(uid);
    }
    const options = {
      scales: cluster.scales,
      consumableCapacity: features.consumableCapacity,
    };
    for (const [uid, claim] of current) {
      if (held.has(uid)) continue;
      const { allocation } = claim.status!;
      const shares = (allocation?.devices?.results ?? []).flatMap((result) =>
        heldShares(result, cluster.devices, indexes, options),
      );
      for (const share of shares) applyHeld(cluster.devices, share, 0, 1, features);
      held.set(uid, { allocation, shares });
    }
  }
}

function keyOf({ metadata: { namespace = 'default', name } }: ResourceClaim): string {
  return `${namespace}/${name}`;
}
