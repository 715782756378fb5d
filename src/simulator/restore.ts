// Starting from the state of a real cluster: claims that are allocated already, by what their status says.

import type { ResourceClaim } from '../api/resource.js';
import type { CompiledCluster } from '../cluster/cluster.js';
import { heldShares } from '../dra/allocatedstate.js';
import type { Allocator } from '../dra/allocator.js';

/**
 * Gives a claim the devices that its `status.allocation` names; those that no slice publishes are left
 * out, which {@link findLostDevices} tells beforehand.
 */
export function restoreClaim(
  allocator: Allocator,
  cluster: CompiledCluster,
  indexes: ReadonlyMap<string, readonly number[]>,
  index: number,
  claim: ResourceClaim,
): void {
  const { nodes, devices, scales } = cluster;
  const shape = allocator.claims.shape(index);
  const options = { scales, consumableCapacity: allocator.features.consumableCapacity };
  const held = (claim.status?.allocation?.devices?.results ?? []).flatMap((result) => {
    const request = shape.requests.findIndex((list) =>
      list.alternatives.some((alternative) => alternative.name === result.request),
    );
    if (request < 0) return [];
    const alternative = shape.requests[request]!.alternatives.findIndex(
      (candidate) => candidate.name === result.request,
    );
    const shares = heldShares(result, devices, indexes, options);
    return shares.map((share) => ({ ...share, request, alternative }));
  });
  const fields = claim.status?.allocation?.nodeSelector?.nodeSelectorTerms[0]?.matchFields ?? [];
  const nodeName = fields.find((field) => field.key === 'metadata.name')?.values?.[0];
  allocator.claims.restore(index, held, nodes.indexes.get(nodeName ?? '') ?? 0);
}

/** Devices that a claim holds by its status and that no slice publishes, `driver/pool/device`. */
export function findLostDevices(
  claim: ResourceClaim,
  indexes: ReadonlyMap<string, readonly number[]>,
): string[] {
  const results = claim.status?.allocation?.devices?.results ?? [];
  return results
    .map(({ driver, pool, device }) => `${driver}/${pool}/${device}`)
    .filter((id) => !indexes.has(id));
}
