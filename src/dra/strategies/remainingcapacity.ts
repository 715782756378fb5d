// Best fit and worst fit by what a device has left: of its own capacity where it gives shares, of the counters
// that it draws on where it is a partition. Source: the classic bin packing rules (Johnson, 1974).

import type { DeviceTable } from '../../cluster/devices.js';
import type { DeviceStrategyEntry } from '../strategy.js';

export const bestFit: DeviceStrategyEntry = {
  summary: 'the device with the least left of its capacity or counters, so that others stay whole',
  create: ({ devices }) => ({
    name: 'BestFit',
    device: (_request, device) => shareLeft(devices, device),
  }),
};

export const worstFit: DeviceStrategyEntry = {
  summary: 'the device with the most left of its capacity or counters, so that use is even',
  create: ({ devices }) => ({
    name: 'WorstFit',
    device: (_request, device) => -shareLeft(devices, device),
  }),
};

/** Mean share that is left, 0 to 1; 1 for a whole device. */
function shareLeft(devices: DeviceTable, device: number): number {
  const { capacityStart, capacityUsed, capacityValue } = devices;
  const { consumeStart, consumeCounter, counterUsed, counterValue } = devices;
  let sum = 0;
  let count = 0;
  const add = (used: number, value: number) => {
    if (value <= 0) return;
    sum += 1 - used / value;
    count++;
  };
  if (devices.allowMultiple[device] === 1) {
    const end = capacityStart[device + 1]!;
    for (let row = capacityStart[device]!; row < end; row++) {
      add(capacityUsed[row]!, capacityValue[row]!);
    }
  }
  for (let row = consumeStart[device]!; row < consumeStart[device + 1]!; row++) {
    const counter = consumeCounter[row]!;
    add(counterUsed[counter]!, counterValue[counter]!);
  }
  return count === 0 ? 1 : sum / count;
}
