// FIFO: pods in the order in which they were created, whatever their priority and however often they were tried.
// Not upstream's; what published comparisons of schedulers call first in, first out.

import type { PodTable } from '../pods.js';
import type { QueueSort } from '../queue/podheap.js';

export function createFifo(pods: PodTable): QueueSort {
  return (left, right) => {
    const { createdUs } = pods;
    if (createdUs[left] !== createdUs[right]) return createdUs[left]! < createdUs[right]!;
    return left < right;
  };
}
