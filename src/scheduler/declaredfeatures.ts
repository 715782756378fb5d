// Features of the kubelet that a pod needs. Source: component-helpers nodedeclaredfeatures, Kubernetes
// 1.36, 1.37; spec scheduler.md 3.5.

import type { Container, Pod } from '../api/core.js';

/** The features of the kubelet that a pod needs, sorted. */
export function neededFeatures({ spec }: Pod): string[] {
  const needed: string[] = [];
  const containers = [...(spec.containers ?? []), ...(spec.initContainers ?? [])];
  if (containers.some(restartsAll)) needed.push('RestartAllContainersOnContainerExits');
  if (spec.hostNetwork && spec.hostUsers === false) {
    needed.push('UserNamespacesHostNetworkSupport');
  }
  return needed;
}

function restartsAll({ restartPolicyRules = [] }: Container): boolean {
  return restartPolicyRules.some(({ action }) => action === 'RestartAllContainers');
}
