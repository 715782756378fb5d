// FGD on devices: a share comes from the device that leaves its node least fragmented for typical pods, a partition from
// the place that does, CPU of the pod at hand counted; whole devices that give shares in the order of publication.
// Source: Weng et al., "Beware of Fragmentation", USENIX ATC 2023, section 4; for partitions drasim's own extension.

import { CPU } from '../../cluster/nodes.js';
import type { DeviceStrategyEntry } from '../strategy.js';

export const fgd: DeviceStrategyEntry = {
  summary:
    'the device whose share or partition leaves its node least fragmented for typical pods (FGD)',
  needs: 'parts',
  create({ nodes, devices, picks, view }) {
    return {
      name: 'FGD',
      open: () => view.fragmentation.open?.(picks),
      device(request, device) {
        const node = devices.deviceNode[device]!;
        if (node < 0) return 0;
        const cpuMilli = nodes.allocatable[CPU]![node]! - nodes.requested[CPU]![node]!;
        return view.fragmentation.costOf(request, device, cpuMilli, cpuMilli - view.podCpuMilli);
      },
    };
  },
};
