// Fragmentation of devices that give shares, over time: what typical pods of the run could not use of what is left, as
// FGD measures it. Only nodes that pods come to or leave are measured anew. Source: Weng et al., "Beware of
// Fragmentation", USENIX ATC 2023.

import { CPU } from '../cluster/nodes.js';
import type { SharesState } from './arrivalseries.js';
import type { FollowedSeries } from './followedseries.js';
import type { Measure } from './measures.js';
import type { Run } from './simulator.js';

/** Means over time of {@link SharesState}, in percent. */
export interface SharesResult {
  allocationRatioMean: number;
  fragmentAmountMean: number;
  /** Of the times at which something is left. */
  fragmentRatioMean: number | null;
}

const SHARES_SERIES = ['allocationRatio', 'fragmentAmount', 'fragmentRatio'] as const;

export class ShareSeries implements Measure {
  private readonly series: FollowedSeries;
  private readonly columns: Readonly<Record<(typeof SHARES_SERIES)[number], number>>;
  /** Measure and thousandths left by node, and their sums. */
  private readonly measures: Float64Array;
  private readonly leftSums: Float64Array;
  private fragment = 0;
  private idle = 0;

  constructor(private readonly run: Pick<Run, 'input' | 'allocator' | 'recorder'>) {
    const { nodes } = run.input.cluster;
    this.series = run.recorder.followed;
    const [allocationRatio, fragmentAmount, fragmentRatio] = SHARES_SERIES.map((name) =>
      this.series.add(name),
    );
    this.columns = {
      allocationRatio: allocationRatio!,
      fragmentAmount: fragmentAmount!,
      fragmentRatio: fragmentRatio!,
    };
    this.measures = new Float64Array(nodes.count);
    this.leftSums = new Float64Array(nodes.count);
    for (let node = 0; node < nodes.count; node++) this.measure(node);
    this.note();
  }

  placed(_pod: number, node: number): void {
    if (this.measure(node)) this.note();
  }

  left(_pod: number, node: number): void {
    if (this.measure(node)) this.note();
  }

  result(): SharesResult {
    const { columns, series } = this;
    const mean = (column: number) => Math.round(series.mean(column)! * 1e4) / 1e4;
    const hasRatio = series.mean(columns.fragmentRatio) !== null;
    return {
      allocationRatioMean: mean(columns.allocationRatio),
      fragmentAmountMean: mean(columns.fragmentAmount),
      fragmentRatioMean: hasRatio ? mean(columns.fragmentRatio) : null,
    };
  }

  /** Measures a node anew; false where that changes nothing. */
  private measure(node: number): boolean {
    const { shares, fragmentation } = this.run.allocator.view;
    if (shares.start[node] === shares.start[node + 1]) return false;
    const { allocatable, requested } = this.run.input.cluster.nodes;
    shares.look(node);
    const measure = fragmentation.measure(node, allocatable[CPU]![node]! - requested[CPU]![node]!);
    const left = shares.leftSum[node]!;
    if (measure === this.measures[node]! && left === this.leftSums[node]!) return false;
    this.fragment += measure - this.measures[node]!;
    this.idle += left - this.leftSums[node]!;
    this.measures[node] = measure;
    this.leftSums[node] = left;
    return true;
  }

  private note(): void {
    const { shares, fragmentation } = this.run.allocator.view;
    const { columns, series, idle } = this;
    const mean = fragmentation.pods === 0 ? 0 : this.fragment / fragmentation.pods;
    series.set(columns.allocationRatio, (100 * (shares.size - idle)) / shares.size);
    series.set(columns.fragmentAmount, (100 * mean) / shares.size);
    series.set(columns.fragmentRatio, idle === 0 ? Number.NaN : (100 * mean) / idle);
  }
}
