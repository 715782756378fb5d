// The topology of a cluster, read from what drivers and nodes publish: PCIe roots and NUMA nodes from
// device attributes, racks and fabric domains from node labels.

import type { CompiledCluster } from './cluster.js';
import { numaNodeOf, pcieRootOf } from './devicepositions.js';
import type { DeviceTable } from './devices.js';
import { deviceId } from './devices.js';
import {
  addVertex,
  createTopologyGraph,
  TOPOLOGY_KINDS,
  type Topology,
  type TopologyGraph,
  type TopologyKind,
} from './topology.js';

/** Attributes, with or without a domain, that only network devices have. */
const NIC_ATTRIBUTES = new Set([
  'ifName',
  'rdma',
  'rdmaDevice',
  'linkType',
  'pfName',
  'resourceName',
]);
const RACK_LABELS = ['topology.kubernetes.io/rack', 'drasim.dev/rack'];
const FABRIC_LABELS = ['nvidia.com/gpu.clique', 'drasim.dev/fabric'];

/** The vertex of a device in {@link Topology.indexes}. */
export function deviceKey(device: number): string {
  return `device ${device}`;
}

/** Builds the topology of nodes and their local devices; network-attached devices have no place in it. */
export function buildClusterTopology({ nodes, devices }: CompiledCluster): TopologyGraph {
  const graph = createTopologyGraph();
  nodes.nodes.forEach((node, index) => {
    const key = `node ${index}`;
    addVertex(graph, key, { kind: 'node', label: nodes.names[index]! });
    for (const kind of ['rack', 'fabric'] as const) {
      const labels = kind === 'rack' ? RACK_LABELS : FABRIC_LABELS;
      const value = labels.map((label) => node.metadata.labels?.[label]).find((text) => text);
      if (value === undefined) continue;
      addVertex(graph, `${kind} ${value}`, { kind, label: value });
      graph.mergeEdge(key, `${kind} ${value}`);
    }
  });
  for (let device = 0; device < devices.count; device++) addDevice(graph, devices, device);
  return graph;
}

function addDevice(graph: TopologyGraph, devices: DeviceTable, device: number): void {
  const node = devices.sliceNode[devices.deviceSlice[device]!]!;
  if (node < 0) return;
  let parent = `node ${node}`;
  const numa = numaNodeOf(devices, device);
  if (numa !== undefined) {
    addVertex(graph, `${parent} numa ${numa}`, { kind: 'numa', label: `numa ${numa}` }, parent);
    parent = `${parent} numa ${numa}`;
  }
  const root = pcieRootOf(devices, device);
  if (root !== undefined) {
    const key = `node ${node} ${root}`;
    // One driver may know a root's NUMA node and another not: the first that says more wins.
    if (!graph.hasNode(key)) addVertex(graph, key, { kind: 'pcieRoot', label: root }, parent);
    parent = key;
  }
  const kind = isNic(devices, device) ? 'nic' : 'device';
  addVertex(graph, deviceKey(device), { kind, label: deviceId(devices, device) }, parent);
}

function isNic(devices: DeviceTable, device: number): boolean {
  const { attributes = {} } = devices.objects[device]!;
  return Object.keys(attributes).some((name) =>
    NIC_ATTRIBUTES.has(name.slice(name.indexOf('/') + 1)),
  );
}

/** For each vertex the nearest one of a kind on the way up to its node, itself included; -1 for none. */
export function ancestorsOf(topology: Topology, kind: TopologyKind): Int32Array {
  const { keys, kinds, starts, neighbours } = topology;
  const wanted = TOPOLOGY_KINDS.indexOf(kind);
  const ancestors = new Int32Array(keys.length).fill(-1);
  const queue: number[] = [];
  for (let vertex = 0; vertex < keys.length; vertex++) {
    if (kinds[vertex] !== wanted) continue;
    ancestors[vertex] = vertex;
    queue.push(vertex);
  }
  // Breadth first and downwards only: kinds are listed from the widest to the narrowest.
  for (let head = 0; head < queue.length; head++) {
    const vertex = queue[head]!;
    for (let edge = starts[vertex]!; edge < starts[vertex + 1]!; edge++) {
      const next = neighbours[edge]!;
      if (ancestors[next] !== -1 || kinds[next]! <= kinds[vertex]!) continue;
      ancestors[next] = ancestors[vertex]!;
      queue.push(next);
    }
  }
  return ancestors;
}
