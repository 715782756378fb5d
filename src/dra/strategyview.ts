// What strategies of a run share beside the columns: devices that can be held in parts, how fragmented nodes are by the
// run's typical pods, and the pod at hand. Made once a run, filled by the rooms above; what nobody asks for is not made.

import type { DeviceTable } from '../cluster/devices.js';
import { addUpKinds, type Fragmentation, type PodKind, typicalPods } from './fragmentation.js';
import { PartitionFragmentation } from './partitionfragmentation.js';
import { PartitionTable } from './partitions.js';
import { ShareFragmentation } from './sharefragmentation.js';
import { type DeviceParts, type ShareContext, ShareTable } from './shares.js';

export class StrategyView {
  readonly shares: ShareTable;
  /** CPU that the pod requests for which devices are being chosen. */
  podCpuMilli = 0;
  /** Starts all chance of device strategies. */
  seed = 0;
  private kinds: readonly PodKind[] = [];
  private measured: Fragmentation | null = null;
  private table: PartitionTable | null = null;

  constructor(
    private readonly context: ShareContext,
    private readonly nodeCount: number,
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

  /** Whether it is partitions that the pods of the run hold: some device is one, and none gives shares. */
  get hasPartitions(): boolean {
    return !this.hasShares && this.context.devices.consumeCounter.length > 0;
  }

  /** Partitions of the run. */
  get partitions(): PartitionTable {
    this.table ??= new PartitionTable(this.context, this.nodeCount);
    return this.table;
  }

  /** What of the devices is held in parts. */
  get parts(): DeviceParts {
    return this.hasPartitions ? this.partitions : this.shares;
  }

  /** Says what pods the run has. */
  setPods(kinds: readonly PodKind[]): void {
    this.kinds = kinds;
    this.measured = null;
  }

  /** Where nobody said what pods there are, nothing is fragmented. */
  get fragmentation(): Fragmentation {
    this.measured ??= this.hasPartitions ? this.measurePartitions() : this.measureShares();
    return this.measured;
  }

  private measureShares(): Fragmentation {
    const { shares, kinds } = this;
    const added = addUpKinds(
      kinds,
      (claims) => shares.demandOfPod(claims),
      ({ count, milli, selectors }) => [count, milli, ...selectors].join(),
    );
    const { deviceContent } = this.context.devices;
    return new ShareFragmentation(shares, typicalPods(added), deviceContent);
  }

  private measurePartitions(): Fragmentation {
    const { partitions, kinds } = this;
    const added = addUpKinds(
      kinds,
      (claims) => partitions.demandOfPod(claims),
      ({ id }) => `${id}`,
    );
    return new PartitionFragmentation(partitions, typicalPods(added));
  }
}
