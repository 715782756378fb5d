// The claims of the pod at hand: whether devices for them can be found on a node, allocating and reserving
// them with the pod, and giving them back. What the DynamicResources plugin asks, over the room `dra`.

import type { CompiledCluster } from '../cluster/cluster.js';
import type { Allocator } from '../dra/allocator.js';
import { AnswerMemo, type ClaimSet } from '../dra/answermemo.js';
import type { ClaimShape } from '../dra/claimshape.js';
import { FAILED, FOUND } from '../dra/outcome.js';
import { assert } from '../errors.js';
import type { DeviceFinder } from './framework.js';
import type { PodTable } from './pods.js';
import type { PodShape, PodShapes } from './podshape.js';
import type { Reasons } from './reasons.js';

const NO_CLAIM = -1;

interface OwnClaims {
  readonly shapes: readonly ClaimShape[];
  readonly names: readonly string[];
  /** Whether a claim is named instead of made from a template. */
  readonly hasNamed: boolean;
}

/** What allocation for pods works on. */
export interface PodClaimsContext {
  cluster: CompiledCluster;
  allocator: Allocator;
  pods: PodTable;
  shapes: PodShapes;
  reasons: Reasons;
}

/** Finds, allocates and gives back the devices of pods. */
export class PodClaims implements DeviceFinder {
  /** Grows with every change of a claim that pods name. */
  private namedClaimVersion = 0;
  private readonly noDevices: number;
  /** In a trial without pods, what their claims hold counts as free; absent unless preemption may do that. */
  readonly lift?: (pod: number) => void;
  readonly putBack?: (pod: number) => void;
  private readonly memo: AnswerMemo;
  /** Whether any device has conditions to wait for. */
  private readonly canWait: boolean;
  /** Claims of pod shapes, where all are still to be allocated. */
  private readonly sets: (ClaimSet | undefined)[] = [];
  /** Claims of the prepared shape that are to be allocated. */
  private set: ClaimSet | null = null;
  /** Whether the prepared shape names claims that exist beside its pods. */
  private hasNamed = false;
  // Scratch of the pod at hand: claims to allocate, in the pod's order.
  private shapes: readonly ClaimShape[] = [];
  private names: readonly string[] = [];
  private readonly claims: number[] = [];
  /** Entries of pod shapes whose claims are all made from templates: they are always all to be allocated. */
  private readonly own: (OwnClaims | undefined)[] = [];

  /**
   * @param remembers - false searches each time instead of remembering answers
   * @param arePreempted - whether evicting pods may free devices for others (KEP-5690), which upstream does not do
   */
  constructor(
    private readonly context: PodClaimsContext,
    remembers: boolean,
    arePreempted = false,
  ) {
    this.memo = new AnswerMemo(context.cluster, context.allocator, remembers);
    this.canWait = context.cluster.devices.hasBindingConditions.includes(1);
    const text = 'cannot allocate all claims';
    this.noDevices = arePreempted
      ? context.reasons.id('DynamicResources', 'Unschedulable', text)
      : this.unresolvable(text);
    if (!arePreempted) return;
    this.lift = (pod) => this.count(pod, -1);
    this.putBack = (pod) => this.count(pod, 1);
  }

  /** Answers about devices that needed no search. */
  get answersRemembered(): number {
    return this.memo.counted + this.memo.remembered + this.memo.shared;
  }

  /** The rejection of a pod whose claims can be allocated nowhere. */
  unresolvable(text: string): number {
    return this.context.reasons.id('DynamicResources', 'UnschedulableAndUnresolvable', text);
  }

  /** Prepares {@link fits}; returns the version of all that its answers depend on beside the node. */
  prepare(shape: PodShape): number {
    if (shape.claims.length === 0) return 0;
    this.collect(shape, -1);
    this.hasNamed = this.own[shape.id]!.hasNamed;
    const named = this.hasNamed ? this.namedClaimVersion : 0;
    this.set = this.shapes.length === 0 ? null : this.setOf(shape);
    return this.context.cluster.devices.useVersion.at(-1)! + named;
  }

  /** Tries the claims of the prepared shape on a node; 0 when they fit, otherwise a rejection's id. */
  fits(shape: PodShape, node: number): number {
    const { allocator } = this.context;
    for (let index = 0; this.hasNamed && index < shape.claims.length; index++) {
      const { claim } = shape.claims[index]!;
      if (claim < 0 || !allocator.claims.isAllocated(claim)) continue;
      if (allocator.isAvailableOn(claim, node)) continue;
      return this.unresolvable('resourceclaim not available on the node');
    }
    return this.set === null ? 0 : this.search(this.set, node);
  }

  /** Allocates what is not allocated yet on the node that was chosen, and reserves all for the pod. */
  allocate(shape: PodShape, pod: number, node: number): void {
    if (shape.claims.length === 0) return;
    const { allocator, pods } = this.context;
    this.collect(shape, pod);
    if (this.claims.length > 0) {
      allocator.view.podCpuMilli = shape.cpuMilli;
      const outcome = allocator.find(this.shapes, this.names, node);
      assert(outcome === FOUND, 'a node that was feasible has devices for the pod');
      allocator.commit(this.claims, node);
    }
    for (let index = 0; index < shape.claims.length; index++) {
      allocator.claims.reservedCount[pods.claimOf(pod, index)]!++;
      if (shape.claims[index]!.claim >= 0) this.namedClaimVersion++;
    }
  }

  /** Whether the pod was given devices that must say that they are ready before it is bound (KEP-5007). */
  waitForDevices(shape: PodShape, pod: number): boolean {
    if (!this.canWait) return false;
    const { allocator, pods, cluster } = this.context;
    let waits = false;
    for (let index = 0; index < shape.claims.length; index++) {
      allocator.claims.forEachDevice(pods.claimOf(pod, index), (device) => {
        if (cluster.devices.hasBindingConditions[device] === 1) waits = true;
      });
    }
    return waits;
  }

  /**
   * Takes back the pod's reservations; claims end with their last consumer.
   *
   * @param isKept - whether the pod's own claims stay, for another attempt
   */
  release(shape: PodShape, pod: number, isKept = false): void {
    const { allocator, pods, cluster } = this.context;
    for (let index = 0; index < shape.claims.length; index++) {
      const claim = pods.claimOf(pod, index);
      if (--allocator.claims.reservedCount[claim]! > 0) continue;
      const node = allocator.claims.allocatedNode[claim]!;
      allocator.deallocate(claim);
      cluster.changes.append(node);
      if (shape.claims[index]!.claim >= 0) this.namedClaimVersion++;
      else if (!isKept) allocator.claims.remove(claim);
    }
  }

  /** Counts a pod among the consumers of its claims, or not; what no pod consumes is free in a trial. */
  private count(pod: number, sign: 1 | -1): void {
    const { allocator, pods, shapes } = this.context;
    const { claims } = allocator;
    const entries = shapes.shape(pods.shape[pod]!).claims;
    for (let index = 0; index < entries.length; index++) {
      const claim = pods.claimOf(pod, index);
      if (sign > 0 && claims.reservedCount[claim] === 0) claims.lift(claim, 1);
      claims.reservedCount[claim]! += sign;
      if (sign < 0 && claims.reservedCount[claim] === 0) claims.lift(claim, -1);
    }
  }

  private setOf(shape: PodShape): ClaimSet {
    if (this.shapes.length < shape.claims.length) return this.memo.set(this.shapes);
    this.sets[shape.id] ??= this.memo.set(this.shapes);
    return this.sets[shape.id]!;
  }

  private search(set: ClaimSet, node: number): number {
    const { allocator, reasons } = this.context;
    const outcome = this.memo.find(set, this.names, node);
    if (outcome === FOUND) return 0;
    if (outcome !== FAILED) return this.noDevices;
    const { error, errorIsNodeLocal } = allocator.search;
    if (errorIsNodeLocal) return this.unresolvable(error);
    return reasons.id('DynamicResources', 'Error', error);
  }

  /** The claims of a shape that are not allocated, each once; a pod's own when `pod` is given. */
  private collect(shape: PodShape, pod: number): void {
    const own = (this.own[shape.id] ??= ownClaims(shape));
    if (own.hasNamed) {
      this.collectUnallocated(shape, pod);
      return;
    }
    const { pods } = this.context;
    const { claims } = this;
    this.shapes = own.shapes;
    this.names = own.names;
    const { length } = own.shapes;
    for (let index = 0; index < length; index++) {
      claims[index] = pod >= 0 ? pods.claimOf(pod, index) : NO_CLAIM;
    }
    if (claims.length > length) claims.length = length;
  }

  private collectUnallocated(shape: PodShape, pod: number): void {
    const { pods, allocator } = this.context;
    const shapes: ClaimShape[] = [];
    const names: string[] = [];
    this.claims.length = 0;
    for (let index = 0; index < shape.claims.length; index++) {
      const entry = shape.claims[index]!;
      const claim = pod >= 0 ? pods.claimOf(pod, index) : entry.claim;
      if (entry.claim >= 0) {
        if (allocator.claims.isAllocated(entry.claim) || this.claims.includes(entry.claim))
          continue;
      }
      shapes.push(entry.shape);
      names.push(entry.name);
      this.claims.push(claim);
    }
    this.shapes = shapes;
    this.names = names;
  }
}

function ownClaims({ claims }: PodShape): OwnClaims {
  return {
    shapes: claims.map(({ shape }) => shape),
    names: claims.map(({ name }) => name),
    hasNamed: claims.some(({ claim }) => claim >= 0),
  };
}
