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

/** A preferred term; a pod to keep away from has a negative weight. */
export interface WeightedPodTerm {
  readonly term: CompiledPodTerm;
  readonly weight: number;
}

/**
 * Compiles the preferred terms of a pod, those of affinity first.
 *
 * @throws DrasimError `ERR_LABEL_SELECTOR` when a selector is wrong
 */
export function preferredPodTerms(pod: Pod, namespaceLabels: NamespaceLabels): WeightedPodTerm[] {
  const { podAffinity, podAntiAffinity } = pod.spec.affinity ?? {};
  const compile = (affinity: PodAffinity | undefined, sign: 1 | -1) =>
    (affinity?.preferredDuringSchedulingIgnoredDuringExecution ?? []).map(
      ({ weight, podAffinityTerm }) => ({
        term: compilePodTerm(pod, podAffinityTerm, namespaceLabels),
        weight: sign * weight,
      }),
    );
  return [...compile(podAffinity, 1), ...compile(podAntiAffinity, -1)];
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
