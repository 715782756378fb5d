// NodeName: a pod that names its node fits there only. Source: kubernetes/kubernetes
// pkg/scheduler/framework/plugins/nodename (1.37).

import { ADD } from '../events/clusterevent.js';
import { type EventRegistration, on } from '../events/registration.js';
import type { Plugin, PluginHandle } from '../framework.js';

export function createNodeName({ nodes, reasons, features }: PluginHandle): Plugin {
  const name = 'NodeName';
  const text = "node(s) didn't match the requested node name";
  const rejection = reasons.id(name, 'UnschedulableAndUnresolvable', text);
  return {
    name,
    dependsOn: 'node',
    preFilter({ spec: { nodeName } }) {
      if (!nodeName) return 'skip';
      return features.minor >= 37 ? { nodeNames: [nodeName] } : 'run';
    },
    filter({ spec: { nodeName } }, node) {
      return !nodeName || nodes.names[node] === nodeName ? 0 : rejection;
    },
  };
}

/** New nodes. */
export function nodeNameEvents(): EventRegistration[] {
  return [on('Node', ADD)];
}
