// The demo pods of DRA drivers, with the slices that their nodes publish: outcomes as the drivers' own pages
// state them. Reads ../shared/manifests; without it there is nothing to check.

import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, test } from 'vitest';
import { InputFiles } from '../../src/cli/files.js';
import { deviceId } from '../../src/cluster/devices.js';
import { loadScenario } from '../../src/scenario/load.js';
import { podName, summarize } from '../../src/simulator/result.js';
import { Run } from '../../src/simulator/simulator.js';

const folder = fileURLToPath(new URL('../../../shared/manifests', import.meta.url));

interface Demo {
  /** Files of the cluster: classes and slices. */
  cluster: readonly string[];
  node: string;
  pods: readonly string[];
  scenario?: object;
}

function load({ cluster, node, pods, scenario = {} }: Demo) {
  const status = { allocatable: { cpu: '32', memory: '256Gi', pods: '110' } };
  const labels = { 'kubernetes.io/hostname': node };
  const text = JSON.stringify({
    apiVersion: 'drasim.dev/v1',
    kind: 'Scenario',
    metadata: { name: 'demo' },
    cluster: {
      manifests: [
        { apiVersion: 'v1', kind: 'Node', metadata: { name: node, labels }, status },
        ...cluster.map((file) => `${folder}/${file}`),
      ],
    },
    workloads: [{ name: 'demo', manifests: pods.map((file) => `${folder}/${file}`) }],
    until: '1h',
    ...scenario,
  });
  return loadScenario(text, 'demo.json', new InputFiles());
}

/** Every example has a namespace of its own, which its pods' names need not repeat here. */
function nameOf(run: Run, pod: number): string {
  return podName(run, pod).replace(/^(?!admin-access).*\//, '');
}

/** Devices of each pod at the end, by pod; null for pods without a node. */
function outcome(demo: Demo): Record<string, string[] | null> {
  const run = new Run(load(demo).input);
  run.advance();
  const { devices } = run.input.cluster;
  return Object.fromEntries(
    Array.from({ length: run.pods.count }, (_, pod) => {
      if (run.pods.node[pod]! < 0) return [nameOf(run, pod), null];
      const claims = run.shapes.shape(run.pods.shape[pod]!).claims;
      const held = claims.flatMap((_entry, index) =>
        run.allocator.claims
          .held(run.pods.claimOf(pod, index))
          .map(({ device }) => deviceId(devices, device).split('/').at(-1)!),
      );
      return [nameOf(run, pod), held];
    }),
  );
}

const example = (file: string) => `example-driver/${file}.yaml`;
const eightGpus = {
  cluster: [example('deviceclasses'), example('resourceslice-8-gpus')],
  node: 'dra-example-driver-cluster-worker',
};

describe.skipIf(!existsSync(folder))('example driver', () => {
  test('pods with a claim template get a GPU each', () => {
    expect(outcome({ ...eightGpus, pods: [example('basic-resourceclaimtemplate')] })).toEqual({
      pod0: ['gpu-0'],
      pod1: ['gpu-1'],
    });
  });

  test('two requests of one claim get two GPUs', () => {
    const pods = [example('basic-multiple-requests')];
    expect(outcome({ ...eightGpus, pods })).toEqual({ pod0: ['gpu-0', 'gpu-1'] });
  });

  test('containers of one pod share a GPU', () => {
    const pods = [example('basic-shared-claim-across-containers')];
    expect(outcome({ ...eightGpus, pods })).toEqual({ pod0: ['gpu-0'] });
  });

  test('pods that name one claim share a GPU', () => {
    const pods = [example('basic-shared-claim-across-pods')];
    expect(outcome({ ...eightGpus, pods })).toEqual({ pod0: ['gpu-0'], pod1: ['gpu-0'] });
  });

  test('opaque configuration changes nothing', () => {
    const pods = [example('basic-resourceclaim-opaque-config')];
    expect(outcome({ ...eightGpus, pods })).toEqual({ pod0: ['gpu-0', 'gpu-1'] });
  });

  test('a selector on model and memory finds a GPU', () => {
    expect(outcome({ ...eightGpus, pods: [example('cel-selector')] })).toEqual({ pod0: ['gpu-0'] });
  });

  test('admin access sees all GPUs and takes none', () => {
    const pods = [example('admin-access'), example('basic-resourceclaimtemplate')];
    const found = outcome({ ...eightGpus, pods });
    const all = Array.from({ length: 8 }, (_, index) => `gpu-${index}`);
    expect(found).toEqual({ 'admin-access/pod0': all, pod0: ['gpu-0'], pod1: ['gpu-1'] });
  });

  test('two partitions come from shared counters', () => {
    const found = outcome({
      cluster: [example('deviceclasses'), example('derived-resourceslices-gpu-4-partitions')],
      node: 'derived-node',
      pods: [example('partitionable-devices')],
    });
    expect(found).toEqual({ pod0: ['gpu-0-partition-0', 'gpu-0-partition-1'] });
  });

  test('two pods share one NIC, each with its bandwidth', () => {
    const found = outcome({
      cluster: [example('deviceclasses'), example('derived-resourceslice-net')],
      node: 'derived-node',
      pods: [example('net-consumable-capacity')],
    });
    expect(found).toEqual({ pod0: ['nic-0'], pod1: ['nic-0'] });
  });

  test('a taint rule keeps pods away that do not tolerate it', () => {
    const rule = (number: string) => example(`device-taint-pod-noschedule-${number}`);
    const pods = [
      rule('1-basic-resourceclaimtemplate'),
      rule('3-device-taint-rule'),
      rule('2-pod-keeps-running'),
    ];
    expect(outcome({ ...eightGpus, pods })).toEqual({ 'pod-keeps-running': null });
  });

  test('extended resources are served by the class that stands for them, by either name', () => {
    const pods = [example('extended-resource-request')];
    expect(outcome({ ...eightGpus, pods })).toEqual({ pod0: ['gpu-0'], pod1: null });
    const named = {
      apiVersion: 'resource.k8s.io/v1',
      kind: 'DeviceClass',
      metadata: { name: 'gpu.example.com' },
      spec: { extendedResourceName: 'example.com/gpu' },
    };
    const cluster = eightGpus.cluster.filter((name) => !name.includes('classes'));
    const manifests = [`${folder}/${pods[0]}`, named];
    const scenario = { workloads: [{ name: 'demo', manifests }] };
    expect(outcome({ ...eightGpus, cluster, pods: [], scenario })).toEqual({
      pod0: ['gpu-0'],
      pod1: ['gpu-1'],
    });
    // Before the gate, they are resources that no node has.
    const old = { ...scenario, kubernetes: { version: '1.35' } };
    expect(outcome({ ...eightGpus, cluster, pods: [], scenario: old })).toEqual({
      pod0: null,
      pod1: null,
    });
  });

  test('a pod is bound when its device says that it is ready', () => {
    const slice = {
      apiVersion: 'resource.k8s.io/v1',
      kind: 'ResourceSlice',
      metadata: { name: 'binding' },
      spec: {
        driver: 'gpu.example.com',
        nodeName: eightGpus.node,
        pool: { name: 'binding', generation: 1, resourceSliceCount: 1 },
        devices: [
          { name: 'gpu-0', bindingConditions: ['ready'], bindingFailureConditions: ['failed'] },
        ],
      },
    };
    const manifests = [`${folder}/${example('basic-resourceclaimtemplate')}`, slice];
    const scenario = { workloads: [{ name: 'demo', manifests }], latencies: { podStart: '0s' } };
    const cluster = [example('deviceclasses')];
    const run = new Run(load({ ...eightGpus, cluster, pods: [], scenario }).input);
    run.advance();
    // One device for two pods; its readiness takes 10 s, which is a multiple of the polls.
    expect(run.pods.startedUs[0]).toBe(run.pods.scheduledUs[0]! + 10_010_000);
  });
});

const nvidia = (file: string) => `nvidia-gpu/${file}.yaml`;

describe.skipIf(!existsSync(folder))('NVIDIA driver', () => {
  // A p4d.24xlarge with eight A100, as it was captured.
  const captured = {
    cluster: [nvidia('deviceclasses'), 'dranet/aws-efa-resourceslice-gpu.yaml'],
    node: 'ip-10-1-2-3',
  };
  const scenario = { kubernetes: { version: '1.37' } };

  test.each([
    ['quickstart-v1-gpu-test1', [1, 1]],
    ['quickstart-v1-gpu-test2', [1]],
    ['quickstart-v1-gpu-test3', [1, 1]],
    ['quickstart-v1beta1-gpu-test1', [1, 1]],
    ['bats-gpu-2pods-2gpus', [1, 1]],
  ])('%s: pods hold %j GPUs', (file, counts) => {
    const node = sliceNode();
    const found = outcome({ ...captured, node, pods: [nvidia(file)], scenario });
    expect(Object.values(found).map((devices) => devices?.length)).toEqual(counts);
  });

  test('a selector that no GPU matches leaves the pod without a node', () => {
    const node = sliceNode();
    const demo = { ...captured, node, pods: [nvidia('bats-gpu-cel-nomatch')], scenario };
    const run = new Run(load(demo).input);
    run.advance();
    const { pods, pendingReasons } = summarize(run, 'demo', '', '');
    expect([pods.unschedulable, pendingReasons[0]!.message]).toEqual([
      1,
      '0/1 nodes are available: 1 cannot allocate all claims.',
    ]);
  });

  test('MIG partitions of several profiles fit one GPU', () => {
    const found = outcome({
      cluster: [nvidia('deviceclasses'), nvidia('derived-resourceslices-a100-40gb-dynamic-mig')],
      node: 'derived-node',
      pods: [nvidia('bats-gpu-multiple-mig')],
      scenario,
    });
    expect(Object.values(found)[0]!.length).toBeGreaterThan(1);
  });

  function sliceNode(): string {
    const text = new InputFiles().readText(`${folder}/dranet/aws-efa-resourceslice-gpu.yaml`);
    return /nodeName: (\S+)/.exec(text)![1]!;
  }
});
