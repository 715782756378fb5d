// ScarcestAttribute: keeps devices that few others can replace. A device is as scarce as the attribute value that fewest
// published devices of its driver share, then the next, and so on; what most others can replace is taken first, so that a
// request that is content with any device leaves the rare model, NUMA node or firmware to those that select it. Ranks
// are worked out once: they follow from what is published, not from what is in use. It decides
// among the devices of one node only, so that it says nothing where those of every node are alike. drasim's own proposal.

import { rankByScarcity } from '../scarcity.js';
import type { DeviceStrategyEntry } from '../strategy.js';

export const scarcestAttribute: DeviceStrategyEntry = {
  summary: 'the device whose attribute values most others share, so that rare ones are kept',
  needs: 'scarcities',
  create({ devices }) {
    const ranks = rankByScarcity(devices);
    return { name: 'ScarcestAttribute', device: (_request, device) => ranks[device]! };
  },
};
