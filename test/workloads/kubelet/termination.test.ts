import { expect, test } from 'vitest';
import { terminationOf, terminationUs } from '../../../src/workloads/kubelet/termination.js';
import { buildPod } from '../../builders.js';

const sleep = (seconds: number) => ({
  name: `s-${seconds}`,
  lifecycle: { preStop: { sleep: { seconds } } },
});

test.each<[string, object, number, boolean, number]>([
  ['containers stop in their own time', {}, 2, true, 2],
  ['and no later than the grace period', {}, 40, true, 30],
  ['a grace period of nought ends at once', { terminationGracePeriodSeconds: 0 }, 40, true, 0],
  ['the longest preStop sleep comes first', { containers: [sleep(5), sleep(10)] }, 2, true, 12],
  ['a sleep of 0 s is none', { containers: [sleep(0)] }, 2, true, 2],
  ['a sleep beyond the grace period leaves two seconds', { containers: [sleep(60)] }, 9, true, 32],
  ['what is left of it is for the containers', { containers: [sleep(25)] }, 9, true, 30],
  ['a pod that has not started does not sleep', { containers: [sleep(25)] }, 2, false, 2],
])('%s', (_what, spec, stopSeconds, isRunning, seconds) => {
  const termination = terminationOf(buildPod('p', '1', spec).spec);
  expect(terminationUs(termination, stopSeconds * 1e6, isRunning) / 1e6).toBe(seconds);
});
