// Durations as Kubernetes' configuration files write them (`10m0s`, `1.5h`, `300ms`), in nanoseconds.
// Follows apimachinery `meta/v1` Duration of Kubernetes 1.37.

const UNITS_NS: Readonly<Record<string, bigint>> = {
  ns: 1n,
  us: 1_000n,
  µs: 1_000n,
  μs: 1_000n,
  ms: 1_000_000n,
  s: 1_000_000_000n,
  m: 60_000_000_000n,
  h: 3_600_000_000_000n,
};
const SECOND_NS = 1_000_000_000n;
const NS_MAX = 2n ** 63n - 1n;
const PART = '(\\d+\\.?\\d*|\\.\\d+)(ns|us|µs|μs|ms|s|m|h)';
const PATTERN = new RegExp(`^[+-]?(?:0|(?:${PART})+)$`);

/** Nanoseconds of a duration, cut to whole ones; undefined for a text that is none. */
export function parseDurationNs(text: string): bigint | undefined {
  if (!PATTERN.test(text)) return undefined;
  let sum = 0n;
  for (const [, amount, unit] of text.matchAll(new RegExp(PART, 'g'))) {
    const [integer = '', fraction = ''] = amount!.split('.');
    const scale = 10n ** BigInt(fraction.length);
    sum += (BigInt(`0${integer}${fraction}`) * UNITS_NS[unit!]!) / scale;
  }
  if (sum > NS_MAX) return undefined;
  return text.startsWith('-') ? -sum : sum;
}

/** The canonical text of a duration: `10m0s`, `1.5s`, `300ms`, `0s`. */
export function formatDurationNs(durationNs: bigint): string {
  if (durationNs === 0n) return '0s';
  const sign = durationNs < 0n ? '-' : '';
  const magnitude = durationNs < 0n ? -durationNs : durationNs;
  for (const unit of ['ns', 'µs', 'ms']) {
    const size = UNITS_NS[unit]!;
    if (magnitude < size * 1000n) return `${sign}${fractionText(magnitude, size)}${unit}`;
  }
  const minutes = magnitude / UNITS_NS['m']!;
  const seconds = `${fractionText(magnitude % UNITS_NS['m']!, SECOND_NS)}s`;
  if (minutes === 0n) return `${sign}${seconds}`;
  const hours = minutes / 60n;
  return hours === 0n
    ? `${sign}${minutes}m${seconds}`
    : `${sign}${hours}h${minutes % 60n}m${seconds}`;
}

function fractionText(amountNs: bigint, unitNs: bigint): string {
  const digits = `${unitNs}`.length - 1;
  const rest = `${amountNs % unitNs}`.padStart(digits, '0').replace(/0+$/, '');
  return digits === 0 || rest === '' ? `${amountNs / unitNs}` : `${amountNs / unitNs}.${rest}`;
}
