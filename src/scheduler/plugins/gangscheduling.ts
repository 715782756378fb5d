// GangScheduling: pods of a group wait for each other. Source: kubernetes/kubernetes
// pkg/scheduler/framework/plugins/gangscheduling (1.35, 1.37).

import type { Pod } from '../../api/core.js';
import type { PodGroup, Workload } from '../../api/scheduling.js';
import { ADD, UPDATE } from '../events/clusterevent.js';
import { namespaceOf } from '../events/pods.js';
import { type EventContext, type EventRegistration, on, queueIf } from '../events/registration.js';

/** New pods of the group, the group itself, and a group that needs fewer pods. */
export function gangSchedulingEvents({ features }: EventContext): EventRegistration[] {
  const isMember = (pod: Pod, other: Pod | undefined) =>
    other !== undefined &&
    namespaceOf(other) === namespaceOf(pod) &&
    groupOf(other) === groupOf(pod);
  const onMember = (resource: 'Pod' | 'AssignedPod' | 'UnscheduledPod') =>
    on<Pod>(resource, ADD, (pod, { new: added }) => queueIf(isMember(pod, added)));
  if (features.minor <= 35) {
    return [
      onMember('Pod'),
      on<Workload>('scheduling.k8s.io/Workload', ADD, (pod, { new: workload }) =>
        queueIf(isNamed(workload, pod, pod.spec.workloadRef?.name)),
      ),
    ];
  }
  const name = (pod: Pod) => pod.spec.schedulingGroup?.podGroupName;
  return [
    ...(features.minor >= 37
      ? [onMember('UnscheduledPod'), onMember('AssignedPod')]
      : [onMember('Pod')]),
    on<PodGroup>('scheduling.k8s.io/PodGroup', ADD, (pod, { new: group }) =>
      queueIf(isNamed(group, pod, name(pod))),
    ),
    on<PodGroup>('scheduling.k8s.io/PodGroup', UPDATE, (pod, { old, new: group }) =>
      queueIf(isNamed(group, pod, name(pod)) && minCountOf(group) !== minCountOf(old)),
    ),
  ];
}

function groupOf({ spec: { workloadRef, schedulingGroup } }: Pod): string {
  const { name, podGroup, podGroupReplicaKey } = workloadRef ?? {};
  return JSON.stringify([name, podGroup, podGroupReplicaKey, schedulingGroup?.podGroupName]);
}

function isNamed(
  object: PodGroup | Workload | undefined,
  pod: Pod,
  name: string | undefined,
): boolean {
  if (!object || name === undefined) return false;
  return object.metadata.name === name && namespaceOf(object) === namespaceOf(pod);
}

function minCountOf(group: PodGroup | undefined): number | undefined {
  return group?.spec.schedulingPolicy?.gang?.minCount;
}
