// PrioritySort: pods of higher priority first, those that were queued earlier first among equals. Source:
// pkg/scheduler/framework/plugins/queuesort, Kubernetes 1.32 to 1.37; spec scheduler.md 1.2.

import type { QueueColumns } from '../queue/columns.js';
import type { QueueSort } from '../queue/podheap.js';

export function createPrioritySort(columns: QueueColumns): QueueSort {
  return (left, right) => {
    const { priority, queuedUs } = columns;
    if (priority[left] !== priority[right]) return priority[left]! > priority[right]!;
    if (queuedUs[left] !== queuedUs[right]) return queuedUs[left]! < queuedUs[right]!;
    return left < right;
  };
}
