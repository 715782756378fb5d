// One behaviour: the search for devices on one node, selectors evaluated beforehand, nothing committed.

import { resolveFeatures } from '../src/api/features.js';
import type { ResourceClaimSpec } from '../src/api/resource.js';
import { catalogueClasses, publishMachine } from '../src/catalogue/machines.js';
import { compileCluster } from '../src/cluster/cluster.js';
import { Allocator } from '../src/dra/allocator.js';
import { type BenchOptions, type BenchRow, measure, type Task } from './rows.js';

const gpu = (count: number): ResourceClaimSpec => ({
  devices: {
    requests: [
      {
        name: 'gpu',
        exactly: { deviceClassName: 'gpu.nvidia.com', allocationMode: 'ExactCount', count },
      },
    ],
  },
});

const aligned: ResourceClaimSpec = {
  devices: {
    requests: [
      {
        name: 'gpu',
        exactly: { deviceClassName: 'gpu.nvidia.com', allocationMode: 'ExactCount', count: 1 },
      },
      {
        name: 'nic',
        exactly: { deviceClassName: 'rdma.dra.net', allocationMode: 'ExactCount', count: 4 },
      },
    ],
    constraints: [{ matchAttribute: 'resource.kubernetes.io/pcieRoot' }],
  },
};

const mig: ResourceClaimSpec = {
  devices: {
    requests: [
      {
        name: 'mig',
        exactly: { deviceClassName: 'mig.nvidia.com', allocationMode: 'ExactCount', count: 4 },
      },
    ],
  },
};

const CASES: Readonly<
  Record<string, [machine: string, partitions: string | undefined, spec: ResourceClaimSpec]>
> = {
  '1-gpu': ['p5.48xlarge', undefined, gpu(1)],
  '8-gpu': ['p5.48xlarge', undefined, gpu(8)],
  'gpu-and-4-nics': ['p5.48xlarge', undefined, aligned],
  '4-mig': ['dgx-a100', 'mig', mig],
};

export async function allocateBench(options: BenchOptions): Promise<BenchRow[]> {
  const operations = options.smoke ? 200 : 50_000;
  const features = resolveFeatures();
  const classes = new Map(catalogueClasses().map((entry) => [entry.metadata.name!, entry]));
  const tasks = Object.entries(CASES).map(([name, [machineName, partitions, spec]]): Task => {
    const machine = publishMachine(machineName, 'node-0', partitions);
    if ('problem' in machine) throw new Error(machine.problem);
    const cluster = compileCluster([machine.node], machine.slices, features);
    const allocator = new Allocator(cluster, classes, features);
    const shapes = [allocator.shapes.intern(spec)];
    let steps = 0;
    const run = () => {
      const before = allocator.search.steps;
      let found = 0;
      for (let index = 0; index < operations; index++)
        found += allocator.find(shapes, ['bench'], 0);
      steps = (allocator.search.steps - before) / operations;
      return `${found}/${allocator.search.picks.device.slice(0, 8).join()}`;
    };
    return { task: `allocate/${name}`, operations, run, notes: () => `${steps} steps each` };
  });
  return measure(tasks, options);
}
