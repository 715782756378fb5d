// NodeResourcesFit: rejects nodes without room and scores by what stays free (LeastAllocated).
// Source: kubernetes/kubernetes pkg/scheduler/framework/plugins/noderesources/{fit,least_allocated}.go (1.37).

import type { Node, Pod } from '../../api/core.js';
import { podRequests, podRequestsOnNode } from '../../api/podrequests.js';
import type { DeviceClass } from '../../api/resource.js';
import { CPU, MEMORY, PODS } from '../../cluster/nodes.js';
import { servesResource } from '../../dra/extendedresources.js';
import {
  ADD,
  DELETE,
  UPDATE,
  UPDATE_NODE_ALLOCATABLE,
  UPDATE_POD_SCALE_DOWN,
} from '../events/clusterevent.js';
import { assignedResource, hasNode, isSamePod, targetResource } from '../events/pods.js';
import {
  type EventContext,
  type EventObjects,
  type EventRegistration,
  on,
  oncePer,
  type QueueingHint,
  queueIf,
} from '../events/registration.js';
import { MAX_SCORE, type Plugin, type PluginHandle } from '../framework.js';
import type { PodShape } from '../podshape.js';
import {
  isIgnored,
  nodeAmounts,
  type ScheduledAmounts,
  scheduledAmounts,
} from '../resourceamounts.js';

export function createNodeResourcesFit({ nodes, reasons }: PluginHandle): Plugin {
  const { allocatable, requested, nonZeroCpuMilli, nonZeroMemoryBytes } = nodes;
  const name = 'NodeResourcesFit';

  function filter(shape: PodShape, node: number): number {
    const { resources, amounts } = shape;
    if (requested[PODS]![node]! + 1 > allocatable[PODS]![node]!) return reject(shape, node);
    for (let index = 0; index < resources.length; index++) {
      const resource = resources[index]!;
      const free = allocatable[resource]![node]! - requested[resource]![node]!;
      if (amounts[index]! > free) return reject(shape, node);
    }
    return 0;
  }

  // What a node is short of, as a walk: each resource leads from one list of reasons to a longer one, so
  // that the many nodes that are short of the same things share one rejection without making texts.
  const lists: { texts: string[]; ids: [number, number] }[] = [
    { texts: [], ids: [0, 0] },
    { texts: ['Too many pods'], ids: [0, 0] },
  ];
  const steps = new Map<number, number>();
  const RESOURCES_MAX = 2 ** 20;

  /** All reasons together; beyond the node's size the rejection cannot be resolved by preemption. */
  function reject(shape: PodShape, node: number): number {
    const { resources, amounts } = shape;
    let list = requested[PODS]![node]! + 1 > allocatable[PODS]![node]! ? 1 : 0;
    let unresolvable = 0;
    for (let index = 0; index < resources.length; index++) {
      const resource = resources[index]!;
      const size = allocatable[resource]![node]!;
      if (amounts[index]! <= size - requested[resource]![node]!) continue;
      list = steps.get(list * RESOURCES_MAX + resource) ?? lengthen(list, resource);
      if (amounts[index]! > size) unresolvable = 1;
    }
    const { texts, ids } = lists[list]!;
    if (ids[unresolvable] === 0) {
      const code = unresolvable === 1 ? 'UnschedulableAndUnresolvable' : 'Unschedulable';
      ids[unresolvable] = reasons.id(name, code, ...texts);
    }
    return ids[unresolvable]!;
  }

  function lengthen(list: number, resource: number): number {
    const texts = [...lists[list]!.texts, `Insufficient ${nodes.resources.text(resource)}`];
    steps.set(list * RESOURCES_MAX + resource, lists.length);
    return lists.push({ texts, ids: [0, 0] }) - 1;
  }

  function leastAllocated(size: number, used: number): number {
    return used > size ? 0 : Math.trunc(((size - used) * MAX_SCORE) / size);
  }

  function score(shape: PodShape, node: number): number {
    let sum = 0;
    let weights = 0;
    const cpu = allocatable[CPU]![node]!;
    if (cpu > 0) {
      sum += leastAllocated(cpu, nonZeroCpuMilli[node]! + shape.nonZeroCpuMilli);
      weights++;
    }
    const memory = allocatable[MEMORY]![node]!;
    if (memory > 0) {
      sum += leastAllocated(memory, nonZeroMemoryBytes[node]! + shape.nonZeroMemoryBytes);
      weights++;
    }
    return weights === 0 ? 0 : Math.trunc(sum / weights);
  }

  return {
    name,
    dependsOn: 'pods',
    normalization: 'none',
    preFilter: () => true,
    filter,
    preScore: () => true,
    score,
  };
}

/** Pods that gave back resources, nodes with more of them, and device classes that serve some. */
export function nodeResourcesFitEvents(context: EventContext): EventRegistration[] {
  const { features } = context;
  const usageOf = oncePer((pod: Pod) => scheduledAmounts(podRequestsOnNode(pod, features)));
  const nodeAmountsOf = oncePer(nodeAmounts);
  const requestsOf = oncePer((pod: Pod) => scheduledAmounts(podRequests(pod, features)));
  const onDelete = (_pod: Pod, { old }: EventObjects<Pod>) =>
    queueIf(old !== undefined && hasNode(old, features.minor >= 33));
  const onScaleDown = (pod: Pod, { old, new: changed }: EventObjects<Pod>) => {
    if (isSamePod(changed, pod)) return 'Queue';
    if (!old || !changed?.spec.nodeName) return 'Skip';
    const before = usageOf(old);
    const after = usageOf(changed);
    const isLower = (name: string) => (after.get(name) ?? 0n) < (before.get(name) ?? 0n);
    return queueIf([...requestsOf(pod).keys()].some(isLower));
  };
  const onPod = (pod: Pod, event: EventObjects<Pod>): QueueingHint =>
    event.new ? onScaleDown(pod, event) : onDelete(pod, event);
  const onNode = (pod: Pod, { old, new: node }: EventObjects<Node>) => {
    const before = old && nodeAmountsOf(old);
    return hintOfNode({ old: before, new: nodeAmountsOf(node!) }, requestsOf(pod), context);
  };
  const assigned = assignedResource(features);
  const target = targetResource(features);
  const scales = features.enabled('InPlacePodVerticalScaling');
  return [
    ...(features.minor >= 37
      ? [
          on(assigned, DELETE, onPod),
          ...(scales ? [assigned, target] : []).map((resource) =>
            on(resource, UPDATE_POD_SCALE_DOWN, onPod),
          ),
        ]
      : [on(assigned, DELETE | (scales ? UPDATE_POD_SCALE_DOWN : 0), onPod)]),
    on('Node', ADD | UPDATE_NODE_ALLOCATABLE, onNode),
    ...(features.enabled('DRAExtendedResource')
      ? [
          on<DeviceClass>('resource.k8s.io/DeviceClass', ADD | UPDATE, (pod, event) =>
            hintOfClass(event, requestsOf(pod)),
          ),
        ]
      : []),
  ];
}

/** Whether the node would take the pod if it were empty, and an update brought more of what counts. */
function hintOfNode(
  { old, new: node }: EventObjects<ScheduledAmounts>,
  requests: ScheduledAmounts,
  { features, args, listers }: EventContext,
): QueueingHint {
  const has = (name: string) => node!.get(name) ?? 0n;
  const had = (name: string) => old?.get(name) ?? 0n;
  const isDelegated = (name: string) =>
    features.enabled('DRAExtendedResource') &&
    has(name) === 0n &&
    listers.deviceClasses().some((deviceClass) => servesResource(deviceClass, name));
  if (has('pods') < 1n) return 'Skip';
  for (const [name, amount] of requests) {
    if (amount <= has(name) || isIgnored(name, args.NodeResourcesFit)) continue;
    if (!isDelegated(name)) return 'Skip';
  }
  if (!old || has('pods') > had('pods')) return 'Queue';
  return queueIf([...requests.keys()].some((name) => has(name) > had(name) || isDelegated(name)));
}

function hintOfClass(
  { old, new: changed }: EventObjects<DeviceClass>,
  requests: ScheduledAmounts,
): QueueingHint {
  const name = changed?.spec?.extendedResourceName;
  if (old) return queueIf(name !== old.spec?.extendedResourceName && requests.has(name ?? ''));
  return queueIf([...requests.keys()].some((resource) => servesResource(changed!, resource)));
}
