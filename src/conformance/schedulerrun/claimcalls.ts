// The scheduler's writes of claims.

import type { ResourceClaim } from '../../api/resource.js';
import type { ApiCall, CallContext } from './apicalls.js';
import type { ApiServer } from './apiserver.js';

/** Puts a newer version of a claim in its place; `unreserve` takes a reservation back. */
export function writeClaim(
  api: ApiServer,
  kind: 'claim' | 'unreserve',
  claim: ResourceClaim,
  context?: CallContext,
): ApiCall {
  const name = claim.metadata.name!;
  const notFound = `resourceclaims.resource.k8s.io ${JSON.stringify(name)} not found`;
  return {
    kind,
    name,
    text: `${kind} ${name}`,
    beforeMs: 0,
    afterMs: 0,
    notFound,
    ...(context && { context }),
    act: () => {
      const known = api.find('ResourceClaim', name);
      if (!known) return { text: notFound, isNotFound: true };
      if (known !== claim) api.update(claim);
      return undefined;
    },
  };
}
