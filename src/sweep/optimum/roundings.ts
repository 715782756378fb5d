// Sums of sizes do not see that three shares of 600 need three devices. Dual feasible functions do: each rounds sizes so
// that whatever fits on one device still sums to at most one device. Source: Fekete and Schepers, "New classes of fast
// lower bounds for bin packing problems", Mathematical Programming 91, 2001.

/** The part of a device that an amount counts for, given what a device has. */
export type Rounding = (amount: number, size: number) => number;

/** How many sizes become thresholds; more make programs large and bounds hardly lower. */
const THRESHOLDS_MAX = 12;
const DIVISORS = [1, 2, 3, 4, 5];

/** Roundings that suit the amounts that are asked of devices of a size. */
export function roundingsFor(amounts: readonly number[], size: number): Rounding[] {
  const small = [...new Set(amounts)].filter((amount) => amount > 0 && 2 * amount <= size);
  small.sort((left, right) => left - right);
  const step = Math.max(1, small.length / THRESHOLDS_MAX);
  const thresholds = Array.from({ length: Math.min(small.length, THRESHOLDS_MAX) }, (_, index) => {
    return small[Math.floor(index * step)]!;
  });
  return [...thresholds.map(overThreshold), ...DIVISORS.map(byDivisor)];
}

/** Drops what is smaller than the threshold, and counts what leaves room only for that as whole. */
function overThreshold(threshold: number): Rounding {
  return (amount, size) => {
    if (amount > size - threshold) return 1;
    return amount < threshold ? 0 : amount / size;
  };
}

/** Rounds down to parts of `divisor`, unless the amount is a whole number of the next smaller parts. */
function byDivisor(divisor: number): Rounding {
  return (amount, size) => {
    const parts = ((divisor + 1) * amount) / size;
    return Number.isInteger(parts) ? amount / size : Math.floor(parts) / divisor;
  };
}
