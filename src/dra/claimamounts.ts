// Amounts that claims name, declared before the devices are compiled so that all of one capacity share a unit.

import type { DeviceRequestAllocationResult, ResourceClaimSpec } from '../api/resource.js';
import type { AmountScales } from '../cluster/amounts.js';

/** Declares the capacities that a claim asks for. */
export function declareWanted(scales: AmountScales, { devices }: ResourceClaimSpec): void {
  for (const { exactly, firstAvailable } of devices?.requests ?? []) {
    for (const part of exactly ? [exactly] : (firstAvailable ?? [])) {
      for (const [name, text] of Object.entries(part.capacity?.requests ?? {})) {
        scales.declare(name, text);
      }
    }
  }
}

/** Declares what shares of devices consume. */
export function declareConsumed(
  scales: AmountScales,
  results: readonly DeviceRequestAllocationResult[],
): void {
  for (const { consumedCapacity } of results) {
    for (const [name, text] of Object.entries(consumedCapacity ?? {})) scales.declare(name, text);
  }
}
