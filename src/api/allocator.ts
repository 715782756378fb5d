// Which allocator answers, and what it honours: it follows from the version and its gates. Source:
// k8s.io/dynamic-resource-allocation/structured, allocator.go (1.34 to 1.37): of stable, incubating and
// experimental the first that supports every enabled feature; 1.32 and 1.33 have one allocator each.

import { type AllocatorName, type AllocatorQuirks, quirksOf } from './allocatorquirks.js';
import type { Features } from './features.js';

/** What the allocator of a profile honours. */
export interface AllocatorFeatures {
  readonly allocator: AllocatorName;
  /** Minor version: 37 for 1.37. */
  readonly minor: number;
  readonly adminAccess: boolean;
  readonly prioritizedList: boolean;
  readonly partitionableDevices: boolean;
  readonly deviceTaints: boolean;
  /** Rules that taint devices from outside. */
  readonly deviceTaintRules: boolean;
  readonly bindingConditions: boolean;
  readonly consumableCapacity: boolean;
  readonly fractionalRange: boolean;
  readonly listTypeAttributes: boolean;
  readonly compatibilityGroups: boolean;
  readonly optionalNodeOperations: boolean;
  readonly derivedAttributes: boolean;
  readonly quirks: AllocatorQuirks;
}

/** The allocator of a profile. */
export function resolveAllocator(features: Features): AllocatorFeatures {
  const { minor } = features;
  const enabled = {
    adminAccess: features.enabled('DRAAdminAccess'),
    prioritizedList: features.enabled('DRAPrioritizedList'),
    partitionableDevices: features.enabled('DRAPartitionableDevices'),
    deviceTaints: features.enabled('DRADeviceTaints'),
    deviceTaintRules:
      features.enabled('DRADeviceTaints') &&
      (minor <= 34 || features.enabled('DRADeviceTaintRules')),
    bindingConditions:
      features.enabled('DRADeviceBindingConditions') &&
      features.enabled('DRAResourceClaimDeviceStatus'),
    consumableCapacity: features.enabled('DRAConsumableCapacity'),
    fractionalRange: features.enabled('DRAFractionalCapacityRange'),
    // The scheduler of 1.36 hands this gate to CEL alone.
    listTypeAttributes: minor >= 37 && features.enabled('DRAListTypeAttributes'),
    compatibilityGroups: features.enabled('DRADeviceCompatibilityGroups'),
    optionalNodeOperations: features.enabled('DRAOptionalNodeOperations'),
    derivedAttributes: features.enabled('DRADerivedAttributes'),
  };
  const allocator = chooseAllocator(features, enabled);
  return { allocator, minor, ...enabled, quirks: quirksOf(allocator, minor) };
}

type Enabled = Omit<AllocatorFeatures, 'allocator' | 'minor' | 'quirks'>;

function chooseAllocator(features: Features, enabled: Enabled): AllocatorName {
  const { minor } = features;
  if (minor <= 33) return 'single';
  if (minor <= 35) {
    // In 1.34 the two gates of binding conditions are two features.
    const binding =
      minor === 34
        ? features.enabled('DRADeviceBindingConditions') ||
          features.enabled('DRAResourceClaimDeviceStatus')
        : enabled.bindingConditions;
    if (binding || enabled.consumableCapacity) return 'experimental';
    const { adminAccess, prioritizedList, partitionableDevices, deviceTaints } = enabled;
    const plain = !adminAccess && !prioritizedList && !partitionableDevices && !deviceTaints;
    return plain ? 'stable' : 'incubating';
  }
  const alpha =
    enabled.listTypeAttributes ||
    enabled.compatibilityGroups ||
    enabled.optionalNodeOperations ||
    enabled.derivedAttributes;
  if (alpha) return 'experimental';
  const beta = enabled.bindingConditions || enabled.consumableCapacity || enabled.fractionalRange;
  return beta ? 'incubating' : 'stable';
}
