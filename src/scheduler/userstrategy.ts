// Strategies that a user brings: a score that alone ranks nodes, a cost that orders devices, or both. Run by the same
// seams as drasim's own.

import type { RequestShape } from '../dra/claimshape.js';
import type { DeviceStrategyEntry } from '../dra/strategy.js';
import { DrasimError } from '../errors.js';
import { USER_PLUGIN_FAILED } from './framework.js';
import { SpotChecks } from './spotchecks.js';
import type { NodeStrategyEntry } from './strategy.js';
import {
  type DeviceInfo,
  deviceInfo,
  readUserPlugin,
  type UserPlugin,
  userPluginFactory,
} from './userplugin.js';

/** A request of a claim as a user's strategy sees it. */
export interface RequestInfo {
  readonly name: string;
  readonly deviceClassName: string;
  /** How many devices it wants; all that there are for `all`. */
  readonly count: number | 'all';
}

/**
 * How nodes are ranked, and which of a node's devices are tried first: `score` as a plugin has it, `device` as a cost.
 *
 * @example
 * export default { name: 'LastDevice', device: ({ device }) => -Number(device.name.split('-')[1]) };
 */
export interface UserStrategy
  extends Pick<UserPlugin, 'name' | 'normalization' | 'dependsOn' | 'score'> {
  /** Cost of taking a device for a request: the lowest comes first, equals in the order of publication. */
  device?(device: DeviceInfo, request: RequestInfo): number;
}

/** What a module has for nodes and for devices. */
export interface UserStrategyEntries {
  readonly name: string;
  readonly node?: NodeStrategyEntry;
  readonly device?: DeviceStrategyEntry;
}

/**
 * Checks what a module exports.
 *
 * @throws DrasimError `ERR_PLUGIN_MODULE` when it is no strategy
 */
export function readUserStrategy(exported: unknown, module: string): UserStrategyEntries {
  const { device, score, name } = (exported ?? {}) as Partial<UserStrategy>;
  if (device !== undefined && typeof device !== 'function') {
    const message = `device must be a function, got ${typeof device}`;
    throw new DrasimError({ code: 'ERR_PLUGIN_MODULE', path: module, message });
  }
  // Without a score it still has to have a name, and nothing that a plugin would be refused for.
  const checked = device && !score ? { ...(exported as object), score: () => 0 } : exported;
  const user = readUserPlugin(checked, module);
  return {
    name: name!,
    ...(score && {
      node: {
        summary: module,
        device: 'FirstFit',
        seesPods: true,
        create: (handle) => userPluginFactory(user, handle.view.devices, new SpotChecks())(handle),
      },
    }),
    ...(device && { device: deviceEntry(name!, device, module) }),
  };
}

function deviceEntry(
  name: string,
  cost: NonNullable<UserStrategy['device']>,
  module: string,
): DeviceStrategyEntry {
  const fail = (what: string) =>
    new DrasimError({
      code: USER_PLUGIN_FAILED,
      path: module,
      message: `device of strategy ${name} ${what}`,
    });
  return {
    summary: module,
    create: ({ devices }) => {
      const checks = new SpotChecks();
      const ask = (request: RequestShape, device: number): unknown => {
        try {
          return cost(deviceInfo(devices, device), requestInfo(request));
        } catch (error) {
          throw fail(`threw ${error instanceof Error ? error : String(error)}`);
        }
      };
      const costOf = (request: RequestShape, device: number): number => {
        const answer = ask(request, device);
        if (typeof answer === 'number' && !Number.isNaN(answer)) {
          const wrong = checks.contradiction(answer, () => ask(request, device));
          if (wrong !== undefined) throw fail(wrong);
          return answer;
        }
        const isPromise = typeof (answer as { then?: unknown } | null)?.then === 'function';
        throw fail(
          isPromise
            ? 'returned a promise; strategies must answer at once'
            : `returned ${typeof answer === 'object' ? 'an object' : String(answer)}, expected a number`,
        );
      };
      return { name, device: costOf };
    },
  };
}

function requestInfo({ name, className, count, all }: RequestShape): RequestInfo {
  return { name, deviceClassName: className, count: all ? 'all' : count };
}
