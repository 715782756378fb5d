// All plugins by upstream's name, in the order of the default profile: filters run in this order and the
// first rejection is the one reported. Source: pkg/scheduler/apis/config/v1/default_plugins.go (1.37).

import type { PluginFactory } from './framework.js';
import { createDynamicResources } from './plugins/dynamicresources.js';
import { createNodeAffinity } from './plugins/nodeaffinity.js';
import { createNodeName } from './plugins/nodename.js';
import { createNodeResourcesBalancedAllocation } from './plugins/noderesourcesbalancedallocation.js';
import { createNodeResourcesFit } from './plugins/noderesourcesfit.js';
import { createNodeUnschedulable } from './plugins/nodeunschedulable.js';
import { createTaintToleration } from './plugins/tainttoleration.js';

/** A plugin of the default profile with its weight as a score plugin. */
export interface DefaultPlugin {
  readonly create: PluginFactory;
  readonly weight: number;
}

export const DEFAULT_PLUGINS: Readonly<Record<string, DefaultPlugin>> = {
  NodeUnschedulable: { create: createNodeUnschedulable, weight: 0 },
  NodeName: { create: createNodeName, weight: 0 },
  TaintToleration: { create: createTaintToleration, weight: 3 },
  NodeAffinity: { create: createNodeAffinity, weight: 2 },
  NodeResourcesFit: { create: createNodeResourcesFit, weight: 1 },
  DynamicResources: { create: createDynamicResources, weight: 0 },
  NodeResourcesBalancedAllocation: {
    create: createNodeResourcesBalancedAllocation,
    weight: 1,
  },
};
