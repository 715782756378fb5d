// Starting from the state of a real cluster: claims that are allocated already, by what their status says.

import type { ResourceClaim } from '../api/resource.js';
import type { CompiledCluster } from '../cluster/cluster.js';
import { deviceIndexes, heldShares } from '../dra/allocatedstate.js';
import type { Allocator } from '../dra/allocator.js';
import type { AllocationRecords } from './allocationrecords.js';
import type { RunInput } from './runinput.js';

/**
 * Gives a claim the devices that its `status.allocation` names; those that no slice publishes are left
 * out, which {@link findLostDevices} tells beforehand.
 */
function restoreClaim(
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

/** Creates the claims that exist from the start, with the devices that they hold; their indexes by name. */
export function createNamedClaims(
  { claims, cluster }: Pick<RunInput, 'claims' | 'cluster'>,
  allocator: Allocator,
  allocations: AllocationRecords,
): Map<string, number> {
  const named = new Map<string, number>();
  let deviceNames: ReadonlyMap<string, readonly number[]> | undefined;
  for (const [name, claim] of claims) {
    const shape = allocator.shapes.intern(claim.spec);
    const index = allocator.claims.create(shape, name);
    named.set(name, index);
    if (!claim.status?.allocation) continue;
    deviceNames ??= deviceIndexes(cluster.devices);
    restoreClaim(allocator, cluster, deviceNames, index, claim);
    allocations.restore(index);
  }
  return named;
}
