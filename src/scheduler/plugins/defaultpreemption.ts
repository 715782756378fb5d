// DefaultPreemption: makes room by evicting pods of lower priority. Source: kubernetes/kubernetes
// pkg/scheduler/framework/plugins/defaultpreemption (1.32, 1.34, 1.37).

import { DELETE } from '../events/clusterevent.js';
import { assignedResource } from '../events/pods.js';
import { type EventContext, type EventRegistration, on } from '../events/registration.js';
import type { FailedAttempt, Plugin, PluginHandle, PostFilterResult } from '../framework.js';
import { TERMINATING_PREEMPTED } from '../pods.js';
import { chooseCandidate, type PreemptionCandidate } from '../preemption/candidates.js';
import { DryRuns } from '../preemption/dryrun.js';
import { KeptCandidates } from '../preemption/keptcandidates.js';
import { nodesMessage } from '../reasons.js';

const UNHELPFUL = 'Preemption is not helpful for scheduling';
const NO_VICTIMS = 'No preemption victims found for incoming pod';

export function createDefaultPreemption(handle: PluginHandle): Plugin {
  const { nodes, pods, nodePods, features, args, reasons } = handle;
  const {
    minCandidateNodesPercentage: percentage = 10,
    minCandidateNodesAbsolute: absolute = 100,
  } = args.DefaultPreemption ?? {};
  const dryRuns = new DryRuns(handle);
  /** By shape. */
  const kept: (KeptCandidates | undefined)[] = [];

  function unschedulable(text: string): PostFilterResult {
    return { code: 'Unschedulable', text: `preemption: ${text}`, nominatedNode: -1, victims: [] };
  }

  function notEligible(why: string): PostFilterResult {
    return { ...unschedulable(`not eligible due to ${why}`), keepsNomination: true };
  }

  /** Whether a pod is on its way out already to make room on the nominated node. */
  function isMakingRoom({ shape, nominatedNode, statuses }: FailedAttempt): boolean {
    if (nominatedNode < 0) return false;
    const status = statuses[nominatedNode]!;
    if (status !== 0 && !canHelp(status)) return false;
    for (let pod = nodePods.firstOn(nominatedNode); pod >= 0; pod = pods.nextOnNode[pod]!) {
      if (pods.terminating[pod] !== TERMINATING_PREEMPTED) continue;
      if (pods.priority[pod]! < shape.priority) return true;
    }
    return false;
  }

  function canHelp(status: number): boolean {
    return status !== 0 && reasons.rejection(status).code === 'Unschedulable';
  }

  /** How many candidates are enough. */
  function wantedOf(potentialCount: number): number {
    const share = Math.trunc((potentialCount * percentage) / 100);
    return Math.min(potentialCount, Math.max(share, absolute));
  }

  /** Tries nodes until there are candidates enough; says why where there are none. */
  function search(attempt: FailedAttempt): PreemptionCandidate | string {
    const { statuses } = attempt;
    const potential: number[] = [];
    for (let node = 0; node < statuses.length; node++) {
      if (canHelp(statuses[node]!)) potential.push(node);
    }
    const wanted = wantedOf(potential.length);
    const totals = new Map<string, number>();
    const note = (text: string, count = 1) => totals.set(text, (totals.get(text) ?? 0) + count);
    if (potential.length < nodes.count) note(UNHELPFUL, nodes.count - potential.length);
    const clean: PreemptionCandidate[] = [];
    const violating: PreemptionCandidate[] = [];
    for (const node of potential) {
      if (clean.length > 0 && clean.length + violating.length >= wanted) break;
      const result = dryRuns.run(attempt, node);
      if (typeof result === 'object') {
        if (result.violations === 0) clean.push(result);
        else if (violating.length < wanted) violating.push(result);
      } else if (result === 0) note(NO_VICTIMS);
      else for (const reason of reasons.rejection(result).reasons) note(reason);
    }
    return chooseCandidate([...clean, ...violating]) ?? nodesMessage(totals, nodes.count);
  }

  /** The same from what is kept of the pods of the shape. */
  function recall(attempt: FailedAttempt): PreemptionCandidate | undefined {
    if (!attempt.isLocal) return undefined;
    const { id } = attempt.shape;
    kept[id] ??= new KeptCandidates(nodePods, dryRuns, canHelp, nodes.count);
    return kept[id].choose(attempt, wantedOf);
  }

  return {
    name: 'DefaultPreemption',
    dependsOn: 'cluster',
    postFilter(attempt) {
      if (attempt.shape.spec.preemptionPolicy === 'Never') {
        return notEligible('preemptionPolicy=Never.');
      }
      if (isMakingRoom(attempt)) {
        return notEligible('a terminating pod on the nominated node.');
      }
      const chosen = recall(attempt) ?? search(attempt);
      if (typeof chosen === 'string') return unschedulable(chosen);
      const { node, victims } = chosen;
      const found =
        `preemption: found a potential placement for pod on node ${nodes.names[node]}, ` +
        `preempting ${victims.length} victims`;
      const text = features.minor >= 37 ? found : '';
      return { code: 'Success', text, nominatedNode: node, victims };
    },
  };
}

/**
 * Deleted pods, where preemption is asynchronous; the hint is always Skip.
 *
 * The registration only keeps the preemptor, while its gate holds it, among the pods that such an event is
 * shown to; the hints of the filters decide.
 */
export function defaultPreemptionEvents({ features }: EventContext): EventRegistration[] {
  const isAsync = features.enabled('SchedulerAsyncPreemption') && features.minor >= 34;
  return isAsync ? [on(assignedResource(features), DELETE, () => 'Skip')] : [];
}
