// PWR: the node whose estimated power grows least by the pod, by what the scenario states of packages and devices. For a
// share the device counts that draws least more for it; of whole devices those that are free, the thriftiest first.
// Scores keep the order of the growth itself, in parts of the most that a node could grow. Source: Lettich, Carlini,
// Nardini, Perego and Trani, "Power- and Fragmentation-aware Online Scheduling for GPU Datacenters", CCGrid 2025.

import { CPU } from '../../cluster/nodes.js';
import { cpuWatts, deviceWatts } from '../../cluster/power.js';
import { WHOLE } from '../../dra/shares.js';
import { MAX_SCORE } from '../framework.js';
import type { NodeStrategyEntry } from '../strategy.js';

/** Sums of watts differ in their last bits: equal growth shall be equal. */
const PRECISION = 1e6;

export const pwr: NodeStrategyEntry = {
  summary: 'the node whose estimated power the pod raises least (PWR)',
  device: 'BestFit',
  needs: 'shares',
  needsPower: true,
  create({ nodes, view, power }) {
    const { shares } = view;
    const { left, start, device } = shares;
    const allocatable = nodes.allocatable[CPU]!;
    const requested = nodes.requested[CPU]!;
    const growths: number[] = [];

    let mostWatts = 1;
    for (let node = 0; node < nodes.count; node++) {
      let watts = cpuWatts(power!, node, allocatable[node]!) - cpuWatts(power!, node, 0);
      for (let position = start[node]!; position < start[node + 1]!; position++) {
        watts += power!.deviceMax[device[position]!]! - power!.deviceIdle[device[position]!]!;
      }
      mostWatts = Math.max(mostWatts, watts);
    }

    /** What the devices of a node draw more once some give so many thousandths each. */
    function devicesGrowth(
      count: number,
      milli: number,
      selectors: readonly number[],
      node: number,
    ): number {
      shares.look(node);
      growths.length = 0;
      for (let position = start[node]!; position < start[node + 1]!; position++) {
        const has = left[position]!;
        const one = device[position]!;
        if (has < milli || !selectors.some((list) => shares.mayHave(list, one))) continue;
        const before = deviceWatts(power!, one, (WHOLE - has) / WHOLE);
        const growth = deviceWatts(power!, one, (WHOLE - has + milli) / WHOLE) - before;
        let hole = growths.length;
        for (; hole > 0 && growths[hole - 1]! > growth; hole--) growths[hole] = growths[hole - 1]!;
        growths[hole] = growth;
        if (growths.length > count) growths.length = count;
      }
      let sum = 0;
      for (const growth of growths) sum += growth;
      return sum;
    }

    return {
      name: 'PWR',
      dependsOn: 'pods',
      normalization: 'none',
      preScore: () => true,
      score(shape, node) {
        const before = requested[node]!;
        let growth =
          cpuWatts(power!, node, before + shape.cpuMilli) - cpuWatts(power!, node, before);
        const { count, milli, selectors } = shares.demandOfPod(shape.claims);
        if (count > 0) growth += devicesGrowth(count, milli, selectors, node);
        const score = MAX_SCORE * (1 - growth / mostWatts);
        return Math.round(score * PRECISION) / PRECISION;
      },
    };
  },
};
