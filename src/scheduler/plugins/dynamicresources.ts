// DynamicResources: a node fits when devices can be found there for all claims of the pod. Source:
// kubernetes/kubernetes pkg/scheduler/framework/plugins/dynamicresources (1.37); the search is in src/dra.

import type { Plugin, PluginHandle } from '../framework.js';

export function createDynamicResources({ devices }: PluginHandle): Plugin {
  return {
    name: 'DynamicResources',
    dependsOn: 'pods',
    preFilter: (shape) => shape.claims.length > 0,
    filter: (shape, node) => devices.fits(shape, node),
  };
}
