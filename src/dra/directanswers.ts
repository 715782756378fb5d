// Answers that need no search: a claim of one plain request for devices of one node fits where enough of them
// would do each by itself. Says nothing where anything else plays a part: constraints, counters, taints, policies,
// several claims, shared pools, or rules of releases that look further than the device.

import type { CompiledCluster } from '../cluster/cluster.js';
import { INVENTORY_UNIQUE } from '../cluster/inventory.js';
import type { ClaimShape, RequestShape } from './claimshape.js';
import { FOUND, NOT_FOUND } from './outcome.js';
import type { SearchContext } from './search.js';

/** Only a search can tell. */
export const UNKNOWN = -1;

/** Devices that one claim may have; more is an error that a search tells. */
const COUNT_MAX = 32;
/** With more a hopeless search may come to its limit of steps, which is an error too. */
const DEVICES_MAX = 16;

/** A claim that is answered without a search. */
export interface DirectClaim {
  readonly request: RequestShape;
  /** What a device must have left of its one capacity, by content; Infinity where it would never do. */
  readonly needs: Float64Array;
}

/** Answers for plain claims on plain nodes. */
export class DirectAnswers {
  /** 1 for nodes all of whose devices have one capacity and nothing that a rule could look at. */
  private readonly isPlain: Uint8Array;
  /** Row of a device's capacity. */
  private readonly rows: Int32Array;

  constructor(
    private readonly cluster: CompiledCluster,
    private readonly context: Pick<SearchContext, 'selectors' | 'features' | 'capacities'>,
  ) {
    const { nodes, devices } = cluster;
    this.rows = devices.capacityStart.subarray(0, devices.count);
    this.isPlain = new Uint8Array(nodes.count);
    if (!this.rulesArePlain()) return;
    for (let node = 0; node < nodes.count; node++) {
      if (cluster.inventories.classOf[node] === INVENTORY_UNIQUE) continue;
      if (cluster.pools.nodeFault[node] === '' && this.areDevicesPlain(node)) {
        this.isPlain[node] = 1;
      }
    }
  }

  private rulesArePlain(): boolean {
    const { consumableCapacity, quirks } = this.context.features;
    return consumableCapacity && !quirks.capacityOfWrongDevice && !quirks.permutes;
  }

  /** Whether the devices of a node, one at least, are shared ones and nothing more. */
  private areDevicesPlain(node: number): boolean {
    const { devices, pools } = this.cluster;
    const last = pools.nodeLast[node]!;
    if (last - pools.nodeFirst[node]! > DEVICES_MAX) return false;
    for (let position = pools.nodeFirst[node]!; position < last; position++) {
      const device = pools.visit[position]!;
      const slice = devices.slices[devices.deviceSlice[device]!]!;
      const isPlain =
        devices.allowMultiple[device] === 1 &&
        devices.capacityStart[device + 1]! - devices.capacityStart[device]! === 1 &&
        devices.consumeStart[device + 1] === devices.consumeStart[device] &&
        devices.hasBindingConditions[device] === 0 &&
        (slice.spec.skipNodeOperations ?? []).length === 0;
      if (!isPlain) return false;
    }
    return pools.nodeFirst[node]! < last;
  }

  /** Prepares the claims of a pod; null where they need a search. */
  prepare(claims: readonly ClaimShape[]): DirectClaim | null {
    const claim = claims.length === 1 ? claims[0]! : undefined;
    const list = claim?.requests.length === 1 ? claim.requests[0]! : undefined;
    const request = list?.alternatives.length === 1 ? list.alternatives[0]! : undefined;
    if (!claim || !list || !request || list.prioritized || !claim.isBounded) return null;
    if (claim.constraints.length > 0 || claim.constraintFault !== '') return null;
    if (list.fault !== '' || request.fault !== '' || request.capacity.isUnknown) return null;
    if (request.count < 1 || request.count > COUNT_MAX) return null;
    const needs = this.needsOf(request);
    return needs && { request, needs };
  }

  /** What the request takes of each content; null where a rule other than size decides. */
  private needsOf(request: RequestShape): Float64Array | null {
    const { devices } = this.cluster;
    const { selectors, capacities } = this.context;
    const needs = new Float64Array(devices.contentDevice.length).fill(Infinity);
    for (let content = 0; content < needs.length; content++) {
      const device = devices.contentDevice[content]!;
      const start = devices.capacityStart[device]!;
      if (devices.capacityStart[device + 1]! - start !== 1) continue;
      if (capacities.hasPolicy(start)) return null;
      const name = devices.capacityNames.text(devices.capacityName[start]!);
      const { quantities } = request.capacity;
      if (quantities.size > 1 || (quantities.size === 1 && !quantities.has(name))) continue;
      if (!selectors.matches(request.selectors, device)) {
        if (!selectors.hasFailed) continue;
        selectors.takeError('');
        return null;
      }
      needs[content] = capacities.consumed(request.capacity, start);
      if (!(needs[content]! >= 0)) return null;
    }
    return needs;
  }

  /** Whether the claim fits on a node, or UNKNOWN. */
  find(
    { request, needs }: DirectClaim,
    node: number,
  ): typeof FOUND | typeof NOT_FOUND | typeof UNKNOWN {
    if (this.isPlain[node] === 0) return UNKNOWN;
    const { devices, pools } = this.cluster;
    const { deviceContent, deviceTaints, holder, capacityUsed, capacityValue } = devices;
    const { rows } = this;
    const last = pools.nodeLast[node]!;
    let wanted = request.count;
    for (let position = pools.nodeFirst[node]!; position < last; position++) {
      const device = pools.visit[position]!;
      if (deviceTaints[device] !== 0) return UNKNOWN;
      const row = rows[device]!;
      if (capacityUsed[row]! + needs[deviceContent[device]!]! > capacityValue[row]!) continue;
      if (holder[device] === -1 && --wanted === 0) return FOUND;
    }
    return NOT_FOUND;
  }
}
