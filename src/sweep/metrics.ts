// Which metrics of whole runs a comparison shows: the ones that people ask for first, or those that `--metrics` names.

import { DrasimError, suggest } from '../errors.js';
import type { RunRow } from './runtask.js';

/** Names of metrics; `*` stands for any text. */
export const DEFAULT_METRICS: readonly string[] = [
  'pods.scheduled',
  'pods.unschedulable',
  'pods.evicted',
  'jobs.completed',
  'waitSeconds.p50',
  'waitSeconds.p95',
  'waitSeconds.p99',
  'waitSeconds.max',
  'workloads.*.waitSeconds.p95',
  'nodes.cpuPercentMean',
  'nodes.memoryPercentMean',
  'devices.*.utilisationPercentMean',
];

/**
 * Metrics that rows have, in the order of their patterns, each once.
 *
 * @throws DrasimError `ERR_COMPARE_METRIC` when a pattern that was asked for matches none
 */
export function chooseMetrics(
  rows: readonly RunRow[],
  asked: readonly string[] | undefined,
): string[] {
  const known = [...new Set(rows.flatMap(({ metrics }) => Object.keys(metrics)))];
  const patterns = asked ?? DEFAULT_METRICS;
  const chosen = patterns.flatMap((pattern) => {
    const matching = known.filter((name) => matches(name, pattern));
    if (asked !== undefined && matching.length === 0) throw unknownMetric(pattern, known);
    return matching;
  });
  return [...new Set(chosen)];
}

function matches(name: string, pattern: string): boolean {
  const [start = '', ...rest] = pattern.split('*');
  if (rest.length === 0) return name === pattern;
  const end = rest.pop()!;
  if (!name.startsWith(start) || !name.slice(start.length).endsWith(end)) return false;
  let place = start.length;
  for (const part of rest) {
    place = name.indexOf(part, place);
    if (place < 0) return false;
    place += part.length;
  }
  return place <= name.length - end.length;
}

function unknownMetric(pattern: string, known: readonly string[]): DrasimError {
  return new DrasimError({
    code: 'ERR_COMPARE_METRIC',
    path: `--metrics ${pattern}`,
    message: 'no run has a metric of this name',
    hint: suggest(pattern, known, 'metrics'),
  });
}
