// A pod's shape: everything that decides where it can run and how nodes score for it, compiled once.
// Nearly all pods of a run share few shapes, so that work per shape is work per run.

import type { Affinity, Pod, PodSpec, Toleration } from '../api/core.js';
import type { Features } from '../api/features.js';
import { type PodUsage, podUsage } from '../api/podrequests.js';
import {
  CPU,
  EPHEMERAL_STORAGE,
  MEMORY,
  type NodeTable,
  widenResources,
} from '../cluster/nodes.js';
import type { ClaimShape } from '../dra/claimshape.js';
import { neededFeatures } from './declaredfeatures.js';
import { hostPorts } from './hostports.js';
import { type PodSight, visiblePart } from './podsight.js';
import { defaultSelectors } from './spreadconstraints.js';

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
  /** A pod of the shape; its name and what no plugin sees of it are no more than examples. */
  readonly pod: Pod;
  readonly spec: PodSpec;
  /** Resource ids that the pod requests, with exact amounts (CPU in milli, others in units). */
  readonly resources: Int32Array;
  readonly amounts: Float64Array;
  readonly cpuMilli: number;
  readonly memoryBytes: number;
  /** Amounts with upstream's defaults for containers without a request; scoring only. */
  readonly nonZeroCpuMilli: number;
  readonly nonZeroMemoryBytes: number;
  /** What NodeResourcesFit scores the incoming pod by; see {@link fitAmounts}. */
  readonly fit: FitAmounts;
  readonly nodeSelector: PodSpec['nodeSelector'];
  readonly affinity: Affinity | undefined;
  readonly tolerations: readonly Toleration[];
  readonly claims: readonly PodClaimEntry[];
  readonly priority: number;
  /** Why no pod of this shape can be scheduled (a class or claim that does not exist), or empty. */
  readonly unresolvable: string;
}

/** Amounts of an incoming pod as NodeResourcesFit scores them, with defaults for CPU and memory. */
export interface FitAmounts {
  readonly cpuMilli: number;
  readonly memoryBytes: number;
  readonly ephemeralStorageBytes: number;
  /** By name. */
  readonly scalar: ReadonlyMap<string, number>;
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
  private podTerms = false;
  private spread = false;

  constructor(
    private readonly nodes: NodeTable,
    private readonly features: Features,
    private readonly sight: PodSight,
  ) {}

  get size(): number {
    return this.shapes.length;
  }

  /** Whether some shape has terms of affinity or anti-affinity to pods; once true it stays so. */
  get hasPodTerms(): boolean {
    return this.podTerms;
  }

  /** Whether some shape is spread over a topology, by its own wish or by default. */
  get hasSpread(): boolean {
    return this.spread;
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
    const fit = fitAmounts(pod, this.features, usage);
    const key = JSON.stringify([
      requested,
      Number(usage.nonZeroMilliCpu),
      Number(usage.nonZeroMemoryBytes),
      [fit.cpuMilli, fit.memoryBytes, fit.ephemeralStorageBytes, [...fit.scalar]],
      spec.nodeSelector,
      spec.affinity,
      spec.tolerations,
      spec.nodeName,
      spec.schedulerName ?? 'default-scheduler',
      spec.topologySpreadConstraints,
      spec.preemptionPolicy,
      hostPorts(pod, this.features),
      neededFeatures(pod),
      visibleVolumes(pod),
      visiblePart(pod, this.sight),
      claims.map((entry) => [entry.name, entry.shape.id, entry.claim]),
      priority,
      unresolvable,
    ]);
    const known = this.ids.get(key);
    if (known !== undefined) return this.shapes[known]!;
    const shape: PodShape = {
      id: this.shapes.length,
      pod,
      spec,
      resources: Int32Array.from(requested, ([resource]) => resource),
      amounts: Float64Array.from(requested, ([, amount]) => amount),
      cpuMilli: Number(usage.milliCpu),
      memoryBytes: Number(usage.memoryBytes),
      nonZeroCpuMilli: Number(usage.nonZeroMilliCpu),
      nonZeroMemoryBytes: Number(usage.nonZeroMemoryBytes),
      fit,
      nodeSelector: spec.nodeSelector,
      affinity: spec.affinity,
      tolerations: spec.tolerations ?? [],
      claims,
      priority,
      unresolvable,
    };
    if (spec.affinity?.podAffinity || spec.affinity?.podAntiAffinity) this.podTerms = true;
    if ((spec.topologySpreadConstraints ?? []).length > 0) this.spread = true;
    if (defaultSelectors(pod, this.sight.listers).length > 0) this.spread = true;
    this.ids.set(key, shape.id);
    this.shapes.push(shape);
    return shape;
  }
}

// From 1.33 on upstream scores an incoming pod without its pod-level requests (spec scheduler.md 3.8).
function fitAmounts(pod: Pod, features: Features, usage: PodUsage): FitAmounts {
  const { resources, ...spec } = pod.spec;
  const scored = resources && features.minor >= 33 ? podUsage({ ...pod, spec }, features) : usage;
  return {
    cpuMilli: Number(scored.nonZeroMilliCpu),
    memoryBytes: Number(scored.nonZeroMemoryBytes),
    ephemeralStorageBytes: Number(scored.ephemeralStorageBytes),
    scalar: new Map([...scored.scalar].map(([name, amount]) => [name, Number(amount)])),
  };
}

const VOLUME_SOURCES = [
  'persistentVolumeClaim',
  'ephemeral',
  'gcePersistentDisk',
  'awsElasticBlockStore',
  'azureDisk',
  'rbd',
  'iscsi',
  'csi',
] as const;

/** The volumes that plugins look at; ephemeral ones have claims that bear the pod's name. */
function visibleVolumes({ metadata, spec }: Pod): unknown {
  const volumes = (spec.volumes ?? []).filter((volume) =>
    VOLUME_SOURCES.some((source) => volume[source] !== undefined),
  );
  if (volumes.length === 0) return null;
  const hasEphemeral = volumes.some(({ ephemeral }) => ephemeral);
  return [metadata.namespace, hasEphemeral ? metadata.name : null, volumes];
}
