// First fit: devices in the order of publication, as upstream takes them.

import type { DeviceStrategyEntry } from '../strategy.js';

export const firstFit: DeviceStrategyEntry = {
  summary: 'the first device that fits, in the order of publication (upstream)',
  create: () => null,
};
