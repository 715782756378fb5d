// What is wrong with the arguments of plugins. Source: pkg/scheduler/apis/config/validation, Kubernetes 1.37.

import type { NodeAffinity, TopologySpreadConstraint } from '../../api/core.js';
import { parseDurationNs } from '../../api/duration.js';
import { qualifiedNameProblems } from '../../api/names.js';
import { nodeSelectorProblems, preferredTermProblems } from '../../api/nodeselector.js';
import type { SelectorProblem } from '../../api/requirement.js';
import { checkEnum, checkUnique, type Problems } from '../../api/validation/problems.js';
import { hasBindingConditions, type KnownPluginArgs, type UtilizationShapePoint } from './args.js';

type Check<Plugin extends keyof KnownPluginArgs> = (
  problems: Problems,
  path: string,
  args: NonNullable<KnownPluginArgs[Plugin]>,
) => void;

const CHECKS: { readonly [Plugin in keyof KnownPluginArgs]?: Check<Plugin> } = {
  DefaultPreemption(problems, path, args) {
    const { minCandidateNodesPercentage, minCandidateNodesAbsolute } = args;
    checkRange(problems, `${path}.minCandidateNodesPercentage`, minCandidateNodesPercentage, 100);
    if (minCandidateNodesAbsolute < 0) {
      const reason = 'not in valid range [0, inf)';
      problems.invalid(`${path}.minCandidateNodesAbsolute`, minCandidateNodesAbsolute, reason);
    }
    if (minCandidateNodesPercentage === 0 && minCandidateNodesAbsolute === 0) {
      for (const field of ['minCandidateNodesPercentage', 'minCandidateNodesAbsolute']) {
        problems.invalid(`${path}.${field}`, 0, 'only one of the two may be zero');
      }
    }
  },
  DynamicResources(problems, path, args) {
    const filterTimeoutNs = parseDurationNs(args.filterTimeout ?? '0s')!;
    if (filterTimeoutNs < 0n) {
      problems.invalid(`${path}.filterTimeout`, args.filterTimeout, 'must be zero or positive');
    }
    if (args.bindingTimeout === undefined) return;
    if (!hasBindingConditions(problems.options.features)) {
      problems.forbidden(`${path}.bindingTimeout`, 'the gates of binding conditions are off');
    } else if (parseDurationNs(args.bindingTimeout)! < 1_000_000_000n) {
      problems.invalid(`${path}.bindingTimeout`, args.bindingTimeout, 'must be at least 1 second');
    }
  },
  InterPodAffinity(problems, path, { hardPodAffinityWeight }) {
    checkRange(problems, `${path}.hardPodAffinityWeight`, hardPodAffinityWeight, 100);
  },
  NodeAffinity(problems, path, { addedAffinity }) {
    if (addedAffinity) checkAddedAffinity(problems, `${path}.addedAffinity`, addedAffinity);
  },
  NodeResourcesBalancedAllocation(problems, path, { resources }) {
    checkUnique(
      problems,
      resources,
      ({ name }) => name,
      (index) => `${path}.resources[${index}].name`,
    );
    for (const [index, { weight }] of resources.entries()) {
      if (weight === 1) continue;
      problems.invalid(`${path}.resources[${index}].weight`, weight, 'resource weight must be 1');
    }
  },
  PodTopologySpread(problems, path, { defaultConstraints = [], defaultingType }) {
    const isKnown = defaultingType === 'System' || defaultingType === 'List';
    if (!isKnown) {
      problems.unsupported(`${path}.defaultingType`, defaultingType, ['System', 'List']);
    } else if (defaultingType === 'System' && defaultConstraints.length > 0) {
      const reason = 'when .defaultConstraints are not empty';
      problems.invalid(`${path}.defaultingType`, defaultingType, reason);
    }
    for (const [index, constraint] of defaultConstraints.entries()) {
      checkDefaultConstraint(problems, `${path}.defaultConstraints[${index}]`, constraint);
    }
    checkUnique(
      problems,
      defaultConstraints,
      ({ topologyKey, whenUnsatisfiable }) => `${topologyKey} ${whenUnsatisfiable}`,
      (index) => `${path}.defaultConstraints[${index}]`,
    );
  },
  VolumeBinding(problems, path, { bindTimeoutSeconds, shape }) {
    if (bindTimeoutSeconds < 0) {
      problems.invalid(`${path}.bindTimeoutSeconds`, bindTimeoutSeconds, 'must not be negative');
    }
    if (!shape) return;
    if (problems.options.features.enabled('StorageCapacityScoring')) {
      checkShape(problems, `${path}.shape`, shape);
    } else problems.invalid(`${path}.shape`, shape, 'the gate StorageCapacityScoring is off');
  },
};

/** Checks the arguments of a plugin, as far as reading a configuration does. */
export function checkArgs(problems: Problems, path: string, plugin: string, args: unknown): void {
  if (!Object.hasOwn(CHECKS, plugin)) return;
  const check = CHECKS[plugin as keyof KnownPluginArgs] as (
    problems: Problems,
    path: string,
    args: unknown,
  ) => void;
  check(problems, path, args);
}

/** Checks the arguments of NodeResourcesFit, which upstream does only when it builds the plugin. */
export function checkFitArgs(
  problems: Problems,
  path: string,
  args: NonNullable<KnownPluginArgs['NodeResourcesFit']>,
): void {
  const { ignoredResources = [], ignoredResourceGroups = [], scoringStrategy } = args;
  for (const [index, name] of ignoredResources.entries()) {
    problems.invalidAll(`${path}.ignoredResources[${index}]`, name, qualifiedNameProblems(name));
  }
  for (const [index, group] of ignoredResourceGroups.entries()) {
    const place = `${path}.ignoredResourceGroups[${index}]`;
    if (group.includes('/'))
      problems.invalid(place, group, "resource group name can't contain '/'");
    problems.invalidAll(place, group, qualifiedNameProblems(group));
  }
  const { type, resources, requestedToCapacityRatio } = scoringStrategy;
  const place = `${path}.scoringStrategy`;
  const types = ['LeastAllocated', 'MostAllocated', 'RequestedToCapacityRatio'];
  if (!types.includes(type)) problems.unsupported(`${place}.type`, type ?? '', types);
  for (const [index, { name, weight }] of resources.entries()) {
    if (weight > 0 && weight <= 100) continue;
    const reason = `resource weight of ${name} not in valid range (0, 100]`;
    problems.invalid(`${place}.resources[${index}].weight`, weight, reason);
  }
  if (requestedToCapacityRatio || type === 'RequestedToCapacityRatio') {
    const shape = requestedToCapacityRatio?.shape ?? [];
    checkShape(problems, `${place}.requestedToCapacityRatio.shape`, shape);
  }
}

function checkShape(
  problems: Problems,
  path: string,
  shape: readonly UtilizationShapePoint[],
): void {
  if (shape.length === 0) problems.required(path, 'at least one point must be specified');
  for (const [index, { utilization, score }] of shape.entries()) {
    checkRange(problems, `${path}[${index}].utilization`, utilization, 100);
    checkRange(problems, `${path}[${index}].score`, score, 10);
    if (index === 0 || utilization > shape[index - 1]!.utilization) continue;
    const reason = 'utilization values must be sorted in increasing order';
    problems.invalid(`${path}[${index}].utilization`, utilization, reason);
  }
}

function checkDefaultConstraint(
  problems: Problems,
  path: string,
  constraint: TopologySpreadConstraint,
): void {
  const { maxSkew = 0, topologyKey, whenUnsatisfiable, labelSelector } = constraint;
  if (maxSkew <= 0) problems.invalid(`${path}.maxSkew`, maxSkew, 'not in valid range (0, inf)');
  if (!topologyKey) problems.required(`${path}.topologyKey`, 'can not be empty');
  else {
    problems.invalidAll(`${path}.topologyKey`, topologyKey, qualifiedNameProblems(topologyKey));
  }
  const actions = ['DoNotSchedule', 'ScheduleAnyway'];
  checkEnum(problems, `${path}.whenUnsatisfiable`, whenUnsatisfiable, actions);
  if (labelSelector) {
    const text = 'constraint must not define a selector, as they deduced for each pod';
    problems.forbidden(`${path}.labelSelector`, text);
  }
}

function checkAddedAffinity(problems: Problems, path: string, affinity: NodeAffinity): void {
  const required = affinity.requiredDuringSchedulingIgnoredDuringExecution;
  const preferred = affinity.preferredDuringSchedulingIgnoredDuringExecution ?? [];
  const found = (place: string, list: readonly SelectorProblem[]) => {
    for (const problem of list) {
      const [type, detail] = splitFirst(problem.message, ': ');
      const isUnsupported = type === 'Unsupported value';
      const field = place + problem.path;
      problems.add({ field, type: isUnsupported ? type : 'Invalid value', detail });
    }
  };
  if (required) {
    const place = `${path}.requiredDuringSchedulingIgnoredDuringExecution.`;
    found(place, nodeSelectorProblems(required));
  }
  const place = `${path}.preferredDuringSchedulingIgnoredDuringExecution`;
  found(place, preferredTermProblems(preferred));
}

function splitFirst(text: string, separator: string): [string, string] {
  const at = text.indexOf(separator);
  return [text.slice(0, at), text.slice(at + separator.length)];
}

function checkRange(problems: Problems, field: string, value: number, valueMax: number): void {
  if (value >= 0 && value <= valueMax) return;
  problems.invalid(field, value, `not in valid range [0, ${valueMax}]`);
}
