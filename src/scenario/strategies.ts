// The strategies of a scenario: by name, with the default partner where one is left out, and refused where they would
// say nothing.

import type { CompiledCluster } from '../cluster/cluster.js';
import type { PowerModel } from '../cluster/power.js';
import { DEVICE_STRATEGIES, type DeviceStrategyName } from '../dra/registry.js';
import type { DeviceStrategyEntry } from '../dra/strategy.js';
import { DrasimError } from '../errors.js';
import { NODE_STRATEGIES, type NodeStrategyName } from '../scheduler/registry.js';
import type { ChosenStrategy, NodeStrategyEntry } from '../scheduler/strategy.js';
import { readUserStrategy, type UserStrategyEntries } from '../scheduler/userstrategy.js';
import type { ModuleExports } from './load.js';
import { notImported, readAt } from './modules.js';
import type { CompileSource } from './objects.js';
import { isModule } from './strategymodules.js';
import { checkNeed } from './strategyneeds.js';

/** What a run is told of strategies. */
export interface ChosenStrategies {
  /** Absent where nodes are scored as the profile says. */
  readonly node?: ChosenStrategy;
  readonly device: DeviceStrategyEntry;
}

/** A strategy by its name, or what a module has of its kind. */
interface Found<T> {
  readonly name: string;
  readonly entry: T | undefined;
}

/** Looks strategies up. @throws DrasimError `ERR_STRATEGY_NO_POWER`, `ERR_STRATEGY_MODULE`, `ERR_PLUGIN_MODULE`, and as {@link checkNeed} */
export function chooseStrategies(
  source: CompileSource,
  { devices }: CompiledCluster,
  modules: ModuleExports,
  power: PowerModel | undefined,
): ChosenStrategies {
  const { scenario, document, streams } = source;
  const { node: wanted, device: wantedDevice } = scenario.strategy ?? {};
  const read = (field: 'node' | 'device', name: string) => readModule(source, modules, field, name);
  const own = isModule(wanted) ? read('node', wanted) : undefined;
  const node: Found<NodeStrategyEntry> | undefined = own
    ? { name: own.name, entry: own.node }
    : wanted === undefined
      ? undefined
      : { name: wanted, entry: NODE_STRATEGIES[wanted as NodeStrategyName] };
  const device = deviceOf(wantedDevice, own, node?.entry, read);
  const check = (
    field: 'node' | 'device',
    { needs }: Pick<NodeStrategyEntry, 'needs'>,
    name: string,
  ) => checkNeed(devices, needs, name, placeOf(document, field));
  if (node?.entry) check('node', node.entry, node.name);
  check('device', device.entry, device.name);
  if (!node?.entry) return { device: device.entry };
  if (node.entry.needsPower && !power) {
    throw new DrasimError({
      code: 'ERR_STRATEGY_NO_POWER',
      path: 'strategy.node',
      message: `${node.name} does not apply here: the scenario does not state what nodes and devices draw`,
      hint: 'add `power: {}` to the scenario, or --set power={}, for the built-in figures; see scenarios/README.md',
      position: document.positionOf(['strategy', 'node']),
    });
  }
  const draws = streams.stream('strategy/nodes');
  const { name, entry } = node;
  return {
    node: { name, entry, draws, ...(entry.needsPower && power && { power }) },
    device: device.entry,
  };
}

/** The device strategy that is named, or that goes with the one for nodes. */
function deviceOf(
  wanted: string | undefined,
  own: UserStrategyEntries | undefined,
  node: NodeStrategyEntry | undefined,
  read: (field: 'device', name: string) => UserStrategyEntries,
): { name: string; entry: DeviceStrategyEntry } {
  if (isModule(wanted)) {
    const { name, device } = read('device', wanted);
    return { name, entry: device! };
  }
  if (wanted === undefined && own?.device) return { name: own.name, entry: own.device };
  const name = (wanted ?? node?.device ?? 'FirstFit') as DeviceStrategyName;
  return { name, entry: DEVICE_STRATEGIES[name] };
}

/** Reads the strategy of a module, which must have something of the kind that it is named for. */
function readModule(
  { document, reader }: CompileSource,
  modules: ModuleExports,
  field: 'node' | 'device',
  name: string,
): UserStrategyEntries {
  const place = placeOf(document, field);
  const file = reader.resolve(document.file, name);
  if (!modules.has(file)) throw notImported(file, place);
  const found = readAt(file, place, () => readUserStrategy(modules.get(file), file));
  if (field === 'device' && !found.device) {
    const message = `${file}: strategy ${found.name} has no function device`;
    throw new DrasimError({ code: 'ERR_STRATEGY_MODULE', ...place, message });
  }
  return found;
}

function placeOf(document: CompileSource['document'], field: 'node' | 'device') {
  return { path: `strategy.${field}`, position: document.positionOf(['strategy', field]) };
}
