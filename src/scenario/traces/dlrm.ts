// Alibaba cluster-trace-gpu-v2025: instances of disaggregated recommendation models, with whole GPUs and a
// percentage of an RDMA NIC each. Source: Yang et al., NSDI 2025.
//
// What the trace does not say, and what is taken: instances without creation_time are there from the start,
// those without deletion_time never end; the NIC's bandwidth is divided as capacity `bandwidth` of 100
// percent; how many instances of an application a node may hold is left out, as spreading is not modelled
// yet; disk is left out; there is no node list.

import type { Pod } from '../../api/core.js';
import type { DeviceRequest } from '../../api/resource.js';
import { type PodTemplate, sortArrivals, type WorkloadPlan } from '../../workloads/plan.js';
import { TraceTable } from './table.js';

export interface DlrmOptions {
  limit?: number | undefined;
  gpuClass: string;
  nicClass: string;
}

const COLUMNS = [
  'instance_sn',
  'cpu_request',
  'gpu_request',
  'rdma_request',
  'memory_request',
  'creation_time',
  'deletion_time',
];

/** Reads an instance list. @throws DrasimError `ERR_TRACE_COLUMN`, `ERR_TRACE_ROW` */
export function readDlrm(
  name: string,
  text: string,
  file: string,
  options: DlrmOptions,
): WorkloadPlan {
  const table = new TraceTable(text, file, COLUMNS);
  const templates: PodTemplate[] = [];
  const known = new Map<string, number>();
  const rows = Array.from({ length: table.count }, (_, row) => {
    const cells = ['cpu_request', 'memory_request', 'gpu_request', 'rdma_request'].map((column) =>
      table.number(row, column),
    );
    const key = cells.join('/');
    let template = known.get(key);
    if (template === undefined) {
      template = templates.length;
      known.set(key, template);
      templates.push(instanceTemplate(`dlrm-${template}`, cells, options));
    }
    const createdS = table.number(row, 'creation_time', 0);
    const deletedS = table.text(row, 'deletion_time').trim();
    const endS = deletedS === '' ? Infinity : table.number(row, 'deletion_time');
    return {
      timeUs: createdS * 1_000_000,
      template,
      durationUs: Math.max(1, endS - createdS) * 1_000_000,
      name: table.text(row, 'instance_sn'),
    };
  });
  rows.sort((left, right) => left.timeUs - right.timeUs);
  const chosen = rows.slice(0, options.limit ?? rows.length);
  const { arrivals, order } = sortArrivals(chosen);
  return { name, templates, arrivals, nameOf: (arrival) => chosen[order[arrival]!]!.name };
}

function instanceTemplate(
  name: string,
  [cpu = 0, memoryGib = 0, gpus = 0, rdmaPercent = 0]: number[],
  options: DlrmOptions,
): PodTemplate {
  const pod: Pod = {
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: { name, namespace: 'dlrm' },
    spec: {
      containers: [
        { name: 'serve', resources: { requests: { cpu: `${cpu}`, memory: `${memoryGib}Gi` } } },
      ],
    },
  };
  const requests: DeviceRequest[] = [];
  if (gpus > 0) {
    const exactly = {
      deviceClassName: options.gpuClass,
      allocationMode: 'ExactCount',
      count: gpus,
    };
    requests.push({ name: 'gpu', exactly });
  }
  if (rdmaPercent > 0) {
    requests.push({
      name: 'nic',
      exactly: {
        deviceClassName: options.nicClass,
        allocationMode: 'ExactCount',
        count: 1,
        capacity: { requests: { bandwidth: `${rdmaPercent}` } },
      },
    });
  }
  const claims =
    requests.length === 0 ? [] : [{ entry: 'devices', spec: { devices: { requests } } }];
  return { name, pod, claims, priority: 0 };
}
