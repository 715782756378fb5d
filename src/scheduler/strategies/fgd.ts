// FGD, fragmentation gradient descent: the node that gets least fragmented by the pod, or most rid of fragmentation,
// fragmentation being what typical pods of the workload could not use. For a share the best of the node's devices
// counts. Source: Weng et al., "Beware of Fragmentation: Scheduling GPU-Sharing Workloads with Fragmentation
// Gradient Descent", USENIX ATC 2023, sections 3 and 4.

import { CPU } from '../../cluster/nodes.js';
import { scoreChange } from '../../dra/fragmentation.js';
import type { NodeStrategyEntry } from '../strategy.js';

export const fgd: NodeStrategyEntry = {
  summary: 'the node that the pod leaves least fragmented for typical pods (FGD)',
  device: 'FGD',
  needs: 'parts',
  create({ nodes, view }) {
    return {
      name: 'FGD',
      dependsOn: 'pods',
      isEqualOnEqualNodes: () => true,
      normalization: 'none',
      preScore: () => true,
      score(shape, node) {
        const { fragmentation } = view;
        const cpuMilli = nodes.allocatable[CPU]![node]! - nodes.requested[CPU]![node]!;
        const cpuMilliAfter = cpuMilli - shape.cpuMilli;
        const after = fragmentation.measureWithPod(shape.claims, node, cpuMilliAfter);
        return scoreChange(fragmentation, fragmentation.measure(node, cpuMilli), after);
      },
    };
  },
};
