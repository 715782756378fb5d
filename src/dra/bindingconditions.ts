// Binding conditions (KEP-5007): devices that must report before their pod is bound. Source:
// kubernetes/kubernetes pkg/scheduler/framework/plugins/dynamicresources (1.37).

import type { DeviceRequestAllocationResult, ResourceClaim } from '../api/resource.js';
import { parseTime } from '../api/time.js';

/** What a claim's devices say. */
export type BindingState =
  | { readonly state: 'ready' | 'waiting' }
  | { readonly state: 'failed'; readonly reason: string; readonly message: string };

/** Whether any device of a claim has conditions to wait for. */
export function hasBindingConditions(claim: ResourceClaim): boolean {
  return resultsOf(claim).some(({ bindingConditions = [] }) => bindingConditions.length > 0);
}

/** Whether the devices of a claim are ready, wait, or failed. */
export function bindingState(claim: ResourceClaim): BindingState {
  let isWaiting = false;
  for (const result of resultsOf(claim)) {
    const { bindingConditions = [], bindingFailureConditions = [] } = result;
    if (bindingConditions.length === 0) continue;
    const conditions = conditionsOf(claim, result);
    if (!conditions) {
      isWaiting = true;
      continue;
    }
    const isTrue = (type: string) =>
      conditions.find((condition) => condition.type === type && condition.status === 'True');
    for (const type of bindingFailureConditions) {
      const failure = isTrue(type);
      if (!failure) continue;
      return { state: 'failed', reason: failure.reason ?? '', message: failure.message ?? '' };
    }
    if (!bindingConditions.every(isTrue)) isWaiting = true;
  }
  return { state: isWaiting ? 'waiting' : 'ready' };
}

/** Whether the time for binding has passed since the claim was allocated. */
export function hasTimedOut(claim: ResourceClaim, timeoutSeconds: number, nowUs: bigint): boolean {
  const stampUs = parseTime(claim.status?.allocation?.allocationTimestamp ?? '');
  if (stampUs === undefined) return false;
  if (!resultsOf(claim).some(({ bindingConditions }) => bindingConditions !== undefined))
    return false;
  return stampUs + BigInt(timeoutSeconds) * 1_000_000n < nowUs;
}

function resultsOf({ status }: ResourceClaim): readonly DeviceRequestAllocationResult[] {
  return status?.allocation?.devices?.results ?? [];
}

/** Of the first status entry for the device; share ids are not looked at. */
function conditionsOf({ status }: ResourceClaim, result: DeviceRequestAllocationResult) {
  const entry = status?.devices?.find(
    ({ driver, pool, device }) =>
      driver === result.driver && pool === result.pool && device === result.device,
  );
  return entry && (entry.conditions ?? []);
}
