// NodeDeclaredFeatures: a pod that needs a feature of the kubelet goes to nodes that declare it. Source:
// kubernetes/kubernetes pkg/scheduler/framework/plugins/nodedeclaredfeatures (1.36, 1.37).

import type { Container, Node, Pod } from '../../api/core.js';
import { semanticallyEqual } from '../../api/equality.js';
import { ADD, UPDATE, UPDATE_NODE_DECLARED_FEATURE } from '../events/clusterevent.js';
import { isSamePod, targetResource } from '../events/pods.js';
import { type EventContext, type EventRegistration, on, queueIf } from '../events/registration.js';

/** Nodes with other features, and a pod that needs others. */
export function nodeDeclaredFeaturesEvents({ features }: EventContext): EventRegistration[] {
  return [
    on<Node>('Node', ADD | UPDATE_NODE_DECLARED_FEATURE, (_pod, { old, new: node }) =>
      queueIf(
        !old || !semanticallyEqual(old.status?.declaredFeatures, node?.status?.declaredFeatures),
      ),
    ),
    on<Pod>(targetResource(features), UPDATE, (pod, { old, new: changed }) =>
      queueIf(
        old !== undefined &&
          isSamePod(changed, pod) &&
          !semanticallyEqual(neededFeatures(old), neededFeatures(changed!)),
      ),
    ),
  ];
}

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
