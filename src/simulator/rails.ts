// Rails: in rail-optimised fabrics the network devices of one number share a switch, node by node, so that the pods of a Job
// reach each other best over devices of the same rails. A rail is an attribute of that name in any domain or, as the
// catalogue publishes it of ConnectX ports, the number N in the `mlx5_N` that the kernel gives to one.

import type { DeviceTable } from '../cluster/devices.js';
import type { Run } from './simulator.js';

/** Jobs of which several pods have devices of a rail, and those whose pods all have the same rails. */
export interface RailsResult {
  railJobs: number;
  oneRail: number;
}

const RAIL_ATTRIBUTE = /(^|\/)rail$/;
const RDMA_ATTRIBUTE = 'dra.net/rdmaDevice';
const RDMA_NUMBER = /^mlx5_(\d+)$/;

/** Compares the rails of the pods of each Job. */
export function countRails({
  input,
  jobs,
  recorder,
  podJob,
}: Pick<Run, 'input' | 'jobs' | 'recorder' | 'podJob'>): RailsResult {
  if (jobs.count === 0) return { railJobs: 0, oneRail: 0 };
  const { allocations } = recorder;
  const { devices } = input.cluster;
  const known: (string | undefined)[] = [];
  /** Rails of the pods of each Job, as texts; where a pod was placed anew, those that it had last. */
  const railsOf = new Map<number, Map<number, string>>();
  for (let start = 0; start < allocations.count; ) {
    const pod = allocations.at(start, 0);
    const job = podJob[pod]!;
    const rails = new Set<string>();
    let end = start;
    for (; end < allocations.count && allocations.at(end, 0) === pod; end++) {
      if (job < 0) continue;
      const device = allocations.at(end, 2);
      const rail = known[device] ?? (known[device] = railOf(devices, device));
      if (rail !== '') rails.add(rail);
    }
    start = end;
    if (rails.size === 0) continue;
    const ofJob = railsOf.get(job) ?? new Map<number, string>();
    railsOf.set(job, ofJob);
    ofJob.set(pod, [...rails].sort().join());
  }
  const several = [...railsOf.values()].filter(({ size }) => size > 1);
  const aligned = several.filter((ofJob) => new Set(ofJob.values()).size === 1);
  return { railJobs: several.length, oneRail: aligned.length };
}

/** The rail of a network device, or empty. */
function railOf(devices: DeviceTable, device: number): string {
  const { attributes = {} } = devices.objects[device]!;
  for (const [name, { string, int }] of Object.entries(attributes)) {
    if (RAIL_ATTRIBUTE.test(name)) return `${string ?? int ?? ''}`;
  }
  return RDMA_NUMBER.exec(attributes[RDMA_ATTRIBUTE]?.string ?? '')?.[1] ?? '';
}
