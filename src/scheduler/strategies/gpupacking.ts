// GpuPacking: devices in use first, then idle devices of nodes in use, idle nodes last, so that whole devices and whole
// nodes stay for those who need them. Among devices in use those with little left come first. Source: Weng et al.,
// "MLaaS in the Wild", NSDI 2022 (packing in Alibaba's clusters), as used in the FGD experiment (Weng et al., USENIX
// ATC 2023, section 6).

import { WHOLE } from '../../dra/shares.js';
import type { NodeStrategyEntry } from '../strategy.js';

// Best scores of the three cases.
const SHARED = 100;
const NODE_IN_USE = 50;
const NODE_IDLE = 33;

export const gpuPacking: NodeStrategyEntry = {
  summary: 'devices in use before idle ones, nodes in use before idle ones',
  device: 'BestFit',
  needs: 'shares',
  create({ view }) {
    const { shares } = view;
    const { left, start } = shares;
    const taken: number[] = [];

    /** What is left of the devices that the pod would take, those with the least first. */
    function take(count: number, milli: number, node: number): void {
      taken.length = 0;
      for (let position = start[node]!; position < start[node + 1]!; position++) {
        const has = left[position]!;
        if (has < milli) continue;
        let hole = taken.length;
        for (; hole > 0 && taken[hole - 1]! > has; hole--) taken[hole] = taken[hole - 1]!;
        taken[hole] = has;
        if (taken.length > count) taken.length = count;
      }
    }

    return {
      name: 'GpuPacking',
      dependsOn: 'pods',
      isEqualOnEqualNodes: () => true,
      normalization: 'none',
      preScore: () => true,
      score(shape, node) {
        const { count, milli } = shares.demandOfPod(shape.claims);
        if (count === 0) return 0;
        shares.look(node);
        const devices = start[node + 1]! - start[node]!;
        if (shares.leftSum[node] === devices * WHOLE) return Math.max(NODE_IDLE - devices, devices);
        take(count, milli, node);
        let idle = 0;
        let percents = 0;
        for (const has of taken) {
          if (has === WHOLE) idle++;
          percents += Math.floor((has * 100) / WHOLE);
        }
        if (idle > 0) return Math.max(NODE_IN_USE - idle, NODE_IDLE);
        return Math.max(SHARED - Math.floor(percents / 10), NODE_IN_USE);
      },
    };
  },
};
