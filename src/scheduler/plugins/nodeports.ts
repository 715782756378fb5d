// NodePorts: two pods of a node cannot open the same port of it. Source: kubernetes/kubernetes
// pkg/scheduler/framework/plugins/nodeports (1.32, 1.37).

import type { Container, ContainerPort, Pod } from '../../api/core.js';
import type { Features } from '../../api/features.js';
import { ADD, DELETE } from '../events/clusterevent.js';
import { assignedResource, hasNode } from '../events/pods.js';
import {
  type EventContext,
  type EventRegistration,
  on,
  oncePer,
  queueIf,
} from '../events/registration.js';

const ANY_ADDRESS = '0.0.0.0';

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

/** The ports of its node that a pod opens; those of sidecars from 1.33 on. */
export function hostPorts({ spec }: Pod, features: Features): ContainerPort[] {
  const isSidecar = ({ restartPolicy }: Container) => restartPolicy === 'Always';
  const sidecars = features.minor >= 33 ? (spec.initContainers ?? []).filter(isSidecar) : [];
  return [...sidecars, ...(spec.containers ?? [])].flatMap(({ ports = [] }) =>
    ports.filter(({ hostPort = 0 }) => hostPort > 0),
  );
}

/** Whether two ports of one node exclude each other. */
export function hasPortConflict(port: ContainerPort, other: ContainerPort): boolean {
  if (port.hostPort !== other.hostPort) return false;
  if ((port.protocol || 'TCP') !== (other.protocol || 'TCP')) return false;
  const address = port.hostIP || ANY_ADDRESS;
  const otherAddress = other.hostIP || ANY_ADDRESS;
  return address === otherAddress || address === ANY_ADDRESS || otherAddress === ANY_ADDRESS;
}
