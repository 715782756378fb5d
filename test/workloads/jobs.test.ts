// Jobs: how many pods there are at once, and when a Job is done.

import { expect, test } from 'vitest';
import { initialPods, JobController } from '../../src/workloads/jobs.js';

/** Pods that a Job has made after each success, until no more come. */
function podsAfterSuccesses(parallelism: number, completions: number) {
  const jobs = new JobController();
  const job = jobs.create({ parallelism, completions }, 0);
  const counts: number[] = [];
  for (let success = 0; success < completions; success++) {
    jobs.podSucceeded(job, 0);
    counts.push(jobs.lastOrdinal(job) + 1);
  }
  return { counts, completed: jobs.completedCount };
}

test.each([
  ['fewer at once than wanted', 2, 5, 2, [3, 4, 5, 5, 5]],
  ['more at once than wanted', 9, 2, 2, [2, 2]],
  ['one after the other', 1, 3, 1, [2, 3, 3]],
])('%s', (_name, parallelism, completions, initial, counts) => {
  expect(initialPods({ parallelism, completions })).toBe(initial);
  expect(podsAfterSuccesses(parallelism, completions)).toEqual({ counts, completed: 1 });
});

test('a Job is not done before its last pod', () => {
  const jobs = new JobController();
  const job = jobs.create({ parallelism: 2, completions: 2 }, 0);
  jobs.podSucceeded(job, 0);
  expect(jobs.completedCount).toBe(0);
});

test('a pod that ends is followed by another only while some are still to be made', () => {
  const jobs = new JobController();
  const job = jobs.create({ parallelism: 1, completions: 2 }, 0);
  expect([jobs.podSucceeded(job, 0), jobs.podSucceeded(job, 0)]).toEqual([true, false]);
});

test('Jobs do not count for each other', () => {
  const jobs = new JobController();
  const first = jobs.create({ parallelism: 1, completions: 1 }, 0);
  const second = jobs.create({ parallelism: 1, completions: 3 }, 0);
  jobs.podSucceeded(first, 0);
  expect([jobs.count, jobs.completedCount, jobs.lastOrdinal(second)]).toEqual([2, 1, 0]);
});
