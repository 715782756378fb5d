// The contents of a scheduling queue as vectors show them.

import { GATED, type QueueColumns, UNSCHEDULABLE } from '../scheduler/queue/columns.js';
import type { PodHeap } from '../scheduler/queue/podheap.js';
import type { SchedulingQueue } from '../scheduler/queue/queue.js';
import type { Json } from './vector.js';

/** What rows and nodes are called. */
export interface QueueNames {
  /** Names of the pods by row. */
  readonly pods: readonly string[];
  /** Names of the nodes by number; undefined for one that is not shown. */
  readonly nodes: readonly (string | undefined)[];
  /** Whether the plugin that holds a pod is named. */
  readonly showsGates: boolean;
  readonly startUs: number;
}

/** Every part that is not empty. */
export function queueContents(
  queue: SchedulingQueue,
  columns: QueueColumns,
  { pods, nodes, showsGates, startUs }: QueueNames,
): { [part: string]: Json } {
  const waiting = [...pods.keys()].filter((row) =>
    [UNSCHEDULABLE, GATED].includes(columns.state[row]!),
  );
  const gated = waiting.filter((row) => columns.state[row] === GATED);
  const gates = gated.map((row) => [
    pods[row]!,
    showsGates ? queue.plugins.name(columns.gate[row]! - 1) : '',
  ]);
  const nominated = nodes.flatMap((name, node) => {
    const there = queue.nominator.podsOn(node).map((row) => pods[row]!);
    return name !== undefined && there.length > 0 ? [[name, there] as const] : [];
  });
  const backoff = (heap: PodHeap) =>
    heap.list().map((row) => ({
      pod: pods[row]!,
      until: (columns.endUs[row]! - startUs) / 1000,
    }));
  const parts: [string, Json][] = [
    ['active', queue.active.list().map((row) => pods[row]!)],
    ['backoff', backoff(queue.backingOff)],
    ['errorBackoff', backoff(queue.erring)],
    ['unschedulable', waiting.map((row) => pods[row]!).sort()],
    ['gated', Object.fromEntries(gates)],
    [
      'inFlight',
      queue.inFlight
        .list()
        .map((row) => pods[row]!)
        .sort(),
    ],
    ['nominated', Object.fromEntries(nominated)],
  ];
  return Object.fromEntries(parts.filter(([, part]) => Object.keys(part!).length > 0));
}
