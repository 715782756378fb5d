// Whether a node would take a pod without some of lower priority, and which of them could stay. Pods are
// taken off the node and put back; afterwards all is as before. Source: pkg/scheduler/framework/plugins/
// defaultpreemption, Kubernetes 1.32 to 1.37; spec scheduler.md 5.3.

import type { Pod } from '../../api/core.js';
import { compileLabelSelector, isEmptySelector } from '../../api/labelselector.js';
import type { PodDisruptionBudget } from '../../api/policy.js';
import { namespaceOf } from '../events/pods.js';
import type { FailedAttempt, PluginHandle } from '../framework.js';
import { compareImportance, costsOf, type PreemptionCandidate } from './candidates.js';

/** A candidate; 0 where the node has no pod to evict, or the rejection that stays without all of them. */
export type DryRunResult = PreemptionCandidate | number;

/** Results of one shape by node, with the positions of the change log for which they hold. */
interface Known {
  readonly results: (DryRunResult | undefined)[];
  readonly positions: Float64Array;
}

/** Dry runs over the state of a run; those that only a change of their node can change are remembered. */
export class DryRuns {
  private readonly known: (Known | undefined)[] = [];

  constructor(private readonly handle: PluginHandle) {}

  /** What evicting pods from a node would give. */
  run(attempt: FailedAttempt, node: number): DryRunResult {
    if (!attempt.isLocal) return evictInTrial(attempt, node, this.handle);
    const known = this.knownOf(attempt);
    const position = this.handle.nodePods.lastChange(node);
    const result = known.results[node];
    if (result !== undefined && known.positions[node] === position) return result;
    const made = evictInTrial(attempt, node, this.handle);
    // A pod that starts changes who goes first, and no node.
    const isKept = this.areStarted(node, attempt.shape.priority);
    known.results[node] = isKept ? made : undefined;
    known.positions[node] = position;
    return made;
  }

  /** Whether the result for a node holds until the node changes. */
  isKept(attempt: FailedAttempt, node: number): boolean {
    return attempt.isLocal && this.knownOf(attempt).results[node] !== undefined;
  }

  private knownOf({ shape }: FailedAttempt): Known {
    const { count } = this.handle.nodes;
    return (this.known[shape.id] ??= {
      results: new Array(count).fill(undefined),
      positions: new Float64Array(count),
    });
  }

  private areStarted(node: number, priority: number): boolean {
    const { nodePods, pods } = this.handle;
    for (let pod = nodePods.firstOn(node); pod >= 0; pod = pods.nextOnNode[pod]!) {
      if (pods.priority[pod]! < priority && Number.isNaN(pods.startedUs[pod])) return false;
    }
    return true;
  }
}

function evictInTrial(attempt: FailedAttempt, node: number, handle: PluginHandle): DryRunResult {
  const { pods, nodePods } = handle;
  const lower: number[] = [];
  for (let pod = nodePods.firstOn(node); pod >= 0; pod = pods.nextOnNode[pod]!) {
    if (pods.priority[pod]! < attempt.shape.priority) lower.push(pod);
  }
  if (lower.length === 0) return 0;
  // Lists by node promise no order: equals go as they came.
  if (lower.length > 1) lower.sort((a, b) => compareImportance(pods, a, b) || a - b);
  const take = (pod: number) => {
    nodePods.take(pod, node);
    handle.devices.lift?.(pod);
  };
  const put = (pod: number) => {
    handle.devices.putBack?.(pod);
    nodePods.put(pod, node);
  };
  for (const pod of lower) take(pod);
  const rejection = attempt.filter(node);
  const victims: number[] = [];
  let violations = 0;
  if (rejection === 0) {
    const { violating, others } = splitByBudget(lower, handle);
    for (const pod of [...violating, ...others]) {
      put(pod);
      if (attempt.filter(node) === 0) continue;
      take(pod);
      victims.push(pod);
      if (violating.includes(pod)) violations++;
    }
    for (const pod of victims) put(pod);
    // Of equals those that violate a budget stay in front.
    if (violating.length > 0 && others.length > 0) {
      victims.sort((a, b) => compareImportance(pods, a, b));
    }
  } else {
    for (const pod of lower) put(pod);
  }
  if (rejection !== 0) return rejection;
  if (victims.length === 0) return 0;
  return { node, victims, violations, costs: costsOf(victims, violations, pods) };
}

/** Splits pods, in their order, by whether a disruption budget would be overdrawn with their eviction. */
function splitByBudget(
  lower: readonly number[],
  { pods, shapes, listers }: PluginHandle,
): { violating: readonly number[]; others: readonly number[] } {
  const all = listers.podDisruptionBudgets();
  if (all.length === 0) return { violating: [], others: lower };
  const budgets = all.map((budget) => ({
    budget,
    allowed: budget.status?.disruptionsAllowed ?? 0,
    matches: compileLabelSelector(budget.spec?.selector),
  }));
  const violating: number[] = [];
  const others: number[] = [];
  for (const pod of lower) {
    const { pod: object } = shapes.shape(pods.shape[pod]!);
    const { labels = {} } = object.metadata;
    let isViolating = false;
    for (const entry of Object.keys(labels).length > 0 ? budgets : []) {
      if (!mayCount(entry.budget, object) || !entry.matches(labels)) continue;
      // Its eviction was allowed already, and counted.
      if (entry.budget.status?.disruptedPods?.[object.metadata.name!] !== undefined) continue;
      if (--entry.allowed < 0) isViolating = true;
    }
    if (isViolating) violating.push(pod);
    else others.push(pod);
  }
  return { violating, others };
}

/** Whether a budget is about pods like this one, and has not counted it already. */
function mayCount({ metadata, spec, status }: PodDisruptionBudget, pod: Pod): boolean {
  if (!spec?.selector || isEmptySelector(spec.selector)) return false;
  if (namespaceOf({ metadata }) !== namespaceOf(pod)) return false;
  return status?.disruptedPods?.[pod.metadata.name ?? ''] === undefined;
}
