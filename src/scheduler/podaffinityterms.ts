// The terms of a pod's affinity and anti-affinity to other pods, compiled. Source: kube-scheduler
// framework types AffinityTerm, Kubernetes 1.37; spec scheduler.md 3.5.

import type { Pod, PodAffinity, PodAffinityTerm } from '../api/core.js';
import { compileLabelSelector } from '../api/labelselector.js';
import type { StringMap } from '../api/meta.js';

/** A term: the topology that it is about, and the pods that it means. */
export interface CompiledPodTerm {
  readonly topologyKey: string;
  matches(other: Pod): boolean;
}

/** Labels of a namespace by name; undefined where there is no such namespace. */
export type NamespaceLabels = (name: string) => StringMap | undefined;

/**
 * Compiles the required terms of a pod.
 *
 * @throws DrasimError `ERR_LABEL_SELECTOR` when a selector is wrong
 */
export function requiredPodTerms(
  pod: Pod,
  affinity: PodAffinity | undefined,
  namespaceLabels: NamespaceLabels,
): CompiledPodTerm[] {
  const terms = affinity?.requiredDuringSchedulingIgnoredDuringExecution ?? [];
  return terms.map((term) => compilePodTerm(pod, term, namespaceLabels));
}

/** Compiles one term of a pod; without namespaces it means those of the pod's own. */
export function compilePodTerm(
  pod: Pod,
  { labelSelector, namespaces = [], namespaceSelector, topologyKey }: PodAffinityTerm,
  namespaceLabels: NamespaceLabels,
): CompiledPodTerm {
  const matchesLabels = compileLabelSelector(labelSelector);
  const matchesNamespace = compileLabelSelector(namespaceSelector);
  const isOwn = namespaces.length === 0 && !namespaceSelector;
  const own = pod.metadata.namespace || 'default';
  return {
    topologyKey,
    matches({ metadata }) {
      const namespace = metadata.namespace || 'default';
      const isMeant = isOwn
        ? namespace === own
        : namespaces.includes(namespace) || matchesNamespace(namespaceLabels(namespace));
      return isMeant && matchesLabels(metadata.labels);
    },
  };
}
