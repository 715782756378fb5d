// NodeResourcesFit: rejects nodes without room and scores by what stays free, what is used, or a curve.
// Source: kubernetes/kubernetes pkg/scheduler/framework/plugins/noderesources/{fit,least_allocated,
// most_allocated,requested_to_capacity_ratio}.go (1.32 to 1.37).

import type { Node, Pod } from '../../api/core.js';
import { podRequests, podRequestsOnNode } from '../../api/podrequests.js';
import type { DeviceClass } from '../../api/resource.js';
import { PODS } from '../../cluster/nodes.js';
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
import type { Plugin, PluginHandle } from '../framework.js';
import type { PodShape } from '../podshape.js';
import {
  isIgnored,
  nodeAmounts,
  type ScheduledAmounts,
  scheduledAmounts,
} from '../resourceamounts.js';
import { createResourceScorer, LEAST_ALLOCATED } from '../resourcescoring.js';

/** What the filter looks at for one shape. */
interface FitRequests {
  readonly resources: Int32Array;
  readonly amounts: Float64Array;
  /** What nodes have of each, and what is requested of it. */
  readonly sizes: readonly Float64Array[];
  readonly used: readonly Float64Array[];
  /** Where a node has none of it, a device class serves the resource there: DynamicResources looks at it. */
  readonly served: readonly boolean[];
}

export function createNodeResourcesFit(handle: PluginHandle): Plugin {
  const { nodes, reasons, features, args, listers } = handle;
  const { allocatable, requested } = nodes;
  const podsMax = allocatable[PODS]!;
  const podsUsed = requested[PODS]!;
  const name = 'NodeResourcesFit';
  const fitArgs = args.NodeResourcesFit;
  const compiled: FitRequests[] = [];
  // Nodes are asked about shape by shape: what was looked up for the last one stays at hand.
  let current: PodShape | undefined;
  let wanted: FitRequests = {
    resources: new Int32Array(0),
    amounts: new Float64Array(0),
    sizes: [],
    used: [],
    served: [],
  };
  const hasClasses = features.enabled('DRAExtendedResource');

  /** All that the pod requests but what the arguments leave to others. */
  function compile({ resources, amounts }: PodShape): FitRequests {
    const kept = [...resources.keys()].filter(
      (index) => !isIgnored(nodes.resources.text(resources[index]!), fitArgs),
    );
    return {
      resources: Int32Array.from(kept, (index) => resources[index]!),
      amounts: Float64Array.from(kept, (index) => amounts[index]!),
      sizes: kept.map((index) => allocatable[resources[index]!]!),
      used: kept.map((index) => requested[resources[index]!]!),
      served: kept.map((index) => {
        const resource = nodes.resources.text(resources[index]!);
        return hasClasses && listers.classServing(resource) !== undefined;
      }),
    };
  }

  /** Whether a node is short of what the pod requests at a position. */
  function isShort(index: number, node: number): boolean {
    const size = wanted.sizes[index]![node]!;
    if (wanted.amounts[index]! <= size - wanted.used[index]![node]!) return false;
    return size > 0 || !wanted.served[index];
  }

  function filter(shape: PodShape, node: number): number {
    if (shape !== current) {
      current = shape;
      wanted = compiled[shape.id]!;
    }
    if (podsUsed[node]! + 1 > podsMax[node]!) return reject(node);
    const { amounts, sizes, used } = wanted;
    for (let index = 0; index < amounts.length; index++) {
      const isEnough = amounts[index]! <= sizes[index]![node]! - used[index]![node]!;
      if (!isEnough && isShort(index, node)) return reject(node);
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

  /** All reasons together; from 1.34 on preemption is no help beyond the node's size. */
  function reject(node: number): number {
    const { resources, amounts } = wanted;
    let list = podsUsed[node]! + 1 > podsMax[node]! ? 1 : 0;
    let unresolvable = 0;
    for (let index = 0; index < resources.length; index++) {
      if (!isShort(index, node)) continue;
      const resource = resources[index]!;
      const size = wanted.sizes[index]![node]!;
      list = steps.get(list * RESOURCES_MAX + resource) ?? lengthen(list, resource);
      if (amounts[index]! > size && features.minor >= 34) unresolvable = 1;
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

  const strategy = fitArgs?.scoringStrategy ?? LEAST_ALLOCATED;
  const scorer = createResourceScorer(nodes, strategy.resources, (shape, resource) => {
    const { fit } = shape;
    if (resource === 'cpu') return fit.cpuMilli;
    if (resource === 'memory') return fit.memoryBytes;
    if (resource === 'ephemeral-storage') return fit.ephemeralStorageBytes;
    return fit.scalar.get(resource) ?? 0;
  });

  return {
    name,
    dependsOn: 'pods',
    isEqualOnEqualNodes: () => true,
    normalization: 'none',
    preFilter(shape) {
      compiled[shape.id] ??= compile(shape);
      return 'run';
    },
    filter,
    preScore(shape) {
      scorer.prepare(shape);
      return true;
    },
    score: scorer.scoreBy(strategy),
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
