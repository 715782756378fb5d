// What the plugins of a run can see of a pod beside its own wishes: labels that some selector reads, and
// images that some node has. Pods that differ in nothing else that matters share a shape.

import type { Pod, PodAffinity } from '../api/core.js';
import type { LabelSelector } from '../api/meta.js';
import type { NodeTable } from '../cluster/nodes.js';
import { podImages } from './images.js';
import type { ObjectListers } from './listers.js';
import { defaultSelectors } from './spreadconstraints.js';

/** What can be seen of the pods of a run. */
export interface PodSight {
  /** Keys of labels that selectors read; empty where no plugin looks at the labels of pods. */
  readonly labelKeys: ReadonlySet<string>;
  /** Names of the images that nodes have. */
  readonly images: ReadonlySet<string>;
  /** Names of pods that some disruption budget knows to be on their way out. */
  readonly disrupted: ReadonlySet<string>;
  readonly listers: ObjectListers;
  /** Whether everything but names may be seen, by plugins that a user brings. */
  readonly isWhole: boolean;
}

/** Gathers what the selectors of pods, services, controllers and disruption budgets read. */
export function sightOf(
  pods: Iterable<Pod>,
  nodes: NodeTable,
  listers: ObjectListers,
  isWhole = false,
): PodSight {
  const labelKeys = new Set<string>();
  const read = (selector: LabelSelector | undefined) => {
    if (!selector) return;
    // A selector without requirements reads no label and still sees the pod.
    labelKeys.add('');
    for (const key of Object.keys(selector.matchLabels ?? {})) labelKeys.add(key);
    for (const { key } of selector.matchExpressions ?? []) labelKeys.add(key);
  };
  for (const pod of pods) {
    const { affinity, topologySpreadConstraints = [] } = pod.spec;
    for (const terms of [affinity?.podAffinity, affinity?.podAntiAffinity]) {
      for (const term of termsOf(terms)) read(term.labelSelector);
    }
    for (const { labelSelector, matchLabelKeys = [] } of topologySpreadConstraints) {
      read(labelSelector);
      for (const key of matchLabelKeys) labelKeys.add(key);
    }
    for (const selector of defaultSelectors(pod, listers)) read(selector);
  }
  const disrupted = new Set<string>();
  for (const { spec, status } of listers.podDisruptionBudgets()) {
    read(spec?.selector);
    for (const name of Object.keys(status?.disruptedPods ?? {})) disrupted.add(name);
  }
  const images = new Set(
    nodes.nodes.flatMap(({ status }) => (status?.images ?? []).flatMap(({ names = [] }) => names)),
  );
  return { labelKeys, images, disrupted, listers, isWhole };
}

/** The part of a pod that others see, as a key. */
export function visiblePart(pod: Pod, sight: PodSight): unknown {
  const { labelKeys, images, disrupted, listers } = sight;
  const { name = '', labels = {}, namespace = 'default' } = pod.metadata;
  const others =
    labelKeys.size === 0
      ? null
      : [
          namespace,
          disrupted.has(name) ? name : null,
          Object.entries(labels)
            .filter(([key]) => labelKeys.has(key))
            .sort(([left], [right]) => (left < right ? -1 : 1)),
        ];
  const own = podImages(pod.spec);
  const isHeld = [...own.names, ...own.volumeNames].some((name) => images.has(name));
  const { annotations } = pod.metadata;
  const whole = sight.isWhole ? [namespace, labels, annotations, pod.spec] : null;
  return [others, isHeld ? own : null, defaultSelectors(pod, listers), whole];
}

function termsOf(affinity: PodAffinity | undefined) {
  return [
    ...(affinity?.requiredDuringSchedulingIgnoredDuringExecution ?? []),
    ...(affinity?.preferredDuringSchedulingIgnoredDuringExecution ?? []).map(
      ({ podAffinityTerm }) => podAffinityTerm,
    ),
  ];
}
