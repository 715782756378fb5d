// The kubelet's last word on a pod that was bound to its node: whether CPUs and memory of its own can be aligned on
// NUMA nodes as the policy wants. DRA devices give no hints, as upstream's DRA manager gives none. Source:
// pkg/kubelet/cm/topologymanager, cpumanager (static) and memorymanager (Static), Kubernetes 1.32 to 1.37; a machine's
// CPUs and memory lie evenly on its NUMA nodes, and memory of one pod may lie beside that of any other.

import type { Container, Pod, PodSpec } from '../../api/core.js';
import { Quantity } from '../../api/quantity.js';

export const TOPOLOGY_POLICIES = ['none', 'best-effort', 'restricted', 'single-numa-node'] as const;
export type TopologyPolicy = (typeof TOPOLOGY_POLICIES)[number];

/** What a KubeletConfiguration says of it; names and values are its own. */
export interface TopologyManagerOptions {
  readonly topologyManagerPolicy: TopologyPolicy;
  readonly topologyManagerScope: 'container' | 'pod';
  readonly cpuManagerPolicy: 'none' | 'static';
  readonly memoryManagerPolicy: 'None' | 'Static';
}

/** What of a container, or of a whole pod, has to lie on NUMA nodes; 0 where nothing has. */
export interface NumaRequest {
  readonly cpuMilli: number;
  readonly memoryBytes: number;
}

/** A way to meet one request: NUMA nodes as bits, and whether no way could do with fewer of them. */
interface TopologyHint {
  readonly mask: number;
  readonly preferred: boolean;
}

/** The most NUMA nodes that the kubelet's manager takes. */
export const NUMA_NODES_MAX = 8;

/** The requests of a pod that are aligned, in the order of admission; none for pods that share all CPUs. */
export function numaRequests(pod: Pod, options: TopologyManagerOptions): NumaRequest[] {
  if (!isGuaranteed(pod.spec)) return [];
  const sidecars = (pod.spec.initContainers ?? []).filter(
    ({ restartPolicy }) => restartPolicy === 'Always',
  );
  const requests = [...sidecars, ...pod.spec.containers].map((container) =>
    requestOf(container, options),
  );
  if (options.topologyManagerScope === 'container') return requests;
  return [
    requests.reduce((sum, request) => ({
      cpuMilli: sum.cpuMilli + request.cpuMilli,
      memoryBytes: sum.memoryBytes + request.memoryBytes,
    })),
  ];
}

function requestOf(container: Container, options: TopologyManagerOptions): NumaRequest {
  const amounts = { ...container.resources?.limits, ...container.resources?.requests };
  const cpuMilli = Number(Quantity.parse(amounts['cpu'] ?? '0').milliValue());
  const memoryBytes = Number(Quantity.parse(amounts['memory'] ?? '0').value());
  // CPUs are given away whole: a part of one is taken from those that all share.
  const isWhole = options.cpuManagerPolicy === 'static' && cpuMilli % 1000 === 0;
  return {
    cpuMilli: isWhole ? cpuMilli : 0,
    memoryBytes: options.memoryManagerPolicy === 'Static' ? memoryBytes : 0,
  };
}

/** Quality of service Guaranteed: every container's limits of CPU and memory are set and are its requests. */
function isGuaranteed({ containers, initContainers = [] }: PodSpec): boolean {
  return [...containers, ...initContainers].every(({ resources }) =>
    ['cpu', 'memory'].every((name) => {
      const limit = resources?.limits?.[name];
      if (limit === undefined) return false;
      const request = resources?.requests?.[name] ?? limit;
      return Quantity.parse(limit).compare(Quantity.parse(request)) === 0;
    }),
  );
}

const RESOURCES = ['cpuMilli', 'memoryBytes'] as const;

/** Keeps what is free on the NUMA nodes of all nodes. */
export class TopologyManager {
  private readonly total: Record<keyof NumaRequest, Float64Array>;
  private readonly free: Record<keyof NumaRequest, Float64Array>;
  /** What pods hold, as (place, CPU, memory). */
  private readonly held = new Map<number, [number, number, number][]>();

  /**
   * @param numaNodes - how many each node has
   * @param allocatable - what each node can give
   */
  constructor(
    private readonly policy: TopologyPolicy,
    private readonly numaNodes: Uint8Array,
    allocatable: { readonly [resource in keyof NumaRequest]: Float64Array },
  ) {
    const size = numaNodes.length * NUMA_NODES_MAX;
    this.total = { cpuMilli: new Float64Array(size), memoryBytes: new Float64Array(size) };
    numaNodes.forEach((count, node) => {
      const cpus = Math.floor(allocatable.cpuMilli[node]! / 1000);
      for (let numa = 0; numa < count; numa++) {
        const place = node * NUMA_NODES_MAX + numa;
        const share = Math.floor(cpus / count) + (numa < cpus % count ? 1 : 0);
        this.total.cpuMilli[place] = share * 1000;
        this.total.memoryBytes[place] = Math.floor(allocatable.memoryBytes[node]! / count);
      }
    });
    this.free = {
      cpuMilli: this.total.cpuMilli.slice(),
      memoryBytes: this.total.memoryBytes.slice(),
    };
  }

  /** Admits a pod and takes what it asks for, or refuses it and takes nothing. */
  admit(pod: number, requests: readonly NumaRequest[], node: number): boolean {
    for (const request of requests) {
      const hint = this.bestHint(request, node);
      if (this.accepts(hint)) this.take(pod, request, node, hint.mask);
      else {
        this.release(pod);
        return false;
      }
    }
    return true;
  }

  /** Gives back what a pod holds. */
  release(pod: number): void {
    for (const [place, cpuMilli, memoryBytes] of this.held.get(pod) ?? []) {
      this.free.cpuMilli[place]! += cpuMilli;
      this.free.memoryBytes[place]! += memoryBytes;
    }
    this.held.delete(pod);
  }

  private accepts({ preferred, mask }: TopologyHint): boolean {
    if (this.policy === 'restricted') return preferred;
    if (this.policy === 'single-numa-node') return preferred && (mask & (mask - 1)) === 0;
    return true;
  }

  /** The narrowest preferred way to meet a request; all NUMA nodes, not preferred, where there is none. */
  private bestHint(request: NumaRequest, node: number): TopologyHint {
    const all = (1 << this.numaNodes[node]!) - 1;
    const wanted = RESOURCES.filter((resource) => request[resource] > 0);
    if (wanted.length === 0) return { mask: 1, preferred: true };
    const least = wanted.map((resource) =>
      this.fewest(this.total[resource], request[resource], node),
    );
    let best: TopologyHint = { mask: all, preferred: false };
    for (let mask = 1; mask <= all; mask++) {
      const fits = wanted.every(
        (resource) => this.sum(this.free[resource], node, mask) >= request[resource],
      );
      if (!fits) continue;
      const preferred = least.every((count) => count === bitCount(mask));
      const isNarrower = bitCount(mask) < bitCount(best.mask);
      if (preferred === best.preferred ? isNarrower : preferred) best = { mask, preferred };
    }
    return best;
  }

  /** The fewest NUMA nodes that could hold an amount if they were empty. */
  private fewest(column: Float64Array, amount: number, node: number): number {
    const count = this.numaNodes[node]!;
    let fewest = Infinity;
    for (let mask = 1; mask < 1 << count; mask++) {
      if (this.sum(column, node, mask) >= amount) fewest = Math.min(fewest, bitCount(mask));
    }
    return fewest;
  }

  private sum(column: Float64Array, node: number, mask: number): number {
    let sum = 0;
    for (let numa = 0; numa < this.numaNodes[node]!; numa++) {
      if ((mask & (1 << numa)) !== 0) sum += column[node * NUMA_NODES_MAX + numa]!;
    }
    return sum;
  }

  /** Takes from the NUMA nodes of the hint first, then from the others. */
  private take(pod: number, request: NumaRequest, node: number, mask: number): void {
    const held = this.held.get(pod) ?? [];
    const left = { ...request };
    for (const inMask of [true, false]) {
      for (let numa = 0; numa < this.numaNodes[node]!; numa++) {
        if (((mask & (1 << numa)) !== 0) !== inMask) continue;
        const place = node * NUMA_NODES_MAX + numa;
        const [cpuMilli, memoryBytes] = RESOURCES.map((resource) => {
          const taken = Math.min(left[resource], this.free[resource][place]!);
          this.free[resource][place]! -= taken;
          left[resource] -= taken;
          return taken;
        });
        held.push([place, cpuMilli!, memoryBytes!]);
      }
    }
    this.held.set(pod, held);
  }
}

function bitCount(mask: number): number {
  let count = 0;
  for (let rest = mask; rest !== 0; rest &= rest - 1) count++;
  return count;
}
