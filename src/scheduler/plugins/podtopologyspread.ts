// PodTopologySpread: pods that belong together are spread over the domains of a topology. Source:
// kubernetes/kubernetes pkg/scheduler/framework/plugins/podtopologyspread (1.32, 1.36, 1.37).

import type { Node, Pod } from '../../api/core.js';
import { semanticallyEqual } from '../../api/equality.js';
import {
  ADD,
  DELETE,
  UPDATE_NODE_LABEL,
  UPDATE_NODE_TAINT,
  UPDATE_POD_LABEL,
  UPDATE_POD_TOLERATION,
} from '../events/clusterevent.js';
import { hasNode, isSamePod, namespaceOf } from '../events/pods.js';
import {
  type EventContext,
  type EventObjects,
  type EventRegistration,
  on,
  oncePer,
  type QueueingHint,
  queueIf,
} from '../events/registration.js';
import type { NodeWindow, Plugin, PluginHandle } from '../framework.js';
import { MAX_SCORE } from '../framework.js';
import type { PodShape } from '../podshape.js';
import { type SpreadConstraint, spreadConstraints } from '../spreadconstraints.js';
import { createSpreadCounts, type ShapeSpread } from '../spreadcounts.js';
import { SpreadScorer } from '../spreadscores.js';

export function createPodTopologySpread(handle: PluginHandle): Plugin {
  const { reasons, shapes } = handle;
  const name = 'PodTopologySpread';
  const text = "node(s) didn't match pod topology spread constraints";
  const skewed = reasons.id(name, 'Unschedulable', text);
  const unlabelled = `${text} (missing required label)`;
  const missing = reasons.id(name, 'UnschedulableAndUnresolvable', unlabelled);
  const counts = createSpreadCounts(handle);
  const scorer = new SpreadScorer(handle.nodes.count);
  const soft = (shape: PodShape): ShapeSpread => counts.of(shape, 'ScheduleAnyway');
  const hard = (shape: PodShape): ShapeSpread => counts.of(shape, 'DoNotSchedule');

  return {
    name,
    dependsOn: 'cluster',
    normalization: 'own',
    isIdle: () => !shapes.hasSpread,
    preFilter: (shape) => (hard(shape).domains.length > 0 ? 'run' : 'skip'),
    filter(shape, node) {
      const { domains } = hard(shape);
      for (let index = 0; index < domains.length; index++) {
        const domain = domains[index]!;
        if (domain.column.values[node]! < 0) return missing;
        if (domain.isSkewedAt(node)) return skewed;
      }
      return 0;
    },
    domains: {
      rejection: skewed,
      unlabelled: missing,
      verdicts: (shape) => hard(shape).domains,
      visitFlips(shape, flip) {
        let hasChanged = false;
        for (const domain of hard(shape).domains) {
          if (domain.visitFlips(flip)) hasChanged = true;
        }
        return hasChanged;
      },
    },
    preScore(shape, window) {
      const spread = soft(shape);
      if (spread.domains.length === 0) return false;
      scorer.weigh(spread, window);
      return true;
    },
    score: (_shape, node) => scorer.score(node),
    normalize(_shape: PodShape, scores: Float64Array, window: NodeWindow) {
      scorer.normalize(scores, window, MAX_SCORE);
    },
    addPod: (pod, node) => counts.count(pod, node, 1),
    removePod: (pod, node) => counts.count(pod, node, -1),
  };
}

/** Pods that a constraint counts, and nodes that are or have domains. */
export function podTopologySpreadEvents(context: EventContext): EventRegistration[] {
  const { features, args, listers } = context;
  const compile = (pod: Pod) =>
    spreadConstraints(pod, 'DoNotSchedule', args.PodTopologySpread, listers);
  const ownOf = oncePer(compile);
  // Default constraints hang on services and controllers, which may have changed since the last event.
  const constraintsOf = (pod: Pod) =>
    (pod.spec.topologySpreadConstraints?.length ?? 0) > 0 ? ownOf(pod) : compile(pod);
  const onPod = (pod: Pod, event: EventObjects<Pod>): QueueingHint => {
    const isInvolved = (other: Pod | undefined) =>
      other === undefined ||
      isSamePod(other, pod) ||
      (hasNode(other, features.minor >= 36) && namespaceOf(other) === namespaceOf(pod));
    if (!isInvolved(event.old) || !isInvolved(event.new)) return 'Skip';
    return hintOfPod(pod, event, constraintsOf(pod));
  };
  const onNode = (pod: Pod, event: EventObjects<Node>) => hintOfNode(event, constraintsOf(pod));
  const own = UPDATE_POD_LABEL | UPDATE_POD_TOLERATION;
  return [
    ...(features.minor >= 37
      ? [on('AssignedPod', ADD | DELETE | UPDATE_POD_LABEL, onPod), on('TargetPod', own, onPod)]
      : [on('Pod', ADD | DELETE | own, onPod)]),
    on('Node', ADD | DELETE | UPDATE_NODE_LABEL | UPDATE_NODE_TAINT, onNode),
  ];
}

function hintOfPod(
  pod: Pod,
  { old, new: changed }: EventObjects<Pod>,
  constraints: readonly SpreadConstraint[],
): QueueingHint {
  if (!old || !changed) {
    const { labels } = (old ?? changed)!.metadata;
    return queueIf(constraints.some(({ matches }) => matches(labels)));
  }
  if (isSamePod(changed, pod) && !hasEqualTolerations(old, changed)) {
    const isHonored = constraints.some(({ constraint }) => constraint.nodeTaintsPolicy === 'Honor');
    if (isHonored) return 'Queue';
  }
  const before = old.metadata.labels;
  const after = changed.metadata.labels;
  if (semanticallyEqual(before, after)) return 'Skip';
  return queueIf(constraints.some(({ matches }) => matches(before) !== matches(after)));
}

function hasEqualTolerations(old: Pod, changed: Pod): boolean {
  return semanticallyEqual(old.spec.tolerations, changed.spec.tolerations);
}

function hintOfNode(
  { old, new: changed }: EventObjects<Node>,
  constraints: readonly SpreadConstraint[],
): QueueingHint {
  const keys = constraints.map(({ constraint }) => constraint.topologyKey);
  const hasAllKeys = (node: Node | undefined) =>
    node !== undefined && keys.every((key) => node.metadata.labels?.[key] !== undefined);
  if (!old || !changed) return queueIf(hasAllKeys(old ?? changed));
  if (hasAllKeys(old) !== hasAllKeys(changed)) return 'Queue';
  if (!hasAllKeys(changed)) return 'Skip';
  const isMoved = keys.some((key) => old.metadata.labels?.[key] !== changed.metadata.labels?.[key]);
  return queueIf(isMoved || !semanticallyEqual(old.spec?.taints, changed.spec?.taints));
}
