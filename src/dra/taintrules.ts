// DeviceTaintRules (KEP-5055): taints that an administrator puts on devices from outside. Source:
// k8s.io/dynamic-resource-allocation/resourceslice/tracker (1.37): slices are patched before the allocator
// sees them.

import type { AllocatorFeatures } from '../api/allocator.js';
import type { Device, DeviceTaintRule, ResourceSlice, ResourceSliceSpec } from '../api/resource.js';

/** Whether a rule taints a device of a slice. */
export function selectsDevice(
  { spec: { deviceSelector: selector } }: DeviceTaintRule,
  { driver, pool }: Pick<ResourceSliceSpec, 'driver' | 'pool'>,
  device: string,
  { quirks }: Pick<AllocatorFeatures, 'quirks'>,
): boolean {
  if (!selector) return quirks.rulesWithoutSelector;
  return (
    (selector.driver === undefined || selector.driver === driver) &&
    (selector.pool === undefined || selector.pool === pool.name) &&
    (selector.device === undefined || selector.device === device)
  );
}

/** The slices with the taints of rules added to the devices that they select, in the order of rules. */
export function taintDevices(
  slices: readonly ResourceSlice[],
  rules: readonly DeviceTaintRule[],
  features: AllocatorFeatures,
): readonly ResourceSlice[] {
  if (rules.length === 0 || !features.deviceTaintRules) return slices;
  return slices.map((slice) => {
    const { devices } = slice.spec;
    if (!devices) return slice;
    const tainted = devices.map((device): Device => {
      const added = rules
        .filter((rule) => selectsDevice(rule, slice.spec, device.name, features))
        .map(({ spec }) => spec.taint);
      return added.length === 0
        ? device
        : { ...device, taints: [...(device.taints ?? []), ...added] };
    });
    return { ...slice, spec: { ...slice.spec, devices: tainted } };
  });
}
