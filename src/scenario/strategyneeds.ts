// What strategies need of a scenario's devices: without it they would decide as if they were not there, so that they are
// refused, with the way to get it.

import { hasPositions } from '../cluster/devicepositions.js';
import type { DeviceTable } from '../cluster/devices.js';
import { hasSlicePriorities, slicePriorities } from '../cluster/slicepriorities.js';
import { hasScarcities } from '../dra/scarcity.js';
import { givesShares } from '../dra/shares.js';
import type { StrategyNeed } from '../dra/strategy.js';
import { DrasimError, type Issue } from '../errors.js';

interface Need extends Pick<Issue, 'code' | 'message' | 'hint'> {
  isMet(devices: DeviceTable): boolean;
}

const NEEDS: Readonly<Record<StrategyNeed, Need>> = {
  shares: {
    isMet: hasShares,
    code: 'ERR_STRATEGY_NO_SHARES',
    message: 'no device of this scenario gives shares',
    hint: 'devices give shares with allowMultipleAllocations and a capacity; see scenarios/fgd.yaml',
  },
  partitions: {
    isMet: hasPartitions,
    code: 'ERR_STRATEGY_NO_PARTITIONS',
    message: 'no device of this scenario draws on shared counters',
    hint: 'machines have partitions with `partitions: mig` or `regions`; see scenarios/mig-inference.yaml',
  },
  parts: {
    isMet: (devices) => hasShares(devices) || hasPartitions(devices),
    code: 'ERR_STRATEGY_NO_SHARES',
    message: 'no device of this scenario gives shares or draws on shared counters',
    hint: 'devices give shares with allowMultipleAllocations and a capacity, as in scenarios/fgd.yaml; see scenarios/fgd-mig.yaml for partitions',
  },
  positions: {
    isMet: hasPositions,
    code: 'ERR_STRATEGY_NO_POSITIONS',
    message: 'no device of this scenario says where on its node it lies',
    hint: 'drivers publish resource.kubernetes.io/pcieRoot and numaNode; see scenarios/nic-alignment.yaml',
  },
  slicePriorities: {
    isMet: hasPriorities,
    code: 'ERR_STRATEGY_NO_PRIORITIES',
    message: 'no ResourceSlice of this scenario has a priority',
    hint: 'annotate slices in manifests with drasim.dev/slice-priority; machines of the catalogue have none',
  },
  scarcities: {
    isMet: hasScarcities,
    code: 'ERR_STRATEGY_NO_SCARCITIES',
    message: 'no device of this scenario is scarcer than another by its attributes',
    hint: 'it takes devices of one driver that differ in an attribute, as models of GPUs do',
  },
};

function hasShares(devices: DeviceTable): boolean {
  for (let device = 0; device < devices.count; device++) {
    if (givesShares(devices, device)) return true;
  }
  return false;
}

function hasPartitions({ consumeCounter }: DeviceTable): boolean {
  return consumeCounter.length > 0;
}

/** Bad ones are told here, before the run. */
function hasPriorities({ slices }: DeviceTable): boolean {
  slicePriorities(slices);
  return hasSlicePriorities(slices);
}

/** Refuses a strategy where it would say nothing. @throws DrasimError with the code of what is missing */
export function checkNeed(
  devices: DeviceTable,
  need: StrategyNeed | undefined,
  strategy: string,
  place: Pick<Issue, 'path' | 'position'>,
): void {
  if (need === undefined || NEEDS[need].isMet(devices)) return;
  const { code, message, hint } = NEEDS[need];
  throw new DrasimError({
    code,
    ...place,
    message: `${strategy} does not apply here: ${message}`,
    ...(hint && { hint }),
  });
}
