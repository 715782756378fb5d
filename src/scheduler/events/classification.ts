// From a change of a pod or node to the events that the scheduler's informer handlers emit for it.
// Source: kube-scheduler framework events, Kubernetes 1.32 to 1.37; spec scheduler.md 6.

import type { Node, Pod } from '../../api/core.js';
import { semanticallyEqual } from '../../api/equality.js';
import type { Features } from '../../api/features.js';
import { type Amounts, podRequestsOnNode } from '../../api/podrequests.js';
import { Quantity } from '../../api/quantity.js';
import {
  type ClusterEvent,
  type EventResource,
  UPDATE,
  UPDATE_NODE_ALLOCATABLE,
  UPDATE_NODE_ANNOTATION,
  UPDATE_NODE_CONDITION,
  UPDATE_NODE_DECLARED_FEATURE,
  UPDATE_NODE_LABEL,
  UPDATE_NODE_PREEMPTION_POLICY,
  UPDATE_NODE_TAINT,
  UPDATE_POD_GENERATED_RESOURCE_CLAIM,
  UPDATE_POD_LABEL,
  UPDATE_POD_OTHER,
  UPDATE_POD_SCALE_DOWN,
  UPDATE_POD_SCALE_UP,
  UPDATE_POD_SCHEDULING_GATES_ELIMINATED,
  UPDATE_POD_TOLERATION,
} from './clusterevent.js';

/**
 * The events of a changed pod, in order; one general update where no kind of update fits.
 *
 * @param isTarget - whether the pod is the waiting one whose own update is looked at
 */
export function classifyPodUpdate(
  old: Pod,
  pod: Pod,
  isTarget: boolean,
  features: Features,
): ClusterEvent[] {
  const actions: number[] = [];
  if (!semanticallyEqual(old.metadata.labels, pod.metadata.labels)) actions.push(UPDATE_POD_LABEL);
  const before = podRequestsOnNode(old, features);
  const after = podRequestsOnNode(pod, features);
  if (isAnyAbove(before, after)) actions.push(UPDATE_POD_SCALE_DOWN);
  if (features.minor >= 37 && isAnyAbove(after, before)) actions.push(UPDATE_POD_SCALE_UP);
  if (countOf(old.spec.schedulingGates) > 0 && countOf(pod.spec.schedulingGates) === 0) {
    actions.push(UPDATE_POD_SCHEDULING_GATES_ELIMINATED);
  }
  if (countOf(old.spec.tolerations) !== countOf(pod.spec.tolerations)) {
    actions.push(UPDATE_POD_TOLERATION);
  }
  if (features.enabled('DynamicResourceAllocation') && !hasEqualClaims(old, pod)) {
    actions.push(UPDATE_POD_GENERATED_RESOURCE_CLAIM);
  }
  if (actions.length === 0) actions.push(features.minor <= 33 ? UPDATE_POD_OTHER : UPDATE);
  const resource = podResource(pod, isTarget);
  return actions.map((action) => ({ resource, actions: action }));
}

/**
 * Whether a change of a pod is more than bookkeeping: with queueing hints off the only question.
 *
 * What the API server counts and the status do not matter, but for the claims made for the pod.
 */
export function isMoreThanStatus(old: Pod, pod: Pod): boolean {
  const contentOf = ({ metadata, spec }: Pod) => {
    const kept = Object.entries(metadata).filter(([field]) => !BOOKKEEPING.has(field));
    return { metadata: Object.fromEntries(kept), spec };
  };
  return !semanticallyEqual(contentOf(old), contentOf(pod)) || !hasEqualClaims(old, pod);
}

/** The events of a changed node, in order; none where nothing changed that scheduling looks at. */
export function classifyNodeUpdate(old: Node, node: Node, features: Features): ClusterEvent[] {
  const { minor } = features;
  const actions: number[] = [];
  if (old.spec?.unschedulable && !node.spec?.unschedulable) actions.push(UPDATE_NODE_TAINT);
  if (!hasEqualAllocatable(old, node)) actions.push(UPDATE_NODE_ALLOCATABLE);
  if (!semanticallyEqual(old.metadata.labels, node.metadata.labels)) {
    actions.push(UPDATE_NODE_LABEL);
  }
  if (!semanticallyEqual(old.spec?.taints, node.spec?.taints)) actions.push(UPDATE_NODE_TAINT);
  if (!semanticallyEqual(conditionsOf(old), conditionsOf(node))) {
    actions.push(UPDATE_NODE_CONDITION);
  }
  if (!semanticallyEqual(old.metadata.annotations, node.metadata.annotations)) {
    actions.push(UPDATE_NODE_ANNOTATION);
  }
  const policies = [old.spec?.podPreemptionPolicy, node.spec?.podPreemptionPolicy];
  if (minor >= 37 && !semanticallyEqual(policies[0], policies[1])) {
    actions.push(UPDATE_NODE_PREEMPTION_POLICY);
  }
  const declared = [old.status?.declaredFeatures, node.status?.declaredFeatures];
  if (minor >= 35 && !semanticallyEqual(declared[0], declared[1])) {
    actions.push(UPDATE_NODE_DECLARED_FEATURE);
  }
  return actions.map((action) => ({ resource: 'Node', actions: action }));
}

const BOOKKEEPING = new Set(['resourceVersion', 'generation', 'managedFields', 'finalizers']);

/** What events of a pod are about. */
export function podResource(pod: Pod, isTarget: boolean): EventResource {
  if (pod.spec.nodeName) return 'AssignedPod';
  return isTarget ? 'TargetPod' : 'UnscheduledPod';
}

/** Whether some amount is larger than the other's, or missing there. */
function isAnyAbove(amounts: Amounts, others: Amounts): boolean {
  for (const [name, amount] of amounts) {
    const other = others.get(name);
    if (!other || amount.compare(other) > 0) return true;
  }
  return false;
}

function hasEqualClaims(old: Pod, pod: Pod): boolean {
  const before = old.status;
  const after = pod.status;
  return (
    semanticallyEqual(before?.resourceClaimStatuses, after?.resourceClaimStatuses) &&
    semanticallyEqual(before?.extendedResourceClaimStatus, after?.extendedResourceClaimStatus)
  );
}

function hasEqualAllocatable(old: Node, node: Node): boolean {
  const before = old.status?.allocatable ?? {};
  const after = node.status?.allocatable ?? {};
  const names = Object.keys(before);
  if (names.length !== Object.keys(after).length) return false;
  return names.every((name) => {
    const amount = after[name];
    if (amount === undefined) return false;
    return amount === before[name] || Quantity.parse(amount).equals(Quantity.parse(before[name]!));
  });
}

// Only the status of each type counts: heartbeats and reasons change all the time.
function conditionsOf(node: Node): { [type: string]: string } {
  const conditions = node.status?.conditions ?? [];
  return Object.fromEntries(conditions.map(({ type, status }) => [type, status]));
}

function countOf(list: readonly unknown[] | undefined): number {
  return list?.length ?? 0;
}
