// SlicePriority: devices of slices with a higher priority first, then the order of publication. For drivers and
// administrators who know which devices to spare, on a scheduler that takes the first fit. Source:
// kubernetes/enhancements issue 5773; the priority stands in an annotation, as no released API has the field.

import { slicePriorities } from '../../cluster/slicepriorities.js';
import type { DeviceStrategyEntry } from '../strategy.js';

export const slicePriority: DeviceStrategyEntry = {
  summary: 'devices of the slice with the highest priority (annotation drasim.dev/slice-priority)',
  needs: 'slicePriorities',
  create({ devices }) {
    const priorities = slicePriorities(devices.slices);
    return {
      name: 'SlicePriority',
      device: (_request, device) => -priorities[devices.deviceSlice[device]!]!,
    };
  },
};
