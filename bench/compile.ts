// One behaviour: compiling a large cluster to columns, in time and memory.

import { resolveFeatures } from '../src/api/features.js';
import { publishMachine } from '../src/catalogue/machines.js';
import { compileCluster } from '../src/cluster/cluster.js';
import { type BenchOptions, type BenchRow, measure } from './rows.js';

const FULL_NODES = 15_000;

export async function compileBench(options: BenchOptions): Promise<BenchRow[]> {
  const nodes = options.smoke ? 200 : FULL_NODES;
  const machines = Array.from({ length: nodes }, (_, index) => {
    const machine = publishMachine('gaudi3-server', `node-${index}`);
    if ('problem' in machine) throw new Error(machine.problem);
    return machine;
  });
  const objects = machines.map(({ node }) => node);
  const slices = machines.flatMap((machine) => machine.slices);
  const features = resolveFeatures();
  let deviceCount = 0;
  let megabytes = 0;
  const run = () => {
    globalThis.gc?.();
    const before = memoryUsed();
    const cluster = compileCluster(objects, slices, features);
    globalThis.gc?.();
    megabytes = (memoryUsed() - before) / 1e6;
    deviceCount = cluster.devices.count;
    return `${cluster.nodes.count}/${cluster.devices.count}/${cluster.pools.visit.length}`;
  };
  const notes = () => `${deviceCount} devices, ${megabytes.toFixed(0)} MB of columns`;
  return measure([{ task: `compile/${nodes}-nodes`, operations: nodes, run, notes }], options);
}

function memoryUsed(): number {
  const { heapUsed, arrayBuffers } = process.memoryUsage();
  return heapUsed + arrayBuffers;
}
