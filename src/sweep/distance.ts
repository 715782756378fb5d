// How far each strategy is from the best placement there could have been, over seeds.

import type { RunRow } from './runtask.js';
import { halfWidth, type Sample, sample } from './statistics.js';

/** A strategy beside the optimum: percent of all devices that pods may have, means over moments, then over seeds. */
export interface Distance {
  readonly strategy: string;
  readonly inUsePercent: Sample;
  /** The most that a placement was found for. */
  readonly foundPercent: Sample;
  /** No placement can have more. */
  readonly boundPercent: Sample;
  /** What is in use, short of the bound. */
  readonly distancePercent: Sample;
  /** Confidence interval of the mean distance, by Student's t; null for one seed. */
  readonly low: number | null;
  readonly high: number | null;
  /** Moments that were looked at, and those whose optimum is proven. */
  readonly moments: number;
  readonly provenMoments: number;
}

/** Distances by strategy, of those whose runs have an optimum beside them. */
export function distancesOf(
  ofStrategy: ReadonlyMap<string, readonly RunRow[]>,
  confidence: number,
): Distance[] {
  return [...ofStrategy].flatMap(([strategy, rows]) => {
    const found = rows.flatMap(({ optimum }) => optimum ?? []);
    if (found.length === 0) return [];
    const distancePercent = sample(
      found.map(({ boundPercent, inUsePercent }) => boundPercent - inUsePercent),
    );
    const half = halfWidth(distancePercent, confidence);
    const { mean } = distancePercent;
    return [
      {
        strategy,
        inUsePercent: sample(found.map((one) => one.inUsePercent)),
        foundPercent: sample(found.map((one) => one.foundPercent)),
        boundPercent: sample(found.map((one) => one.boundPercent)),
        distancePercent,
        low: half === null ? null : mean - half,
        high: half === null ? null : mean + half,
        moments: found.reduce((sum, one) => sum + one.moments, 0),
        provenMoments: found.reduce((sum, one) => sum + one.provenMoments, 0),
      },
    ];
  });
}

/** What the bounds are worth, in a sentence. */
export function distanceNote(distances: readonly Distance[]): string {
  const moments = distances.reduce((sum, one) => sum + one.moments, 0);
  const proven = distances.reduce((sum, one) => sum + one.provenMoments, 0);
  if (proven === moments) return 'The optimum is proven for every moment.';
  const share = proven === 0 ? 'no moment' : `${proven} of ${moments} moments`;
  return `The optimum is proven for ${share}; elsewhere it lies between the best that was found and the bound.`;
}
