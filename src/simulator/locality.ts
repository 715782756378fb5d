// How close together the devices of a pod lie: behind one PCIe root, on one NUMA node. Only pods that hold several
// devices count, and only where the drivers say where their devices are.

import type { CompiledCluster } from '../cluster/cluster.js';
import { ancestorsOf, buildClusterTopology, deviceKey } from '../cluster/clustertopology.js';
import { hasPositions } from '../cluster/devicepositions.js';
import { compileTopology, type TopologyKind } from '../cluster/topology.js';
import type { PodShape } from '../scheduler/podshape.js';
import type { FollowedSeries } from './followedseries.js';
import type { Measure } from './measures.js';
import type { Run } from './simulator.js';

/** Pods with several devices, and how many of them have all behind one of a kind. */
export interface LocalityResult {
  pods: number;
  onePcieRoot: number;
  oneNumaNode: number;
  /** Of the pods that hold several devices at a time, on the mean over the times at which some do. */
  onePcieRootPercentMean: number | null;
  oneNumaNodePercentMean: number | null;
}

const ROOT = 1;
const NUMA = 2;

/** Whether pods of a shape may hold several devices. */
export function wantsSeveral({ claims }: PodShape): boolean {
  let most = 0;
  for (const { shape } of claims) {
    for (const { alternatives } of shape.requests) {
      most += Math.max(...alternatives.map(({ all, count }) => (all ? 2 : count)));
    }
  }
  return most > 1;
}

/** Follows the pods that hold several devices. */
export class Locality implements Measure {
  private readonly series: FollowedSeries;
  private readonly rootColumn: number;
  private readonly numaColumn: number;
  /** Roots and NUMA nodes by device; read when the first pod asks. */
  private parents: { roots: Int32Array; numaNodes: Int32Array } | null = null;
  /** ROOT and NUMA for each pod that holds several devices. */
  private readonly present = new Map<number, number>();
  private pods = 0;
  private onRoot = 0;
  private onNuma = 0;
  private presentOnRoot = 0;
  private presentOnNuma = 0;
  private readonly held: number[] = [];

  constructor(
    private readonly run: Pick<Run, 'input' | 'allocator' | 'pods' | 'shapes' | 'recorder'>,
  ) {
    this.series = run.recorder.followed;
    this.rootColumn = this.series.add('onePcieRootPercent');
    this.numaColumn = this.series.add('oneNumaNodePercent');
  }

  placed(pod: number): void {
    const { allocator, pods, shapes } = this.run;
    const { claims } = shapes.shape(pods.shape[pod]!);
    if (claims.length === 0) return;
    const { held } = this;
    held.length = 0;
    for (let index = 0; index < claims.length; index++) {
      allocator.claims.forEachDevice(pods.claimOf(pod, index), (device) => held.push(device));
    }
    if (held.length < 2) return;
    this.parents ??= readParents(this.run.input.cluster);
    const { roots, numaNodes } = this.parents;
    const place =
      (haveOneParent(roots, held) ? ROOT : 0) | (haveOneParent(numaNodes, held) ? NUMA : 0);
    this.present.set(pod, place);
    this.pods++;
    if (place & ROOT) this.onRoot++;
    if (place & NUMA) this.onNuma++;
    this.note(place, 1);
  }

  left(pod: number): void {
    const place = this.present.get(pod);
    if (place === undefined) return;
    this.present.delete(pod);
    this.note(place, -1);
  }

  result(): LocalityResult {
    return {
      pods: this.pods,
      onePcieRoot: this.onRoot,
      oneNumaNode: this.onNuma,
      onePcieRootPercentMean: this.mean(this.rootColumn),
      oneNumaNodePercentMean: this.mean(this.numaColumn),
    };
  }

  private note(place: number, sign: 1 | -1): void {
    if (place & ROOT) this.presentOnRoot += sign;
    if (place & NUMA) this.presentOnNuma += sign;
    // Without pods this is NaN: there is nothing to be aligned.
    const { size } = this.present;
    this.series.set(this.rootColumn, (100 * this.presentOnRoot) / size);
    this.series.set(this.numaColumn, (100 * this.presentOnNuma) / size);
  }

  private mean(column: number): number | null {
    const mean = this.series.mean(column);
    return mean === null ? null : Math.round(mean * 1e4) / 1e4;
  }
}

/** The locality of a run of which no pod can hold several devices. */
export const NO_LOCALITY: LocalityResult = {
  pods: 0,
  onePcieRoot: 0,
  oneNumaNode: 0,
  onePcieRootPercentMean: null,
  oneNumaNodePercentMean: null,
};

function readParents(cluster: CompiledCluster): { roots: Int32Array; numaNodes: Int32Array } {
  if (!hasPositions(cluster.devices)) {
    // A graph of thousands of devices that hang on their nodes would tell nothing.
    const nowhere = new Int32Array(cluster.devices.count).fill(-1);
    return { roots: nowhere, numaNodes: nowhere };
  }
  const topology = compileTopology(buildClusterTopology(cluster));
  const parents = (kind: TopologyKind) => {
    const ancestors = ancestorsOf(topology, kind);
    return Int32Array.from({ length: cluster.devices.count }, (_, device) => {
      const vertex = topology.indexes.get(deviceKey(device));
      return vertex === undefined ? -1 : ancestors[vertex]!;
    });
  };
  return { roots: parents('pcieRoot'), numaNodes: parents('numa') };
}

function haveOneParent(parent: Int32Array, devices: readonly number[]): boolean {
  const first = parent[devices[0]!]!;
  return first >= 0 && devices.every((device) => parent[device] === first);
}
