// FGD on devices: a share comes from the device that leaves its node least fragmented for typical pods, CPU of the
// pod at hand counted; whole devices in the order of publication. Scores are whole numbers as published, so that
// near-equals go by that order too. Source: Weng et al., "Beware of Fragmentation", USENIX ATC 2023, section 4.

import { CPU } from '../../cluster/nodes.js';
import { WHOLE } from '../shares.js';
import type { DeviceStrategyEntry } from '../strategy.js';

export const fgd: DeviceStrategyEntry = {
  summary: 'the device whose share leaves its node least fragmented for typical pods (FGD)',
  needs: 'shares',
  create({ nodes, devices, view }) {
    const { shares } = view;
    return {
      name: 'FGD',
      device(request, device) {
        const position = shares.positionOf[device]!;
        if (position < 0) return 0;
        const demand = shares.demandOfRequest(request);
        if (demand?.count !== 1 || demand.milli === WHOLE) return 0;
        const node = devices.deviceNode[device]!;
        shares.look(node);
        if (shares.left[position]! < demand.milli) return 0;
        const cpuMilli = nodes.allocatable[CPU]![node]! - nodes.requested[CPU]![node]!;
        const { fragmentation } = view;
        const before = fragmentation.measure(node, cpuMilli);
        const cpuMilliAfter = cpuMilli - view.podCpuMilli;
        const after = fragmentation.measureWith(demand, node, cpuMilliAfter, position);
        return -fragmentation.score(before, after);
      },
    };
  },
};
