// Which Jobs of a workload run until the next look, where a controller suspends some in favour of others: the order
// of the policies, and what fits. Sources: SRTF and SRSF as in Muri (SIGCOMM 2022), LAS as in Tiresias (NSDI 2019)
// without its queues.

import type { PodTemplate } from './plan.js';

/** By remaining time, by remaining time × devices, or by time × devices that were had; least first. */
export const SUSPENSION_POLICIES = ['SRTF', 'SRSF', 'LAS'] as const;
export type SuspensionPolicy = (typeof SUSPENSION_POLICIES)[number];

/** How the Jobs of a workload are suspended and resumed. */
export interface Suspension {
  readonly policy: SuspensionPolicy;
  /** Looks are at multiples of it. */
  readonly intervalUs: number;
  /** What a Job that is resumed does before it works again. */
  readonly costUs: number;
  /** Devices that the Jobs may hold together; left out: all of the cluster. */
  readonly devices?: number;
}

/** A Job as the policies see it. */
export interface JobProgress {
  /** Devices of all its pods. */
  readonly devices: number;
  /** Work in all, microseconds; Infinity where it never ends. */
  readonly workUs: number;
  /** Work done up to now. */
  doneUs: number;
}

/**
 * The Jobs that run until the next look: in the order of the policy, whatever still fits.
 *
 * @param jobs - by arrival, which decides among equals
 */
export function chooseJobs<T extends JobProgress>(
  jobs: readonly T[],
  policy: SuspensionPolicy,
  devices: number,
): T[] {
  const keys = new Map(jobs.map((job, index) => [job, { index, key: sortKey(job, policy) }]));
  const ordered = [...jobs].sort((left, right) => {
    const [a, b] = [keys.get(left)!, keys.get(right)!];
    return a.key < b.key ? -1 : a.key > b.key ? 1 : a.index - b.index;
  });
  let free = devices;
  return ordered.filter((job) => {
    if (job.devices > free) return false;
    free -= job.devices;
    return true;
  });
}

function sortKey({ devices, workUs, doneUs }: JobProgress, policy: SuspensionPolicy): number {
  if (policy === 'SRTF') return workUs - doneUs;
  // A Job without devices counts as one of a single device.
  const width = Math.max(1, devices);
  return (policy === 'SRSF' ? workUs - doneUs : doneUs) * width;
}

/** Devices that one pod of a template asks for in claims of its own; a request for all counts as one. */
export function devicesOfPod({ claims }: PodTemplate): number {
  let devices = 0;
  for (const { spec } of claims) {
    for (const { exactly, firstAvailable } of spec?.devices?.requests ?? []) {
      devices += (exactly ?? firstAvailable?.[0])?.count ?? 1;
    }
  }
  return devices;
}
