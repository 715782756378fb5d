// LeastAllocated, MostAllocated and RequestedToCapacityRatio: upstream's scores, with NodeResourcesFit told to go by
// that scoringStrategy over CPU and memory. The ratio's curve is that of bin packing, from nothing for an idle node to
// the full score for a full one. Source: kubernetes/website, "Resource Bin Packing"; spec scheduler.md 3.8.

import type { NodeStrategyEntry } from '../strategy.js';

const resources = [
  { name: 'cpu', weight: 1 },
  { name: 'memory', weight: 1 },
];
const upstream = { device: 'FirstFit' } as const;

export const leastAllocated: NodeStrategyEntry = {
  ...upstream,
  summary: 'the node with most CPU and memory left (upstream)',
  fit: { type: 'LeastAllocated', resources },
};

export const mostAllocated: NodeStrategyEntry = {
  ...upstream,
  summary: 'the node with least CPU and memory left (upstream)',
  fit: { type: 'MostAllocated', resources },
};

export const requestedToCapacityRatio: NodeStrategyEntry = {
  ...upstream,
  summary: 'the fuller node, by a curve over used CPU and memory (upstream)',
  fit: {
    type: 'RequestedToCapacityRatio',
    resources,
    requestedToCapacityRatio: {
      shape: [
        { utilization: 0, score: 0 },
        { utilization: 100, score: 10 },
      ],
    },
  },
};
