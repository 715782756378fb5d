// Cluster events: what happened to which kind of object, and which registrations that matches.
// Source: kube-scheduler framework events and types, Kubernetes 1.32 to 1.37; spec scheduler.md 2.1.

/**
 * What an event is about, in the names of 1.37.
 *
 * `Pod` stands in registrations only, for the three resources of pods; up to 1.36 UnscheduledPod and
 * TargetPod (an update of the waiting pod itself) are one and called UnschedulablePod.
 */
export type EventResource =
  | 'Pod'
  | 'AssignedPod'
  | 'UnscheduledPod'
  | 'TargetPod'
  | 'Node'
  | 'PersistentVolume'
  | 'PersistentVolumeClaim'
  | 'storage.k8s.io/CSIDriver'
  | 'storage.k8s.io/CSINode'
  | 'storage.k8s.io/CSIStorageCapacity'
  | 'storage.k8s.io/StorageClass'
  | 'storage.k8s.io/VolumeAttachment'
  | 'resource.k8s.io/DeviceClass'
  | 'resource.k8s.io/ResourceClaim'
  | 'resource.k8s.io/ResourceSlice'
  | 'scheduling.k8s.io/PodGroup'
  | 'scheduling.k8s.io/Workload'
  | '*';

// The order of the bits matters from 1.34 on: masks are compared as numbers.
export const ADD = 1 << 0;
export const DELETE = 1 << 1;
export const UPDATE_NODE_ALLOCATABLE = 1 << 2;
export const UPDATE_NODE_LABEL = 1 << 3;
export const UPDATE_NODE_TAINT = 1 << 4;
export const UPDATE_NODE_CONDITION = 1 << 5;
export const UPDATE_NODE_ANNOTATION = 1 << 6;
export const UPDATE_NODE_DECLARED_FEATURE = 1 << 7;
export const UPDATE_NODE_PREEMPTION_POLICY = 1 << 8;
export const UPDATE_POD_LABEL = 1 << 9;
export const UPDATE_POD_SCALE_DOWN = 1 << 10;
export const UPDATE_POD_SCALE_UP = 1 << 11;
export const UPDATE_POD_TOLERATION = 1 << 12;
export const UPDATE_POD_SCHEDULING_GATES_ELIMINATED = 1 << 13;
export const UPDATE_POD_GENERATED_RESOURCE_CLAIM = 1 << 14;
/** Up to 1.33: an update of a pod that fits no class; part of {@link UPDATE} and otherwise unseen. */
export const UPDATE_POD_OTHER = 1 << 15;
export const ALL = (1 << 16) - 1;
/** Every kind of update: the general update. */
export const UPDATE = ALL & ~ADD & ~DELETE;

const SINGLE_ACTIONS: readonly (readonly [number, string])[] = [
  [ADD, 'Add'],
  [DELETE, 'Delete'],
  [UPDATE_NODE_ALLOCATABLE, 'UpdateNodeAllocatable'],
  [UPDATE_NODE_LABEL, 'UpdateNodeLabel'],
  [UPDATE_NODE_TAINT, 'UpdateNodeTaint'],
  [UPDATE_NODE_CONDITION, 'UpdateNodeCondition'],
  [UPDATE_NODE_ANNOTATION, 'UpdateNodeAnnotation'],
  [UPDATE_NODE_DECLARED_FEATURE, 'UpdateNodeDeclaredFeature'],
  [UPDATE_NODE_PREEMPTION_POLICY, 'UpdateNodePreemptionPolicy'],
  [UPDATE_POD_LABEL, 'UpdatePodLabel'],
  [UPDATE_POD_SCALE_DOWN, 'UpdatePodScaleDown'],
  [UPDATE_POD_SCALE_UP, 'UpdatePodScaleUp'],
  [UPDATE_POD_TOLERATION, 'UpdatePodToleration'],
  [UPDATE_POD_SCHEDULING_GATES_ELIMINATED, 'UpdatePodSchedulingGatesEliminated'],
  [UPDATE_POD_GENERATED_RESOURCE_CLAIM, 'UpdatePodGeneratedResourceClaim'],
];

const ACTIONS_BY_NAME = new Map([
  ...SINGLE_ACTIONS.map(([bit, name]) => [name, bit] as const),
  ['UpdatePodTolerations', UPDATE_POD_TOLERATION] as const,
  ['Update', UPDATE] as const,
  ['All', ALL] as const,
]);

/** Something that happened: one action, or several or-ed. */
export interface ClusterEvent {
  readonly resource: EventResource;
  readonly actions: number;
}

/** The event that matches registrations for everything alone: timeouts and forced activation. */
export const WILDCARD_EVENT: ClusterEvent = { resource: '*', actions: ALL };

/** Whether a registered pattern matches an event, by the rule of a minor version. */
export function matchesEvent(pattern: ClusterEvent, event: ClusterEvent, minor: number): boolean {
  if (pattern.resource === '*' && pattern.actions === ALL) return true;
  if (!matchesResource(pattern.resource, event.resource)) return false;
  if ((pattern.actions & event.actions) === 0) return false;
  // From 1.34 on, so that a general update does not match a pattern for one kind of update.
  return minor <= 33 || event.actions <= pattern.actions;
}

function matchesResource(pattern: EventResource, resource: EventResource): boolean {
  if (pattern === resource) return true;
  if (pattern !== 'Pod') return false;
  return resource === 'AssignedPod' || resource === 'UnscheduledPod' || resource === 'TargetPod';
}

/** The bits of an action's name in any version; undefined for a name that none has. */
export function actionOf(name: string): number | undefined {
  return ACTIONS_BY_NAME.get(name);
}

/** The names of a mask's actions in a version, sorted; `All` and `Update` stand for their bits. */
export function actionNames(actions: number, minor: number): string[] {
  if (actions === ALL) return ['All'];
  const isGeneral = (actions & UPDATE) === UPDATE;
  const rest = isGeneral ? actions & ~UPDATE : actions;
  const names = SINGLE_ACTIONS.filter(([bit]) => (rest & bit) !== 0).map(([bit, name]) =>
    bit === UPDATE_POD_TOLERATION && minor === 32 ? 'UpdatePodTolerations' : name,
  );
  if (isGeneral || rest === UPDATE_POD_OTHER) names.push('Update');
  return names.sort();
}

/** The name of a resource in a version. */
export function resourceName(resource: EventResource, minor: number): string {
  const isUnschedulable = resource === 'UnscheduledPod' || resource === 'TargetPod';
  return isUnschedulable && minor < 37 ? 'UnschedulablePod' : resource;
}

/** The name of an event in metrics and logs. */
export function eventLabel({ resource, actions }: ClusterEvent, minor: number): string {
  return resourceName(resource, minor) + actionNames(actions, minor).join('');
}
