// Which allocator answers, and what it honours: it follows from the version and its gates. Source:
// k8s.io/dynamic-resource-allocation/structured, allocator.go (1.34 to 1.37): of stable, incubating and
// experimental the first that supports every enabled feature; 1.32 and 1.33 have one allocator each.

import type { Features } from './features.js';

/** Upstream's allocators, by the name of their package; `single` is that of 1.32 and 1.33. */
export type AllocatorName = 'single' | 'stable' | 'incubating' | 'experimental';

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

/** Behaviour of releases that looks accidental, or that a later release changed. */
export interface AllocatorQuirks {
  /** 1.32 to 1.34: ExactCount takes devices of incomplete pools too. */
  readonly takesIncompletePools: boolean;
  /** 1.32 to 1.34: an invalid pool ends the attempt, once a fitting device of it is found (1.32) or at sight. */
  readonly invalidPoolIsFatal: 'never' | 'when-fitting' | 'at-sight';
  /** 1.32: a request for all devices is content with none. */
  readonly allMayBeNone: boolean;
  /** 1.32: one device of an All request that cannot be had ends the whole search. */
  readonly allEndsSearch: boolean;
  /** 1.32, 1.33: the devices of an All request that failed half-way stay taken. */
  readonly allKeepsPicks: boolean;
  /** Up to 1.35: further devices of an All request follow the first alternative. */
  readonly allFollowsFirstAlternative: boolean;
  /** 1.32, 1.33: devices picked with admin access are not marked. */
  readonly adminIsUnmarked: boolean;
  /** 1.32, 1.33: the limit of devices is looked at after all requests, and nowhere else; sums wrap. */
  readonly limitAfterRequests: boolean;
  /** Up to 1.35: permutations are searched instead of combinations. */
  readonly permutes: boolean;
  /** 1.33, 1.34: counter sets belong to the slice that publishes them. */
  readonly countersPerSlice: boolean;
  /** All but 1.34: without the gate, slices with counter sets are passed over. */
  readonly skipsCounterSlices: boolean;
  /** 1.35, 1.36: devices beside counter sets, which are never seen, can make their pool invalid. */
  readonly checksHiddenDevices: boolean;
  /** 1.33: counters are ignored while their gate is off. */
  readonly ignoresCounters: boolean;
  /** 1.33: an unknown counter makes its device useless, and only drawn counters count. */
  readonly countersByDevice: boolean;
  /** 1.34, 1.35: counters drawn by a device that another rule then refuses stay drawn in this search. */
  readonly leaksCounters: boolean;
  /** 1.34, 1.35: the counters of a share that is taken back stay drawn in this search. */
  readonly leaksShareCounters: boolean;
  /** 1.35: a share of a device without capacity that is taken back still spares the next its counters. */
  readonly remembersShares: boolean;
  /** 1.34, 1.35: a device refused for its capacity while it is picked stays taken, constraints included. */
  readonly keepsRefused: boolean;
  /** 1.35: pools of one name draw on the counters of the one that is met first, whatever their drivers. */
  readonly countersByPoolName: boolean;
  /** Up to 1.35: devices held by shares draw no counters. */
  readonly sharesDrawNothing: boolean;
  /** 1.34: a share of a device that is in use draws its counters again. */
  readonly sharesDrawAgain: boolean;
  /** 1.34: while a device is picked, the capacity of another device of its slice is looked at. */
  readonly capacityOfWrongDevice: boolean;
  /** 1.34: a request for all devices that names capacities passes over devices that cannot be shared. */
  readonly allOfCapacityIsShared: boolean;
  /** 1.33, 1.34: a taint of any effect must be tolerated, also one of effect None. */
  readonly everyTaintCounts: boolean;
  /** 1.34 to 1.36: distinctAttribute remembers one value a request. */
  readonly forgetsDistinct: boolean;
  /** 1.34: distinctAttribute does not compare devices of one request. */
  readonly distinctAmongRequests: boolean;
  /** 1.34, 1.35: slices with binding conditions come last within their pool. */
  readonly bindingSlicesLast: boolean;
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

function quirksOf(allocator: AllocatorName, minor: number): AllocatorQuirks {
  return {
    takesIncompletePools: minor <= 34,
    invalidPoolIsFatal: minor >= 35 ? 'never' : minor === 32 ? 'when-fitting' : 'at-sight',
    allMayBeNone: minor === 32,
    allEndsSearch: minor === 32,
    allKeepsPicks: minor <= 33,
    allFollowsFirstAlternative: minor <= 35,
    adminIsUnmarked: minor <= 33,
    limitAfterRequests: minor <= 33,
    permutes: minor <= 35,
    countersPerSlice: minor <= 34,
    skipsCounterSlices: minor !== 34,
    checksHiddenDevices: minor === 35 || minor === 36,
    ignoresCounters: minor <= 33,
    countersByDevice: minor === 33,
    leaksCounters: minor === 34 || minor === 35,
    leaksShareCounters: minor === 34 || minor === 35,
    remembersShares: minor === 35,
    keepsRefused: minor === 34 || minor === 35,
    countersByPoolName: minor === 35,
    sharesDrawNothing: minor <= 35,
    sharesDrawAgain: minor === 34,
    capacityOfWrongDevice: minor === 34,
    allOfCapacityIsShared: minor === 34,
    everyTaintCounts: minor === 33 || minor === 34,
    distinctAmongRequests: minor === 34,
    forgetsDistinct: minor >= 34 && minor <= 36,
    bindingSlicesLast: minor <= 35 && allocator === 'experimental',
  };
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
