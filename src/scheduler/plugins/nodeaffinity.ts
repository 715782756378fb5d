// NodeAffinity: nodeSelector and required terms reject nodes, preferred terms score them. Source:
// kubernetes/kubernetes pkg/scheduler/framework/plugins/nodeaffinity (1.37).

import type { Node, Pod } from '../../api/core.js';
import {
  compileNodeSelector,
  compilePreferredNodeAffinity,
  compileRequiredNodeAffinity,
  type NodeLabels,
  type NodeMatcher,
} from '../../api/nodeselector.js';
import { ADD, UPDATE_NODE_LABEL } from '../events/clusterevent.js';
import {
  type EventContext,
  type EventRegistration,
  on,
  oncePer,
  queueIf,
} from '../events/registration.js';
import type { Plugin, PluginHandle } from '../framework.js';
import type { PodShape } from '../podshape.js';

export function createNodeAffinity({ nodes, reasons }: PluginHandle): Plugin {
  const name = 'NodeAffinity';
  const rejection = reasons.id(
    name,
    'UnschedulableAndUnresolvable',
    "node(s) didn't match Pod's node affinity/selector",
  );
  const matchers = new Map<number, NodeMatcher>();
  const scorers = new Map<number, (node: NodeLabels) => number>();

  function required(shape: PodShape) {
    return shape.affinity?.nodeAffinity?.requiredDuringSchedulingIgnoredDuringExecution;
  }

  function preferred(shape: PodShape) {
    return shape.affinity?.nodeAffinity?.preferredDuringSchedulingIgnoredDuringExecution ?? [];
  }

  return {
    name,
    dependsOn: 'node',
    normalization: 'default',
    preFilter(shape) {
      if (!shape.nodeSelector && !required(shape)) return false;
      if (!matchers.has(shape.id)) {
        matchers.set(shape.id, compileRequiredNodeAffinity(shape.nodeSelector, shape.affinity));
      }
      return true;
    },
    filter: (shape, node) => (matchers.get(shape.id)!(nodes.nodes[node]!) ? 0 : rejection),
    preScore(shape) {
      if (preferred(shape).length === 0) return false;
      if (!scorers.has(shape.id))
        scorers.set(shape.id, compilePreferredNodeAffinity(preferred(shape)));
      return true;
    },
    score: (shape, node) => scorers.get(shape.id)!(nodes.nodes[node]!),
  };
}

/** Nodes whose labels match now and did not before. */
export function nodeAffinityEvents({ args }: EventContext): EventRegistration[] {
  const added = args.NodeAffinity?.addedAffinity?.requiredDuringSchedulingIgnoredDuringExecution;
  const matchesAdded = added ? compileNodeSelector(added) : () => true;
  const matcherOf = oncePer(({ spec }: Pod) =>
    compileRequiredNodeAffinity(spec.nodeSelector, spec.affinity),
  );
  return [
    on<Node>('Node', ADD | UPDATE_NODE_LABEL, (pod, { old, new: node }) => {
      const matches = matcherOf(pod);
      if (!matchesAdded(node!) || !matches(node!)) return 'Skip';
      return queueIf(!old || !matches(old));
    }),
  ];
}
