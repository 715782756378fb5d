// What DynamicResources keeps of one scheduling cycle of a pod: its claims, where those that are allocated
// can be used, and what each node would give the others.

import type { NodeMatcher } from '../../api/nodeselector.js';
import type { AllocationResult, ResourceClaim } from '../../api/resource.js';
import type { ExtendedRequests } from '../../dra/extendedclaims.js';

/** What the plugin acts on beside claims. */
export interface DynamicResourcesArgs {
  /** After which devices count as not ready for good. */
  readonly bindingTimeoutSeconds: number;
  /** Time of the cluster, microseconds since 1970. */
  nowUs(): bigint;
}

/** A status of the plugin; null is Success. */
export interface ClaimStatus {
  readonly code: 'Unschedulable' | 'UnschedulableAndUnresolvable' | 'Error';
  readonly reasons: readonly string[];
}

/** A claim of the pod in the order of its entries; that of extended resources comes last. */
export interface CycleClaim {
  claim: ResourceClaim;
  readonly isExtended: boolean;
  /** Nodes on which an allocated claim can be used; null for all. */
  readonly matcher: NodeMatcher | null;
  /** What Reserve chose, until it is bound. */
  allocation?: AllocationResult;
}

/** What a node would give the claims that are not allocated. */
export interface NodeAnswer {
  readonly allocations: readonly AllocationResult[];
  /** Requests of the claim for extended resources; null where the node needs none. */
  readonly extended: ExtendedRequests | null;
}

/** State of one cycle. */
export interface CycleState {
  readonly claims: CycleClaim[];
  readonly nodes: Map<string, NodeAnswer>;
  /** Claims that some node could not use, in the pod's order. */
  readonly unavailable: Set<CycleClaim>;
  /** Extended resources of the pod that a class serves or a node may list. */
  readonly extendedResources: readonly string[];
}

export function unresolvable(reason: string): ClaimStatus {
  return { code: 'UnschedulableAndUnresolvable', reasons: [reason] };
}

export function failure(reason: string): ClaimStatus {
  return { code: 'Error', reasons: [reason] };
}
