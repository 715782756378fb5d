// NodeDeclaredFeatures: a pod that needs a feature of the kubelet goes to nodes that declare it. Source:
// kubernetes/kubernetes pkg/scheduler/framework/plugins/nodedeclaredfeatures (1.36, 1.37).

import type { Node, Pod } from '../../api/core.js';
import { semanticallyEqual } from '../../api/equality.js';
import { neededFeatures } from '../declaredfeatures.js';
import { ADD, UPDATE, UPDATE_NODE_DECLARED_FEATURE } from '../events/clusterevent.js';
import { isSamePod, targetResource } from '../events/pods.js';
import { type EventContext, type EventRegistration, on, queueIf } from '../events/registration.js';
import type { Plugin, PluginHandle } from '../framework.js';

export function createNodeDeclaredFeatures({ nodes, reasons }: PluginHandle): Plugin {
  const name = 'NodeDeclaredFeatures';
  const text = "node(s) didn't match Pod's required features";
  const rejection = reasons.id(name, 'UnschedulableAndUnresolvable', text);
  const needed: (readonly string[])[] = [];
  return {
    name,
    dependsOn: 'node',
    preFilter(shape) {
      needed[shape.id] ??= neededFeatures(shape.pod);
      return needed[shape.id]!.length > 0 ? 'run' : 'skip';
    },
    filter(shape, node) {
      const declared = nodes.nodes[node]!.status?.declaredFeatures ?? [];
      return needed[shape.id]!.every((feature) => declared.includes(feature)) ? 0 : rejection;
    },
  };
}

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
