// The strategies of a scenario: by name, with the default partner where one is left out, and refused where they would
// say nothing.

import type { CompiledCluster } from '../cluster/cluster.js';
import { DEVICE_STRATEGIES, type DeviceStrategyName } from '../dra/registry.js';
import { givesShares } from '../dra/shares.js';
import type { DeviceStrategyEntry } from '../dra/strategy.js';
import { DrasimError } from '../errors.js';
import { NODE_STRATEGIES } from '../scheduler/registry.js';
import type { ChosenStrategy, NodeStrategyEntry } from '../scheduler/strategy.js';
import type { CompileSource } from './objects.js';

/** What a run is told of strategies. */
export interface ChosenStrategies {
  /** Absent where nodes are scored as the profile says. */
  readonly node?: ChosenStrategy;
  readonly device: DeviceStrategyEntry;
}

/** Looks strategies up. @throws DrasimError `ERR_STRATEGY_NO_SHARES` */
export function chooseStrategies(
  { scenario, document, streams }: CompileSource,
  { devices }: CompiledCluster,
): ChosenStrategies {
  const { node: name, device: deviceName } = scenario.strategy ?? {};
  const entry: NodeStrategyEntry | undefined = name && NODE_STRATEGIES[name];
  const partner = (deviceName ?? entry?.device ?? 'FirstFit') as DeviceStrategyName;
  const device: DeviceStrategyEntry = DEVICE_STRATEGIES[partner];
  let hasShares = false;
  for (let index = 0; index < devices.count && !hasShares; index++) {
    hasShares = givesShares(devices, index);
  }
  const check = (field: 'node' | 'device', chosen: string, needsShares: boolean | undefined) => {
    if (hasShares || !needsShares) return;
    throw new DrasimError({
      code: 'ERR_STRATEGY_NO_SHARES',
      path: `strategy.${field}`,
      message: `${chosen} does not apply here: no device of this scenario gives shares`,
      hint: 'devices give shares with allowMultipleAllocations and a capacity; see scenarios/fgd.yaml',
      position: document.positionOf(['strategy', field]),
    });
  };
  if (name && entry) check('node', name, entry.needsShares);
  check('device', partner, device.needsShares);
  if (!name || !entry) return { device };
  return { node: { name, entry, draws: streams.stream('strategy/nodes') }, device };
}
