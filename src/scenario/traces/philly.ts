// Microsoft Philly jobs (2017) as condensed by Sia: submission, duration, GPUs. Each job becomes a Job whose
// pods hold up to eight GPUs each. Source: Jeon et al., ATC 2019.
//
// What the trace does not say, and what is taken: CPU and memory of a pod (4 cores and 24 GiB a GPU), GPUs
// a node can give to one pod (8), the GPU model (any of the class), that all pods of a job start together
// (they do not wait for each other here), time zone (none; times count from the first submission).

import type { Pod } from '../../api/core.js';
import { parseTime } from '../../api/time.js';
import { type PodTemplate, sortArrivals, type WorkloadPlan } from '../../workloads/plan.js';
import { TraceTable } from './table.js';

const GPUS_PER_POD_MAX = 8;
/** Far more than any job has. */
const GPUS_MAX = 100_000;
const CPU_PER_GPU = 4;
const MEMORY_GIB_PER_GPU = 24;

export interface PhillyOptions {
  limit?: number | undefined;
  gpuClass: string;
}

/** Reads a job list. @throws DrasimError `ERR_TRACE_COLUMN`, `ERR_TRACE_ROW` */
export function readPhilly(
  name: string,
  text: string,
  file: string,
  options: PhillyOptions,
): WorkloadPlan {
  const table = new TraceTable(text, file, ['timestamp', 'duration', 'num_gpus']);
  const templates: PodTemplate[] = [];
  const known = new Map<number, number>();
  const rows = Array.from({ length: table.count }, (_, row) => {
    const gpus = table.integer(row, 'num_gpus', GPUS_MAX);
    let template = known.get(gpus);
    if (template === undefined) {
      template = templates.length;
      known.set(gpus, template);
      templates.push(jobTemplate(gpus, options.gpuClass));
    }
    return {
      timeUs: submissionUs(table, row),
      template,
      durationUs: Math.max(1, table.number(row, 'duration')) * 1_000_000,
    };
  });
  const firstUs = rows.reduce((least, row) => Math.min(least, row.timeUs), Infinity);
  for (const row of rows) row.timeUs -= firstUs;
  const chosen = [...rows].sort((left, right) => left.timeUs - right.timeUs);
  const { arrivals } = sortArrivals(chosen.slice(0, options.limit ?? chosen.length));
  return { name, templates, arrivals, nameOf: (arrival) => `${name}-${arrival}` };
}

/** Local time without a zone, read as if it were UTC. */
function submissionUs(table: TraceTable, row: number): number {
  const text = table.text(row, 'timestamp').trim();
  const timeUs = parseTime(`${text.replace(' ', 'T')}Z`);
  if (timeUs !== undefined) return Number(timeUs);
  const expected = 'expected a time such as 2017-10-03 14:05:59';
  throw table.rowProblem(row, `timestamp is ${JSON.stringify(text)}, ${expected}`);
}

function jobTemplate(gpus: number, gpuClass: string): PodTemplate {
  const perPod = Math.min(gpus, GPUS_PER_POD_MAX);
  const pods = Math.max(1, Math.ceil(gpus / GPUS_PER_POD_MAX));
  const name = `philly-${gpus}gpu`;
  const requests = {
    cpu: `${Math.max(1, perPod) * CPU_PER_GPU}`,
    memory: `${Math.max(1, perPod) * MEMORY_GIB_PER_GPU}Gi`,
  };
  const pod: Pod = {
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: { name, namespace: 'philly' },
    spec: { containers: [{ name: 'train', resources: { requests } }] },
  };
  const exactly = {
    deviceClassName: gpuClass,
    allocationMode: 'ExactCount',
    count: perPod,
  };
  const spec = { devices: { requests: [{ name: 'gpu', exactly }] } };
  return {
    name,
    pod,
    claims: perPod === 0 ? [] : [{ entry: 'gpu', spec }],
    priority: 0,
    job: { parallelism: pods, completions: pods },
  };
}
