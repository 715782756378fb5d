// The seam for node strategies: how feasible nodes are ranked. A strategy changes the scores of a profile, by a
// Score plugin of its own that alone decides, or by arguments of upstream's plugins; filters stay as they are.

import type { PowerModel } from '../cluster/power.js';
import type { StrategyNeed } from '../dra/strategy.js';
import type { StrategyView } from '../dra/strategyview.js';
import type { RandomStream } from '../random.js';
import type { ScoringStrategy } from './configuration/args.js';
import type { SchedulerProfile } from './configuration/configuration.js';
import type { Plugin, PluginFactory, PluginHandle } from './framework.js';

/** What the plugin of a strategy is given beside what every plugin is. */
export interface NodeStrategyHandle extends PluginHandle {
  /** Devices that give shares, and how fragmented nodes are. */
  readonly view: StrategyView;
  /** Chance of the strategy. */
  readonly draws: RandomStream;
  /** What nodes and devices draw; given to strategies that need it. */
  readonly power?: PowerModel;
}

/** A strategy by name: what it does, and what goes with it. */
export interface NodeStrategyEntry {
  readonly summary: string;
  /** Device strategy where none is named. */
  readonly device: string;
  /** What devices must have so that it says something. */
  readonly needs?: StrategyNeed;
  /** Whether it goes by the power that the scenario states. */
  readonly needsPower?: boolean;
  /** Whether it may look at all of a pod but its name. */
  readonly seesPods?: boolean;
  /** A plugin that scores alone. */
  create?(handle: NodeStrategyHandle): Plugin;
  /** A strategy that NodeResourcesFit scores by, among upstream's other plugins. */
  readonly fit?: ScoringStrategy;
}

/** A strategy that a run was told to follow. */
export interface ChosenStrategy {
  readonly name: string;
  readonly entry: NodeStrategyEntry;
  readonly draws: RandomStream;
  readonly power?: PowerModel;
}

/** A profile with the scores of a strategy, and the plugin that it brings. */
export function applyStrategy(
  profile: SchedulerProfile,
  { name, entry, draws, power }: ChosenStrategy,
  view: StrategyView,
): { profile: SchedulerProfile; own: Readonly<Record<string, PluginFactory>> } {
  const { create, fit } = entry;
  if (fit) {
    const NodeResourcesFit = { ...profile.args.NodeResourcesFit, scoringStrategy: fit };
    return { profile: { ...profile, args: { ...profile.args, NodeResourcesFit } }, own: {} };
  }
  const score = [{ name, weight: 1 }];
  return {
    profile: { ...profile, plugins: { ...profile.plugins, score } },
    own: create
      ? { [name]: (handle) => create({ ...handle, view, draws, ...(power && { power }) }) }
      : {},
  };
}
