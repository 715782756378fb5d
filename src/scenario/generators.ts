// Arrivals and durations drawn from named streams of the run's seed: arrivals, the choice of a shape and
// the duration have a stream each, so that changing one model leaves the draws of the others alone.

import type { RandomStream, RandomStreams } from '../random.js';
import type { Arrivals } from '../workloads/plan.js';
import { parseDuration } from './duration.js';
import { ARRIVALS_MAX, checkSize, DURATION_US_MAX, YEARS_MAX } from './limits.js';
import type { ArrivalProcess, DurationModel, Generator } from './schema.js';

const HOUR_US = 3_600_000_000;

/**
 * Draws the arrivals of a generator, sorted by time.
 *
 * @param untilUs - no arrival lies after this; Infinity needs a `count` or a list of times
 * @param path - where the generator stands, for complaints
 * @throws DrasimError `ERR_SCENARIO_SIZE` when there are too many arrivals, or too late ones
 */
export function generateArrivals(
  name: string,
  generator: Generator,
  fallback: DurationModel | undefined,
  streams: RandomStreams,
  untilUs: number,
  path = 'generator',
): Arrivals {
  const startUs = generator.start === undefined ? 0 : parseDuration(generator.start);
  checkArrivals(generator, startUs, untilUs, path);
  const times = arrivalTimes(
    generator.arrivals,
    streams.stream(`${name}/arrivals`),
    startUs,
    untilUs,
    generator.count ?? Infinity,
  );
  const shapes = streams.stream(`${name}/shapes`);
  const durations = streams.stream(`${name}/durations`);
  const weights = generator.shapes.map((shape) => shape.weight);
  const template = Int32Array.from(times, () => chooseWeighted(weights, shapes));
  const models = generator.shapes.map((shape) => shape.duration ?? fallback ?? 'forever');
  const durationUs = Float64Array.from(template, (shape) =>
    drawDuration(models[shape]!, durations),
  );
  return { timesUs: Float64Array.from(times), template, durationUs };
}

/** Whether a generator ends by itself. */
export function isBounded(generator: Generator): boolean {
  return generator.count !== undefined || generator.arrivals.process === 'trace';
}

/** Refuses what would not end or not fit into memory, by what is to be expected of it. */
function checkArrivals(
  { arrivals, count = Infinity }: Generator,
  startUs: number,
  untilUs: number,
  path: string,
): void {
  if (arrivals.process === 'trace') return;
  const gapUs = meanGapUs(arrivals);
  const fitting = untilUs < startUs ? 0 : Math.floor((untilUs - startUs) / gapUs) + 1;
  const expected = Math.min(count, gapUs === 0 ? Infinity : fitting);
  const hint = 'lower count, rate or until';
  checkSize(expected, ARRIVALS_MAX, 'arrivals', { path, hint });
  const lastUs = Math.min(untilUs, startUs + (count - 1) * gapUs);
  const years = Math.ceil((lastUs / DURATION_US_MAX) * YEARS_MAX);
  checkSize(years, YEARS_MAX, 'years until the last arrival', { path, hint });
}

/** Time from one arrival to the next, on average. */
function meanGapUs(process: Exclude<ArrivalProcess, { process: 'trace' }>): number {
  if (process.process === 'constant') return parseDuration(process.every);
  return Math.max(1, HOUR_US / process.perHour);
}

function arrivalTimes(
  process: ArrivalProcess,
  stream: RandomStream,
  startUs: number,
  untilUs: number,
  countMax: number,
): number[] {
  const times: number[] = [];
  if (process.process === 'trace') {
    const sorted = process.times.map(parseDuration).sort((left, right) => left - right);
    for (const timeUs of sorted) {
      if (times.length < countMax && startUs + timeUs <= untilUs) times.push(startUs + timeUs);
    }
    return times;
  }
  const gapUs = meanGapUs(process);
  const everyUs = process.process === 'constant' ? gapUs : 0;
  let timeUs = startUs;
  while (times.length < countMax) {
    if (process.process === 'poisson') {
      timeUs += Math.max(1, Math.round(stream.exponential(gapUs)));
    }
    if (timeUs > untilUs) break;
    times.push(timeUs);
    timeUs += everyUs;
  }
  return times;
}

function chooseWeighted(weights: readonly number[], stream: RandomStream): number {
  if (weights.length === 1) return 0;
  const sum = weights.reduce((total, weight) => total + weight, 0);
  let left = stream.next() * sum;
  for (let index = 0; index < weights.length; index++) {
    left -= weights[index]!;
    if (left < 0) return index;
  }
  return weights.length - 1;
}

/** One draw of a duration model, integer microseconds; Infinity for `forever`. */
export function drawDuration(model: DurationModel, stream: RandomStream): number {
  if (model === 'forever') return Infinity;
  if (typeof model === 'string') return parseDuration(model);
  if ('constant' in model) return parseDuration(model.constant);
  if ('empirical' in model) {
    return parseDuration(model.empirical[stream.integer(model.empirical.length)]!);
  }
  const cut = (drawnUs: number, max: string | undefined) => {
    const maxUs = max === undefined ? DURATION_US_MAX : parseDuration(max);
    return Math.max(1, Math.round(Math.min(drawnUs, maxUs)));
  };
  if ('lognormal' in model) {
    const { median, sigma, max } = model.lognormal;
    return cut(stream.lognormal(parseDuration(median), sigma), max);
  }
  const { mean, max } = model.exponential;
  return cut(stream.exponential(parseDuration(mean)), max);
}
