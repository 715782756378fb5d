// DynamicResources over API objects: PreEnqueue, PreFilter, Filter, PostFilter, Score, Reserve and PreBind as
// the scheduler calls them for a pod. Source: kubernetes/kubernetes
// pkg/scheduler/framework/plugins/dynamicresources/dynamicresources.go (1.37).

import type { Node, Pod } from '../../api/core.js';
import type { Features } from '../../api/features.js';
import { compileNodeSelector } from '../../api/nodeselector.js';
import { podRequests } from '../../api/podrequests.js';
import type { AllocationResult, DeviceRequest, ResourceClaim } from '../../api/resource.js';
import { bindingState, hasTimedOut } from '../../dra/bindingconditions.js';
import { claimsOfPod } from '../../dra/claimsofpod.js';
import type { DraManager } from '../../dra/dramanager.js';
import {
  type ExtendedRequests,
  extendedClaim,
  extendedRequests,
  isExtendedClaimOf,
  servedByDra,
} from '../../dra/extendedclaims.js';
import { FAILED, FOUND } from '../../dra/outcome.js';
import { DrasimError } from '../../errors.js';
import { type Binding, ClaimBinder, type ClaimWrites } from './claimbinder.js';
import {
  type ClaimStatus,
  type CycleClaim,
  type CycleState,
  type DynamicResourcesArgs,
  failure,
  type NodeAnswer,
  unresolvable,
} from './cyclestate.js';

const SUBREQUESTS_MAX = 8;

/** The plugin; one serves all cycles. */
export class DynamicResources {
  private readonly binder: ClaimBinder;

  constructor(
    private readonly manager: DraManager,
    private readonly features: Features,
    private readonly args: DynamicResourcesArgs,
  ) {
    this.binder = new ClaimBinder(manager, features, args);
  }

  /** Gates a pod whose claims are not there. */
  preEnqueue(pod: Pod): ClaimStatus | null {
    if (!this.isEnabled) return null;
    const { problem } = this.claimsOf(pod);
    return problem === undefined ? null : unresolvable(problem);
  }

  /** Begins a cycle; `state` null skips the plugin. */
  preFilter(pod: Pod): { state: CycleState | null; status: ClaimStatus | null } {
    if (!this.isEnabled) return { state: null, status: null };
    const { claims: own, problem } = this.claimsOf(pod);
    const state: CycleState = {
      claims: [],
      nodes: new Map(),
      unavailable: new Set(),
      extendedResources: this.extendedResourcesOf(pod),
    };
    const reject = (status: ClaimStatus) => {
      // PostFilter knows nothing of the claims then.
      if (this.features.minor <= 36) state.claims.length = 0;
      return { state, status };
    };
    if (problem !== undefined) return reject(unresolvable(problem));
    for (const claim of own) state.claims.push(cycleClaim(claim, false));
    if (state.extendedResources.length > 0) {
      const known = [...this.manager.allClaims()].find((claim) => isExtendedClaimOf(claim, pod));
      state.claims.push(cycleClaim(known ?? extendedClaim(pod), true));
    }
    if (state.claims.length === 0) return { state: null, status: null };
    for (const entry of state.claims) {
      const status = this.checkClaim(entry);
      if (status) return reject(status);
    }
    return { state, status: null };
  }

  /** Whether the claims can be had on a node. */
  filter(state: CycleState, pod: Pod, node: Node): ClaimStatus | null {
    const name = node.metadata.name!;
    const extended = this.extendedOn(state, pod, node);
    if (typeof extended === 'string') return unresolvable(extended);
    const hasOwn = state.claims.some(({ isExtended }) => !isExtended);
    if (!hasOwn && extended === null) {
      state.nodes.set(name, { allocations: [], extended: null });
      return null;
    }
    const unavailable = state.claims.filter((entry) => !this.isUsable(entry, node));
    const wanted = state.claims.filter(({ claim }) => !claim.status?.allocation);
    if (wanted.length > 0) {
      const answer = this.allocate(wanted, name, extended);
      if ('code' in answer) return answer;
      state.nodes.set(name, answer);
    }
    if (unavailable.length === 0) return null;
    for (const entry of unavailable) state.unavailable.add(entry);
    state.nodes.delete(name);
    return unresolvable('resourceclaim not available on the node');
  }

  /** Frees one claim that keeps the pod away from all nodes. */
  postFilter(state: CycleState | null, pod: Pod): ClaimStatus {
    const silent = (text: string): ClaimStatus => ({
      code: 'Unschedulable',
      reasons: this.features.minor <= 36 ? [text] : [],
    });
    if (!this.isEnabled) return silent('plugin disabled');
    if (!state || state.claims.length === 0) return silent('no new claims to deallocate');
    const done = (reason: string): ClaimStatus => ({ code: 'Unschedulable', reasons: [reason] });
    const uid = pod.metadata.uid!;
    const found = state.claims.find((entry) => {
      const { reservedFor = [] } = entry.claim.status ?? {};
      const isOwn = reservedFor.length === 1 && reservedFor[0]!.uid === uid;
      return (
        !entry.isExtended && state.unavailable.has(entry) && (reservedFor.length === 0 || isOwn)
      );
    });
    if (found) {
      const { status: _, ...rest } = found.claim;
      this.manager.setClaim({ ...rest, status: {} });
      return done('deallocation of ResourceClaim completed');
    }
    const extended = state.claims.find(({ isExtended }) => isExtended);
    if (extended && this.isStored(extended.claim)) {
      this.manager.deleteClaim(extended.claim);
      return done('deletion of ResourceClaim completed');
    }
    return silent('still not schedulable');
  }

  /** Points for subrequests that the user prefers. */
  score(state: CycleState, node: string): number {
    const answer = state.nodes.get(node);
    let next = 0;
    let score = 0;
    for (const { claim } of state.claims) {
      const allocation = claim.status?.allocation ?? answer?.allocations[next++];
      const names = new Set(allocation?.devices?.results?.map(({ request }) => request));
      for (const { name, firstAvailable = [] } of claim.spec.devices?.requests ?? []) {
        const index = firstAvailable.findIndex((part) => names.has(`${name}/${part.name}`));
        if (index >= 0) score += SUBREQUESTS_MAX - index;
      }
    }
    return score;
  }

  /** Keeps what the chosen node gives in flight until it is bound. */
  reserve(state: CycleState, node: string): ClaimStatus | null {
    const wanted = state.claims.filter(({ claim }) => !claim.status?.allocation);
    if (wanted.length === 0) return null;
    const answer = state.nodes.get(node);
    if (!answer) return failure('claim allocation not found for node');
    const { allocations, extended } = answer;
    wanted.forEach((entry, index) => {
      const allocation = allocations[index];
      if (!allocation) return;
      if (entry.isExtended) entry.claim = withRequests(entry.claim, extended);
      entry.allocation = allocation;
      const status = { ...entry.claim.status, allocation };
      this.manager.signalPending(entry.claim.metadata.uid!, { ...entry.claim, status });
    });
    return null;
  }

  /** Takes back what Reserve and PreBind did. */
  *unreserve(state: CycleState, pod: Pod): ClaimWrites<void> {
    for (const entry of state.claims) yield* this.binder.release(entry, pod);
  }

  /** Writes allocations and reservations; who carries the writes out tells the manager too. */
  preBind(state: CycleState, pod: Pod, node: string): ClaimWrites<Binding> {
    const extended = state.nodes.get(node)?.extended ?? null;
    return this.binder.bind(state.claims, pod, extended);
  }

  private get isEnabled(): boolean {
    return this.features.enabled('DynamicResourceAllocation');
  }

  private claimsOf(pod: Pod) {
    return claimsOfPod(pod, (namespace, name) => this.manager.claim(namespace, name));
  }

  private isStored({ metadata: { namespace = 'default', name } }: ResourceClaim): boolean {
    return this.manager.claim(namespace, name!) !== undefined;
  }

  /** Extended resources of the pod, sorted, if a class serves any of them. */
  private extendedResourcesOf(pod: Pod): string[] {
    if (!this.features.enabled('DRAExtendedResource')) return [];
    const resources = [...podRequests(pod, this.features)]
      .filter(([name, amount]) => amount.sign() !== 0 && name.includes('/'))
      .map(([name]) => name)
      .sort();
    return resources.some((name) => this.manager.classServing(name)) ? resources : [];
  }

  private checkClaim({ claim, isExtended }: CycleClaim): ClaimStatus | null {
    const { namespace = 'default', name, uid } = claim.metadata;
    const subject = `resource claim ${namespace}/${name}`;
    if (claim.status?.allocation) return null;
    if (this.manager.isPending(uid!)) {
      return unresolvable(`${subject} is in the process of being allocated`);
    }
    if (isExtended) return null;
    for (const request of claim.spec.devices?.requests ?? []) {
      const status = this.checkRequest(request, subject);
      if (status) return status;
    }
    return null;
  }

  private checkRequest(request: DeviceRequest, subject: string): ClaimStatus | null {
    const { name, exactly, firstAvailable = [] } = request;
    if (exactly) return this.checkClass(name, exactly.deviceClassName);
    if (firstAvailable.length === 0) {
      return unresolvable(`${subject}, request ${name}: unknown request type`);
    }
    if (!this.features.enabled('DRAPrioritizedList')) {
      const why = 'has subrequests, but the DRAPrioritizedList feature is disabled';
      return unresolvable(`${subject}, request ${name}: ${why}`);
    }
    for (const part of firstAvailable) {
      const status = this.checkClass(`${name}/${part.name}`, part.deviceClassName);
      if (status) return status;
    }
    return null;
  }

  private checkClass(request: string, className: string): ClaimStatus | null {
    if (className === '') return failure(`request ${request}: unsupported request type`);
    if (this.manager.objects.classes.has(className)) return null;
    return unresolvable(`request ${request}: device class ${className} does not exist`);
  }

  /** Requests for the extended resources that the node serves by DRA; null for none, or why not. */
  private extendedOn(state: CycleState, pod: Pod, node: Node): ExtendedRequests | null | string {
    const entry = state.claims.find(({ isExtended }) => isExtended);
    if (!entry) return null;
    if ((entry.claim.spec.devices?.requests ?? []).length > 0) {
      return 'cannot schedule extended resource claim';
    }
    const served = servedByDra(state.extendedResources, node, (name) =>
      this.manager.classServing(name),
    );
    if (typeof served === 'string') return served;
    return served.size === 0 ? null : extendedRequests(pod, served);
  }

  private isUsable({ claim, matcher }: CycleClaim, node: Node): boolean {
    if (!claim.status?.allocation) return true;
    if (matcher !== null && !matcher(node)) return false;
    const waits =
      this.features.enabled('DRADeviceBindingConditions') &&
      this.features.enabled('DRAResourceClaimDeviceStatus');
    if (!waits) return true;
    const { state } = bindingState(claim);
    if (state === 'failed') return false;
    const { bindingTimeoutSeconds } = this.args;
    return state === 'ready' || !hasTimedOut(claim, bindingTimeoutSeconds, this.args.nowUs());
  }

  private allocate(
    wanted: readonly CycleClaim[],
    nodeName: string,
    extended: ExtendedRequests | null,
  ): NodeAnswer | ClaimStatus {
    const { allocator, cluster } = this.manager.allocator();
    const node = cluster.nodes.indexes.get(nodeName)!;
    const shapes = wanted.map(({ claim, isExtended }) =>
      allocator.shapes.intern(isExtended ? withRequests(claim, extended).spec : claim.spec),
    );
    const names = wanted.map(
      ({ claim: { metadata } }) => `${metadata.namespace ?? 'default'}/${metadata.name}`,
    );
    const outcome = allocator.find(shapes, names, node);
    if (outcome === FAILED) {
      const { error, errorIsNodeLocal } = allocator.search;
      return errorIsNodeLocal ? unresolvable(error) : failure(error);
    }
    if (outcome !== FOUND) return unresolvable('cannot allocate all claims');
    const allocations: AllocationResult[] = [];
    for (const [index, shape] of shapes.entries()) {
      try {
        allocations.push(allocator.found(index, shape, node, this.manager.nextOwner()));
      } catch (error) {
        if (!(error instanceof DrasimError)) throw error;
        return failure(error.message);
      }
    }
    return { allocations, extended };
  }
}

function cycleClaim(claim: ResourceClaim, isExtended: boolean): CycleClaim {
  const selector = claim.status?.allocation?.nodeSelector;
  return { claim, isExtended, matcher: selector ? compileNodeSelector(selector) : null };
}

function withRequests(claim: ResourceClaim, extended: ExtendedRequests | null): ResourceClaim {
  return { ...claim, spec: { devices: { requests: extended?.requests ?? [] } } };
}
