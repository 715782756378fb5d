import { describe, expect, test } from 'vitest';
import { resolveFeatures } from '../../src/api/features.js';
import type { ResourceClaim } from '../../src/api/resource.js';
import { summarize } from '../../src/simulator/result.js';
import type { RunInput } from '../../src/simulator/runinput.js';
import { Run } from '../../src/simulator/simulator.js';
import {
  buildClaim,
  buildDevice,
  buildNode,
  buildPlan,
  buildPod,
  buildRunInput,
  buildSlice,
} from '../builders.js';

const gpus = (count: number) =>
  Array.from({ length: count }, (_, index) => buildDevice(`gpu-${index}`));
const own = (spec = buildClaim({ gpu: {} })) => ({ claims: [{ entry: 'gpu', spec }] });

function run(input: RunInput) {
  const finished = new Run(input);
  finished.advance();
  return { run: finished, result: summarize(finished, 'test', '1.37', 'test') };
}

/** Seconds at which pods got their nodes. */
const scheduledAt = ({ pods }: Run) =>
  Array.from(pods.scheduledUs.subarray(0, pods.count), (us) => us / 1e6);

function claimObject(name: string, more: Partial<ResourceClaim> = {}): [string, ResourceClaim] {
  return [
    `default/${name}`,
    {
      apiVersion: 'resource.k8s.io/v1',
      kind: 'ResourceClaim',
      metadata: { name, namespace: 'default' },
      spec: buildClaim({ gpu: {} }),
      ...more,
    },
  ];
}

describe('claims', () => {
  const nodes = [buildNode('node')];

  test('a claim is made for each pod, and its device is free when the pod ends', () => {
    const plan = buildPlan(buildPod('p'), [0, 0, 0], 60, own());
    const finished = run(buildRunInput(nodes, [plan], { slices: [buildSlice('node', gpus(2))] }));
    expect(scheduledAt(finished.run)).toEqual([0, 0, 60]);
    expect(finished.run.allocator.claims.allocatedCount).toBe(0);
  });

  test('pods that name one claim share its device, which lasts until the last of them ends', () => {
    const shared = { claims: [{ entry: 'gpu', claimName: 'default/one' }] };
    const first = buildPlan(buildPod('first'), [0], 10, shared);
    const second = buildPlan(buildPod('second'), [5], 30, shared);
    const alone = buildPlan(buildPod('alone'), [6], 1, own());
    const finished = run(
      buildRunInput(nodes, [first, second, alone], {
        slices: [buildSlice('node', gpus(1))],
        claims: new Map([claimObject('one')]),
      }),
    );
    expect(scheduledAt(finished.run)).toEqual([0, 5, 35]);
  });

  test('a pod that names a claim which does not exist waits and says so', () => {
    const plan = buildPlan(buildPod('p'), [0], 1, {
      claims: [{ entry: 'gpu', claimName: 'default/none' }],
    });
    const { result } = run(buildRunInput(nodes, [plan]));
    expect(result.pendingReasons[0]!.message).toBe('resourceclaim "default/none" not found');
  });

  test('devices that an imported claim holds are taken from the start', () => {
    const status = {
      allocation: {
        devices: {
          results: [{ request: 'gpu', driver: 'gpu.test', pool: 'node', device: 'gpu-0' }],
        },
        nodeSelector: {
          nodeSelectorTerms: [
            { matchFields: [{ key: 'metadata.name', operator: 'In', values: ['node'] }] },
          ],
        },
      },
    };
    const plans = [
      buildPlan(buildPod('there'), [0], 20, {
        claims: [{ entry: 'gpu', claimName: 'default/held' }],
        runningOn: 'node',
      }),
      buildPlan(buildPod('new'), [0, 0], 5, own()),
    ];
    const finished = run(
      buildRunInput(nodes, plans, {
        slices: [buildSlice('node', gpus(2))],
        claims: new Map([claimObject('held', { status })]),
      }),
    );
    expect(scheduledAt(finished.run)).toEqual([0, 0, 5]);
    const { allocations } = finished.run.recorder;
    const devices = [0, 1, 2].map((row) => allocations.at(row, 2));
    expect(devices).toEqual([0, 1, 1]);
    expect(finished.result.devices[0]!.utilisationPercentMax).toBe(100);
    expect(finished.result.series['cpuUsedMilli']!.max).toBe(2000);
  });
});

describe('jobs', () => {
  const nodes = [buildNode('node')];

  test('keep to their parallelism until all completions have succeeded', () => {
    const plan = buildPlan(buildPod('job'), [0], 10, { job: { parallelism: 2, completions: 5 } });
    const { run: finished, result } = run(buildRunInput(nodes, [plan]));
    expect(scheduledAt(finished)).toEqual([0, 0, 10, 10, 20]);
    expect(result.jobs).toMatchObject({ created: 1, completed: 1, failed: 0 });
  });

  test('start no more pods than there are completions', () => {
    const plan = buildPlan(buildPod('job'), [0], 10, { job: { parallelism: 9, completions: 2 } });
    expect(run(buildRunInput(nodes, [plan])).result.pods.created).toBe(2);
  });
});

describe('time', () => {
  const nodes = [buildNode('node')];

  test('latencies lie between the choice of a node and the start', () => {
    const input = buildRunInput(nodes, [buildPlan(buildPod('p'), [1, 1], 10)], {
      latencies: {
        attemptUs: 1000,
        bindUs: 20_000,
        podStartUs: 2_000_000,
        podStopUs: 0,
        apiCallUs: 0,
      },
    });
    const { pods } = run(input).run;
    expect([pods.scheduledUs[1], pods.startedUs[1], pods.finishedUs[1]]).toEqual([
      1_001_000, 3_021_000, 13_021_000,
    ]);
  });

  test('a run ends at its end, whatever is still to come', () => {
    const plan = buildPlan(buildPod('p'), [0, 100], 1000);
    const { result } = run(buildRunInput(nodes, [plan], { untilUs: 50e6 }));
    expect([result.virtualSeconds, result.pods.created, result.pods.running]).toEqual([50, 1, 1]);
  });

  test('a run lasts until its end although nothing more happens', () => {
    const plan = buildPlan(buildPod('p', '8'), [0], 10);
    const { result } = run(buildRunInput(nodes, [plan], { untilUs: 100e6 }));
    expect([result.virtualSeconds, result.nodes.cpuPercentMean]).toEqual([100, 10]);
  });

  test('more events than the limit allows end the run with an error', () => {
    const plan = buildPlan(buildPod('p'), [0, 1, 2], 1);
    expect(() => run(buildRunInput(nodes, [plan], { eventsMax: 3 }))).toThrow(
      expect.objectContaining({ code: 'ERR_EVENTS_MAX' }),
    );
  });

  test('gated pods stay out of the queue', () => {
    const gated = buildPod('p', '1', { schedulingGates: [{ name: 'quota' }] });
    const { result } = run(buildRunInput(nodes, [buildPlan(gated, [0], 1)]));
    expect([result.pods.gated, result.counters['attempts']]).toEqual([1, 0]);
  });
});

describe('result', () => {
  const slice = buildSlice('node', gpus(4));
  const nodes = [buildNode('node')];
  const input = () =>
    buildRunInput(nodes, [buildPlan(buildPod('p'), [0, 0, 10], 10, own())], {
      slices: [slice],
      untilUs: 20e6,
    });

  test('use of devices is weighted by time', () => {
    expect(run(input()).result.devices).toMatchObject([
      {
        kind: 'gpu.test a',
        count: 4,
        utilisationPercentMean: 37.5,
        utilisationPercentMax: 50,
      },
    ]);
  });

  test('the same input gives the same result, to the byte', () => {
    const texts = [1, 2].map(() => JSON.stringify(run(input()).result));
    expect(texts[0]).toBe(texts[1]);
  });

  test('the fingerprint tells apart what was decided', () => {
    const other = buildRunInput(nodes, [buildPlan(buildPod('p'), [0, 0, 11], 10, own())], {
      slices: [slice],
      untilUs: 20e6,
    });
    expect(run(other).result.fingerprint).not.toBe(run(input()).result.fingerprint);
  });

  test('pods with several devices are measured by how close these lie', () => {
    const seat = (name: string, root: string) =>
      buildDevice(name, {
        attributes: { 'resource.kubernetes.io/pcieRoot': { string: root } },
      });
    const devices = ['a', 'a', 'b', 'a', 'b'].map((root, index) => seat(`gpu-${index}`, root));
    const plan = buildPlan(buildPod('p'), [0, 1], 10, own(buildClaim({ gpu: { count: 2 } })));
    const { result } = run(buildRunInput(nodes, [plan], { slices: [buildSlice('node', devices)] }));
    expect(result.locality).toMatchObject({ pods: 2, onePcieRoot: 1, oneNumaNode: 0 });
  });

  test('a snapshot shows what is held in the middle of a run', () => {
    const running = new Run({ ...input(), untilUs: 5e6 });
    running.advance();
    expect(running.snapshot().shards[0]![0]!.devices).toEqual({
      'gpu.test/node/gpu-0': 1,
      'gpu.test/node/gpu-1': 1,
    });
  });
});

test('a shared device counts by the part of its capacity that is held', () => {
  const device = {
    ...buildDevice('gpu'),
    allowMultipleAllocations: true,
    capacity: { memory: { value: '10' } },
  };
  const spec = buildClaim({ gpu: { capacity: { requests: { memory: '4' } } } });
  const input = buildRunInput(
    [buildNode('node')],
    [buildPlan(buildPod('p'), [0, 0, 0], 10, own(spec))],
    { slices: [buildSlice('node', [device])], untilUs: 10e6, features: resolveFeatures() },
  );
  const { result } = run(input);
  expect([result.devices[0]!.utilisationPercentMean, result.pods.succeeded]).toEqual([80, 2]);
});
