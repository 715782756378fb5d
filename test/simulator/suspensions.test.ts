// Jobs that are suspended for others: what work is left, what it costs to come back, and that a run ends.

import { expect, test } from 'vitest';
import { resolveFeatures } from '../../src/api/features.js';
import { summarize } from '../../src/simulator/result.js';
import { Run } from '../../src/simulator/simulator.js';
import type { WorkloadPlan } from '../../src/workloads/plan.js';
import type { Suspension } from '../../src/workloads/suspension.js';
import {
  buildClaim,
  buildDevice,
  buildNode,
  buildPlan,
  buildPod,
  buildRunInput,
  buildSlice,
} from '../builders.js';

const features = resolveFeatures({ version: '1.37', featureGates: { GenericWorkload: true } });

/** A Job: arrival and work in seconds, GPUs of a pod, pods. */
type Row = [arrival: number, work: number, gpus: number, pods?: number];

function plan(rows: Row[], overrides: Partial<Suspension> = {}): WorkloadPlan {
  const templates = rows.map(([, , count, pods = 1], index) => ({
    name: `j${index}`,
    pod: buildPod(`j${index}`, '100m'),
    claims: [{ entry: 'gpu', spec: buildClaim({ gpu: { count } }) }],
    priority: 0,
    job: { parallelism: pods, completions: pods, isGang: true },
  }));
  return {
    name: 'jobs',
    templates,
    arrivals: {
      timesUs: Float64Array.from(rows, ([arrival]) => arrival * 1e6),
      template: Int32Array.from(rows, (_, index) => index),
      durationUs: Float64Array.from(rows, ([, work]) => work * 1e6),
    },
    nameOf: (arrival) => `j${arrival}`,
    suspension: { policy: 'SRTF', intervalUs: 100e6, costUs: 10e6, ...overrides },
  };
}

/** Runs plans on nodes with so many GPUs each; pods take a second to stop. */
function run(plans: WorkloadPlan[], gpus = [4], shortcuts = {}) {
  const nodes = gpus.map((_, index) => buildNode(`n${index}`));
  const slices = gpus.map((count, node) =>
    buildSlice(
      `n${node}`,
      Array.from({ length: count }, (_, index) => buildDevice(`g${index}`)),
    ),
  );
  const input = buildRunInput(nodes, plans, { slices, features });
  const done = new Run({ ...input, scheduler: { ...input.scheduler, shortcuts } });
  done.advance();
  const { completedUs } = done.jobs;
  return {
    done,
    ends: completedUs.map((us) => us / 1e6),
    result: summarize(done, 'test', '1.37', '1'),
  };
}

test('a Job gives way to a shorter one and comes back with the work that is left, and the cost', () => {
  const { ends, result } = run([
    plan([
      [0, 1000, 4],
      [150, 150, 4],
    ]),
  ]);
  // Stopped from 200 to 400: 800 s are left, and 10 s to resume. The other one waits a second for its devices.
  expect(ends).toEqual([1210, 351]);
  expect(result.pods).toMatchObject({ created: 3, succeeded: 2, evicted: 1 });
  expect(result.jobs.completionSeconds).toEqual({
    ...{ mean: 705.5, p50: 201, p95: 1210, p99: 1210, max: 1210 },
  });
  expect(result.jobs.lastEndSeconds).toBe(1210);
});

test('a cost that was not paid before the next suspension is not work', () => {
  const { ends } = run([
    plan(
      [
        [0, 300, 4],
        [100, 50, 4],
        [300, 30, 4],
      ],
      { costUs: 150e6 },
    ),
  ]);
  // Works from 0 to 100, is resumed from 200 to 300 without finishing its 150 s, and again from 400 on.
  expect(ends).toEqual([400 + 150 + 200, 151, 331]);
});

test('Jobs wait for a look, and start at once when they come with one', () => {
  const { ends } = run([
    plan([
      [100, 50, 1],
      [101, 50, 1],
    ]),
  ]);
  expect(ends).toEqual([150, 250]);
});

test('all pods of a Job stop and go on together', () => {
  const { ends, done } = run(
    [
      plan([
        [0, 400, 2, 2],
        [100, 60, 2, 1],
      ]),
    ],
    [2, 2],
  );
  // Half the GPUs are taken, yet both pods stop.
  expect(ends).toEqual([510, 161]);
  const starts = Array.from(done.pods.startedUs.subarray(0, done.pods.count), (us) => us / 1e6);
  expect(starts).toEqual([0, 0, 101, 200, 200]);
});

test('pods that found no node are taken back, and those that never will let the run end', () => {
  const { ends, result, done } = run(
    [
      plan([
        [0, 50, 3],
        [150, 40, 2, 2],
      ]),
    ],
    [2, 2],
  );
  // Four GPUs are enough for the first by number, not on one node.
  expect(ends).toEqual([Number.NaN, 240]);
  expect(result.pods).toMatchObject({ created: 4, scheduled: 2, evicted: 1, unschedulable: 1 });
  expect(result.pendingReasons[0]!.pods).toBe(1);
  expect(done.scheduler.waitingCount).toBe(1);
  expect(result.virtualSeconds).toBeLessThan(1000);
});

test('fewer devices than there are can be given to the Jobs', () => {
  const rows: Row[] = [
    [0, 50, 2],
    [0, 60, 2],
  ];
  expect(run([plan(rows, { devices: 3 })]).ends).toEqual([50, 160]);
  expect(run([plan(rows)]).ends).toEqual([50, 60]);
});

test('others on the devices are left alone, and Jobs run when those have gone', () => {
  const other = buildPlan(buildPod('other', '1'), [0], 1000, {
    claims: [{ entry: 'gpu', spec: buildClaim({ gpu: { count: 4 } }) }],
  });
  const { ends, result } = run([
    other,
    plan([
      [1, 30, 4],
      [500, 50, 1],
    ]),
  ]);
  expect(ends).toEqual([1030, 1150]);
  expect(result.pods.succeeded).toBe(3);
});

test('equal runs are equal to the bit, and every shortcut off decides alike', () => {
  const rows = Array.from(
    { length: 40 },
    (_, index): Row => [index * 37, 50 + ((index * 7919) % 600), 1 + (index % 2), 1 + (index % 3)],
  );
  const shortcuts = { shapeTables: false, changedNodes: false, deviceAnswers: false };
  for (const policy of ['SRTF', 'SRSF', 'LAS'] as const) {
    const { result } = run([plan(rows, { policy })], [2, 2, 2]);
    expect(result.jobs.completed).toBe(40);
    expect(result.pods.evicted).toBeGreaterThan(0);
    expect(run([plan(rows, { policy })], [2, 2, 2]).result).toEqual(result);
    const slow = run([plan(rows, { policy })], [2, 2, 2], shortcuts);
    expect(slow.result.fingerprint).toBe(result.fingerprint);
  }
});
