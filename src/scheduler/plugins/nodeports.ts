// NodePorts: two pods of a node cannot open the same port of it. Source: kubernetes/kubernetes
// pkg/scheduler/framework/plugins/nodeports (1.32, 1.37).

import type { ContainerPort, Pod } from '../../api/core.js';
import { ADD, DELETE } from '../events/clusterevent.js';
import { assignedResource, hasNode } from '../events/pods.js';
import {
  type EventContext,
  type EventRegistration,
  on,
  oncePer,
  queueIf,
} from '../events/registration.js';
import type { Plugin, PluginHandle } from '../framework.js';
import { hasPortConflict, hostPorts } from '../hostports.js';
import type { PodShape } from '../podshape.js';

export function createNodePorts({
  pods,
  shapes,
  nodePods,
  features,
  reasons,
}: PluginHandle): Plugin {
  const name = 'NodePorts';
  const text = "node(s) didn't have free ports for the requested pod ports";
  const rejection = reasons.id(name, 'Unschedulable', text);
  const compiled: (readonly ContainerPort[])[] = [];

  function portsOf(shape: PodShape): readonly ContainerPort[] {
    return (compiled[shape.id] ??= hostPorts(shape.pod, features));
  }

  return {
    name,
    dependsOn: 'pods',
    preFilter: (shape) => (portsOf(shape).length > 0 ? 'run' : 'skip'),
    filter(shape, node) {
      const wanted = portsOf(shape);
      for (let pod = nodePods.firstOn(node); pod >= 0; pod = pods.nextOnNode[pod]!) {
        const taken = portsOf(shapes.shape(pods.shape[pod]!));
        for (let index = 0; index < taken.length; index++) {
          for (let own = 0; own < wanted.length; own++) {
            if (hasPortConflict(wanted[own]!, taken[index]!)) return rejection;
          }
        }
      }
      return 0;
    },
  };
}

/** Pods that gave back a port, and new nodes. */
export function nodePortsEvents({ features }: EventContext): EventRegistration[] {
  const portsOf = oncePer((pod: Pod) => hostPorts(pod, features));
  return [
    on<Pod>(assignedResource(features), DELETE, (pod, { old }) => {
      if (!old || !hasNode(old, features.minor >= 33)) return 'Skip';
      const freed = portsOf(old);
      return queueIf(
        portsOf(pod).some((port) => freed.some((other) => hasPortConflict(port, other))),
      );
    }),
    on('Node', ADD),
  ];
}
