// Device taints over time (KEP-5055): rules that come and go taint devices for the allocator, and devices with
// a NoExecute taint lose the pods that do not tolerate it. Sources: k8s.io/dynamic-resource-allocation/
// resourceslice/tracker, kubernetes/kubernetes pkg/controller/devicetainteviction (1.37).

import type { AllocatorFeatures } from '../api/allocator.js';
import type { DeviceTaint, DeviceTaintRule, DeviceToleration } from '../api/resource.js';
import { tolerates } from '../api/tolerations.js';
import type { CompiledCluster } from '../cluster/cluster.js';
import { INVENTORY_UNIQUE } from '../cluster/inventory.js';
import type { AllocatedDevice } from './claims.js';
import type { ClaimShape } from './claimshape.js';
import { selectsDevice } from './taintrules.js';

/** A taint that ends pods, and since when it is there, microseconds. */
interface TimedTaint {
  taint: DeviceTaint;
  sinceUs: number;
}

/** Taints of a run's devices: those that slices publish, and those of the rules in force. */
export class DeviceTaints {
  private rules: readonly DeviceTaintRule[];
  private readonly since = new Map<DeviceTaintRule, number>();
  private readonly listIds = new Map<string, number>();
  /** Devices with NoExecute taints. */
  private readonly ending = new Map<number, TimedTaint[]>();

  /** @param rules - in force from the start: the columns have their taints already */
  constructor(
    private readonly cluster: CompiledCluster,
    rules: readonly DeviceTaintRule[],
    private readonly features: AllocatorFeatures,
  ) {
    this.rules = features.deviceTaintRules ? rules : [];
    for (const rule of this.rules) this.since.set(rule, 0);
    const { devices } = cluster;
    devices.taintLists.forEach((list, id) => {
      this.listIds.set(JSON.stringify(list), id);
    });
    this.findEnding();
  }

  /** Whether any device ends pods now. */
  get isEnding(): boolean {
    return this.features.deviceTaints && this.ending.size > 0;
  }

  /** Puts rules in force instead of those before; every node whose devices changed goes to the log. */
  setRules(rules: readonly DeviceTaintRule[], nowUs: number): void {
    if (!this.features.deviceTaintRules) return;
    const before = this.rules;
    for (const rule of rules) if (!this.since.has(rule)) this.since.set(rule, nowUs);
    const { devices } = this.cluster;
    for (let device = 0; device < devices.count; device++) {
      const published = this.published(device, before);
      const added = this.selecting(rules, device).map(({ spec }) => spec.taint);
      this.setList(device, [...published, ...added]);
    }
    this.rules = rules;
    this.findEnding();
  }

  /** When pods that use these devices of a claim are to be deleted, microseconds; Infinity is never. */
  evictionUs(shape: ClaimShape, held: readonly AllocatedDevice[]): number {
    let firstUs = Infinity;
    for (const { device, request, alternative } of held) {
      const { tolerations } = shape.requests[request]!.alternatives[alternative]!;
      for (const { taint, sinceUs } of this.ending.get(device) ?? []) {
        firstUs = Math.min(firstUs, sinceUs + toleratedUs(taint, tolerations));
      }
    }
    return firstUs;
  }

  private selecting(rules: readonly DeviceTaintRule[], device: number): DeviceTaintRule[] {
    const { slices, deviceSlice, objects } = this.cluster.devices;
    const { spec } = slices[deviceSlice[device]!]!;
    return rules.filter((rule) => selectsDevice(rule, spec, objects[device]!.name, this.features));
  }

  /** Taints without those of rules, which stand behind. */
  private published(device: number, rules: readonly DeviceTaintRule[]): readonly DeviceTaint[] {
    const { taintLists, deviceTaints } = this.cluster.devices;
    const list = taintLists[deviceTaints[device]!]!;
    return list.slice(0, list.length - this.selecting(rules, device).length);
  }

  private setList(device: number, list: readonly DeviceTaint[]): void {
    const { devices, inventories, changes, nodes } = this.cluster;
    const key = JSON.stringify(list);
    let id = this.listIds.get(key);
    if (id === undefined) {
      id = devices.taintLists.push(list) - 1;
      this.listIds.set(key, id);
    }
    if (devices.deviceTaints[device] === id) return;
    devices.deviceTaints[device] = id;
    const node = devices.deviceNode[device]!;
    devices.useVersion[node >= 0 ? node : nodes.count]!++;
    if (node < 0) return;
    // The node is no longer like those of its class.
    inventories.classOf[node] = INVENTORY_UNIQUE;
    changes.append(node);
  }

  private findEnding(): void {
    const { taintLists, deviceTaints, count } = this.cluster.devices;
    const ends = taintLists.map((list) => list.some(({ effect }) => effect === 'NoExecute'));
    this.ending.clear();
    if (!ends.includes(true)) return;
    for (let device = 0; device < count; device++) {
      if (ends[deviceTaints[device]!]) this.noteEnding(device);
    }
  }

  private noteEnding(device: number): void {
    const published = this.published(device, this.rules);
    const timed = [
      ...published.map((taint): TimedTaint => ({ taint, sinceUs: 0 })),
      ...this.selecting(this.rules, device).map(
        (rule): TimedTaint => ({ taint: rule.spec.taint, sinceUs: this.since.get(rule)! }),
      ),
    ].filter(({ taint }) => taint.effect === 'NoExecute');
    this.ending.set(device, timed);
  }
}

/** For how long a taint is tolerated, microseconds: not at all, for the shortest time given, or for ever. */
function toleratedUs(taint: DeviceTaint, tolerations: readonly DeviceToleration[]): number {
  const matching = tolerations.filter((toleration) => tolerates(toleration, taint));
  if (matching.length === 0) return 0;
  if (matching.some(({ tolerationSeconds }) => tolerationSeconds === undefined)) return Infinity;
  const seconds = Math.min(...matching.map(({ tolerationSeconds }) => Number(tolerationSeconds)));
  return Math.max(0, seconds) * 1e6;
}
