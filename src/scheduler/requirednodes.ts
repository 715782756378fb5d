// The nodes that a pod's selector and required affinity accept, as the scheduler's plugins ask for them.
// Source: pkg/scheduler/framework/plugins/nodeaffinity, Kubernetes 1.32 to 1.37; spec scheduler.md 3.3.

import type { Affinity } from '../api/core.js';
import type { StringMap } from '../api/meta.js';
import { compileRequiredNodeAffinity, type NodeMatcher } from '../api/nodeselector.js';
import { DrasimError } from '../errors.js';

/** Compiles what a pod requires of a node; where a term is wrong and no other accepts it, a node is refused. */
export function compileRequiredNodes(
  labels: StringMap | undefined,
  affinity: Affinity | undefined,
): NodeMatcher {
  const matches = compileRequiredNodeAffinity(labels, affinity);
  return (node) => {
    try {
      return matches(node);
    } catch (error) {
      if (!(error instanceof DrasimError)) throw error;
      return false;
    }
  };
}
