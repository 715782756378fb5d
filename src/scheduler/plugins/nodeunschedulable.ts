// NodeUnschedulable: cordoned nodes take pods only that tolerate it. Source: kubernetes/kubernetes
// pkg/scheduler/framework/plugins/nodeunschedulable (1.37).

import type { Node, Pod } from '../../api/core.js';
import { toleratesNodeTaint } from '../../api/tolerations.js';
import { ADD, UPDATE_NODE_TAINT, UPDATE_POD_TOLERATION } from '../events/clusterevent.js';
import { isSamePod, targetResource } from '../events/pods.js';
import { type EventContext, type EventRegistration, on, queueIf } from '../events/registration.js';
import type { Plugin, PluginHandle } from '../framework.js';

const TAINT = { key: 'node.kubernetes.io/unschedulable', effect: 'NoSchedule' } as const;

export function createNodeUnschedulable({ nodes, reasons }: PluginHandle): Plugin {
  const name = 'NodeUnschedulable';
  const rejection = reasons.id(name, 'UnschedulableAndUnresolvable', 'node(s) were unschedulable');
  return {
    name,
    dependsOn: 'node',
    isEqualOnEqualNodes: () => true,
    filter(shape, node) {
      if (nodes.nodes[node]!.spec?.unschedulable !== true) return 0;
      return shape.tolerations.some((toleration) => toleratesNodeTaint(toleration, TAINT))
        ? 0
        : rejection;
    },
  };
}

/** Nodes that take pods again, and a pod that no longer minds. */
export function nodeUnschedulableEvents({ features }: EventContext): EventRegistration[] {
  return [
    on<Node>('Node', ADD | UPDATE_NODE_TAINT, (_pod, { old, new: node }) => {
      const isOpen = node?.spec?.unschedulable !== true;
      return queueIf(isOpen && (!old || old.spec?.unschedulable === true));
    }),
    on<Pod>(targetResource(features), UPDATE_POD_TOLERATION, (pod, { new: changed }) =>
      queueIf(
        isSamePod(changed, pod) &&
          (changed!.spec.tolerations ?? []).some((entry) => toleratesNodeTaint(entry, TAINT)),
      ),
    ),
  ];
}
