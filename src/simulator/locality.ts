// How close together the devices of a pod lie: behind one PCIe root, on one NUMA node. Only pods that hold
// several devices count, and only where the drivers say where their devices are.

import { ancestorsOf, buildClusterTopology, deviceKey } from '../cluster/clustertopology.js';
import { compileTopology, type TopologyKind } from '../cluster/topology.js';
import type { Run } from './simulator.js';

/** Pods with several devices, and how many of them have all behind one of a kind. */
export interface LocalityResult {
  pods: number;
  onePcieRoot: number;
  oneNumaNode: number;
}

/** Measures the locality of all allocations of a run. */
export function measureLocality(run: Run): LocalityResult {
  const { allocations } = run.recorder;
  const groups: [start: number, end: number][] = [];
  for (let start = 0; start < allocations.count; ) {
    let end = start + 1;
    while (end < allocations.count && allocations.at(end, 0) === allocations.at(start, 0)) end++;
    if (end - start > 1) groups.push([start, end]);
    start = end;
  }
  const result = { pods: groups.length, onePcieRoot: 0, oneNumaNode: 0 };
  if (groups.length === 0) return result;
  const topology = compileTopology(buildClusterTopology(run.input.cluster));
  const { devices } = run.input.cluster;
  const parents = (kind: TopologyKind) => {
    const ancestors = ancestorsOf(topology, kind);
    return Int32Array.from({ length: devices.count }, (_, device) => {
      const vertex = topology.indexes.get(deviceKey(device));
      return vertex === undefined ? -1 : ancestors[vertex]!;
    });
  };
  const roots = parents('pcieRoot');
  const numaNodes = parents('numa');
  for (const [start, end] of groups) {
    if (haveOneParent(roots, start, end)) result.onePcieRoot++;
    if (haveOneParent(numaNodes, start, end)) result.oneNumaNode++;
  }
  return result;

  function haveOneParent(parent: Int32Array, start: number, end: number): boolean {
    const first = parent[allocations.at(start, 2)]!;
    if (first < 0) return false;
    for (let row = start + 1; row < end; row++) {
      if (parent[allocations.at(row, 2)] !== first) return false;
    }
    return true;
  }
}
