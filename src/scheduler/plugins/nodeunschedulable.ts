// NodeUnschedulable: cordoned nodes take pods only that tolerate it. Source: kubernetes/kubernetes
// pkg/scheduler/framework/plugins/nodeunschedulable (1.37).

import { toleratesNodeTaint } from '../../api/tolerations.js';
import type { Plugin, PluginHandle } from '../framework.js';

const TAINT = { key: 'node.kubernetes.io/unschedulable', effect: 'NoSchedule' } as const;

export function createNodeUnschedulable({ nodes, reasons }: PluginHandle): Plugin {
  const name = 'NodeUnschedulable';
  const rejection = reasons.id(name, 'UnschedulableAndUnresolvable', 'node(s) were unschedulable');
  return {
    name,
    dependsOn: 'node',
    preFilter: () => true,
    filter(shape, node) {
      if (nodes.nodes[node]!.spec?.unschedulable !== true) return 0;
      return shape.tolerations.some((toleration) => toleratesNodeTaint(toleration, TAINT))
        ? 0
        : rejection;
    },
  };
}
