// TaintToleration: untolerated NoSchedule and NoExecute taints reject a node, PreferNoSchedule ones
// lower its score. Source: kubernetes/kubernetes pkg/scheduler/framework/plugins/tainttoleration (1.37).

import type { Node, Pod } from '../../api/core.js';
import { findUntoleratedTaint, toleratesNodeTaint } from '../../api/tolerations.js';
import { ADD, UPDATE_NODE_TAINT, UPDATE_POD_TOLERATION } from '../events/clusterevent.js';
import { isSamePod, targetResource } from '../events/pods.js';
import { type EventContext, type EventRegistration, on, queueIf } from '../events/registration.js';
import type { Plugin, PluginHandle } from '../framework.js';

export function createTaintToleration({ nodes, reasons, features }: PluginHandle): Plugin {
  const name = 'TaintToleration';
  const comparison = features.enabled('TaintTolerationComparisonOperators');
  const taintsOf = (node: number) => nodes.nodes[node]!.spec?.taints ?? [];
  return {
    name,
    dependsOn: 'node',
    isEqualOnEqualNodes: () => true,
    normalization: 'reverse',
    filter(shape, node) {
      const taints = taintsOf(node);
      if (taints.length === 0) return 0;
      const taint = findUntoleratedTaint(taints, shape.tolerations, comparison);
      if (!taint) return 0;
      const text =
        features.minor >= 34
          ? 'node(s) had untolerated taint(s)'
          : `node(s) had untolerated taint {${taint.key}: ${taint.value ?? ''}}`;
      return reasons.id(name, 'UnschedulableAndUnresolvable', text);
    },
    preScore: () => true,
    score(shape, node) {
      let count = 0;
      for (const taint of taintsOf(node)) {
        if (taint.effect !== 'PreferNoSchedule') continue;
        if (
          !shape.tolerations.some((toleration) => toleratesNodeTaint(toleration, taint, comparison))
        ) {
          count++;
        }
      }
      return count;
    },
  };
}

/** Nodes that lost their untolerated taints, and a pod with other tolerations. */
export function taintTolerationEvents({ features }: EventContext): EventRegistration[] {
  const comparison = features.enabled('TaintTolerationComparisonOperators');
  const isTolerated = (node: Node | undefined, pod: Pod) =>
    !findUntoleratedTaint(node?.spec?.taints ?? [], pod.spec.tolerations ?? [], comparison);
  return [
    on<Node>('Node', ADD | UPDATE_NODE_TAINT, (pod, { old, new: node }) =>
      queueIf(isTolerated(node, pod) && (!old || !isTolerated(old, pod))),
    ),
    on<Pod>(targetResource(features), UPDATE_POD_TOLERATION, (pod, { new: changed }) =>
      queueIf(isSamePod(changed, pod)),
    ),
  ];
}
