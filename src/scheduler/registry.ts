// All plugins by upstream's name, the node strategies, and the plugins of a profile at each point. Source:
// pkg/scheduler/framework/plugins/registry.go (1.37).

import type { SchedulerProfile } from './configuration/configuration.js';
import { EXTENSION_POINTS, type ExtensionPoint } from './configuration/defaultplugins.js';
import type {
  FilterPlugin,
  Plugin,
  PluginFactory,
  PluginHandle,
  ScorePlugin,
} from './framework.js';
import { createDefaultPreemption } from './plugins/defaultpreemption.js';
import { createDynamicResources } from './plugins/dynamicresources.js';
import { createFifo } from './plugins/fifo.js';
import { createImageLocality } from './plugins/imagelocality.js';
import { createInterPodAffinity } from './plugins/interpodaffinity.js';
import { createNodeAffinity } from './plugins/nodeaffinity.js';
import { createNodeDeclaredFeatures } from './plugins/nodedeclaredfeatures.js';
import { createNodeName } from './plugins/nodename.js';
import { createNodePorts } from './plugins/nodeports.js';
import { createNodeResourcesBalancedAllocation } from './plugins/noderesourcesbalancedallocation.js';
import { createNodeResourcesFit } from './plugins/noderesourcesfit.js';
import { createNodeUnschedulable } from './plugins/nodeunschedulable.js';
import { createNodeVolumeLimits } from './plugins/nodevolumelimits.js';
import { createPodTopologySpread } from './plugins/podtopologyspread.js';
import { createPrioritySort } from './plugins/prioritysort.js';
import { createSchedulingGates } from './plugins/schedulinggates.js';
import { createSjf } from './plugins/sjf.js';
import { createTaintToleration } from './plugins/tainttoleration.js';
import { createVolumeBinding } from './plugins/volumebinding.js';
import { createVolumeRestrictions } from './plugins/volumerestrictions.js';
import { createVolumeZone } from './plugins/volumezone.js';
import type { PodTable } from './pods.js';
import type { QueueSort } from './queue/podheap.js';
import type { WeightedScore } from './scoring.js';
import { bestFit } from './strategies/bestfit.js';
import { dotProd } from './strategies/dotprod.js';
import { fgd } from './strategies/fgd.js';
import { gpuClustering } from './strategies/gpuclustering.js';
import { gpuPacking } from './strategies/gpupacking.js';
import { pwr } from './strategies/pwr.js';
import { random } from './strategies/random.js';
import {
  leastAllocated,
  mostAllocated,
  requestedToCapacityRatio,
} from './strategies/resourcesfit.js';
import type { NodeStrategyEntry } from './strategy.js';

/** The node strategies by name, as scenarios name them. */
export const NODE_STRATEGIES = {
  LeastAllocated: leastAllocated,
  MostAllocated: mostAllocated,
  RequestedToCapacityRatio: requestedToCapacityRatio,
  Random: random,
  DotProd: dotProd,
  GpuClustering: gpuClustering,
  GpuPacking: gpuPacking,
  BestFit: bestFit,
  FGD: fgd,
  PWR: pwr,
} as const satisfies Readonly<Record<string, NodeStrategyEntry>>;

export type NodeStrategyName = keyof typeof NODE_STRATEGIES;

export const NODE_STRATEGY_NAMES = Object.keys(NODE_STRATEGIES) as NodeStrategyName[];

/** Plugins that drasim runs; the queue and the binding of pods are not plugins here. */
const FACTORIES: Readonly<Record<string, PluginFactory>> = {
  SchedulingGates: createSchedulingGates,
  NodeUnschedulable: createNodeUnschedulable,
  NodeName: createNodeName,
  TaintToleration: createTaintToleration,
  NodeAffinity: createNodeAffinity,
  NodePorts: createNodePorts,
  NodeResourcesFit: createNodeResourcesFit,
  VolumeRestrictions: createVolumeRestrictions,
  NodeVolumeLimits: createNodeVolumeLimits,
  VolumeBinding: createVolumeBinding,
  VolumeZone: createVolumeZone,
  PodTopologySpread: createPodTopologySpread,
  InterPodAffinity: createInterPodAffinity,
  DynamicResources: createDynamicResources,
  DefaultPreemption: createDefaultPreemption,
  NodeResourcesBalancedAllocation: createNodeResourcesBalancedAllocation,
  ImageLocality: createImageLocality,
  NodeDeclaredFeatures: createNodeDeclaredFeatures,
};

/** What orders the pods that may be tried. */
const QUEUE_SORTS: Readonly<Record<string, (pods: PodTable) => QueueSort>> = {
  PrioritySort: createPrioritySort,
  FIFO: createFifo,
  SJF: createSjf,
};

export { createPrioritySort };

/** The order of the queue, which all profiles have in common. */
export function createQueueSort({ plugins }: SchedulerProfile, pods: PodTable): QueueSort {
  return QUEUE_SORTS[plugins.queueSort[0]!.name]!(pods);
}

/** Factories of plugins that drasim has not, by name. */
export type OwnPlugins = Readonly<Record<string, PluginFactory>>;

/** The plugins of a profile by extension point, in the order in which they run. */
export interface ProfilePlugins {
  readonly preEnqueue: readonly Plugin[];
  readonly preFilters: readonly Plugin[];
  readonly filters: readonly FilterPlugin[];
  readonly postFilters: readonly Plugin[];
  readonly scores: readonly WeightedScore[];
}

/**
 * Makes the plugins of a profile; those that count pods listen to the handle's `nodePods` from now on.
 *
 * @param own - plugins that stand in for drasim's own of the same name, or beside them
 */
export function createPlugins(
  { plugins }: SchedulerProfile,
  handle: PluginHandle,
  own: OwnPlugins = {},
): ProfilePlugins {
  const factories = { ...FACTORIES, ...own };
  const made = new Map<string, Plugin>();
  for (const point of EXTENSION_POINTS) {
    for (const { name } of plugins[point] ?? []) {
      if (made.has(name) || !Object.hasOwn(factories, name)) continue;
      made.set(name, factories[name]!(handle));
    }
  }
  for (const plugin of made.values()) {
    if (listens(plugin)) handle.nodePods.listen(plugin);
  }
  const at = (point: ExtensionPoint) =>
    (plugins[point] ?? []).flatMap(({ name }) => made.get(name) ?? []);
  // In versions where a plugin has no PreFilter it only says whether its filter has anything to do.
  const preFilters = at('preFilter');
  const others = at('filter').filter((plugin) => !preFilters.includes(plugin));
  return {
    preEnqueue: at('preEnqueue').filter(({ preEnqueue }) => preEnqueue),
    preFilters: [...preFilters, ...others].filter(({ preFilter }) => preFilter),
    filters: at('filter').filter(isFilter),
    postFilters: at('postFilter').filter(({ postFilter }) => postFilter),
    scores: (plugins.score ?? []).flatMap(({ name, weight }) => {
      const plugin = made.get(name);
      return plugin && isScore(plugin) ? [{ plugin, weight }] : [];
    }),
  };
}

function listens(
  plugin: Plugin,
): plugin is Plugin & Required<Pick<Plugin, 'addPod' | 'removePod'>> {
  return plugin.addPod !== undefined && plugin.removePod !== undefined;
}

function isFilter(plugin: Plugin): plugin is Plugin & FilterPlugin {
  return plugin.filter !== undefined;
}

function isScore(plugin: Plugin): plugin is Plugin & ScorePlugin {
  return plugin.score !== undefined;
}
