// The claims of a pod as API objects: by name, or made for it and named in its status.
// Source: dynamic-resource-allocation/resourceclaim, Kubernetes 1.37; spec dra-allocator.md 10.1.

import type { Pod, PodResourceClaim } from '../api/core.js';
import type { ResourceClaim } from '../api/resource.js';

/** Finds a claim; undefined when there is none. */
export type ClaimLister = (namespace: string, name: string) => ResourceClaim | undefined;

/** A pod's claims, or upstream's text about the first that is not ready. */
export type ClaimsOfPod =
  | { readonly claims: readonly ResourceClaim[]; readonly problem?: undefined }
  | { readonly claims?: undefined; readonly problem: string };

/** Finds the claims of a pod in its order; a claim that two entries name comes twice. */
export function claimsOfPod(pod: Pod, claimOf: ClaimLister): ClaimsOfPod {
  const { namespace = 'default' } = pod.metadata;
  const claims: ResourceClaim[] = [];
  for (const entry of pod.spec.resourceClaims ?? []) {
    const name = claimNameOf(pod, entry);
    if (name === null) continue;
    if (typeof name === 'object') return name;
    const claim = claimOf(namespace, name);
    if (!claim) {
      return { problem: `could not find ResourceClaim ${JSON.stringify(`${namespace}/${name}`)}` };
    }
    if (claim.metadata.deletionTimestamp !== undefined) {
      return { problem: `resourceclaim ${JSON.stringify(name)} is being deleted` };
    }
    if (entry.resourceClaimName === undefined && !isOwnedBy(claim, pod)) {
      const text = `ResourceClaim ${namespace}/${name} was not created for Pod`;
      return { problem: `${text} ${namespace}/${pod.metadata.name} (Pod is not owner)` };
    }
    claims.push(claim);
  }
  return { claims };
}

/** The names of the claims that a pod uses, as far as they are known. */
export function claimNames(pod: Pod): string[] {
  return (pod.spec.resourceClaims ?? []).flatMap((entry) => {
    const name = claimNameOf(pod, entry);
    return typeof name === 'string' ? [name] : [];
  });
}

/** The name of an entry's claim; null where none is needed, a problem where it is not known yet. */
function claimNameOf(pod: Pod, entry: PodResourceClaim): string | null | { problem: string } {
  if (entry.resourceClaimName !== undefined) return entry.resourceClaimName;
  const { namespace = 'default', name } = pod.metadata;
  const place = `pod "${namespace}/${name}"`;
  if (entry.resourceClaimTemplateName === undefined) {
    const claim = `spec.resourceClaim ${JSON.stringify(entry.name)}`;
    return { problem: `${place}, ${claim}: none of the supported fields are set` };
  }
  const status = pod.status?.resourceClaimStatuses?.find((other) => other.name === entry.name);
  if (!status) return { problem: `${place}: ResourceClaim not created yet` };
  return status.resourceClaimName ?? null;
}

function isOwnedBy({ metadata }: ResourceClaim, pod: Pod): boolean {
  const owner = metadata.ownerReferences?.find(({ controller }) => controller === true);
  return owner !== undefined && owner.uid === pod.metadata.uid;
}
