// What is measured over time beside the use of devices and nodes. A measure is told when pods are created, get their
// nodes and leave them, and when the use of a device changes; it redoes what that touches, and sets its series.

import { Energy, type EnergyResult } from './energy.js';
import { FairnessMeasure } from './fairness.js';
import { Locality, type LocalityResult, NO_LOCALITY, wantsSeveral } from './locality.js';
import { PartitionSeries, type PartitionsResult } from './partitionseries.js';
import { ShareSeries, type SharesResult } from './shareseries.js';
import type { Run } from './simulator.js';
import { NOTHING_STRANDED, StrandedDevices, type StrandedResult } from './strandeddevices.js';

/** The hooks of a measure. */
export interface Measure {
  /** A pod was created. */
  created?(pod: number): void;
  /** A pod got a node, with the devices of its claims. */
  placed?(pod: number, node: number): void;
  /** A pod left its node, with its devices; it may go back to the queue. */
  left?(pod: number, node: number): void;
  /** A pod has ended, or was deleted before it had a node. */
  ended?(pod: number): void;
  /** A device was taken or given back: how much is in use of it, or of its parent, 0 to 1. */
  used?(unit: number, before: number, after: number, device: number): void;
}

/** How fragmented devices are that give shares or are partitioned. */
export interface FragmentationResult {
  /** null where no device gives shares. */
  shares: SharesResult | null;
  partitions: PartitionsResult[];
}

/** The measures of a run; those that say nothing about it are absent. */
export class Measures {
  fairness!: FairnessMeasure;
  private shares: ShareSeries | null = null;
  private partitions: PartitionSeries | null = null;
  private power: Energy | null = null;
  private together: Locality | null = null;
  private stranded: StrandedDevices | null = null;
  private readonly onCreated: Measure[] = [];
  private readonly onPlaced: Measure[] = [];
  private readonly onLeft: Measure[] = [];
  private readonly onEnded: Measure[] = [];
  private readonly onUsed: Measure[] = [];

  /** Begins to measure; pods and devices are as they are at the start. */
  follow(run: Run): void {
    this.fairness = new FairnessMeasure(run);
    if (this.fairness.count > 1) this.listen(this.fairness);
    if (run.allocator.view.hasShares) this.listen((this.shares = new ShareSeries(run)));
    if (run.input.cluster.devices.consumeCounter.length > 0) {
      this.listen((this.partitions = new PartitionSeries(run)));
    }
    const { power } = run.input;
    if (power) this.listen((this.power = new Energy(run, power)));
    const wanting = run.podShapes().filter(({ claims }) => claims.length > 0);
    if (wanting.length === 0 || run.use.unitCount === 0) return;
    if (wanting.some(wantsSeveral)) this.listen((this.together = new Locality(run)));
    const least = (amounts: number[]) => amounts.reduce((left, right) => Math.min(left, right));
    this.stranded = new StrandedDevices(
      run,
      least(wanting.map(({ cpuMilli }) => cpuMilli)),
      least(wanting.map(({ memoryBytes }) => memoryBytes)),
    );
    this.listen(this.stranded);
  }

  fragmentation(): FragmentationResult {
    return {
      shares: this.shares?.result() ?? null,
      partitions: this.partitions?.result() ?? [],
    };
  }

  /** Undefined where the scenario states no power. */
  energy(): EnergyResult | undefined {
    return this.power?.result();
  }

  locality(): LocalityResult {
    return this.together?.result() ?? NO_LOCALITY;
  }

  /** What stands idle of a kind of device, and because of it. */
  strandedOf(kind: number): StrandedResult {
    return this.stranded?.result(kind) ?? NOTHING_STRANDED;
  }

  /** Tells a measure from now on what it listens to. */
  private listen(measure: Measure): void {
    if (measure.created) this.onCreated.push(measure);
    if (measure.placed) this.onPlaced.push(measure);
    if (measure.left) this.onLeft.push(measure);
    if (measure.ended) this.onEnded.push(measure);
    if (measure.used) this.onUsed.push(measure);
  }

  created(pod: number): void {
    for (const measure of this.onCreated) measure.created!(pod);
  }

  placed(pod: number, node: number): void {
    for (const measure of this.onPlaced) measure.placed!(pod, node);
  }

  left(pod: number, node: number): void {
    for (const measure of this.onLeft) measure.left!(pod, node);
  }

  ended(pod: number): void {
    for (const measure of this.onEnded) measure.ended!(pod);
  }

  used(unit: number, before: number, after: number, device: number): void {
    for (const measure of this.onUsed) measure.used!(unit, before, after, device);
  }
}
