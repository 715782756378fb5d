// How large a scenario may be: beyond these sizes a run would end for want of memory, or never, and most
// likely somebody has typed a zero too many.

import { DrasimError, type Issue } from '../errors.js';

/** Longest duration, and latest arrival; times stay exact integers far beyond it. */
export const YEARS_MAX = 100;
export const DURATION_US_MAX = YEARS_MAX * 365.25 * 86_400_000_000;

/** Most arrivals of one generator. */
export const ARRIVALS_MAX = 50_000_000;
/** Most nodes of all node pools. */
export const NODES_MAX = 200_000;
/** Most pods that one object or one arrival makes at once. */
export const PODS_AT_ONCE_MAX = 1_000_000;
/** Largest share of the GPUs that a trace may be grown to. */
export const DEMAND_PERCENT_MAX = 100_000;

/**
 * Refuses what is larger than a limit.
 *
 * @throws DrasimError `ERR_SCENARIO_SIZE`
 */
export function checkSize(
  count: number,
  max: number,
  what: string,
  place: Pick<Issue, 'path' | 'position' | 'hint'>,
): void {
  if (count <= max) return;
  throw new DrasimError({
    code: 'ERR_SCENARIO_SIZE',
    ...place,
    message: `expected at most ${max} ${what}, got ${count === Infinity ? 'more' : count}`,
  });
}
