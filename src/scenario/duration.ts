// Durations as people write them, as integer microseconds.

import { z } from 'zod';
import { DURATION_US_MAX, YEARS_MAX } from './limits.js';

const UNITS_US: Readonly<Record<string, number>> = {
  us: 1,
  ms: 1_000,
  s: 1_000_000,
  m: 60_000_000,
  h: 3_600_000_000,
  d: 86_400_000_000,
  w: 604_800_000_000,
};

/** What a duration looks like: `90s`, `1h30m`, `7d`, `250ms`. */
export const DURATION_PATTERN = /^(?:\d+(?:\.\d+)?(?:us|ms|s|m|h|d|w))+$/;

/** Microseconds of a text that matches {@link DURATION_PATTERN}, rounded to the nearest. */
export function parseDuration(text: string): number {
  let sumUs = 0;
  for (const [, amount, unit] of text.matchAll(/(\d+(?:\.\d+)?)(us|ms|s|m|h|d|w)/g)) {
    sumUs += Number(amount) * UNITS_US[unit!]!;
  }
  return Math.round(sumUs);
}

/** A duration in a scenario. */
export const duration = z
  .string()
  .regex(DURATION_PATTERN, 'expected a duration such as 90s, 1h30m or 7d')
  .refine((text) => parseDuration(text) <= DURATION_US_MAX, `expected at most ${YEARS_MAX} years`)
  .meta({ description: 'A duration: 250ms, 90s, 1h30m, 7d.' });
