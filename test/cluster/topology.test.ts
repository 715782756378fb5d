import { describe, expect, test } from 'vitest';
import { ancestorsOf, buildClusterTopology, deviceKey } from '../../src/cluster/clustertopology.js';
import {
  addVertex,
  compileTopology,
  createTopologyGraph,
  distance,
} from '../../src/cluster/topology.js';
import { buildAllocator, buildDevice, buildNode, buildSlice } from '../builders.js';

const seated = (name: string, root: string, numa: number, more = {}) =>
  buildDevice(name, {
    attributes: {
      'resource.kubernetes.io/pcieRoot': { string: root },
      'resource.kubernetes.io/numaNode': { int: numa },
      ...more,
    },
  });

const devices = [
  seated('gpu-0', 'pci0000:10', 0),
  seated('nic-0', 'pci0000:10', 0, { 'dra.net/rdma': { bool: true } }),
  seated('gpu-1', 'pci0000:20', 0),
  seated('gpu-2', 'pci0000:90', 1),
];

function topologyOf(labels = {}) {
  const node = buildNode('node', { metadata: { name: 'node', labels } });
  const { cluster } = buildAllocator([buildSlice('node', devices)], { nodes: [node] });
  const topology = compileTopology(buildClusterTopology(cluster));
  const vertex = (device: number) => topology.indexes.get(deviceKey(device))!;
  return { topology, vertex };
}

describe('topology of a cluster', () => {
  test('the closer two devices lie, the shorter the way between them', () => {
    const { topology, vertex } = topologyOf();
    const ways = [1, 2, 3].map((other) => distance(topology, vertex(0), vertex(other)));
    expect(ways).toEqual([2, 4, 6]);
  });

  test('devices of one root have one ancestor of that kind', () => {
    const { topology, vertex } = topologyOf();
    const roots = ancestorsOf(topology, 'pcieRoot');
    expect(roots[vertex(0)]).toBe(roots[vertex(1)]);
    expect(roots[vertex(0)]).not.toBe(roots[vertex(2)]);
    const numa = ancestorsOf(topology, 'numa');
    expect(numa[vertex(0)]).toBe(numa[vertex(2)]);
  });

  test('nodes of one NVLink clique hang on one fabric domain', () => {
    const { topology, vertex } = topologyOf({ 'nvidia.com/gpu.clique': 'c.1' });
    const fabrics = ancestorsOf(topology, 'fabric');
    expect(topology.keys[fabrics[vertex(3)]!]).toBe('fabric c.1');
    expect(ancestorsOf(topology, 'rack')[vertex(3)]).toBe(-1);
  });

  test('a device that publishes no place hangs on its node', () => {
    const { cluster } = buildAllocator([buildSlice('node', [buildDevice('gpu')])]);
    const topology = compileTopology(buildClusterTopology(cluster));
    const from = topology.indexes.get(deviceKey(0))!;
    expect(distance(topology, from, topology.indexes.get('node 0')!)).toBe(1);
  });

  test('an edge that no machine has is refused', () => {
    const graph = createTopologyGraph();
    addVertex(graph, 'rack', { kind: 'rack', label: 'rack' });
    addVertex(graph, 'gpu', { kind: 'device', label: 'gpu' }, 'rack');
    expect(() => compileTopology(graph)).toThrow(
      expect.objectContaining({ code: 'ERR_TOPOLOGY_EDGE' }),
    );
  });

  test('vertices without a way between them are -1 apart', () => {
    const graph = createTopologyGraph();
    addVertex(graph, 'a', { kind: 'node', label: 'a' });
    addVertex(graph, 'b', { kind: 'node', label: 'b' });
    expect(distance(compileTopology(graph), 0, 1)).toBe(-1);
  });
});
