// Alibaba cluster-trace-gpu-v2023 ("openb"): nodes with GPUs, and pods that want whole GPUs or a share of
// one. Each GPU becomes a device with 1000 milli of consumable capacity; a share takes its part of it, a
// whole GPU all of it. Or each becomes partitions, and a share asks for the smallest that covers it. Source of the growing of lists: Weng et al., FGD, USENIX ATC 2023.
//
// What the trace does not say, and what is taken: pods a node may hold (1000), a device class (one for all
// models), how long pods run that were never scheduled (from creation to deletion).

import type { Node, Pod } from '../../api/core.js';
import type { DeviceClass, ResourceClaimSpec, ResourceSlice } from '../../api/resource.js';
import type { RandomStream } from '../../random.js';
import { type PodTemplate, sortArrivals, type WorkloadPlan } from '../../workloads/plan.js';
import {
  type OpenbPartitions,
  type PartitionedGpu,
  profileExpression,
  profileOf,
  publishPartitions,
} from './openbpartitions.js';
import { TraceTable } from './table.js';

export const OPENB_DRIVER = 'gpu.openb';
const GPU_MILLI = 1000;
const CAPACITY = { milli: { value: `${GPU_MILLI}` } };
/** Devices that a slice may hold, and far more than a machine has. */
const GPUS_MAX = 128;
const MODEL_LABEL = 'alibabacloud.com/gpu-card-model';
/** Time between pods that are taken in order, microseconds. */
const IN_ORDER_STEP_US = 10_000;

/** The device class of all GPUs of the trace. */
export const OPENB_CLASS: DeviceClass = {
  apiVersion: 'resource.k8s.io/v1',
  kind: 'DeviceClass',
  metadata: { name: OPENB_DRIVER },
  spec: { selectors: [{ cel: { expression: `device.driver == "${OPENB_DRIVER}"` } }] },
};

/** Nodes of the trace and the slices that publish their GPUs. */
export interface OpenbCluster {
  nodes: Node[];
  slices: ResourceSlice[];
  gpuCount: number;
}

/**
 * Reads a node list.
 *
 * @param partitions - publishes every GPU as such partitions, see openbpartitions.ts
 * @throws DrasimError `ERR_TRACE_COLUMN`, `ERR_TRACE_ROW`
 */
export function readOpenbNodes(
  text: string,
  file: string,
  partitions?: OpenbPartitions,
): OpenbCluster {
  const gpusByModel = new Map<string, PartitionedGpu[]>();
  const table = new TraceTable(text, file, ['sn', 'cpu_milli', 'memory_mib', 'gpu', 'model']);
  const cluster: OpenbCluster = { nodes: [], slices: [], gpuCount: 0 };
  for (let row = 0; row < table.count; row++) {
    const name = table.text(row, 'sn');
    const model = table.text(row, 'model');
    const gpus = table.integer(row, 'gpu', GPUS_MAX);
    cluster.nodes.push({
      apiVersion: 'v1',
      kind: 'Node',
      metadata: {
        name,
        labels: { 'kubernetes.io/hostname': name, ...(model && { [MODEL_LABEL]: model }) },
      },
      status: {
        allocatable: {
          cpu: `${table.number(row, 'cpu_milli')}m`,
          memory: `${table.number(row, 'memory_mib')}Mi`,
          pods: '1000',
        },
      },
    });
    if (gpus > 0 && partitions) {
      const known = gpusByModel.get(model) ?? [];
      gpusByModel.set(model, known);
      while (known.length < gpus) known.push(publishPartitions(known.length, model, partitions));
      cluster.slices.push(...partitionSlices(name, known.slice(0, gpus)));
    } else if (gpus > 0) cluster.slices.push(publishGpus(name, model, gpus));
    cluster.gpuCount += gpus;
  }
  return cluster;
}

function publishGpus(nodeName: string, model: string, count: number): ResourceSlice {
  const attributes = { model: { string: model } };
  return {
    apiVersion: 'resource.k8s.io/v1',
    kind: 'ResourceSlice',
    metadata: { name: `${nodeName}-${OPENB_DRIVER}` },
    spec: {
      driver: OPENB_DRIVER,
      nodeName,
      pool: { name: nodeName, generation: 1, resourceSliceCount: 1 },
      devices: Array.from({ length: count }, (_, index) => ({
        name: `gpu-${index}`,
        attributes,
        capacity: CAPACITY,
        allowMultipleAllocations: true,
      })),
    },
  };
}

/** Counter sets in a slice of their own, then a slice for each GPU, as the catalogue has it. */
function partitionSlices(nodeName: string, gpus: readonly PartitionedGpu[]): ResourceSlice[] {
  const contents: Partial<ResourceSlice['spec']>[] = [
    { sharedCounters: gpus.map(({ counterSet }) => counterSet) },
    ...gpus.map(({ devices }) => ({ devices })),
  ];
  const pool = { name: nodeName, generation: 1, resourceSliceCount: contents.length };
  return contents.map((content, index) => ({
    apiVersion: 'resource.k8s.io/v1',
    kind: 'ResourceSlice',
    metadata: { name: `${nodeName}-${OPENB_DRIVER}-${index}` },
    spec: { driver: OPENB_DRIVER, nodeName, pool, ...content },
  }));
}

export interface OpenbOptions {
  times: 'trace' | 'in-order';
  /** Grow the shuffled list to this share of the GPUs; 0 leaves the list as it is. */
  demandPercent: number;
  /** GPUs of the cluster, for `demandPercent`. */
  gpuCount: number;
  /** Draws the order and the copies. */
  stream: RandomStream;
  /** Whether GPUs are published as partitions, so that shares have to be asked for as such. */
  partitioned?: boolean;
}

/** One row of the pod list. */
interface PodRow {
  name: string;
  template: number;
  demandMilli: number;
  createdUs: number;
  durationUs: number;
}

/** Reads a pod list. @throws DrasimError `ERR_TRACE_COLUMN`, `ERR_TRACE_ROW` */
export function readOpenbPods(
  name: string,
  text: string,
  file: string,
  options: OpenbOptions,
): WorkloadPlan {
  const wanted = ['name', 'cpu_milli', 'memory_mib', 'num_gpu', 'gpu_milli'];
  if (options.times === 'trace') wanted.push('creation_time', 'deletion_time', 'scheduled_time');
  const table = new TraceTable(text, file, wanted);
  const templates: PodTemplate[] = [];
  const known = new Map<string, number>();
  let rows = Array.from({ length: table.count }, (_, row) =>
    readPod(table, row, templates, known, options),
  );
  const podsListed = new Int32Array(templates.length);
  for (const { template } of rows) podsListed[template]!++;
  if (options.demandPercent > 0) rows = growDemand(rows, options);
  if (options.times === 'in-order') {
    rows = rows.map((row, index) => ({
      ...row,
      createdUs: index * IN_ORDER_STEP_US,
      durationUs: Infinity,
    }));
  }
  const { arrivals, order } = sortArrivals(
    rows.map((row) => ({
      timeUs: row.createdUs,
      template: row.template,
      durationUs: row.durationUs,
    })),
  );
  const nameOf = (arrival: number) => rows[order[arrival]!]!.name;
  return { name, templates, arrivals, podsListed, nameOf };
}

function readPod(
  table: TraceTable,
  row: number,
  templates: PodTemplate[],
  known: Map<string, number>,
  { times, partitioned = false }: OpenbOptions,
): PodRow {
  const timed = times === 'trace';
  const cpuMilli = table.number(row, 'cpu_milli');
  const memoryMib = table.number(row, 'memory_mib');
  const gpus = table.integer(row, 'num_gpu', GPUS_MAX);
  const gpuMilli = table.number(row, 'gpu_milli');
  const spec = table.text(row, 'gpu_spec');
  if (gpus > 0 && (gpuMilli <= 0 || gpuMilli > GPU_MILLI)) {
    throw table.rowProblem(row, `gpu_milli is ${gpuMilli}, expected 1 to ${GPU_MILLI}`);
  }
  const key = `${cpuMilli}/${memoryMib}/${gpus}/${gpuMilli}/${spec}`;
  let template = known.get(key);
  if (template === undefined) {
    template = templates.length;
    known.set(key, template);
    templates.push({
      ...podTemplate(`openb-${template}`, cpuMilli, memoryMib),
      ...(gpus > 0 && {
        claims: [{ entry: 'gpu', spec: gpuClaim(gpus, gpuMilli, spec, partitioned) }],
      }),
      ...(partitioned && { askedMilli: gpus * gpuMilli }),
    });
  }
  const createdS = timed ? table.number(row, 'creation_time') : 0;
  const beginS = timed ? table.number(row, 'scheduled_time', createdS) : 0;
  const endS = timed ? table.number(row, 'deletion_time') : 0;
  return {
    name: table.text(row, 'name'),
    template,
    demandMilli: gpus * gpuMilli,
    createdUs: createdS * 1_000_000,
    durationUs: Math.max(1, endS - beginS) * 1_000_000,
  };
}

function podTemplate(name: string, cpuMilli: number, memoryMib: number): PodTemplate {
  const pod: Pod = {
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: { name, namespace: 'openb' },
    spec: {
      containers: [
        {
          name: 'main',
          resources: { requests: { cpu: `${cpuMilli}m`, memory: `${memoryMib}Mi` } },
        },
      ],
    },
  };
  return { name, pod, claims: [], priority: 0 };
}

function gpuClaim(
  gpus: number,
  gpuMilli: number,
  gpuSpec: string,
  partitioned: boolean,
): ResourceClaimSpec {
  const models = [...new Set(gpuSpec.split('|').filter((model) => model !== ''))];
  const list = models.map((model) => JSON.stringify(model)).join(', ');
  const expressions: string[] = [];
  if (partitioned) expressions.push(profileExpression(OPENB_DRIVER, profileOf(gpuMilli)));
  if (models.length > 0) {
    expressions.push(`device.attributes["${OPENB_DRIVER}"].model in [${list}]`);
  }
  return {
    devices: {
      requests: [
        {
          name: 'gpu',
          exactly: {
            deviceClassName: OPENB_DRIVER,
            allocationMode: 'ExactCount',
            count: gpus,
            ...(!partitioned && { capacity: { requests: { milli: `${gpuMilli}` } } }),
            ...(expressions.length > 0 && {
              selectors: expressions.map((expression) => ({ cel: { expression } })),
            }),
          },
        },
      ],
    },
  };
}

/** Shuffles the list, then appends drawn copies (or takes drawn pods away) up to the wanted demand. */
function growDemand(rows: PodRow[], { demandPercent, gpuCount, stream }: OpenbOptions): PodRow[] {
  const wantedMilli = (demandPercent / 100) * gpuCount * GPU_MILLI;
  const grown = [...rows].sort((left, right) => (left.name < right.name ? -1 : 1));
  for (let index = grown.length - 1; index > 0; index--) {
    const other = stream.integer(index + 1);
    [grown[index], grown[other]] = [grown[other]!, grown[index]!];
  }
  let demandMilli = grown.reduce((sum, row) => sum + row.demandMilli, 0);
  while (demandMilli > wantedMilli) {
    const [lost] = grown.splice(stream.integer(grown.length), 1);
    demandMilli -= lost!.demandMilli;
  }
  if (!rows.some((row) => row.demandMilli > 0)) return grown;
  for (let copies = 0; ; copies++) {
    const row = rows[stream.integer(rows.length)]!;
    if (demandMilli + row.demandMilli > wantedMilli) break;
    demandMilli += row.demandMilli;
    grown.push({ ...row, name: `${row.name}-tuned-${copies}` });
  }
  return grown;
}
