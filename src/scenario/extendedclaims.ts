// Pods that ask for devices by an extended resource which a class serves (KEP-5004): the claim that the scheduler
// makes for them is planned with their own.

import type { Features } from '../api/features.js';
import { podRequests } from '../api/podrequests.js';
import type { DeviceClass } from '../api/resource.js';
import { EXTENDED_CLAIM_NAME, extendedRequests } from '../dra/extendedclaims.js';
import { ExtendedResourceCache } from '../dra/extendedresources.js';
import type { PlannedClaim, PodTemplate, WorkloadPlan } from '../workloads/plan.js';

/** Plans the claims for extended resources; nothing where the release or its gates know none. */
export function planExtendedClaims(
  plans: readonly WorkloadPlan[],
  classes: ReadonlyMap<string, DeviceClass>,
  features: Features,
): WorkloadPlan[] {
  if (!features.enabled('DRAExtendedResource')) return [...plans];
  const cache = new ExtendedResourceCache(classes.values());
  return plans.map((plan) => {
    const templates = plan.templates.map((template) => {
      const claim = extendedClaimOf(template, cache, features);
      return claim ? { ...template, claims: [...template.claims, claim] } : template;
    });
    return { ...plan, templates };
  });
}

function extendedClaimOf(
  { pod }: PodTemplate,
  cache: ExtendedResourceCache,
  features: Features,
): PlannedClaim | undefined {
  const made = pod.status?.extendedResourceClaimStatus?.resourceClaimName;
  if (made !== undefined) {
    const claimName = `${pod.metadata.namespace ?? 'default'}/${made}`;
    return { entry: EXTENDED_CLAIM_NAME, claimName };
  }
  const served = new Map<string, string>();
  for (const [resource, amount] of podRequests(pod, features)) {
    const name = cache.find(resource)?.metadata.name;
    if (name !== undefined && amount.sign() > 0) served.set(resource, name);
  }
  if (served.size === 0) return undefined;
  const { requests } = extendedRequests(pod, served);
  return { entry: EXTENDED_CLAIM_NAME, spec: { devices: { requests } } };
}
