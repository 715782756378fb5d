// PreFilter and Filter over the plugins of a profile: what a pod's attempt starts with, and whether one
// node takes it, with the pods counted that are nominated there. Source: pkg/scheduler/framework/runtime
// and schedule_one.go, Kubernetes 1.32 to 1.37; spec scheduler.md 3.3, 3.5.

import { DrasimError } from '../errors.js';
import {
  type FilterPlugin,
  type Plugin,
  type PreFilterResult,
  USER_PLUGIN_FAILED,
} from './framework.js';
import type { NodePods } from './nodepods.js';
import type { PodTable } from './pods.js';
import type { PodShape } from './podshape.js';
import type { Reasons } from './reasons.js';

/** What PreFilter left of the nodes and of the filters. */
export interface PreFilterOutcome {
  /** The rejection of the pod everywhere, 0 for none. */
  readonly rejection: number;
  /** Names of the nodes that are left, sorted; some may not exist. Undefined: all nodes. */
  readonly nodeNames: readonly string[] | undefined;
  /** Rejection of the nodes that are not left. */
  readonly absent: number;
  /** Plugins that narrowed the nodes. */
  readonly narrowedBy: readonly string[];
  /** Filters that have something to do, in their order. */
  readonly filters: readonly FilterPlugin[];
  /** The same with those that have nothing to do as things stand. */
  readonly watched: readonly FilterPlugin[];
  /** Plugins that were asked, whatever they said. */
  readonly asked: ReadonlySet<string>;
}

/** Asks the plugins of a profile. */
export class NodeFilter {
  constructor(
    private readonly preFilters: readonly Plugin[],
    private readonly filters: readonly FilterPlugin[],
    private readonly pods: PodTable,
    private readonly nodePods: NodePods,
    private readonly reasons: Reasons,
  ) {}

  /** Runs PreFilter for a shape. */
  preFilter(shape: PodShape): PreFilterOutcome {
    const asked = new Set<string>();
    const skipped = new Set<string>();
    const idle = new Set<string>();
    const narrowedBy: string[] = [];
    let names: Set<string> | undefined;
    let rejection = 0;
    for (const plugin of this.preFilters) {
      asked.add(plugin.name);
      const result = askPreFilter(plugin, shape, this.reasons);
      if (result === 'run') continue;
      if (result === 'skip') skipped.add(plugin.name);
      else if (result === 'idle') idle.add(plugin.name);
      else if ('rejection' in result) {
        rejection = result.rejection;
        if (this.reasons.rejection(rejection).code !== 'Unschedulable') break;
      } else {
        narrowedBy.push(plugin.name);
        const before = names;
        names = new Set(result.nodeNames.filter((name) => before?.has(name) !== false));
        if (names.size === 0) {
          rejection = this.noNodesLeft(narrowedBy);
          break;
        }
      }
    }
    const watched = this.filters.filter(({ name }) => !skipped.has(name));
    const filters = watched.filter(({ name }) => !idle.has(name));
    const nodeNames = names && [...names].sort();
    narrowedBy.sort();
    const absent = names ? this.absent(narrowedBy) : 0;
    return { rejection, nodeNames, absent, narrowedBy, filters, watched, asked };
  }

  /**
   * The first rejection of a node, 0 where it takes the pod: with the pods of the same or a higher priority
   * that are nominated there, and without them.
   *
   * @param pod - index of the pod, whose own nomination does not count; -1 where only its shape is known
   */
  filter(filters: readonly FilterPlugin[], shape: PodShape, node: number, pod: number): number {
    const nominated = this.nodePods.nominatedOn(node);
    if (nominated.length > 0) {
      const { priority } = this.pods;
      const added = nominated.filter(
        (other) => other !== pod && priority[other]! >= shape.priority,
      );
      if (added.length > 0) {
        for (const other of added) this.nodePods.put(other, node);
        const rejection = this.filterOnce(filters, shape, node);
        for (const other of added) this.nodePods.take(other, node);
        if (rejection !== 0) return rejection;
      }
    }
    return this.filterOnce(filters, shape, node);
  }

  private filterOnce(filters: readonly FilterPlugin[], shape: PodShape, node: number): number {
    for (let index = 0; index < filters.length; index++) {
      const rejection = askFilter(filters[index]!, shape, node, this.reasons);
      if (rejection !== 0) return rejection;
    }
    return 0;
  }

  private noNodesLeft(plugins: readonly string[]): number {
    const text =
      plugins.length === 1
        ? `node(s) didn't satisfy plugin ${plugins[0]}`
        : `node(s) didn't satisfy plugin(s) [${[...plugins].sort().join(' ')}] simultaneously`;
    return this.reasons.id('', 'UnschedulableAndUnresolvable', text);
  }

  private absent(plugins: readonly string[]): number {
    const text = `node(s) didn't satisfy plugin(s) [${plugins.join(' ')}]`;
    return this.reasons.id('', 'UnschedulableAndUnresolvable', text);
  }
}

function askPreFilter(plugin: Plugin, shape: PodShape, reasons: Reasons): PreFilterResult {
  try {
    return plugin.preFilter!(shape);
  } catch (error) {
    if (!(error instanceof DrasimError)) throw error;
    return { rejection: reasons.id(plugin.name, 'Error', error.message) };
  }
}

/** Asks one filter; what it throws for wrong selectors is an error of the attempt. */
export function askFilter(
  plugin: FilterPlugin,
  shape: PodShape,
  node: number,
  reasons: Reasons,
): number {
  try {
    return plugin.filter(shape, node);
  } catch (error) {
    if (!(error instanceof DrasimError) || error.code === USER_PLUGIN_FAILED) throw error;
    return reasons.id(plugin.name, 'Error', error.message);
  }
}
