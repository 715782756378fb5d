import { resolveFeatures } from '../../../src/api/features.js';
import { QueueColumns } from '../../../src/scheduler/queue/columns.js';
import type { QueuePlugin } from '../../../src/scheduler/queue/plugins.js';
import { SchedulingQueue } from '../../../src/scheduler/queue/queue.js';
import { createPrioritySort } from '../../../src/scheduler/registry.js';

export const SECOND = 1_000_000;

/** A queue and its columns, with a backoff of 1 to 10 s. */
export function buildQueue(plugins: readonly QueuePlugin[] = [], version = '1.37') {
  const columns = new QueueColumns();
  const queue = new SchedulingQueue(columns, {
    backoff: { initialUs: SECOND, maxUs: 10 * SECOND },
    features: resolveFeatures({ version }),
    sort: createPrioritySort(columns),
    plugins,
  });
  return { columns, queue };
}

/** Takes all that there is to pop. */
export function popAll(queue: SchedulingQueue, nowUs: number): number[] {
  const popped: number[] = [];
  for (let pod = queue.pop(nowUs); pod >= 0; pod = queue.pop(nowUs)) popped.push(pod);
  return popped;
}
