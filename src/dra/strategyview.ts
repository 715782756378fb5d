// What strategies of a run share beside the columns: devices that give shares, how fragmented nodes are by the
// run's typical pods, and the pod at hand. Made once a run, filled by the rooms above.

import type { DeviceTable } from '../cluster/devices.js';
import { Fragmentation, type TypicalPod, typicalPods } from './fragmentation.js';
import { type ShareContext, ShareTable } from './shares.js';

export class StrategyView {
  readonly shares: ShareTable;
  /** CPU that the pod requests for which devices are being chosen. */
  podCpuMilli = 0;
  /** Starts all chance of device strategies. */
  seed = 0;
  private measured: Fragmentation | null = null;

  constructor(
    private readonly context: ShareContext,
    nodeCount: number,
  ) {
    this.shares = new ShareTable(context, nodeCount);
  }

  get devices(): DeviceTable {
    return this.context.devices;
  }

  /** Whether some device gives shares. */
  get hasShares(): boolean {
    return this.shares.device.length > 0;
  }

  /** Says what pods the run has, by kind. */
  setPods(kinds: readonly TypicalPod[]): void {
    const { deviceContent } = this.context.devices;
    this.measured = new Fragmentation(this.shares, typicalPods(kinds), deviceContent);
  }

  /** Where nobody said what pods there are, nothing is fragmented. */
  get fragmentation(): Fragmentation {
    if (this.measured === null) this.setPods([]);
    return this.measured!;
  }
}
