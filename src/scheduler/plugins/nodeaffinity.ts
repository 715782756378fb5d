// NodeAffinity: nodeSelector and required terms reject nodes, preferred terms score them. Source:
// kubernetes/kubernetes pkg/scheduler/framework/plugins/nodeaffinity (1.37).

import type { Node, Pod } from '../../api/core.js';
import {
  compileNodeSelector,
  compilePreferredNodeAffinity,
  compileRequiredNodeAffinity,
  type NodeLabels,
  type NodeMatcher,
  requiredNodeNames,
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
import { compileRequiredNodes } from '../requirednodes.js';

export function createNodeAffinity({ nodes, reasons, args }: PluginHandle): Plugin {
  const name = 'NodeAffinity';
  const unresolvable = (text: string) => reasons.id(name, 'UnschedulableAndUnresolvable', text);
  const rejection = unresolvable("node(s) didn't match Pod's node affinity/selector");
  const enforced = unresolvable("node(s) didn't match scheduler-enforced node affinity");
  const conflict = unresolvable('pod affinity terms conflict');
  const { addedAffinity } = args.NodeAffinity ?? {};
  const addedRequired = addedAffinity?.requiredDuringSchedulingIgnoredDuringExecution;
  const addedPreferred = addedAffinity?.preferredDuringSchedulingIgnoredDuringExecution ?? [];
  const matchesAdded = addedRequired ? compileNodeSelector(addedRequired) : () => true;
  const scoreAdded = compilePreferredNodeAffinity(addedPreferred);
  const matchers: NodeMatcher[] = [];
  const scorers: ((node: NodeLabels) => number)[] = [];

  return {
    name,
    dependsOn: 'node',
    isEqualOnEqualNodes: ({ nodeSelector, affinity }) =>
      !/kubernetes.io.hostname|matchFields/.test(
        JSON.stringify([nodeSelector, affinity?.nodeAffinity, addedAffinity]),
      ),
    normalization: 'default',
    preFilter({ id, nodeSelector, affinity }) {
      const required = affinity?.nodeAffinity?.requiredDuringSchedulingIgnoredDuringExecution;
      matchers[id] ??= compileRequiredNodes(nodeSelector, affinity);
      if (!nodeSelector && !required && !addedRequired) return 'skip';
      const nodeNames = requiredNodeNames(affinity);
      if (!nodeNames) return 'run';
      return nodeNames.length === 0 ? { rejection: conflict } : { nodeNames };
    },
    filter(shape, node) {
      const object = nodes.nodes[node]!;
      if (!matchesAdded(object)) return enforced;
      return matchers[shape.id]!(object) ? 0 : rejection;
    },
    preScore({ id, affinity }) {
      const own = affinity?.nodeAffinity?.preferredDuringSchedulingIgnoredDuringExecution ?? [];
      if (own.length === 0 && addedPreferred.length === 0) return false;
      scorers[id] ??= compilePreferredNodeAffinity(own);
      return true;
    },
    score(shape, node) {
      const object = nodes.nodes[node]!;
      return scoreAdded(object) + scorers[shape.id]!(object);
    },
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
