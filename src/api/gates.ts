// Fields of gates that are off are dropped before validation and storage, as the API server's
// registry does on create. Each dropped field is told, with its gate.
// Follows `pkg/registry/resource/*/strategy.go` of Kubernetes 1.37.

import { draftIn, draftsIn } from './defaults.js';
import type { FeatureGate, Features } from './features.js';
import type { Draft } from './object.js';
import type { Step } from './tree.js';

/** A field that was dropped because of a gate. */
export interface DroppedField {
  readonly path: readonly Step[];
  readonly gate: FeatureGate;
}

/** Where the kinds that hold pods have their spec. */
const POD_SPECS: Readonly<Record<string, readonly string[]>> = {
  Pod: ['spec'],
  ReplicaSet: ['spec', 'template', 'spec'],
  ReplicationController: ['spec', 'template', 'spec'],
  Deployment: ['spec', 'template', 'spec'],
  StatefulSet: ['spec', 'template', 'spec'],
  DaemonSet: ['spec', 'template', 'spec'],
  Job: ['spec', 'template', 'spec'],
  CronJob: ['spec', 'jobTemplate', 'spec', 'template', 'spec'],
};

/** Drops the fields of an object whose gates are off; changes the object. */
export function dropGatedFields(kind: string, object: Draft, features: Features): DroppedField[] {
  const dropper = new Dropper(features);
  const podPath = POD_SPECS[kind];
  if (podPath) {
    dropper.dropPod(draftIn(object, ...podPath), podPath);
    return dropper.dropped;
  }
  const spec = draftIn(object, 'spec');
  if (kind === 'ResourceClaim') {
    dropper.dropClaim(spec, ['spec']);
    dropper.dropStatus(draftIn(object, 'status'));
  } else if (kind === 'ResourceClaimTemplate') {
    dropper.dropClaim(draftIn(spec, 'spec'), ['spec', 'spec']);
  } else if (kind === 'DeviceClass') {
    dropper.drop(spec, 'extendedResourceName', ['spec'], 'DRAExtendedResource');
  } else if (kind === 'ResourceSlice') dropper.dropSlice(spec);
  return dropper.dropped;
}

class Dropper {
  readonly dropped: DroppedField[] = [];
  private readonly features: Features;

  constructor(features: Features) {
    this.features = features;
  }

  drop(holder: Draft, field: string, path: readonly Step[], ...gates: FeatureGate[]): void {
    if (holder[field] === undefined) return;
    const gate = gates.find((name) => !this.features.enabled(name));
    if (gate === undefined) return;
    delete holder[field];
    this.dropped.push({ path: [...path, field], gate });
  }

  dropPod(spec: Draft, path: readonly Step[]): void {
    this.drop(spec, 'resourceClaims', path, 'DynamicResourceAllocation');
    for (const field of ['containers', 'initContainers']) {
      for (const [index, container] of draftsIn(spec, field).entries()) {
        const place = [...path, field, index, 'resources'];
        this.drop(draftIn(container, 'resources'), 'claims', place, 'DynamicResourceAllocation');
      }
    }
    for (const [index, claim] of draftsIn(spec, 'resourceClaims').entries()) {
      const place = [...path, 'resourceClaims', index];
      this.drop(claim, 'podGroupResourceClaim', place, 'DRAWorkloadResourceClaims');
    }
    this.drop(spec, 'resources', path, 'PodLevelResources');
    this.drop(spec, 'schedulingGroup', path, 'GenericWorkload');
    this.drop(spec, 'workloadRef', path, 'GenericWorkload');
  }

  dropClaim(spec: Draft, path: readonly Step[]): void {
    for (const [index, request] of draftsIn(draftIn(spec, 'devices'), 'requests').entries()) {
      const place = [...path, 'devices', 'requests', index];
      this.drop(request, 'firstAvailable', place, 'DRAPrioritizedList');
      const exactly = request['exactly'] as Draft | undefined;
      if (exactly) {
        this.drop(exactly, 'adminAccess', [...place, 'exactly'], 'DRAAdminAccess');
        this.dropRequest(exactly, [...place, 'exactly']);
      }
      for (const [sub, alternative] of draftsIn(request, 'firstAvailable').entries()) {
        this.dropRequest(alternative, [...place, 'firstAvailable', sub]);
      }
    }
  }

  private dropRequest(request: Draft, path: readonly Step[]): void {
    this.drop(request, 'tolerations', path, 'DRADeviceTaints');
    this.drop(request, 'capacity', path, 'DRAConsumableCapacity');
    this.drop(request, 'derivedAttributes', path, 'DRADerivedAttributes');
  }

  dropStatus(status: Draft): void {
    this.drop(status, 'devices', ['status'], 'DRAResourceClaimDeviceStatus');
    const devices = draftIn(status, 'allocation', 'devices');
    for (const [index, result] of draftsIn(devices, 'results').entries()) {
      const path = ['status', 'allocation', 'devices', 'results', index];
      this.drop(result, 'adminAccess', path, 'DRAAdminAccess');
      this.drop(result, 'tolerations', path, 'DRADeviceTaints');
      this.drop(result, 'shareID', path, 'DRAConsumableCapacity');
      this.drop(result, 'consumedCapacity', path, 'DRAConsumableCapacity');
      this.drop(result, 'skipNodeOperations', path, 'DRAOptionalNodeOperations');
      this.dropBindingConditions(result, path);
    }
    for (const [index, device] of draftsIn(status, 'devices').entries()) {
      this.drop(device, 'shareID', ['status', 'devices', index], 'DRAConsumableCapacity');
    }
  }

  private dropBindingConditions(holder: Draft, path: readonly Step[]): void {
    for (const field of ['bindingConditions', 'bindingFailureConditions']) {
      const gates = ['DRADeviceBindingConditions', 'DRAResourceClaimDeviceStatus'] as const;
      this.drop(holder, field, path, ...gates);
    }
  }

  dropSlice(spec: Draft): void {
    for (const field of ['sharedCounters', 'perDeviceNodeSelection']) {
      this.drop(spec, field, ['spec'], 'DRAPartitionableDevices');
    }
    this.drop(spec, 'skipNodeOperations', ['spec'], 'DRAOptionalNodeOperations');
    this.drop(spec, 'partitionTypeAttribute', ['spec'], 'DRAPartitionableDevicesType');
    for (const [index, device] of draftsIn(spec, 'devices').entries()) {
      this.dropDevice(device, ['spec', 'devices', index]);
    }
  }

  private dropDevice(device: Draft, path: readonly Step[]): void {
    for (const field of ['consumesCounters', 'nodeName', 'nodeSelector', 'allNodes']) {
      this.drop(device, field, path, 'DRAPartitionableDevices');
    }
    this.drop(device, 'taints', path, 'DRADeviceTaints');
    this.dropBindingConditions(device, path);
    const gates = ['DRADeviceBindingConditions', 'DRAResourceClaimDeviceStatus'] as const;
    this.drop(device, 'bindsToNode', path, ...gates);
    this.drop(device, 'allowMultipleAllocations', path, 'DRAConsumableCapacity');
    for (const [index, set] of draftsIn(device, 'consumesCounters').entries()) {
      const place = [...path, 'consumesCounters', index];
      this.drop(set, 'compatibilityGroups', place, 'DRADeviceCompatibilityGroups');
    }
    this.drop(device, 'nodeAllocatableResources', path, 'DRANodeAllocatableResources');
    for (const [name, capacity] of Object.entries(draftIn(device, 'capacity'))) {
      const place = [...path, 'capacity', name];
      this.drop(capacity as Draft, 'requestPolicy', place, 'DRAConsumableCapacity');
    }
    for (const [name, attribute] of Object.entries(draftIn(device, 'attributes'))) {
      for (const field of ['ints', 'bools', 'strings', 'versions']) {
        const place = [...path, 'attributes', name];
        this.drop(attribute as Draft, field, place, 'DRAListTypeAttributes');
      }
    }
  }
}
