// Which Jobs run until the next look: the orders, and what fits.

import { expect, test } from 'vitest';
import {
  chooseJobs,
  devicesOfPod,
  SUSPENSION_POLICIES,
  type SuspensionPolicy,
} from '../../src/workloads/suspension.js';
import { buildClaim, buildPod } from '../builders.js';

const job = (name: string, devices: number, workUs: number, doneUs = 0) => ({
  ...{ name, devices, workUs, doneUs },
});
// Remaining time 50, 60 and 20; times devices 50, 120 and 160; had so far 450, 0 and 160.
const jobs = [job('a', 1, 500, 450), job('b', 2, 60), job('c', 8, 40, 20)];

test.each<[SuspensionPolicy, string]>([
  ['SRTF', 'cab'],
  ['SRSF', 'abc'],
  ['LAS', 'bca'],
])('%s orders Jobs as %s', (policy, order) => {
  const chosen = chooseJobs(jobs, policy, 100);
  expect(chosen.map(({ name }) => name).join('')).toBe(order);
});

test('a Job that does not fit lets later ones pass', () => {
  expect(chooseJobs(jobs, 'SRTF', 3).map(({ name }) => name)).toEqual(['a', 'b']);
});

test.each(SUSPENSION_POLICIES)('among equals of %s the first to arrive is first', (policy) => {
  const equals = ['x', 'y', 'z'].map((name) => job(name, 2, 10));
  expect(chooseJobs(equals, policy, 4).map(({ name }) => name)).toEqual(['x', 'y']);
});

test('Jobs that never end come last, and do not upset the order', () => {
  const endless = [job('x', 1, Infinity), job('y', 0, Infinity), job('z', 1, 10)];
  expect(chooseJobs(endless, 'SRSF', 9).map(({ name }) => name)).toEqual(['z', 'x', 'y']);
});

test('the devices of a pod are those of its own claims', () => {
  const spec = buildClaim({ gpu: { count: 3 }, nic: {} });
  const claims = [
    { entry: 'a', spec },
    { entry: 'b', claimName: 'default/shared' },
  ];
  expect(devicesOfPod({ name: 'p', pod: buildPod('p'), claims, priority: 0 })).toBe(4);
});
