// Virtual time for people.

const UNITS: readonly [string, number][] = [
  ['d', 86_400],
  ['h', 3_600],
  ['m', 60],
  ['s', 1],
];

/** Seconds as their two largest units: `2d4h`, `1m30s`, `250ms`, `0s`. */
export function formatDuration(seconds: number): string {
  if (seconds === 0) return '0s';
  if (seconds < 1) return `${Number((seconds * 1000).toPrecision(3))}ms`;
  if (seconds < 60) return `${Number(seconds.toPrecision(3))}s`;
  const first = UNITS.findIndex(([, size]) => seconds >= size);
  const [large, largeSize] = UNITS[first]!;
  const [small, smallSize] = UNITS[first + 1]!;
  const rest = Math.floor((seconds % largeSize) / smallSize);
  return `${Math.floor(seconds / largeSize)}${large}${rest > 0 ? `${rest}${small}` : ''}`;
}
