// Why a pod found no node: the text of FailedScheduling, and the plugins that a change must help against.
// Source: pkg/scheduler/framework types FitError and Diagnosis, Kubernetes 1.32 to 1.37; spec scheduler.md
// 3.3, 3.5, 3.10.

import type { PreFilterOutcome } from './nodefilter.js';
import { nodesMessage, type Reasons } from './reasons.js';

/** Source: pkg/scheduler/schedule_one.go, ErrNoNodesAvailable. */
export const NO_NODES = 'no nodes available to schedule pods';

/** Plugins that rejected a pod, sorted. */
export interface Rejectors {
  readonly unschedulable: readonly string[];
  readonly pending: readonly string[];
}

/**
 * The text of FailedScheduling.
 *
 * @param statuses - rejection ids by node
 * @param postFilterText - what PostFilter adds, or empty
 */
export function failureMessage(
  { rejection }: PreFilterOutcome,
  statuses: Int32Array,
  postFilterText: string,
  reasons: Reasons,
): string {
  const suffix = postFilterText === '' ? '' : ` ${postFilterText}`;
  if (rejection !== 0) {
    const text = reasons.rejection(rejection).reasons.join(', ');
    return `0/${statuses.length} nodes are available: ${text}.${suffix}`;
  }
  const totals = new Map<string, number>();
  for (const status of statuses) {
    if (status === 0) continue;
    for (const reason of reasons.rejection(status).reasons) {
      totals.set(reason, (totals.get(reason) ?? 0) + 1);
    }
  }
  return nodesMessage(totals, statuses.length) + suffix;
}

/** The plugins that stand in the way, those that narrowed the nodes too. */
export function rejectorsOf(
  { rejection, narrowedBy }: PreFilterOutcome,
  statuses: Int32Array,
  reasons: Reasons,
): Rejectors {
  const unschedulable = new Set(narrowedBy);
  const pending = new Set<string>();
  for (const status of rejection === 0 ? new Set(statuses) : [rejection]) {
    if (status === 0) continue;
    const { plugin, code } = reasons.rejection(status);
    if (plugin !== '') (code === 'Pending' ? pending : unschedulable).add(plugin);
  }
  return { unschedulable: [...unschedulable].sort(), pending: [...pending].sort() };
}

/** The rejection that most nodes have; the lowest id among equals. */
export function commonest(counts: Int32Array): number {
  let best = 0;
  for (let id = 1; id < counts.length; id++) {
    if (counts[id]! > (best === 0 ? 0 : counts[best]!)) best = id;
  }
  return best;
}
