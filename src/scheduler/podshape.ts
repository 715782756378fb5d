// A pod's shape: everything that decides where it can run and how nodes score for it, compiled once.
// Nearly all pods of a run share few shapes, so that work per shape is work per run.

import type { Affinity, Pod, PodSpec, Toleration } from '../api/core.js';
import type { Features } from '../api/features.js';
import { podUsage } from '../api/podrequests.js';
import {
  CPU,
  EPHEMERAL_STORAGE,
  MEMORY,
  type NodeTable,
  widenResources,
} from '../cluster/nodes.js';
import type { ClaimShape } from '../dra/claimshape.js';

/** A pod's entry of `spec.resourceClaims`, resolved. */
export interface PodClaimEntry {
  /** Name of the entry in the pod. */
  readonly name: string;
  /** Shape of the claim that is made for the pod, or of the claim it names. */
  readonly shape: ClaimShape;
  /** Index of the claim, where the pod names one instead of a template; otherwise -1. */
  readonly claim: number;
}

/** Compiled scheduling content of a pod. */
export interface PodShape {
  readonly id: number;
  readonly spec: PodSpec;
  /** Resource ids that the pod requests, with exact amounts (CPU in milli, others in units). */
  readonly resources: Int32Array;
  readonly amounts: Float64Array;
  readonly cpuMilli: number;
  readonly memoryBytes: number;
  /** Amounts with upstream's defaults for containers without a request; scoring only. */
  readonly nonZeroCpuMilli: number;
  readonly nonZeroMemoryBytes: number;
  readonly nodeSelector: PodSpec['nodeSelector'];
  readonly affinity: Affinity | undefined;
  readonly tolerations: readonly Toleration[];
  readonly claims: readonly PodClaimEntry[];
  readonly priority: number;
  /** Why no pod of this shape can be scheduled (a class or claim that does not exist), or empty. */
  readonly unresolvable: string;
}

/** What a shape is made from, beside the pod itself. */
export interface PodShapeSource {
  pod: Pod;
  claims: readonly PodClaimEntry[];
  priority: number;
  unresolvable: string;
}

/** Compiles pods to shapes; pods that scheduling cannot tell apart share one. */
export class PodShapes {
  private readonly shapes: PodShape[] = [];
  private readonly ids = new Map<string, number>();

  constructor(
    private readonly nodes: NodeTable,
    private readonly features: Features,
  ) {}

  get size(): number {
    return this.shapes.length;
  }

  shape(id: number): PodShape {
    return this.shapes[id]!;
  }

  intern(source: PodShapeSource): PodShape {
    const { pod, claims, priority, unresolvable } = source;
    const { spec } = pod;
    const usage = podUsage(pod, this.features);
    const wanted: [number, number][] = [
      [CPU, Number(usage.milliCpu)],
      [MEMORY, Number(usage.memoryBytes)],
      [EPHEMERAL_STORAGE, Number(usage.ephemeralStorageBytes)],
      ...[...usage.scalar].map(
        ([name, amount]) => [this.nodes.resources.id(name), Number(amount)] as [number, number],
      ),
    ];
    widenResources(this.nodes);
    const requested = wanted.filter(([, amount]) => amount > 0);
    const key = JSON.stringify([
      requested,
      Number(usage.nonZeroMilliCpu),
      Number(usage.nonZeroMemoryBytes),
      spec.nodeSelector,
      spec.affinity,
      spec.tolerations,
      spec.nodeName,
      claims.map((entry) => [entry.name, entry.shape.id, entry.claim]),
      priority,
      unresolvable,
    ]);
    const known = this.ids.get(key);
    if (known !== undefined) return this.shapes[known]!;
    const shape: PodShape = {
      id: this.shapes.length,
      spec,
      resources: Int32Array.from(requested, ([resource]) => resource),
      amounts: Float64Array.from(requested, ([, amount]) => amount),
      cpuMilli: Number(usage.milliCpu),
      memoryBytes: Number(usage.memoryBytes),
      nonZeroCpuMilli: Number(usage.nonZeroMilliCpu),
      nonZeroMemoryBytes: Number(usage.nonZeroMemoryBytes),
      nodeSelector: spec.nodeSelector,
      affinity: spec.affinity,
      tolerations: spec.tolerations ?? [],
      claims,
      priority,
      unresolvable,
    };
    this.ids.set(key, shape.id);
    this.shapes.push(shape);
    return shape;
  }
}
