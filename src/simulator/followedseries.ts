// Values that are followed over time and change only when someone sets them, so that a run pays for those that change.
// One that has no value for a while (NaN) is left out of its mean for that long.

import { doubled } from '../scheduler/queue/columns.js';

export class FollowedSeries {
  readonly names: string[] = [];
  /** Virtual time; whoever sets it does so before values change. */
  nowUs = 0;
  private current = new Float64Array(16);
  private sinceUs = new Float64Array(16);
  private integrals = new Float64Array(16);
  private definedUs = new Float64Array(16);
  private maxima = new Float64Array(16);

  /** Follows one more value; returns its column. */
  add(name: string, value = Number.NaN): number {
    const column = this.names.length;
    if (column === this.current.length) this.grow();
    this.names.push(name);
    this.current[column] = value;
    this.sinceUs[column] = this.nowUs;
    this.maxima[column] = Number.NaN;
    return column;
  }

  value(column: number): number {
    return this.current[column]!;
  }

  set(column: number, value: number): void {
    if (value === this.current[column]!) return;
    this.settle(column);
    this.current[column] = value;
  }

  /** Time-weighted mean of the times at which there was a value; null where there never was one. */
  mean(column: number): number | null {
    this.settle(column);
    const definedUs = this.definedUs[column]!;
    const mean = definedUs === 0 ? this.current[column]! : this.integrals[column]! / definedUs;
    return Number.isNaN(mean) ? null : mean;
  }

  /** Largest value that lasted; null where there was none. */
  max(column: number): number | null {
    this.settle(column);
    const lasted = this.maxima[column]!;
    const max = Number.isNaN(lasted) ? this.current[column]! : lasted;
    return Number.isNaN(max) ? null : max;
  }

  /** Value times microseconds, so far. */
  integral(column: number): number {
    this.settle(column);
    return this.integrals[column]!;
  }

  /** Writes the present values into a sample, from a place on. */
  copyTo(sample: Float64Array, start: number): void {
    for (let column = 0; column < this.names.length; column++) {
      sample[start + column] = this.current[column]!;
    }
  }

  private grow(): void {
    this.current = doubled(this.current);
    this.sinceUs = doubled(this.sinceUs);
    this.integrals = doubled(this.integrals);
    this.definedUs = doubled(this.definedUs);
    this.maxima = doubled(this.maxima);
  }

  /** Accounts for the time since the value last changed. */
  private settle(column: number): void {
    const elapsedUs = this.nowUs - this.sinceUs[column]!;
    if (elapsedUs === 0) return;
    this.sinceUs[column] = this.nowUs;
    const value = this.current[column]!;
    if (Number.isNaN(value)) return;
    this.integrals[column]! += value * elapsedUs;
    this.definedUs[column]! += elapsedUs;
    // Comparison with NaN is false: the first value is the largest so far.
    if (!(this.maxima[column]! >= value)) this.maxima[column] = value;
  }
}
