// SJF, shortest job first: pods that run for a shorter time first, in the order of their creation among equals. It knows
// how long pods run, which no scheduler of a real cluster does: a bound for those that guess.
// Not upstream's. Source: Smith, "Various optimizers for single-stage production", 1956.

import type { PodTable } from '../pods.js';
import type { QueueSort } from '../queue/podheap.js';

export function createSjf(pods: PodTable): QueueSort {
  return (left, right) => {
    const { createdUs, durationUs } = pods;
    if (durationUs[left] !== durationUs[right]) return durationUs[left]! < durationUs[right]!;
    if (createdUs[left] !== createdUs[right]) return createdUs[left]! < createdUs[right]!;
    return left < right;
  };
}
