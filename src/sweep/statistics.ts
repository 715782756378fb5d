// Means, spreads and paired differences of a few runs: Student's t for intervals and tests, Holm's correction where
// several are tested at once. Sources: Student (1908); Holm, "A Simple Sequentially Rejective Multiple Test
// Procedure" (1979); the incomplete beta function by its continued fraction (Lentz), the gamma function by Lanczos.

import { exp, log } from '../math.js';

/** Mean and sample standard deviation; the latter is null for fewer than two values. */
export interface Sample {
  readonly mean: number;
  readonly sd: number | null;
  readonly n: number;
}

export function sample(values: readonly number[]): Sample {
  const n = values.length;
  const mean = values.reduce((sum, value) => sum + value, 0) / n;
  if (n < 2) return { mean, sd: null, n };
  const squares = values.reduce((sum, value) => sum + (value - mean) ** 2, 0);
  return { mean, sd: Math.sqrt(squares / (n - 1)), n };
}

/** Two-sided p-value of the mean of paired differences being zero; null for fewer than two pairs. */
export function pairedP({ mean, sd, n }: Sample): number | null {
  if (sd === null) return null;
  if (sd === 0) return mean === 0 ? 1 : 0;
  return twoSidedP(Math.abs(mean) / (sd / Math.sqrt(n)), n - 1);
}

/** Half the width of the confidence interval of a mean; null for fewer than two values. */
export function halfWidth({ sd, n }: Sample, confidence: number): number | null {
  return sd === null ? null : (studentQuantile(confidence, n - 1) * sd) / Math.sqrt(n);
}

/** Values after which the half-width of the interval is likely below a wanted one, by the spread seen so far. */
export function advisedCount({ sd }: Sample, wanted: number, confidence: number): number | null {
  if (sd === null) return null;
  let low = 2;
  let high = 2;
  const suffices = (n: number) => halfWidth({ mean: 0, sd, n }, confidence)! <= wanted;
  while (!suffices(high) && high < COUNT_MAX) high *= 2;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (suffices(middle)) high = middle;
    else low = middle + 1;
  }
  return low;
}

const COUNT_MAX = 2 ** 20;

/** Holm's p-values, in the order given: compare each with the level that all together shall keep. */
export function holm(values: readonly number[]): number[] {
  const order = [...values.keys()].sort((a, b) => values[a]! - values[b]! || a - b);
  const corrected = new Array<number>(values.length).fill(1);
  let highest = 0;
  order.forEach((index, rank) => {
    highest = Math.max(highest, Math.min(1, values[index]! * (values.length - rank)));
    corrected[index] = highest;
  });
  return corrected;
}

/** The t below which, in size, a share of Student's distribution lies. */
export function studentQuantile(confidence: number, freedom: number): number {
  let low = 0;
  let high = 1;
  while (twoSidedP(high, freedom) > 1 - confidence && high < 1e9) high *= 2;
  for (let step = 0; step < 200 && high - low > 1e-12 * high; step++) {
    const middle = (low + high) / 2;
    if (twoSidedP(middle, freedom) > 1 - confidence) low = middle;
    else high = middle;
  }
  return (low + high) / 2;
}

/** The share of Student's distribution beyond t in size. */
export function twoSidedP(t: number, freedom: number): number {
  return incompleteBeta(freedom / (freedom + t * t), freedom / 2, 0.5);
}

/** The regularized incomplete beta function. */
function incompleteBeta(x: number, a: number, b: number): number {
  if (x <= 0) return 0;
  if (x >= 1) return 1;
  const front = exp(logGamma(a + b) - logGamma(a) - logGamma(b) + a * log(x) + b * log(1 - x));
  if (x < (a + 1) / (a + b + 2)) return (front * betaFraction(x, a, b)) / a;
  return 1 - (front * betaFraction(1 - x, b, a)) / b;
}

function betaFraction(x: number, a: number, b: number): number {
  const tiny = 1e-300;
  const away = (value: number) => (Math.abs(value) < tiny ? tiny : value);
  let c = 1;
  let d = 1 / away(1 - ((a + b) * x) / (a + 1));
  let result = d;
  for (let m = 1; m <= 300; m++) {
    const even = (m * (b - m) * x) / ((a + 2 * m - 1) * (a + 2 * m));
    d = 1 / away(1 + even * d);
    c = away(1 + even / c);
    result *= d * c;
    const odd = (-(a + m) * (a + b + m) * x) / ((a + 2 * m) * (a + 2 * m + 1));
    d = 1 / away(1 + odd * d);
    c = away(1 + odd / c);
    result *= d * c;
    if (Math.abs(d * c - 1) < 1e-15) break;
  }
  return result;
}

const LANCZOS = [
  676.5203681218851, -1259.1392167224028, 771.3234287776531, -176.6150291621406, 12.507343278686905,
  -0.13857109526572012, 9.984369578019572e-6, 1.5056327351493116e-7,
];

function logGamma(x: number): number {
  const z = x - 1;
  let sum = 0.9999999999998099;
  LANCZOS.forEach((coefficient, index) => {
    sum += coefficient / (z + index + 1);
  });
  const t = z + LANCZOS.length - 0.5;
  return 0.9189385332046727 + (z + 0.5) * log(t) - t + log(sum);
}
