// `expect`: ranges on metrics of a result. A broken one fails the run.

import { DrasimError, type Position, suggest } from '../errors.js';
import type { RunResult } from '../simulator/result.js';
import type { Range } from './schema.js';

/** Metrics that `expect` can name, by name. */
export function metricsOf(result: RunResult): Record<string, number> {
  const metrics: Record<string, number> = {};
  /** Adds the numbers of an object, and of those in it. */
  const add = (prefix: string, values: object) => {
    for (const [name, value] of Object.entries(values)) {
      if (typeof value === 'number') metrics[`${prefix}.${name}`] = value;
      else if (typeof value === 'object' && value !== null) add(`${prefix}.${name}`, value);
    }
  };
  add('pods', result.pods);
  add('jobs', result.jobs);
  add('waitSeconds', result.waitSeconds);
  add('slowdown', result.slowdown);
  add('fairness', result.fairness);
  add('nodes', result.nodes);
  add('locality', result.locality);
  if (result.energy) add('energy', result.energy);
  add('counters', result.counters);
  for (const { kind, count: _count, ...percents } of result.devices) {
    add(`devices.${kind}`, percents);
  }
  if (result.fragmentation.shares) add('fragmentation.shares', result.fragmentation.shares);
  for (const { kind, ...partitions } of result.fragmentation.partitions) {
    add(`fragmentation.${kind}`, partitions);
  }
  return metrics;
}

/**
 * One sentence for each broken expectation.
 *
 * @param place - where an expectation stands in its file
 * @throws DrasimError `ERR_EXPECT_METRIC` when a metric does not exist
 */
export function checkExpectations(
  expect: Record<string, Range>,
  result: RunResult,
  place?: (path: readonly string[]) => Position,
): string[] {
  const metrics = metricsOf(result);
  const broken: string[] = [];
  for (const [name, { min = -Infinity, max = Infinity }] of Object.entries(expect)) {
    const value = metrics[name];
    if (value === undefined) {
      throw new DrasimError({
        code: 'ERR_EXPECT_METRIC',
        path: `expect.${name}`,
        message: 'there is no such metric in the result',
        hint: suggest(name, Object.keys(metrics), 'metrics'),
        ...(place && { position: place(['expect', name]) }),
      });
    }
    if (value < min) broken.push(`expect.${name}: ${value} is below ${min}`);
    if (value > max) broken.push(`expect.${name}: ${value} is above ${max}`);
  }
  return broken;
}
