// Power and energy by the model that the scenario states. Only the node and the devices that a pod takes or gives back
// are looked at anew.

import { CPU } from '../cluster/nodes.js';
import { cpuWatts, deviceWatts, type PowerModel } from '../cluster/power.js';
import type { FollowedSeries } from './followedseries.js';
import type { Measure } from './measures.js';
import type { Run } from './simulator.js';

export interface EnergyResult {
  kWh: number;
  wattsMean: number;
  wattsMax: number;
}

/** The series of a run's power. */
export const POWER_SERIES = 'powerWatts';

const US_PER_HOUR = 3_600_000_000;

export class Energy implements Measure {
  private readonly series: FollowedSeries;
  private readonly column: number;
  private watts = 0;
  private readonly nodeWatts: Float64Array;
  /** A device of each unit that says what it draws. */
  private readonly unitDevice: Int32Array;

  constructor(
    private readonly run: Pick<Run, 'input' | 'use' | 'recorder'>,
    private readonly power: PowerModel,
  ) {
    const { nodes, devices } = run.input.cluster;
    const { use } = run;
    this.nodeWatts = new Float64Array(nodes.count);
    this.unitDevice = new Int32Array(use.unitCount).fill(-1);
    for (let device = 0; device < devices.count; device++) {
      const unit = use.unit(device);
      if (power.deviceMax[device] === 0 || this.unitDevice[unit] !== -1) continue;
      this.unitDevice[unit] = device;
      this.watts += deviceWatts(power, device, use.useOf(unit));
    }
    for (let node = 0; node < nodes.count; node++) {
      this.watts += power.nodeIdle[node]!;
      this.look(node);
    }
    this.series = run.recorder.followed;
    this.column = this.series.add(POWER_SERIES, this.watts);
  }

  used(unit: number, before: number, after: number): void {
    const device = this.unitDevice[unit]!;
    if (device < 0 || before === after) return;
    const { power } = this;
    this.watts += deviceWatts(power, device, after) - deviceWatts(power, device, before);
    this.series.set(this.column, this.watts);
  }

  placed(_pod: number, node: number): void {
    this.look(node);
    this.series.set(this.column, this.watts);
  }

  left(_pod: number, node: number): void {
    this.look(node);
    this.series.set(this.column, this.watts);
  }

  result(): EnergyResult {
    const { column, series } = this;
    return {
      // Of a run of minutes there is little.
      kWh: Math.round((series.integral(column) / US_PER_HOUR) * 1e3) / 1e6,
      wattsMean: round(series.mean(column)!),
      wattsMax: round(series.max(column)!),
    };
  }

  private look(node: number): void {
    const requested = this.run.input.cluster.nodes.requested[CPU]![node]!;
    const watts = cpuWatts(this.power, node, requested);
    this.watts += watts - this.nodeWatts[node]!;
    this.nodeWatts[node] = watts;
  }
}

function round(value: number): number {
  return Math.round(value * 1e4) / 1e4;
}
