// Quantiles by nearest rank: values that occurred, never ones between.

/** Quantiles of a sample; null where it is empty. */
export interface Quantiles {
  p50: number | null;
  p95: number | null;
  p99: number | null;
  max: number | null;
}

/**
 * Quantiles of sorted values.
 *
 * @param unit - what a value is divided by
 */
export function quantiles(sorted: Float64Array, unit: number): Quantiles {
  const at = (share: number) => {
    if (sorted.length === 0) return null;
    const rank = Math.max(1, Math.ceil(share * sorted.length));
    return sorted[rank - 1]! / unit;
  };
  return { p50: at(0.5), p95: at(0.95), p99: at(0.99), max: at(1) };
}
