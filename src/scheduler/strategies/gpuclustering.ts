// GpuClustering: pods of one kind together, be it shares of a device, or one, two or more whole devices. Most for a
// node with pods of that kind alone, less where there are others too, less for an empty one, nothing for one with other
// kinds only; among those the fuller node. Source: Xiao et al., "Gandiva", OSDI 2018 (packing by affinity), as used
// in the FGD experiment (Weng et al., USENIX ATC 2023, section 6).

import type { NodeStrategyEntry } from '../strategy.js';

const ALONE = 75;
const AMONG_OTHERS = 50;
const EMPTY = 25;

export const gpuClustering: NodeStrategyEntry = {
  summary: 'nodes that host pods of the same number of devices',
  device: 'BestFit',
  needs: 'shares',
  create({ pods, shapes, view, nodes }) {
    const { shares } = view;
    /** Pods by kind, node by node, and the kinds that a node has. */
    const counts: (Int32Array | undefined)[] = [];
    const kinds = new Int32Array(nodes.count);
    const count = (pod: number, node: number, sign: 1 | -1) => {
      const { kind } = shares.demandOfPod(shapes.shape(pods.shape[pod]!).claims);
      if (kind < 0) return;
      counts[kind] ??= new Int32Array(nodes.count);
      const ofKind = counts[kind];
      if (sign === 1 && ofKind[node] === 0) kinds[node]!++;
      ofKind[node]! += sign;
      if (sign === -1 && ofKind[node] === 0) kinds[node]!--;
    };
    const sizeMax = Math.max(1, shares.nodeSizeMax);
    return {
      name: 'GpuClustering',
      dependsOn: 'pods',
      isEqualOnEqualNodes: () => true,
      normalization: 'none',
      addPod: (pod, node) => count(pod, node, 1),
      removePod: (pod, node) => count(pod, node, -1),
      preScore: () => true,
      score(shape, node) {
        const { kind } = shares.demandOfPod(shape.claims);
        if (kind < 0) return 0;
        shares.look(node);
        const full = Math.floor((EMPTY * (sizeMax - shares.leftSum[node]!)) / sizeMax);
        if (kinds[node] === 0) return full + EMPTY;
        const isAmong = (counts[kind]?.[node] ?? 0) > 0;
        if (!isAmong) return full;
        return full + (kinds[node] === 1 ? ALONE : AMONG_OTHERS);
      },
    };
  },
};
