// Topology: keeps the devices of a pod close together, and places whole for others. A place is a PCIe root (devices that
// name none go by their NUMA node). The first device comes from the fullest place that has all that the pod still wants,
// later claims counted, else from the NUMA node that has most of it; what follows comes from as near as can be: the same
// place, the same NUMA node, the same node, the network. Among places equally near the fullest that has enough comes
// first, so that a pod for one device breaks a place that is broken already. All devices of a pod are on one node, and so
// in one fabric domain. Source: best fit over groups as kubelet's topology manager and NVIDIA's device plugin align
// devices (KEP-693), here without any constraint in the claim; drasim's own form.

import { compilePositions, type DevicePositions } from '../../cluster/devicepositions.js';
import type { DeviceTable } from '../../cluster/devices.js';
import type { RequestList, RequestShape } from '../claimshape.js';
import type { Picks } from '../picks.js';
import type { DeviceStrategyEntry, OpenRequest, StrategyHandle } from '../strategy.js';

export const topology: DeviceStrategyEntry = {
  summary: 'the device nearest to those that the pod has, from places that are broken already',
  needs: 'positions',
  create(handle) {
    const places = new Places(handle);
    return {
      name: 'Topology',
      open: (opened) => places.rank(opened),
      device: (_request, device) => places.rankOf(device),
    };
  },
};

// How far a place is from another.
const NUMA_NODE = 1;
const NODE = 2;
const NETWORK = 3;

/** The places of a node with what is free there, in the order in which a request shall see them. */
class Places {
  private readonly positions: DevicePositions;
  /** Places of the node at hand in the order of publication, and the index in that list by place. Lists keep their room. */
  private readonly list: number[] = [];
  private placeCount = 0;
  private readonly indexOf: Int32Array;
  /** Free devices by index, and for each want those that would do: `suited[index * wants + want]`. */
  private readonly free: number[] = [];
  private readonly suited: number[] = [];
  private readonly ranks: number[] = [];
  private readonly distances: number[] = [];
  /** What the pod wants from the request at hand on: selectors, each once, and numbers of devices. */
  private readonly selectors: number[] = [];
  private readonly counts: number[] = [];
  private wantCount = 0;
  /** Where a pod without a device yet begins: a place (-1 for none in particular) and its NUMA node. */
  private anchorPlace = -1;
  private anchorNuma = -1;

  constructor(private readonly handle: StrategyHandle) {
    this.positions = compilePositions(handle.devices);
    this.indexOf = new Int32Array(this.positions.placeNuma.length).fill(-1);
  }

  /** Rank of a device's place; the lowest comes first. */
  rankOf(device: number): number {
    return this.ranks[this.indexOf[this.positions.placeOf[device]!]!]!;
  }

  /** Ranks the places of a node for a request. */
  rank(opened: Readonly<OpenRequest>): void {
    this.listWants(opened);
    this.countFree(opened);
    if (this.handle.picks.count === 0) this.chooseAnchor();
    const { list, placeCount, wantCount, ranks, distances, suited } = this;
    for (let index = 0; index < placeCount; index++) {
      distances[index] = this.distanceOf(list[index]!);
      ranks[index] = -1;
    }
    let wanted = this.counts[0]!;
    for (let rank = 0; rank < placeCount; rank++) {
      let best = -1;
      for (let index = 0; index < placeCount; index++) {
        if (ranks[index]! < 0 && this.isBetter(index, best, wanted)) best = index;
      }
      ranks[best] = rank;
      wanted -= suited[best * wantCount]!;
    }
  }

  private listWants({ claims, claim, request, alternative }: OpenRequest): void {
    this.wantCount = 0;
    const { requests } = claims[claim]!;
    this.addWant(requests[request]!.alternatives[alternative]!);
    for (let next = request + 1; next < requests.length; next++) this.addList(requests[next]!);
    for (let next = claim + 1; next < claims.length; next++) {
      for (const list of claims[next]!.requests) this.addList(list);
    }
  }

  /** Of a prioritized list the first alternative counts. */
  private addList({ alternatives }: RequestList): void {
    const first = alternatives[0];
    if (first && first.count > 0) this.addWant(first);
  }

  private addWant({ selectors, count }: RequestShape): void {
    for (let want = 0; want < this.wantCount; want++) {
      if (this.selectors[want] !== selectors) continue;
      this.counts[want]! += count;
      return;
    }
    this.selectors[this.wantCount] = selectors;
    this.counts[this.wantCount++] = count;
  }

  private countFree({ first, last }: OpenRequest): void {
    const { devices, pools, picks, view } = this.handle;
    const { list, indexOf, free, suited, selectors, wantCount } = this;
    for (let index = 0; index < this.placeCount; index++) indexOf[list[index]!] = -1;
    this.placeCount = 0;
    for (let position = first; position < last; position++) {
      const device = pools.visit[position]!;
      const place = this.positions.placeOf[device]!;
      let index = indexOf[place]!;
      if (index < 0) {
        index = this.placeCount++;
        indexOf[place] = index;
        list[index] = place;
        free[index] = 0;
        for (let want = 0; want < wantCount; want++) suited[index * wantCount + want] = 0;
      }
      if (!isFree(devices, device) || isPicked(picks, device)) continue;
      free[index]!++;
      for (let want = 0; want < wantCount; want++) {
        if (!view.shares.mayHave(selectors[want]!, device)) continue;
        suited[index * wantCount + want]!++;
      }
    }
  }

  /** The place or NUMA node that a pod without a device yet begins at. */
  private chooseAnchor(): void {
    const { list, placeCount } = this;
    const { placeNuma } = this.positions;
    this.anchorPlace = -1;
    let wanted = 0;
    for (let want = 0; want < this.wantCount; want++) wanted += this.counts[want]!;
    let best = -1;
    for (let index = 0; index < placeCount; index++) {
      if (this.covered(index, index) < wanted) continue;
      if (best < 0 || this.isFuller(index, best)) best = index;
    }
    if (best >= 0) {
      this.anchorPlace = list[best]!;
      this.anchorNuma = placeNuma[this.anchorPlace]!;
      return;
    }
    let most = -1;
    for (let index = 0; index < placeCount; index++) {
      const covered = this.covered(index, -1);
      if (covered < most) continue;
      if (covered === most && this.freeNear(index) >= this.freeNear(best)) continue;
      most = covered;
      best = index;
    }
    this.anchorNuma = best < 0 ? -1 : placeNuma[list[best]!]!;
  }

  /** How much of what the pod wants a place has, or with `only` -1 all places of its NUMA node. */
  private covered(index: number, only: number): number {
    const { placeCount, wantCount, suited, counts } = this;
    let covered = 0;
    for (let want = 0; want < wantCount; want++) {
      let has = 0;
      for (let other = 0; other < placeCount; other++) {
        if (only < 0 ? !this.areNear(index, other) : other !== only) continue;
        has += suited[other * wantCount + want]!;
      }
      covered += Math.min(has, counts[want]!);
    }
    return covered;
  }

  private areNear(left: number, right: number): boolean {
    const { placeNuma } = this.positions;
    return placeNuma[this.list[left]!] === placeNuma[this.list[right]!];
  }

  /** Free devices of a NUMA node. */
  private freeNear(index: number): number {
    let sum = 0;
    for (let other = 0; other < this.placeCount; other++) {
      if (this.areNear(index, other)) sum += this.free[other]!;
    }
    return sum;
  }

  /** Steps from a place to the devices that the pod has, or to the anchor. */
  private distanceOf(place: number): number {
    const { placeOf, placeNuma, placeNode } = this.positions;
    const { device, count } = this.handle.picks;
    if (count === 0) {
      if (place === this.anchorPlace) return 0;
      if (placeNuma[place] === this.anchorNuma) return NUMA_NODE;
      return placeNode[place]! < 0 ? NETWORK : NODE;
    }
    let sum = 0;
    for (let pick = 0; pick < count; pick++) {
      const other = placeOf[device[pick]!]!;
      if (other === place) continue;
      if (placeNuma[other] === placeNuma[place]) sum += NUMA_NODE;
      else sum += placeNode[other] === placeNode[place] ? NODE : NETWORK;
    }
    return sum;
  }

  /** Whether a place comes before the best so far (-1 for none), while so many devices are wanted. */
  private isBetter(index: number, best: number, wanted: number): boolean {
    if (best < 0) return true;
    const { distances, suited, wantCount } = this;
    if (distances[index] !== distances[best]) return distances[index]! < distances[best]!;
    const has = Math.min(wanted, suited[index * wantCount]!);
    const hasBest = Math.min(wanted, suited[best * wantCount]!);
    return has === hasBest ? this.isFuller(index, best) : has > hasBest;
  }

  /** Whether less is free in a place than in another, or else on its NUMA node. */
  private isFuller(index: number, best: number): boolean {
    const { free } = this;
    if (free[index] !== free[best]) return free[index]! < free[best]!;
    return this.freeNear(index) < this.freeNear(best);
  }
}

/** Whether something is left of a device: nobody has it whole, nor all that it could draw on or give. */
function isFree(devices: DeviceTable, device: number): boolean {
  if (devices.holder[device]! !== -1) return false;
  if (devices.allowMultiple[device] === 1) {
    const { capacityStart, capacityUsed, capacityValue } = devices;
    for (let row = capacityStart[device]!; row < capacityStart[device + 1]!; row++) {
      if (capacityValue[row]! > 0 && capacityUsed[row]! >= capacityValue[row]!) return false;
    }
    if (devices.shares[device]! > 0) return true;
  }
  const { consumeStart, consumeCounter, consumeAmount, counterUsed, counterValue } = devices;
  for (let row = consumeStart[device]!; row < consumeStart[device + 1]!; row++) {
    const counter = consumeCounter[row]!;
    if (!(counterUsed[counter]! + consumeAmount[row]! <= counterValue[counter]!)) return false;
  }
  return true;
}

function isPicked(picks: Picks, device: number): boolean {
  for (let index = 0; index < picks.count; index++) {
    if (picks.device[index] === device) return true;
  }
  return false;
}
