// Jobs of Muri's testbed run and of its simulations: arrivals and durations of Microsoft Philly (2017), models drawn at
// random. Each job is a Job whose pods get nodes all together. Source: Zhao et al., Muri, SIGCOMM 2022.
//
// What the trace does not say, and what is taken: CPU and memory of a pod (11 cores and 40 GiB a GPU, an eighth of the
// testbed's nodes), how many GPUs a pod has (an option), the GPU model (any of the class). What it says and is left out:
// the model, its iterations and what they use beside GPUs, and the priority. A result list of the testbed gives how long
// each job really ran, with everything that slowed it.

import type { Pod } from '../../api/core.js';
import { type PodTemplate, sortArrivals, type WorkloadPlan } from '../../workloads/plan.js';
import { TraceTable } from './table.js';

/** Far more than any job has. */
const GPUS_MAX = 100_000;
const CPU_PER_GPU = 11;
const MEMORY_GIB_PER_GPU = 40;

export interface MuriOptions {
  limit?: number | undefined;
  gpuClass: string;
  gpusPerPod: number;
  /** Outcomes of a run on the testbed: how long each job ran in all takes the place of its duration. */
  results?: { readonly text: string; readonly file: string };
}

/** Reads a job list, whose times are milliseconds. @throws DrasimError `ERR_TRACE_COLUMN`, `ERR_TRACE_ROW` */
export function readMuri(
  name: string,
  text: string,
  file: string,
  options: MuriOptions,
): WorkloadPlan {
  const table = new TraceTable(text, file, ['job_id', 'num_gpu', 'submit_time', 'duration']);
  const templates: PodTemplate[] = [];
  const known = new Map<number, number>();
  const measuredUs = options.results && readMeasured(options.results);
  const rows = Array.from({ length: table.count }, (_, row) => {
    const gpus = table.integer(row, 'num_gpu', GPUS_MAX);
    if (gpus === 0) throw table.rowProblem(row, 'num_gpu is 0, expected at least one');
    let template = known.get(gpus);
    if (template === undefined) {
      template = templates.length;
      known.set(gpus, template);
      templates.push(jobTemplate(gpus, options));
    }
    const job = table.text(row, 'job_id');
    const durationUs = measuredUs
      ? measuredUs.get(job)
      : Math.round(table.number(row, 'duration') * 1000);
    if (durationUs === undefined) throw table.rowProblem(row, `job ${job} has no result`);
    return {
      timeUs: Math.round(table.number(row, 'submit_time') * 1000),
      template,
      durationUs: Math.max(1, durationUs),
      name: `${name}-${job}`,
    };
  });
  rows.sort((left, right) => left.timeUs - right.timeUs);
  const chosen = rows.slice(0, options.limit ?? rows.length);
  const { arrivals, order } = sortArrivals(chosen);
  return { name, templates, arrivals, nameOf: (arrival) => chosen[order[arrival]!]!.name };
}

/** How long each job of a result list ran; its times are seconds. */
function readMeasured({ text, file }: NonNullable<MuriOptions['results']>): Map<string, number> {
  const table = new TraceTable(text, file, ['job_id', 'real_executed_time']);
  return new Map(
    Array.from({ length: table.count }, (_, row) => [
      table.text(row, 'job_id'),
      Math.round(table.number(row, 'real_executed_time') * 1e6),
    ]),
  );
}

function jobTemplate(gpus: number, { gpuClass, gpusPerPod }: MuriOptions): PodTemplate {
  const count = Math.min(gpus, gpusPerPod);
  const pods = Math.ceil(gpus / gpusPerPod);
  const name = `muri-${gpus}gpu`;
  const requests = { cpu: `${count * CPU_PER_GPU}`, memory: `${count * MEMORY_GIB_PER_GPU}Gi` };
  const pod: Pod = {
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: { name, namespace: 'muri' },
    spec: { containers: [{ name: 'train', resources: { requests } }] },
  };
  const exactly = { deviceClassName: gpuClass, allocationMode: 'ExactCount', count };
  const spec = { devices: { requests: [{ name: 'gpu', exactly }] } };
  return {
    name,
    pod,
    claims: [{ entry: 'gpu', spec }],
    priority: 0,
    job: { parallelism: pods, completions: pods, isGang: true },
  };
}
