// The ports of its node that a pod opens. Source: kube-scheduler util GetHostPorts, Kubernetes 1.32, 1.33.

import type { Container, ContainerPort, Pod } from '../api/core.js';
import type { Features } from '../api/features.js';

/** The address that stands for all of a node. */
export const ANY_ADDRESS = '0.0.0.0';

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
