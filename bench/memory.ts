// A large run for its memory: 500,000 pods with a claim each on 15,000 nodes with 120,000 devices, of which 100,000 are
// in use once as many pods came as end.

import { summarize } from '../src/simulator/result.js';
import { perfRun, podOf } from './perf.js';
import { claimOfPlacement } from './placement.js';

const DEVICES_PER_NODE = 8;

export interface MemoryFigures {
  nodes: number;
  devices: number;
  pods: number;
  bound: number;
  seconds: number;
  podsPerSecond: number;
  /** Most memory that the process held, in megabytes. */
  peakMegabytes: number;
  /** Digest of all decisions. */
  hash: string;
}

/** Runs it once. */
export function memoryBench({ smoke }: { smoke: boolean }): MemoryFigures {
  const nodeCount = smoke ? 150 : 15_000;
  const podCount = smoke ? 5000 : 500_000;
  const devices = nodeCount * DEVICES_PER_NODE;
  // Five sixths of the devices are in use at a time.
  const durationUs = 1000e6;
  const betweenUs = durationUs / Math.round((devices * 5) / 6);
  const pod = podOf('100m');
  const claims = [{ entry: 'claim', spec: claimOfPlacement(1) }];
  const workload = {
    name: 'large',
    templates: [{ name: 'large', pod, claims, priority: 0 }],
    arrivals: {
      timesUs: Float64Array.from({ length: podCount }, (_, index) => Math.round(index * betweenUs)),
      template: new Int32Array(podCount),
      durationUs: new Float64Array(podCount).fill(durationUs),
    },
    nameOf: (arrival: number) => `large-${arrival}`,
  };
  const begin = process.hrtime.bigint();
  const run = perfRun(nodeCount, DEVICES_PER_NODE, [workload], Infinity);
  run.advance();
  const seconds = Number(process.hrtime.bigint() - begin) / 1e9;
  const { fingerprint, pods } = summarize(run, 'memory', '1.37', 'perf');
  let bound = 0;
  for (let index = 0; index < run.pods.count; index++) if (run.pods.node[index]! >= 0) bound++;
  return {
    nodes: nodeCount,
    devices,
    pods: pods.created,
    bound,
    seconds: Math.round(seconds * 10) / 10,
    podsPerSecond: Math.round(podCount / seconds),
    peakMegabytes: Math.round(process.resourceUsage().maxRSS / 1024),
    hash: fingerprint,
  };
}
