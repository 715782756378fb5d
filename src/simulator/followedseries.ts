// Values that are followed over time and change only when someone sets them, so that a run pays for those that change.
// One that has no value for a while (NaN) is left out of its mean for that long.

export class FollowedSeries {
  readonly names: string[] = [];
  /** Virtual time; whoever sets it does so before values change. */
  nowUs = 0;
  private readonly current: number[] = [];
  private readonly sinceUs: number[] = [];
  private readonly integrals: number[] = [];
  private readonly definedUs: number[] = [];
  private readonly maxima: number[] = [];

  /** Follows one more value; returns its column. */
  add(name: string, value = Number.NaN): number {
    this.current.push(value);
    this.sinceUs.push(this.nowUs);
    this.integrals.push(0);
    this.definedUs.push(0);
    this.maxima.push(Number.NaN);
    return this.names.push(name) - 1;
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
    sample.set(this.current, start);
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
