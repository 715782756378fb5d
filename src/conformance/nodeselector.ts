// Vectors of the kinds `node-selector`, `node-affinity` and `node-affinity-score`: one node each.

import type { Affinity, NodeSelector, PreferredSchedulingTerm } from '../api/core.js';
import type { StringMap } from '../api/meta.js';
import {
  compileNodeSelector,
  compilePreferredNodeAffinity,
  compileRequiredNodeAffinity,
  type NodeLabels,
} from '../api/nodeselector.js';
import type { Json, Vector, VectorReader } from './vector.js';

/** Matches a node against a selector, a pod's affinity, or its preferences. */
export const nodeSelectorReader: VectorReader = {
  kinds: ['node-selector', 'node-affinity', 'node-affinity-score'],
  answer(vector): Json {
    try {
      return answerOf(vector);
    } catch (error) {
      return { error: (error as Error).message };
    }
  },
};

function answerOf({ kind, input }: Vector): Json {
  const node = input['node'] as unknown as NodeLabels;
  if (kind === 'node-affinity-score') {
    const preferred = (input['preferred'] ?? []) as unknown as PreferredSchedulingTerm[];
    return { score: compilePreferredNodeAffinity(preferred)(node) };
  }
  if (kind === 'node-selector') {
    const selector = input['nodeSelector'] as unknown as NodeSelector;
    return { match: compileNodeSelector(selector)(node) };
  }
  const labels = (input['nodeSelector'] ?? undefined) as StringMap | undefined;
  const affinity = (input['affinity'] ?? undefined) as unknown as Affinity | undefined;
  return { match: compileRequiredNodeAffinity(labels, affinity)(node) };
}
