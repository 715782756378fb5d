// The objects of Dynamic Resource Allocation, in the shape of resource.k8s.io/v1 of Kubernetes 1.37
// (KEP-4381 and the KEPs that extend it). Older versions are read into this shape by decoding.

import type { NodeSelector } from './core.js';
import type { Condition, JsonValue, ObjectMeta } from './meta.js';

/** A request for devices that exists by itself. */
export interface ResourceClaim {
  readonly apiVersion: 'resource.k8s.io/v1';
  readonly kind: 'ResourceClaim';
  readonly metadata: ObjectMeta;
  readonly spec: ResourceClaimSpec;
  readonly status?: ResourceClaimStatus;
}

/** What claims are made from, one per pod. */
export interface ResourceClaimTemplate {
  readonly apiVersion: 'resource.k8s.io/v1';
  readonly kind: 'ResourceClaimTemplate';
  readonly metadata: ObjectMeta;
  readonly spec: { readonly metadata?: ObjectMeta; readonly spec: ResourceClaimSpec };
}

/** What a claim asks for. */
export interface ResourceClaimSpec {
  readonly devices?: DeviceClaim;
}

/** Requests, constraints among their devices, and driver configuration. */
export interface DeviceClaim {
  readonly requests?: readonly DeviceRequest[] | null;
  readonly constraints?: readonly DeviceConstraint[];
  readonly config?: readonly DeviceClaimConfiguration[];
}

/** One request: exact, or a list of alternatives in order of preference. */
export interface DeviceRequest {
  readonly name: string;
  readonly exactly?: ExactDeviceRequest;
  readonly firstAvailable?: readonly DeviceSubRequest[];
}

/** A request for devices of one class. */
export interface ExactDeviceRequest {
  readonly deviceClassName: string;
  readonly selectors?: readonly DeviceSelector[];
  /** `ExactCount` or `All`. */
  readonly allocationMode?: string;
  readonly count?: number;
  readonly adminAccess?: boolean;
  readonly tolerations?: readonly DeviceToleration[];
  readonly capacity?: CapacityRequirements;
  readonly derivedAttributes?: readonly DerivedAttribute[];
}

/** One alternative of `firstAvailable`. */
export interface DeviceSubRequest {
  readonly name: string;
  readonly deviceClassName: string;
  readonly selectors?: readonly DeviceSelector[];
  readonly allocationMode?: string;
  readonly count?: number;
  readonly tolerations?: readonly DeviceToleration[];
  readonly capacity?: CapacityRequirements;
  readonly derivedAttributes?: readonly DerivedAttribute[];
}

/** An attribute computed from a device by an expression (alpha in 1.37, KEP-6080). */
export interface DerivedAttribute {
  readonly name: string;
  readonly expression: string;
}

/** Capacity that a request consumes of a shared device (KEP-5075). */
export interface CapacityRequirements {
  readonly requests?: { readonly [name: string]: string };
}

/** A condition that a device must fulfil. */
export interface DeviceSelector {
  readonly cel?: { readonly expression: string };
}

/** Ties devices of several requests together; one of the two attributes is set. */
export interface DeviceConstraint {
  readonly requests?: readonly string[];
  readonly matchAttribute?: string;
  readonly distinctAttribute?: string;
}

/** Driver parameters for all or some requests. */
export interface DeviceClaimConfiguration {
  readonly requests?: readonly string[];
  readonly opaque?: OpaqueDeviceConfiguration;
}

/** Parameters that only the driver understands. */
export interface OpaqueDeviceConfiguration {
  readonly driver: string;
  readonly parameters: JsonValue;
}

/** Lets a request use devices with a taint. */
export interface DeviceToleration {
  readonly key?: string;
  readonly operator?: string;
  readonly value?: string;
  readonly effect?: string;
  readonly tolerationSeconds?: number;
}

/** The state of a claim. */
export interface ResourceClaimStatus {
  readonly allocation?: AllocationResult;
  readonly reservedFor?: readonly ResourceClaimConsumerReference[];
  readonly devices?: readonly AllocatedDeviceStatus[];
}

/** Who may use a claim: pods mostly. */
export interface ResourceClaimConsumerReference {
  readonly apiGroup?: string;
  readonly resource: string;
  readonly name: string;
  readonly uid: string;
}

/** What a claim was given and where it can be used. */
export interface AllocationResult {
  readonly devices?: DeviceAllocationResult;
  readonly nodeSelector?: NodeSelector;
  readonly allocationTimestamp?: string;
}

/** The devices of a claim and the configuration that reaches their drivers. */
export interface DeviceAllocationResult {
  readonly results?: readonly DeviceRequestAllocationResult[];
  readonly config?: readonly DeviceAllocationConfiguration[];
}

/** One allocated device. */
export interface DeviceRequestAllocationResult {
  readonly request: string;
  readonly driver: string;
  readonly pool: string;
  readonly device: string;
  readonly adminAccess?: boolean;
  readonly tolerations?: readonly DeviceToleration[];
  readonly bindingConditions?: readonly string[];
  readonly bindingFailureConditions?: readonly string[];
  readonly shareID?: string;
  readonly consumedCapacity?: { readonly [name: string]: string };
  /** Node operations that the driver does not need (alpha in 1.37, KEP-5945). */
  readonly skipNodeOperations?: readonly string[];
}

/** Configuration with its source: `FromClass` or `FromClaim`. */
export interface DeviceAllocationConfiguration {
  readonly source: string;
  readonly requests?: readonly string[];
  readonly opaque?: OpaqueDeviceConfiguration;
}

/** What a driver says about an allocated device (KEP-4817). */
export interface AllocatedDeviceStatus {
  readonly driver: string;
  readonly pool: string;
  readonly device: string;
  readonly shareID?: string;
  readonly conditions?: readonly Condition[] | null;
  readonly data?: JsonValue;
  readonly networkData?: {
    readonly interfaceName?: string;
    readonly ips?: readonly string[];
    readonly hardwareAddress?: string;
  };
}

/** A named kind of device, set up by the cluster's administrator. */
export interface DeviceClass {
  readonly apiVersion: 'resource.k8s.io/v1';
  readonly kind: 'DeviceClass';
  readonly metadata: ObjectMeta;
  readonly spec: DeviceClassSpec;
}

/** Selectors and configuration of a class. */
export interface DeviceClassSpec {
  readonly selectors?: readonly DeviceSelector[];
  readonly config?: readonly { readonly opaque?: OpaqueDeviceConfiguration }[];
  readonly extendedResourceName?: string;
}

/** Devices (or shared counters) that a driver publishes. */
export interface ResourceSlice {
  readonly apiVersion: 'resource.k8s.io/v1';
  readonly kind: 'ResourceSlice';
  readonly metadata: ObjectMeta;
  readonly spec: ResourceSliceSpec;
}

/** One part of a pool. */
export interface ResourceSliceSpec {
  readonly driver: string;
  readonly pool: ResourcePool;
  readonly nodeName?: string;
  readonly nodeSelector?: NodeSelector;
  readonly allNodes?: boolean;
  readonly perDeviceNodeSelection?: boolean;
  readonly devices?: readonly Device[];
  readonly sharedCounters?: readonly CounterSet[];
  readonly skipNodeOperations?: readonly string[];
  readonly partitionTypeAttribute?: string;
}

/** The pool that a slice belongs to. */
export interface ResourcePool {
  readonly name: string;
  readonly generation: number | bigint;
  readonly resourceSliceCount: number;
}

/** Counters that partitions of a device draw from. */
export interface CounterSet {
  readonly name: string;
  readonly counters: { readonly [name: string]: Counter };
}

/** An amount. */
export interface Counter {
  readonly value: string;
}

/** One device of a slice. */
export interface Device {
  readonly name: string;
  readonly attributes?: { readonly [name: string]: DeviceAttribute };
  readonly capacity?: { readonly [name: string]: DeviceCapacity };
  readonly consumesCounters?: readonly DeviceCounterConsumption[];
  readonly nodeName?: string;
  readonly nodeSelector?: NodeSelector;
  readonly allNodes?: boolean;
  readonly taints?: readonly DeviceTaint[];
  readonly bindsToNode?: boolean;
  readonly bindingConditions?: readonly string[];
  readonly bindingFailureConditions?: readonly string[];
  readonly allowMultipleAllocations?: boolean;
  readonly nodeAllocatableResources?: JsonValue;
}

/** One value of a device; lists are alpha (gate DRAListTypeAttributes). */
export interface DeviceAttribute {
  /** 64 bits: a bigint where a number would round it. */
  readonly int?: number | bigint;
  readonly bool?: boolean;
  readonly string?: string;
  readonly version?: string;
  readonly ints?: readonly (number | bigint)[];
  readonly bools?: readonly boolean[];
  readonly strings?: readonly string[];
  readonly versions?: readonly string[];
}

/** An amount that a device has, and how it may be shared. */
export interface DeviceCapacity {
  readonly value: string;
  readonly requestPolicy?: CapacityRequestPolicy;
}

/** What may be asked of a capacity: values or a range, and what is consumed by default. */
export interface CapacityRequestPolicy {
  readonly default?: string | null;
  readonly validValues?: readonly string[];
  readonly validRange?: { readonly min?: string; readonly max?: string; readonly step?: string };
}

/** What a device takes of a counter set while it is allocated. */
export interface DeviceCounterConsumption {
  readonly counterSet: string;
  readonly counters: { readonly [name: string]: Counter };
  /** Which other consumers of the set the device stands (alpha in 1.37, KEP-5963). */
  readonly compatibilityGroups?: readonly string[];
}

/** Keeps claims off a device: `None`, `NoSchedule` or `NoExecute`. */
export interface DeviceTaint {
  readonly key: string;
  readonly value?: string;
  readonly effect: string;
  readonly timeAdded?: string;
}

/** Adds a taint to every device that it selects. */
export interface DeviceTaintRule {
  readonly apiVersion: 'resource.k8s.io/v1';
  readonly kind: 'DeviceTaintRule';
  readonly metadata: ObjectMeta;
  readonly spec: DeviceTaintRuleSpec;
}

/** The devices and their taint. */
export interface DeviceTaintRuleSpec {
  readonly deviceSelector?: {
    readonly driver?: string;
    readonly pool?: string;
    readonly device?: string;
  };
  readonly taint: DeviceTaint;
}
