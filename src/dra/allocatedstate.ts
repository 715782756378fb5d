// Devices that are held already when a run or a question begins, read from the status of allocated claims.
// Source: k8s.io/dynamic-resource-allocation/structured, gathering of the allocated state (1.37): admin
// access counts for nothing, shares add up, everything else holds its device alone.

import type { AllocatorFeatures } from '../api/allocator.js';
import type { DeviceRequestAllocationResult } from '../api/resource.js';
import type { AmountScales } from '../cluster/amounts.js';
import { countUse, type DeviceTable, deviceId } from '../cluster/devices.js';
import { drawCounters } from './counters.js';

/** What one result of an allocation holds of one published device. */
export interface HeldShare {
  readonly device: number;
  /** Held with admin access, which takes nothing from others. */
  readonly isAdmin: boolean;
  /** A share of the device, not all of it. */
  readonly isShare: boolean;
  /** Rows of the device's capacity and what is taken of each. */
  readonly rows: readonly number[];
  readonly amounts: readonly number[];
}

/** Devices by `driver/pool/device`; a name that several generations publish has several devices. */
export function deviceIndexes(devices: DeviceTable): Map<string, number[]> {
  const indexes = new Map<string, number[]>();
  for (let device = 0; device < devices.count; device++) {
    const id = deviceId(devices, device);
    const known = indexes.get(id);
    if (known) known.push(device);
    else indexes.set(id, [device]);
  }
  return indexes;
}

/** What a result of `status.allocation` holds; empty where nobody publishes the device any more. */
export function heldShares(
  result: DeviceRequestAllocationResult,
  devices: DeviceTable,
  indexes: ReadonlyMap<string, readonly number[]>,
  options: { scales: AmountScales; consumableCapacity: boolean },
): HeldShare[] {
  const isShare = options.consumableCapacity && result.shareID !== undefined;
  const found = indexes.get(`${result.driver}/${result.pool}/${result.device}`) ?? [];
  return found.map((device) => {
    const rows: number[] = [];
    const amounts: number[] = [];
    const consumed = isShare ? (result.consumedCapacity ?? {}) : {};
    const end = devices.capacityStart[device + 1]!;
    for (let row = devices.capacityStart[device]!; row < end; row++) {
      const name = devices.capacityNames.text(devices.capacityName[row]!);
      if (consumed[name] === undefined) continue;
      rows.push(row);
      amounts.push(options.scales.compile(name, consumed[name], 'consumedCapacity'));
    }
    return { device, isAdmin: result.adminAccess === true, isShare, rows, amounts };
  });
}

/** Takes (1) or gives back (-1) what a claim holds. */
export function applyHeld(
  devices: DeviceTable,
  share: HeldShare,
  claim: number,
  sign: 1 | -1,
  { quirks }: AllocatorFeatures,
): void {
  if (share.isAdmin) return;
  const { device } = share;
  const counts = (held: DeviceTable) =>
    quirks.sharesDrawNothing ? held.holder[device] !== -1 : isHeld(held, device);
  const before = counts(devices);
  // Two claims that list one device hold it once, and the first to end frees it.
  if (share.isShare || (devices.holder[device] === -1) === (sign === 1)) {
    countUse(devices, device, sign);
  }
  if (share.isShare) devices.shares[device]! += sign;
  else devices.holder[device] = sign === 1 ? claim : -1;
  share.rows.forEach((row, index) => {
    devices.capacityUsed[row]! += sign * share.amounts[index]!;
  });
  // However many hold it, a device draws its counters once.
  if (before === counts(devices)) return;
  drawCounters(devices, device, sign);
}

function isHeld(devices: DeviceTable, device: number): boolean {
  return devices.holder[device] !== -1 || devices.shares[device]! > 0;
}
