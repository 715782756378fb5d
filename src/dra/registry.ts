// The device strategies by name, as scenarios name them.

import { fgd } from './strategies/fgd.js';
import { firstFit } from './strategies/firstfit.js';
import { migAware } from './strategies/migaware.js';
import { random } from './strategies/random.js';
import { bestFit, worstFit } from './strategies/remainingcapacity.js';
import { scarcestAttribute } from './strategies/scarcestattribute.js';
import { slicePriority } from './strategies/slicepriority.js';
import { topology } from './strategies/topology.js';
import type { DeviceStrategyEntry } from './strategy.js';

export const DEVICE_STRATEGIES = {
  FirstFit: firstFit,
  BestFit: bestFit,
  WorstFit: worstFit,
  Random: random,
  FGD: fgd,
  MigAware: migAware,
  Topology: topology,
  SlicePriority: slicePriority,
  ScarcestAttribute: scarcestAttribute,
} as const satisfies Readonly<Record<string, DeviceStrategyEntry>>;

export type DeviceStrategyName = keyof typeof DEVICE_STRATEGIES;

export const DEVICE_STRATEGY_NAMES = Object.keys(DEVICE_STRATEGIES) as DeviceStrategyName[];
