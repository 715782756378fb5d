// How far a run is from what could have been: at moments of it, the most devices that the pods that were there could use
// together, wherever they went, against those that were in use. Nobody knows all pods beforehand; the distance says what
// a better placement could gain at most, and beyond it what no placement could.

import { createHash } from 'node:crypto';
import type { Highs } from 'highs';
import type { PodShape } from '../../scheduler/podshape.js';
import type { Run } from '../../simulator/simulator.js';
import type { LinearProgram } from './linearprogram.js';
import { type Demand, momentAt, momentsOf, unitsWanted } from './moment.js';
import { packingOf } from './packing.js';
import { relaxationsOf } from './relaxations.js';
import { hasTooManyWays } from './ways.js';

/** A run beside its optimum, in percent of all devices that its pods may have; means over the moments looked at. */
export interface Optimum {
  readonly inUsePercent: number;
  /** The most that a placement was found for. */
  readonly foundPercent: number;
  /** No placement can have more. */
  readonly boundPercent: number;
  readonly moments: number;
  /** Moments at which what was found is the most there is, proven. */
  readonly provenMoments: number;
}

/** Programs of more columns are only bounded. */
const EXACT_COLUMNS_MAX = 4000;
/** What was found is the most where the bound is no further off: a thousandth of a thousandth of a device. */
const ROUNDING = 1e-6;

/** The optimum of the pods of a moment, in units of devices. */
interface Answer {
  bound: number;
  /** The most that branch and bound found; undefined until it is asked for, 0 where it cannot tell. */
  found?: number;
}

/** The solver for a comparison's runs; null where no optimum is asked for. */
export function solverFor({ optimumSteps }: { optimumSteps?: number }): OptimumSolver | null {
  return optimumSteps === undefined ? null : new OptimumSolver(optimumSteps);
}

/** Measures runs of one scenario; moments with the same pods are solved once. */
export class OptimumSolver {
  private readonly answers = new Map<string, Answer>();
  private highs: Promise<Highs> | undefined;

  /** @param stepsMax - nodes of its tree that branch and bound may look at for a moment; 0 only bounds */
  constructor(private readonly stepsMax: number) {}

  /**
   * The optimum beside a run that has ended; null where there is nothing to compare: no devices, claims that
   * several pods may share, or prioritized lists in more combinations than can be looked at.
   *
   * @param key - what the cluster depends on beside the scenario
   */
  async measure(run: Run, key: string): Promise<Optimum | null> {
    const units = unitsWanted(run);
    if (units === 0) return null;
    this.highs ??= loadHighs();
    const highs = await this.highs;
    const times = momentsOf(run);
    const sums = { used: 0, found: 0, bound: 0, proven: 0 };
    for (const timeUs of times) {
      const { demand, used } = momentAt(run, timeUs);
      if (demand.some(({ shape }) => namesClaims(shape) || hasTooManyWays(shape))) return null;
      const digest = digestOf(key, demand);
      const answer = this.answers.get(digest) ?? boundOf(run, demand, highs);
      this.answers.set(digest, answer);
      // The run itself is a placement: where it reaches the bound, there is nothing to search.
      const isReached = used >= answer.bound - ROUNDING;
      if (!isReached) this.search(run, demand, highs, answer);
      const found = Math.min(answer.bound, Math.max(used, answer.found ?? 0));
      sums.used += used;
      sums.found += found;
      sums.bound += answer.bound;
      if (found >= answer.bound - ROUNDING) sums.proven++;
    }
    // Sums of shares differ in their last bits by the order of pods.
    const percent = (sum: number) => Math.round((1e8 * sum) / (units * times.length)) / 1e6;
    return {
      inUsePercent: percent(sums.used),
      foundPercent: percent(sums.found),
      boundPercent: percent(sums.bound),
      moments: times.length,
      provenMoments: sums.proven,
    };
  }

  private search(run: Run, demand: readonly Demand[], highs: Highs, answer: Answer): void {
    if (answer.found !== undefined) return;
    answer.found = 0;
    if (this.stepsMax === 0) return;
    const program = packingOf(run, demand, { isMerged: false, columnsMax: EXACT_COLUMNS_MAX });
    if (program === null) return;
    const { found, bound } = program.solve(highs, this.stepsMax);
    answer.bound = Math.min(answer.bound, bound);
    // What a program found that leaves rules out may be no placement at all.
    if (relaxationsOf(run, demand).length === 0) answer.found = found ?? 0;
  }
}

function namesClaims({ claims }: PodShape): boolean {
  return claims.some(({ claim }) => claim >= 0);
}

/** Equal for moments of equal pods. */
function digestOf(key: string, demand: readonly Demand[]): string {
  const pods = demand.map(({ shape, pods }) => [
    pods,
    shape.spec,
    shape.claims.map((claim) => claim.shape.spec),
  ]);
  const text = JSON.stringify([key, pods], (_key, value) =>
    typeof value === 'bigint' ? `${value}n` : value,
  );
  return createHash('sha256').update(text).digest('hex');
}

function boundOf(run: Run, demand: readonly Demand[], highs: Highs): Answer {
  const program: LinearProgram = packingOf(run, demand, { isMerged: true })!;
  return { bound: program.solve(highs, null).bound };
}

/** HiGHS is three megabytes, and loaded by those who use it; its types speak of it as a CommonJS module. */
async function loadHighs(): Promise<Highs> {
  const module = (await import('highs')) as unknown as { default(): Promise<Highs> };
  return module.default();
}
