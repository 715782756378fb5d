// NodePorts: two pods of a node cannot open the same port of it. Source: kubernetes/kubernetes
// pkg/scheduler/framework/plugins/nodeports (1.32, 1.37).

import type { Pod } from '../../api/core.js';
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
import { ANY_ADDRESS, hasPortConflict, hostPorts } from '../hostports.js';
import type { PodShape } from '../podshape.js';

/** A port as nodes count it: the addresses on which it is taken stand beside each other. */
interface CountedPort {
  readonly key: string;
  readonly address: string;
}

export function createNodePorts({ pods, shapes, features, reasons }: PluginHandle): Plugin {
  const name = 'NodePorts';
  const text = "node(s) didn't have free ports for the requested pod ports";
  const rejection = reasons.id(name, 'Unschedulable', text);
  const compiled: (readonly CountedPort[])[] = [];
  /** Addresses by port, for nodes that have any. */
  const taken = new Map<number, Map<string, Set<string>>>();

  function portsOf(shape: PodShape): readonly CountedPort[] {
    return (compiled[shape.id] ??= hostPorts(shape.pod, features).map((port) => ({
      key: `${port.protocol || 'TCP'}/${port.hostPort}`,
      address: port.hostIP || ANY_ADDRESS,
    })));
  }

  function isTaken(ports: ReadonlyMap<string, ReadonlySet<string>>, { key, address }: CountedPort) {
    const addresses = ports.get(key);
    if (!addresses || addresses.size === 0) return false;
    return address === ANY_ADDRESS || addresses.has(ANY_ADDRESS) || addresses.has(address);
  }

  return {
    name,
    dependsOn: 'pods',
    preFilter: (shape) => (portsOf(shape).length > 0 ? 'run' : 'skip'),
    filter(shape, node) {
      const ports = taken.get(node);
      if (!ports) return 0;
      for (const port of portsOf(shape)) if (isTaken(ports, port)) return rejection;
      return 0;
    },
    addPod(pod, node) {
      for (const { key, address } of portsOf(shapes.shape(pods.shape[pod]!))) {
        const ports = taken.get(node) ?? new Map<string, Set<string>>();
        taken.set(node, ports);
        const addresses = ports.get(key) ?? new Set();
        ports.set(key, addresses.add(address));
      }
    },
    // Nodes do not count who has a port: the first of several pods with one to leave takes it along.
    removePod(pod, node) {
      for (const { key, address } of portsOf(shapes.shape(pods.shape[pod]!))) {
        taken.get(node)?.get(key)?.delete(address);
      }
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
