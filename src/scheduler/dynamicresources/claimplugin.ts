// DynamicResources as a plugin of the framework, for pods that are API objects: what the scheduler asks by
// shape and node index is answered for the pod at hand.

import type { Pod } from '../../api/core.js';
import type { Plugin, PluginHandle } from '../framework.js';
import type { ClaimStatus, CycleState } from './cyclestate.js';
import type { DynamicResources } from './dynamicresources.js';

/** One attempt for one pod. */
export interface ClaimCycle {
  readonly pod: Pod;
  /** Set by PreFilter; null where the plugin has nothing to do. */
  state: CycleState | null;
}

const NAME = 'DynamicResources';

/** The plugin for the pod of a cycle. */
export function createClaimPlugin(
  plugin: DynamicResources,
  cycle: ClaimCycle,
  { nodes, reasons, features }: PluginHandle,
): Plugin {
  const id = (status: ClaimStatus | null) =>
    status === null ? 0 : reasons.id(NAME, status.code, ...status.reasons);
  return {
    name: NAME,
    dependsOn: 'cluster',
    normalization: 'default',
    preEnqueue: (pod) => id(plugin.preEnqueue(pod)),
    preFilter() {
      const { state, status } = plugin.preFilter(cycle.pod);
      cycle.state = state;
      if (status) return { rejection: id(status) };
      return state ? 'run' : 'skip';
    },
    filter(_shape, node) {
      const status = plugin.filter(cycle.state!, cycle.pod, nodes.nodes[node]!);
      if (status?.code !== 'Error') return id(status);
      const place = `running ${JSON.stringify(NAME)} filter plugin: `;
      return id({ ...status, reasons: status.reasons.map((reason) => place + reason) });
    },
    postFilter() {
      const { code, reasons: texts } = plugin.postFilter(cycle.state, cycle.pod);
      if (texts.length === 0) return undefined;
      return { code, text: texts.join(', '), nominatedNode: -1, victims: [] };
    },
    preScore: () => cycle.state !== null && features.enabled('DRAPrioritizedList'),
    score: (_shape, node) => plugin.score(cycle.state!, nodes.names[node]!),
  };
}
