// What a run leaves behind, in typed columns: attempts, allocations, and series over time with exact
// time-weighted means. Strings only by id; tables and texts are made from this afterwards.

import type { DeviceUse } from './deviceuse.js';
import { FollowedSeries } from './followedseries.js';

/** Values that are followed over time, beside the use of device kinds. */
export const SERIES = ['pendingPods', 'runningPods', 'cpuUsedMilli', 'memoryUsedBytes'] as const;
export type SeriesName = (typeof SERIES)[number];

/** Position of a device kind in the recorder's values. */
export function kindColumn(kind: number): number {
  return SERIES.length + kind;
}

const SAMPLES_MAX = 1024;

/** A growing list of rows, each of four to six doubles. */
export class Rows {
  private values: Float64Array;
  count = 0;

  constructor(readonly width: 4 | 5 | 6) {
    this.values = new Float64Array(width * 256);
  }

  /** Adds a row; the last two values are those of longer rows. */
  add(a: number, b: number, c: number, d: number, e = Number.NaN, f = Number.NaN): void {
    const { width } = this;
    const start = this.count++ * width;
    if (start + width > this.values.length) {
      const larger = new Float64Array(this.values.length * 2);
      larger.set(this.values);
      this.values = larger;
    }
    const { values } = this;
    values[start] = a;
    values[start + 1] = b;
    values[start + 2] = c;
    values[start + 3] = d;
    if (width > 4) values[start + 4] = e;
    if (width > 5) values[start + 5] = f;
  }

  at(row: number, column: number): number {
    return this.values[row * this.width + column]!;
  }

  set(row: number, column: number, value: number): void {
    this.values[row * this.width + column] = value;
  }
}

/** Follows current values over virtual time: samples on an even grid, means exactly. */
export class Recorder {
  /** Rows of (timeUs, pod, node or -1, rejection id). */
  readonly attempts = new Rows(4);
  /** Rows of (pod, claim entry, device, fromUs, untilUs or NaN, part of the device's unit taken). */
  readonly allocations = new Rows(6);
  /** Current values: the series, then the device kinds. */
  readonly current: Float64Array;
  readonly maxima: Float64Array;
  /** Values that few events change; in samples they stand behind the others. */
  readonly followed = new FollowedSeries();
  private readonly integrals: Float64Array;
  private lastUs = 0;

  /** Sample times, an even grid whose step doubles when it is full. */
  readonly sampleTimesUs: number[] = [];
  readonly samples: Float64Array[] = [];
  /** Samples that were left out, to be written anew. */
  private readonly spare: Float64Array[] = [];
  private stepUs = 1_000_000;
  private nextSampleUs = 0;

  constructor(private readonly use: DeviceUse) {
    this.current = new Float64Array(SERIES.length + use.kinds.length);
    this.maxima = new Float64Array(this.current.length);
    this.integrals = new Float64Array(this.current.length);
  }

  /** Brings samples and integrals up to now; call it before values change. */
  advance(nowUs: number): void {
    while (this.nextSampleUs <= nowUs) this.takeSample();
    const elapsedUs = nowUs - this.lastUs;
    if (elapsedUs === 0) return;
    const { current, integrals, maxima } = this;
    for (let index = 0; index < current.length; index++) {
      integrals[index]! += current[index]! * elapsedUs;
      if (current[index]! > maxima[index]!) maxima[index] = current[index]!;
    }
    this.lastUs = nowUs;
    this.followed.nowUs = nowUs;
  }

  /** Takes over the present use of device kinds. */
  readUse(): void {
    this.current.set(this.use.used, SERIES.length);
  }

  /** Adds what a pod requests to the series of node resources, or takes it away. */
  addRequests(resources: ArrayLike<number>, amounts: ArrayLike<number>, sign: 1 | -1): void {
    for (let index = 0; index < resources.length; index++) {
      if (resources[index]! <= 1) this.current[2 + resources[index]!]! += sign * amounts[index]!;
    }
  }

  /** Position of a followed value in samples. */
  followedColumn(column: number): number {
    return this.current.length + column;
  }

  /** Time-weighted mean of a value up to the last `advance`. */
  mean(index: number): number {
    return this.lastUs === 0 ? this.current[index]! : this.integrals[index]! / this.lastUs;
  }

  private takeSample(): void {
    if (this.sampleTimesUs.length === SAMPLES_MAX) this.thinSamples();
    this.sampleTimesUs.push(this.nextSampleUs);
    const { current, followed } = this;
    const sample = this.spare.pop() ?? new Float64Array(current.length + followed.names.length);
    sample.set(current);
    followed.copyTo(sample, current.length);
    this.samples.push(sample);
    this.nextSampleUs += this.stepUs;
  }

  /** Keeps every second sample and doubles the step. */
  private thinSamples(): void {
    for (let index = 0; index < SAMPLES_MAX / 2; index++) {
      this.sampleTimesUs[index] = this.sampleTimesUs[index * 2]!;
      this.spare.push(this.samples[index * 2 + 1]!);
      this.samples[index] = this.samples[index * 2]!;
    }
    this.sampleTimesUs.length = SAMPLES_MAX / 2;
    this.samples.length = SAMPLES_MAX / 2;
    this.stepUs *= 2;
    this.nextSampleUs = this.sampleTimesUs.at(-1)! + this.stepUs;
  }
}
