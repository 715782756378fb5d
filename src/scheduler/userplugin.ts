// Plugins that a user brings: a filter or a score over API objects, run by the same framework as all others, and
// asked once a shape of pods and change of a node. Extension points: kube-scheduler framework, Kubernetes 1.37.

import type { Node, Pod } from '../api/core.js';
import type { Device } from '../api/resource.js';
import type { DeviceTable } from '../cluster/devices.js';
import { DrasimError } from '../errors.js';
import type { ExtensionPoint } from './configuration/defaultplugins.js';
import {
  type DependsOn,
  MAX_SCORE,
  type Normalization,
  type Plugin,
  type PluginFactory,
  type PluginHandle,
  USER_PLUGIN_FAILED,
} from './framework.js';
import type { SpotChecks } from './spotchecks.js';

/** A device of a node as a user's plugin sees it. */
export interface DeviceInfo {
  readonly driver: string;
  readonly pool: string;
  readonly device: Device;
  /** Whether no claim holds it or a share of it. */
  readonly isFree: boolean;
  /** What is left of a capacity that it gives shares of, in units; all of it where it gives none. */
  left(capacity: string): number;
}

/** A device of the columns as it stands. */
export function deviceInfo(table: DeviceTable, device: number): DeviceInfo {
  const { driver, pool } = table.slices[table.deviceSlice[device]!]!.spec;
  return {
    driver,
    pool: pool.name,
    device: table.objects[device]!,
    isFree: table.holder[device]! < 0 && table.shares[device] === 0,
    left(capacity) {
      const name = table.capacityNames.find(capacity);
      for (let row = table.capacityStart[device]!; row < table.capacityStart[device + 1]!; row++) {
        if (table.capacityName[row] !== name) continue;
        return table.capacityValue[row]! - table.capacityUsed[row]!;
      }
      return 0;
    },
  };
}

/** A node with what is on it, as it stands during the attempt. */
export interface NodeInfo {
  readonly node: Node;
  /** Pods on it, those on their way included; of pods that are alike in all but their names one stands for all. */
  readonly pods: readonly Pod[];
  /** Devices that it publishes, in the order of publication. */
  readonly devices: readonly DeviceInfo[];
  /** What it can give of a resource: CPU in milli, all else in units. */
  allocatable(resource: string): number;
  /** What its pods request of it. */
  requested(resource: string): number;
}

/**
 * A filter, a score or both. Its functions must answer at once and depend on nothing but what they are given; `args`
 * are those that a profile's `pluginConfig` has for the plugin.
 *
 * @example
 * export default { name: 'FewPods', score: (_pod, { pods }) => Math.max(0, 100 - pods.length) };
 */
export interface UserPlugin {
  readonly name: string;
  /** Nothing, `true` or an empty text where the node takes the pod; otherwise why it does not. */
  filter?(pod: Pod, node: NodeInfo, args: unknown): string | boolean | undefined;
  /** 0 to 100, or any number from 0 on where it is normalized. */
  score?(pod: Pod, node: NodeInfo, args: unknown): number;
  /** How scores become 0 to 100: `none`, or by the highest one, `reverse` for costs. @default 'none' */
  readonly normalization?: Exclude<Normalization, 'own'>;
  /** What answers follow from: the node itself, also what is on it, or more than that. @default 'pods' */
  readonly dependsOn?: DependsOn;
}

/** A plugin with the module it came from. */
export interface UserPluginModule {
  readonly module: string;
  readonly plugin: UserPlugin;
}

const NORMALIZATIONS: readonly unknown[] = ['none', 'default', 'reverse', undefined];
const DEPENDENCIES: readonly unknown[] = ['node', 'pods', 'cluster', undefined];

/**
 * Checks what a module exports.
 *
 * @throws DrasimError `ERR_PLUGIN_MODULE` when it is no plugin
 */
export function readUserPlugin(exported: unknown, module: string): UserPluginModule {
  const refuse = (message: string, hint?: string): never => {
    throw new DrasimError({
      code: 'ERR_PLUGIN_MODULE',
      path: module,
      message,
      ...(hint && { hint }),
    });
  };
  if (typeof exported !== 'object' || exported === null) {
    return refuse(
      `expected a plugin as default export, got ${exported === null ? 'null' : typeof exported}`,
      'export default { name, filter, score }',
    );
  }
  const plugin = exported as Partial<Record<keyof UserPlugin, unknown>>;
  const { name, filter, score, normalization, dependsOn } = plugin;
  if (typeof name !== 'string' || name === '') return refuse('the plugin has no name');
  for (const [key, value] of Object.entries({ filter, score })) {
    if (value !== undefined && typeof value !== 'function') {
      return refuse(`${key} must be a function, got ${typeof value}`);
    }
  }
  if (!filter && !score) return refuse('the plugin has neither filter nor score');
  if (!NORMALIZATIONS.includes(normalization)) {
    return refuse(`normalization must be none, default or reverse, got ${String(normalization)}`);
  }
  if (!DEPENDENCIES.includes(dependsOn)) {
    return refuse(`dependsOn must be node, pods or cluster, got ${String(dependsOn)}`);
  }
  return { module, plugin: exported as UserPlugin };
}

/** The points where a user's plugin works. */
export function pointsOf({ plugin }: UserPluginModule): ExtensionPoint[] {
  return [
    ...(plugin.filter ? ['filter' as const] : []),
    ...(plugin.score ? ['score' as const] : []),
  ];
}

/**
 * Makes a user's plugin run over columns.
 *
 * @param checks - where its scores alone decide, whether they order consistently
 */
export function userPluginFactory(
  { plugin: user, module }: UserPluginModule,
  devices: DeviceTable,
  checks?: SpotChecks,
): PluginFactory {
  const { name, dependsOn = 'pods', normalization = 'none' } = user;
  return (handle): Plugin => {
    const views = handle.nodes.nodes.map((_, node) => new NodeView(handle, devices, node));
    const args = (handle.args as Readonly<Record<string, unknown>>)[name];
    const ask = (point: 'filter' | 'score', pod: Pod, node: number): unknown => {
      let answer: unknown;
      try {
        answer = user[point]!(pod, views[node]!, args);
      } catch (error) {
        throw failure(
          module,
          name,
          point,
          `threw ${error instanceof Error ? error : String(error)}`,
        );
      }
      if (typeof (answer as { then?: unknown } | undefined)?.then === 'function') {
        throw failure(module, name, point, 'returned a promise; plugins must answer at once');
      }
      return answer;
    };
    const plugin: Plugin = { name, dependsOn, normalization };
    if (user.filter) {
      plugin.filter = (shape, node) => {
        const answer = ask('filter', shape.pod, node);
        if (answer === undefined || answer === true || answer === '') return 0;
        if (answer !== false && typeof answer !== 'string') {
          throw failure(module, name, 'filter', `returned ${print(answer)}, expected a reason`);
        }
        const text = answer === false ? `node(s) were rejected by ${name}` : answer;
        return handle.reasons.id(name, 'Unschedulable', text);
      };
      if (dependsOn === 'cluster') {
        plugin.visitChanges = (_shape, visit) => {
          for (let node = 0; node < handle.nodes.count; node++) visit(node);
        };
      }
    }
    if (user.score) {
      plugin.preScore = () => true;
      plugin.score = (shape, node) => {
        const score = ask('score', shape.pod, node);
        const isFine =
          typeof score === 'number' &&
          score >= 0 &&
          score <= (normalization === 'none' ? MAX_SCORE : Number.MAX_SAFE_INTEGER);
        if (isFine) {
          const wrong = checks?.contradiction(score, () => ask('score', shape.pod, node));
          if (wrong !== undefined) throw failure(module, name, 'score', wrong);
          return score;
        }
        const expected = normalization === 'none' ? `0 to ${MAX_SCORE}` : 'a number from 0 on';
        throw failure(module, name, 'score', `returned ${print(score)}, expected ${expected}`);
      };
    }
    return plugin;
  };
}

function print(value: unknown): string {
  return typeof value === 'object' && value !== null ? 'an object' : String(value);
}

function failure(module: string, name: string, point: string, what: string): DrasimError {
  return new DrasimError({
    code: USER_PLUGIN_FAILED,
    path: module,
    message: `${point} of plugin ${name} ${what}`,
  });
}

/** A node as its columns have it. */
class NodeView implements NodeInfo {
  private firstDevice = -1;
  private deviceEnd = -1;

  constructor(
    private readonly handle: PluginHandle,
    private readonly table: DeviceTable,
    private readonly index: number,
  ) {}

  get node(): Node {
    return this.handle.nodes.nodes[this.index]!;
  }

  get pods(): readonly Pod[] {
    const { nodePods, pods, shapes } = this.handle;
    const found: Pod[] = [];
    for (let pod = nodePods.firstOn(this.index); pod >= 0; pod = pods.nextOnNode[pod]!) {
      found.push(shapes.shape(pods.shape[pod]!).pod);
    }
    return found;
  }

  get devices(): readonly DeviceInfo[] {
    const { table } = this;
    if (this.firstDevice < 0) this.findDevices();
    const found: DeviceInfo[] = [];
    for (let device = this.firstDevice; device < this.deviceEnd; device++) {
      found.push(deviceInfo(table, device));
    }
    return found;
  }

  allocatable(resource: string): number {
    return this.amount('allocatable', resource);
  }

  requested(resource: string): number {
    return this.amount('requested', resource);
  }

  private amount(column: 'allocatable' | 'requested', resource: string): number {
    const { resources, ...table } = this.handle.nodes;
    const id = resources.find(resource);
    return id < 0 ? 0 : (table[column][id]?.[this.index] ?? 0);
  }

  // Devices of a node lie together; a node without any has an empty range.
  private findDevices(): void {
    const { sliceNode, sliceStart } = this.table;
    const first = sliceNode.indexOf(this.index);
    const last = sliceNode.lastIndexOf(this.index);
    this.firstDevice = first < 0 ? 0 : sliceStart[first]!;
    this.deviceEnd = first < 0 ? 0 : sliceStart[last + 1]!;
  }
}
