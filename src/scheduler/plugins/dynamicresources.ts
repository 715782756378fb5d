// DynamicResources: a node fits when devices can be found there for all claims of the pod. Source:
// kubernetes/kubernetes pkg/scheduler/framework/plugins/dynamicresources (1.37); the search is in src/dra.

import type { Pod } from '../../api/core.js';
import { semanticallyEqual } from '../../api/equality.js';
import type { ResourceClaim } from '../../api/resource.js';
import { claimsOfPod } from '../../dra/claimsofpod.js';
import {
  ADD,
  ALL,
  UPDATE,
  UPDATE_NODE_ALLOCATABLE,
  UPDATE_NODE_LABEL,
  UPDATE_POD_GENERATED_RESOURCE_CLAIM,
} from '../events/clusterevent.js';
import { isSamePod, namespaceOf, targetResource } from '../events/pods.js';
import {
  type EventContext,
  type EventObjects,
  type EventRegistration,
  on,
  type PreHint,
  type QueueingHint,
  queueIf,
} from '../events/registration.js';
import type { Plugin, PluginHandle } from '../framework.js';

export function createDynamicResources({ devices, features: { minor } }: PluginHandle): Plugin {
  const name = 'DynamicResources';
  return {
    name,
    dependsOn: 'pods',
    isEqualOnEqualNodes: ({ claims }) => claims.every(({ claim }) => claim < 0),
    preFilter: (shape) => (shape.claims.length > 0 ? 'run' : 'skip'),
    filter: (shape, node) => devices.fits(shape, node),
    postFilter({ hasRun, shape }) {
      const result = { nominatedNode: -1, victims: [] };
      // Stopped before its turn, the plugin has no state to look into.
      if (minor >= 34 && !hasRun(name)) return { ...result, code: 'Error', text: 'not found' };
      if (minor < 34 || minor > 36 || shape.claims.length > 0) return undefined;
      return { ...result, code: 'Unschedulable', text: 'no new claims to deallocate' };
    },
  };
}

/** Claims that were allocated, freed or made, and all that offers devices. Source: spec dra-allocator.md 10.12. */
export function dynamicResourcesEvents({ features, listers }: EventContext): EventRegistration[] {
  const { minor } = features;
  const allClaimsOf = (pod: Pod) =>
    claimsOfPod(pod, (namespace, name) => listers.resourceClaim(namespace, name)).claims;
  const onClaim = (pod: Pod, event: EventObjects<ResourceClaim>): QueueingHint => {
    if (!event.new) return queueIf(isFreed(event));
    const claims = allClaimsOf(pod);
    if (!claims) return 'Skip';
    if (isFreed(event)) return 'Queue';
    if (!claims.some(({ metadata }) => metadata.uid === event.new!.metadata.uid)) return 'Skip';
    return queueIf(!event.old || !semanticallyEqual(event.old.status, event.new.status));
  };
  const hasAllClaims = (pod: Pod) => queueIf(allClaimsOf(pod) !== undefined);
  const nodeActions = ADD | UPDATE_NODE_LABEL | (minor >= 34 ? UPDATE_NODE_ALLOCATABLE : 0);
  const own = targetResource(features);
  return [
    on('Node', nodeActions),
    minor >= 37
      ? on('resource.k8s.io/ResourceClaim', ALL, onClaim, claimPreHint)
      : on('resource.k8s.io/ResourceClaim', ADD | UPDATE, onClaim),
    on<Pod>(own, UPDATE_POD_GENERATED_RESOURCE_CLAIM, (pod, { new: changed }) =>
      isSamePod(changed, pod) ? hasAllClaims(changed!) : 'Skip',
    ),
    on('resource.k8s.io/DeviceClass', ADD | UPDATE),
    on('resource.k8s.io/ResourceSlice', ADD | UPDATE, minor <= 32 ? hasAllClaims : undefined),
  ];
}

/** Freed devices may help any pod; all else concerns the pods that name the claim. */
function claimPreHint(
  event: EventObjects<ResourceClaim>,
  podsNaming: (namespace: string, claim: string) => readonly string[],
): PreHint {
  if (isFreed(event)) return 'all';
  const claim = (event.new ?? event.old)!;
  return podsNaming(namespaceOf(claim), claim.metadata.name!);
}

function isFreed({ old, new: claim }: EventObjects<ResourceClaim>): boolean {
  return old?.status?.allocation !== undefined && claim?.status?.allocation === undefined;
}
