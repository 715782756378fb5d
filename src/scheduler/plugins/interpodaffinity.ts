// InterPodAffinity: pods go near to some pods and away from others. Source: kubernetes/kubernetes
// pkg/scheduler/framework/plugins/interpodaffinity (1.32, 1.33, 1.36, 1.37).

import type { Node, Pod } from '../../api/core.js';
import { ADD, DELETE, UPDATE_NODE_LABEL, UPDATE_POD_LABEL } from '../events/clusterevent.js';
import { hasNode, isSamePod } from '../events/pods.js';
import {
  type EventContext,
  type EventObjects,
  type EventRegistration,
  on,
  oncePer,
  type QueueingHint,
  queueIf,
} from '../events/registration.js';
import { MAX_SCORE, type NodeWindow, type Plugin, type PluginHandle } from '../framework.js';
import { createPodAffinityCounts } from '../podaffinitycounts.js';
import { type CompiledPodTerm, requiredPodTerms } from '../podaffinityterms.js';
import type { PodShape } from '../podshape.js';

export function createInterPodAffinity(handle: PluginHandle): Plugin {
  const { reasons, shapes } = handle;
  const name = 'InterPodAffinity';
  const unmet = reasons.id(
    name,
    'UnschedulableAndUnresolvable',
    "node(s) didn't match pod affinity rules",
  );
  const repelled = reasons.id(
    name,
    'Unschedulable',
    "node(s) didn't match pod anti-affinity rules",
  );
  const unwelcome = reasons.id(
    name,
    'Unschedulable',
    "node(s) didn't satisfy existing pods anti-affinity rules",
  );
  const counts = createPodAffinityCounts(handle);

  return {
    name,
    dependsOn: 'cluster',
    normalization: 'own',
    isIdle: () => !shapes.hasPodTerms,
    preFilter(shape) {
      if (!shapes.hasPodTerms) return 'skip';
      return counts.of(shape).canReject() ? 'run' : 'idle';
    },
    filter(shape, node) {
      const own = counts.of(shape);
      if (!own.meetsAffinity(node)) return unmet;
      if (own.meetsRepelling(node)) return repelled;
      return own.isRepelledBy(node) ? unwelcome : 0;
    },
    visitChanges: (shape, visit) => counts.of(shape).visitChanges(visit),
    preScore: (shape) => shapes.hasPodTerms && counts.of(shape).canScore(),
    isEven: (shape) => counts.of(shape).isEven(),
    score: (shape, node) => counts.of(shape).score(node),
    normalize: spreadScores,
    addPod: (pod, node) => counts.count(pod, node, 1),
    removePod: (pod, node) => counts.count(pod, node, -1),
  };
}

/** Stretches scores so that the worst node has 0 and the best one 100. */
function spreadScores(_shape: PodShape, scores: Float64Array, { count }: NodeWindow): void {
  let min = scores[0]!;
  let max = min;
  for (let index = 1; index < count; index++) {
    if (scores[index]! < min) min = scores[index]!;
    if (scores[index]! > max) max = scores[index]!;
  }
  const range = max - min;
  for (let index = 0; index < count; index++) {
    scores[index] = range > 0 ? Math.trunc(MAX_SCORE * ((scores[index]! - min) / range)) : 0;
  }
}

/** The required terms of a pod. */
interface PodTerms {
  readonly affinity: readonly CompiledPodTerm[];
  readonly antiAffinity: readonly CompiledPodTerm[];
}

/** Pods that terms mean, and nodes that are or have domains. */
export function interPodAffinityEvents({ features, listers }: EventContext): EventRegistration[] {
  const { minor } = features;
  const labels = (name: string) => listers.namespaceLabels(name);
  const termsOf = oncePer((pod: Pod): PodTerms => {
    const { podAffinity, podAntiAffinity } = pod.spec.affinity ?? {};
    return {
      affinity: requiredPodTerms(pod, podAffinity, labels),
      antiAffinity: requiredPodTerms(pod, podAntiAffinity, labels),
    };
  });
  const onPod = (pod: Pod, { old, new: changed }: EventObjects<Pod>): QueueingHint => {
    if (minor >= 36 && old && isSamePod(changed, pod)) return 'Queue';
    const counts = (other: Pod | undefined) => !other || hasNode(other, minor >= 36);
    if (!counts(old) || !counts(changed)) return 'Skip';
    const isRepelled = (terms: readonly CompiledPodTerm[], other: Pod) =>
      minor >= 37 ? terms.some((term) => term.matches(other)) : matchesAll(terms, other);
    const { affinity, antiAffinity } = termsOf(pod);
    if (!changed) {
      if (isRepelled(antiAffinity, old!)) return 'Queue';
      return queueIf(minor >= 36 && isRepelled(termsOf(old!).antiAffinity, pod));
    }
    if (!old) return queueIf(matchesAll(affinity, changed));
    const isWelcome = !matchesAll(affinity, old) && matchesAll(affinity, changed);
    return queueIf(
      isWelcome || (isRepelled(antiAffinity, old) && !isRepelled(antiAffinity, changed)),
    );
  };
  const onNode = (pod: Pod, event: EventObjects<Node>) =>
    minor <= 32 ? hintOfNode132(event, termsOf(pod)) : hintOfNode(event, termsOf(pod));
  return [
    ...(minor >= 37
      ? [
          on('AssignedPod', ADD | DELETE | UPDATE_POD_LABEL, onPod),
          on('TargetPod', UPDATE_POD_LABEL, onPod),
        ]
      : [on('Pod', ADD | DELETE | UPDATE_POD_LABEL, onPod)]),
    on('Node', ADD | UPDATE_NODE_LABEL, onNode),
  ];
}

function matchesAll(terms: readonly CompiledPodTerm[], pod: Pod): boolean {
  return terms.length > 0 && terms.every((term) => term.matches(pod));
}

function labelOf(node: Node | undefined, { topologyKey }: CompiledPodTerm): string | undefined {
  return node?.metadata.labels?.[topologyKey];
}

/** A domain that came or that a node moved to may have the pod's friends; one that it left, its foes. */
function hintOfNode(
  { old, new: node }: EventObjects<Node>,
  { affinity, antiAffinity }: PodTerms,
): QueueingHint {
  if (!old) {
    return queueIf(
      antiAffinity.length > 0 || affinity.some((term) => labelOf(node, term) !== undefined),
    );
  }
  const isChanged = (term: CompiledPodTerm) => labelOf(old, term) !== labelOf(node, term);
  return queueIf(
    affinity.some((term) => isChanged(term) && labelOf(node, term) !== undefined) ||
      antiAffinity.some((term) => isChanged(term) && labelOf(old, term) !== undefined),
  );
}

/** 1.32 looks at the node as it is now, changed or not. */
function hintOfNode132(
  { new: node }: EventObjects<Node>,
  { affinity, antiAffinity }: PodTerms,
): QueueingHint {
  return queueIf([...affinity, ...antiAffinity].some((term) => labelOf(node, term) !== undefined));
}
