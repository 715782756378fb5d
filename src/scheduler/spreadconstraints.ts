// The spread constraints of a pod: its own, or those of the scheduler with a selector deduced from what
// the pod belongs to. Source: pkg/scheduler/framework/plugins/podtopologyspread/common.go and
// helper/spread.go, Kubernetes 1.37; spec scheduler.md 3.5 and 3.8.

import type { Pod, TopologySpreadConstraint } from '../api/core.js';
import { compileLabelSelector, isEmptySelector } from '../api/labelselector.js';
import type { LabelSelector, LabelSelectorRequirement, StringMap } from '../api/meta.js';
import type { LabelMatcher } from '../api/requirement.js';
import type { PluginArgs } from './configuration/args.js';
import type { ObjectListers } from './listers.js';

/** A constraint and the pods that it counts. */
export interface SpreadConstraint {
  readonly constraint: TopologySpreadConstraint;
  readonly matches: LabelMatcher;
  /** False for a selector without requirements: upstream counts no pod for it, though it matches all. */
  readonly counts: boolean;
}

/** What a pod must do, and what it would rather do. */
export type SpreadAction = 'DoNotSchedule' | 'ScheduleAnyway';

const SYSTEM_CONSTRAINTS: readonly TopologySpreadConstraint[] = [
  {
    topologyKey: 'kubernetes.io/hostname',
    maxSkew: 3,
    whenUnsatisfiable: 'ScheduleAnyway',
  },
  {
    topologyKey: 'topology.kubernetes.io/zone',
    maxSkew: 5,
    whenUnsatisfiable: 'ScheduleAnyway',
  },
];

/**
 * The constraints of one action: the pod's own where it has any, otherwise the scheduler's.
 *
 * @throws DrasimError `ERR_LABEL_SELECTOR` when a selector of the pod is wrong
 */
export function spreadConstraints(
  pod: Pod,
  action: SpreadAction,
  args: PluginArgs['PodTopologySpread'],
  listers: ObjectListers,
): SpreadConstraint[] {
  const own = pod.spec.topologySpreadConstraints ?? [];
  const wanted = ({ whenUnsatisfiable }: TopologySpreadConstraint) => whenUnsatisfiable === action;
  if (own.length > 0) {
    return own.filter(wanted).map((constraint) => {
      const selector = withLabelKeys(constraint, pod.metadata.labels ?? {});
      const counts = selector !== undefined && !isEmptySelector(selector);
      return { constraint, matches: compileLabelSelector(selector), counts };
    });
  }
  const isSystem = args?.defaultingType === 'System';
  const defaults = isSystem ? SYSTEM_CONSTRAINTS : (args?.defaultConstraints ?? []);
  const constraints = defaults.filter(wanted);
  if (constraints.length === 0) return [];
  const selectors = defaultSelectors(pod, listers).map(compileLabelSelector);
  if (selectors.length === 0) return [];
  const matches: LabelMatcher = (labels) => selectors.every((matcher) => matcher(labels));
  return constraints.map((constraint) => ({ constraint, matches, counts: true }));
}

/** Adds the pod's values of `matchLabelKeys` to the selector. */
function withLabelKeys(
  { labelSelector, matchLabelKeys = [] }: TopologySpreadConstraint,
  labels: StringMap,
): LabelSelector | undefined {
  const requirements = matchLabelKeys.flatMap((key): LabelSelectorRequirement[] => {
    const value = labels[key];
    return value === undefined ? [] : [{ key, operator: 'In', values: [value] }];
  });
  if (requirements.length === 0 || !labelSelector) return labelSelector;
  const expressions = [...(labelSelector.matchExpressions ?? []), ...requirements];
  return { ...labelSelector, matchExpressions: expressions };
}

/** Selectors of all services that select the pod and of its controller: what default constraints count. */
export function defaultSelectors(pod: Pod, listers: ObjectListers): LabelSelector[] {
  const { labels = {}, namespace = 'default' } = pod.metadata;
  const selectors: LabelSelector[] = [];
  for (const { spec } of listers.services(namespace)) {
    const matchLabels = spec?.selector ?? {};
    if (Object.keys(matchLabels).length === 0) continue;
    if (compileLabelSelector({ matchLabels })(labels)) selectors.push({ matchLabels });
  }
  const selector = controllerSelector(pod, listers);
  return selector ? [...selectors, selector] : selectors;
}

function controllerSelector(pod: Pod, listers: ObjectListers): LabelSelector | undefined {
  const { ownerReferences = [], namespace = 'default' } = pod.metadata;
  const owner = ownerReferences.find(({ controller }) => controller === true);
  if (owner?.kind === 'ReplicationController' && owner.apiVersion === 'v1') {
    const matchLabels = listers.replicationController(namespace, owner.name)?.spec?.selector;
    return matchLabels && { matchLabels };
  }
  if (owner?.apiVersion !== 'apps/v1') return undefined;
  if (owner.kind === 'ReplicaSet') return listers.replicaSet(namespace, owner.name)?.spec.selector;
  if (owner.kind !== 'StatefulSet') return undefined;
  return listers.statefulSet(namespace, owner.name)?.spec.selector;
}
