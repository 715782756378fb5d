// PreBind of claims: allocations and reservations become API objects, one write after the other, and taking
// them back when the pod is not bound after all. Source: kubernetes/kubernetes
// pkg/scheduler/framework/plugins/dynamicresources/dynamicresources.go, bindClaim (1.37).

import type { Pod } from '../../api/core.js';
import type { Features } from '../../api/features.js';
import type { ResourceClaim } from '../../api/resource.js';
import { formatTime } from '../../api/time.js';
import { bindingState, hasBindingConditions, hasTimedOut } from '../../dra/bindingconditions.js';
import type { DraManager } from '../../dra/dramanager.js';
import type { ExtendedRequests, RequestMapping } from '../../dra/extendedclaims.js';
import {
  type ClaimStatus,
  type CycleClaim,
  type DynamicResourcesArgs,
  failure,
} from './cyclestate.js';

/** How binding ended. */
export interface Binding {
  readonly status: ClaimStatus | null;
  /** What the pod's status says of its extended resources, where it was written. */
  readonly extended?: {
    readonly resourceClaimName: string;
    readonly requestMappings: readonly RequestMapping[];
  };
}

/** A write of a claim that the API server is asked for; the answer is what went wrong, or nothing. */
export interface ClaimWrite {
  readonly claim: ResourceClaim;
}

/** Writes claims one after the other, each once the one before is answered. */
export type ClaimWrites<Result> = Generator<ClaimWrite, Result, string | undefined>;

/** Carries writes out at once; `write` gives what goes wrong. */
export function writeAll<Result>(
  writes: ClaimWrites<Result>,
  write: (claim: ResourceClaim) => string | undefined,
): Result {
  let next = writes.next();
  while (!next.done) next = writes.next(write(next.value.claim));
  return next.value;
}

/** Time between two looks at conditions. */
const POLL_SECONDS = 5;
const FINALIZER = 'resource.kubernetes.io/delete-protection';

/** Binds the claims of pods. */
export class ClaimBinder {
  private madeCount = 0;

  constructor(
    private readonly manager: DraManager,
    private readonly features: Features,
    private readonly args: DynamicResourcesArgs,
  ) {}

  /** Writes all claims of a pod that are not reserved for it. */
  *bind(
    claims: readonly CycleClaim[],
    pod: Pod,
    extended: ExtendedRequests | null,
  ): ClaimWrites<Binding> {
    let made: Binding['extended'];
    for (const entry of claims) {
      if (entry.isExtended && !entry.allocation) continue;
      if (isReservedFor(entry.claim, pod)) continue;
      const status = yield* this.bindClaim(entry, pod);
      if (status) return { status };
      if (!entry.isExtended) continue;
      made = {
        resourceClaimName: entry.claim.metadata.name!,
        requestMappings: extended?.mappings ?? [],
      };
    }
    if (made && made.requestMappings.length === 0) {
      const place = `pod ${pod.metadata.namespace ?? 'default'}/${pod.metadata.name}`;
      const reason = `nil or empty request mappings, no update of ${place}`;
      return { status: failure(`${reason} ExtendedResourceClaimStatus`) };
    }
    const written = made && { extended: made };
    if (this.waits) {
      for (const entry of claims) {
        const status = this.checkConditions(entry.claim);
        if (status) return { status, ...written };
      }
    }
    for (const { claim, allocation } of claims) {
      if (allocation) this.manager.removePending(claim.metadata.uid!, true);
    }
    return { status: null, ...written };
  }

  /** Drops what is in flight for a claim; its write takes the pod's reservation back. */
  *release(entry: CycleClaim, pod: Pod): ClaimWrites<void> {
    if (entry.allocation) {
      this.manager.removePending(pendingUid(entry));
      delete entry.allocation;
    }
    const current = this.current(entry);
    if (entry.isExtended) {
      if (current) this.manager.deleteClaim(current);
      return;
    }
    // What it last wrote or read counts, not what has become of the claim.
    if (!entry.claim.status?.allocation || !isReservedFor(entry.claim, pod)) return;
    yield { claim: withoutReservation(current ?? entry.claim, pod) };
  }

  private get waits(): boolean {
    return (
      this.features.enabled('DRADeviceBindingConditions') &&
      this.features.enabled('DRAResourceClaimDeviceStatus')
    );
  }

  private current({ claim: { metadata } }: CycleClaim): ResourceClaim | undefined {
    return this.manager.claim(metadata.namespace ?? 'default', metadata.name!);
  }

  private *bindClaim(entry: CycleClaim, pod: Pod): ClaimWrites<ClaimStatus | null> {
    if (entry.isExtended && !this.current(entry)) this.createClaim(entry);
    const claim = this.current(entry) && entry.claim;
    const { namespace = 'default', name } = entry.claim.metadata;
    if (!claim || claim.metadata.deletionTimestamp !== undefined) {
      return failure(`claim ${namespace}/${name} got deleted in the meantime`);
    }
    const { allocation } = entry;
    if (allocation && claim.status?.allocation) {
      return failure(`claim ${namespace}/${name} got allocated elsewhere in the meantime`);
    }
    const what = allocation ? 'add allocation and reservation' : 'add reservation';
    const given = allocation ?? claim.status?.allocation;
    if (this.waits && !given) {
      return failure(`claim ${namespace}/${name} got deallocated elsewhere in the meantime`);
    }
    const stamped =
      this.waits && given?.allocationTimestamp === undefined
        ? { ...given, allocationTimestamp: formatTime(this.args.nowUs()) }
        : given;
    const { metadata } = claim;
    const finalizers = metadata.finalizers ?? [];
    const bound: ResourceClaim = {
      ...claim,
      metadata: {
        ...metadata,
        ...(allocation &&
          !finalizers.includes(FINALIZER) && { finalizers: [...finalizers, FINALIZER] }),
      },
      status: {
        ...claim.status,
        ...(stamped && { allocation: stamped }),
        reservedFor: [
          ...(claim.status?.reservedFor ?? []),
          { resource: 'pods', name: pod.metadata.name!, uid: pod.metadata.uid! },
        ],
      },
    };
    const problem = yield { claim: bound };
    if (problem !== undefined) return failure(`${what} to claim ${namespace}/${name}: ${problem}`);
    entry.claim = bound;
    return null;
  }

  /** Gives the claim for extended resources a name of its own. */
  private createClaim(entry: CycleClaim): void {
    const { metadata, spec } = entry.claim;
    const name = `${metadata.generateName}${++this.madeCount}`;
    const claim: ResourceClaim = {
      apiVersion: 'resource.k8s.io/v1',
      kind: 'ResourceClaim',
      metadata: { ...metadata, name },
      spec,
    };
    this.manager.setClaim(claim);
    entry.claim = claim;
  }

  private checkConditions(claim: ResourceClaim): ClaimStatus | null {
    if (!hasBindingConditions(claim)) return null;
    const { namespace = 'default', name } = claim.metadata;
    const state = bindingState(claim);
    if (state.state === 'ready') return null;
    if (state.state === 'failed') {
      const { reason, message } = state;
      return failure(
        `device binding failed: claim=${namespace}/${name}, reason=${reason}, message=${JSON.stringify(message)}`,
      );
    }
    // Nothing reports while it waits: the claim's own time or that of the wait runs out, by turns of a poll.
    const { bindingTimeoutSeconds: seconds } = this.args;
    const lastPollSeconds = (Math.ceil(seconds / POLL_SECONDS) - 1) * POLL_SECONDS;
    const lastPollUs = this.args.nowUs() + BigInt(lastPollSeconds) * 1_000_000n;
    const isLate = hasTimedOut(claim, seconds, lastPollUs);
    const what = isLate ? `claim=${namespace}/${name}` : 'context deadline exceeded';
    return failure(`device binding timeout: ${what}`);
  }
}

function pendingUid({ claim }: CycleClaim): string {
  return claim.metadata.uid!;
}

function withoutReservation(claim: ResourceClaim, pod: Pod): ResourceClaim {
  if (!isReservedFor(claim, pod)) return claim;
  const { reservedFor, ...status } = claim.status!;
  const left = reservedFor!.filter(({ uid }) => uid !== pod.metadata.uid);
  return { ...claim, status: { ...status, ...(left.length > 0 && { reservedFor: left }) } };
}

function isReservedFor(claim: ResourceClaim | undefined, pod: Pod): boolean {
  return claim?.status?.reservedFor?.some(({ uid }) => uid === pod.metadata.uid) ?? false;
}
