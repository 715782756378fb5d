// The scenario format: one definition that validates, gives the types, and makes
// scenarios/scenario.schema.json. Every field is described here, and nowhere else.

import { z } from 'zod';
import { DEVICE_STRATEGY_NAMES } from '../dra/registry.js';
import { NODE_STRATEGY_NAMES } from '../scheduler/registry.js';
import { SUSPENSION_POLICIES } from '../workloads/suspension.js';
import { duration, parseDuration } from './duration.js';
import { kubeletSchema } from './kubeletsection.js';
import { powerSchema } from './powersection.js';
import { schedulerSchema } from './schedulerschema.js';
import { MODULE_PATTERN } from './strategymodules.js';
import { OPENB_PARTITIONS } from './traces/openbpartitions.js';

const count = z.int().min(0);

const stringMap = z.record(z.string(), z.string());

const objectOrFile = z.union([z.string(), z.record(z.string(), z.unknown())]);

const durationModel = z
  .union([
    duration,
    z.literal('forever'),
    z.strictObject({ constant: duration.describe('Every one the same.') }),
    z.strictObject({
      lognormal: z
        .strictObject({
          median: duration.describe('Half of the draws are shorter.'),
          sigma: z.number().min(0).describe('Standard deviation of the logarithm.'),
          max: duration.optional().describe('Longer draws are cut to this.'),
        })
        .describe('Few long ones among many short ones.'),
    }),
    z.strictObject({
      exponential: z
        .strictObject({
          mean: duration.describe('Mean of the draws before the cut.'),
          max: duration.optional().describe('Longer draws are cut to this.'),
        })
        .describe('Ends at any time are equally likely.'),
    }),
    z.strictObject({
      empirical: z.array(duration).min(1).describe('Drawn from with equal weight.'),
    }),
  ])
  .meta({
    id: 'DurationModel',
    description: 'How long pods run: a duration, `forever`, or a distribution.',
  });

const arrivals = z
  .union([
    z.strictObject({
      process: z.literal('constant'),
      every: duration.describe('Time between arrivals; 0s for all at once.'),
    }),
    z.strictObject({
      process: z.literal('poisson'),
      perHour: z.number().positive().describe('Mean arrivals an hour.'),
    }),
    z.strictObject({
      process: z.literal('trace'),
      times: z.array(duration).min(1).describe('Arrival times after the start.'),
    }),
  ])
  .meta({ id: 'Arrivals', description: 'When pods or Jobs arrive.' });

const podShape = z
  .strictObject({
    name: z.string().min(1).describe('Pods are named WORKLOAD-NAME and a number.'),
    weight: z.number().positive().default(1).describe('Share of arrivals, relative to others.'),
    pod: z
      .record(z.string(), z.unknown())
      .describe('A PodTemplateSpec: `{metadata, spec}`, as in a Deployment.'),
    claims: z
      .record(z.string(), z.record(z.string(), z.unknown()))
      .optional()
      .describe('ResourceClaim specs by name; one claim of each is made for every pod.'),
    duration: durationModel
      .optional()
      .describe('How long its pods run. Default: that of the workload.'),
    job: z
      .strictObject({
        parallelism: count.default(1).describe('Pods at once.'),
        completions: count.optional().describe('Pods that must succeed. Default: `parallelism`.'),
        gang: z
          .boolean()
          .optional()
          .describe(
            'Whether its pods get nodes all together or not at all; 1.35 and newer, with its gates.',
          ),
      })
      .optional()
      .describe('Each arrival is a Job of this many pods.'),
  })
  .meta({ id: 'PodShape' });

const generator = z.strictObject({
  arrivals: arrivals.describe('When pods or Jobs arrive.'),
  count: count.optional().describe('Arrivals at most; without it arrivals go on until the end.'),
  start: duration.optional().describe('First arrival not before this. Default 0s.'),
  shapes: z.array(podShape).min(1).describe('What arrives, drawn by weight.'),
});

const workloadTrace = z.union([
  z.strictObject({
    format: z.literal('openb').describe('Alibaba cluster-trace-gpu-v2023: shares of GPUs.'),
    pods: z.string().describe('Pod list, CSV or CSV.gz (Alibaba cluster-trace-gpu-v2023).'),
    times: z
      .enum(['trace', 'in-order'])
      .default('trace')
      .describe('The times of the trace, or one pod after the other that never ends.'),
    demandPercent: z
      .number()
      .min(0)
      .default(0)
      .describe('Grow the shuffled list to this share of the GPUs; 0 leaves the list alone.'),
  }),
  z.strictObject({
    format: z.literal('philly').describe('Microsoft Philly 2017: training jobs.'),
    jobs: z.string().describe('Job list, CSV or CSV.gz (Philly as condensed by Sia).'),
    limit: count.optional().describe('First jobs only, by submission time.'),
    gpuClass: z.string().default('gpu.nvidia.com').describe('DeviceClass that a GPU is asked of.'),
  }),
  z.strictObject({
    format: z.literal('muri').describe('Muri 2022: Philly jobs as run on 64 V100.'),
    jobs: z.string().describe('Job list, CSV or CSV.gz (Muri, cluster_trace.csv or trace1 to 4).'),
    limit: count.optional().describe('First jobs only, by submission time.'),
    gpuClass: z.string().default('gpu.nvidia.com').describe('DeviceClass that a GPU is asked of.'),
    results: z
      .string()
      .default('')
      .describe(
        'Result list (results/POLICY/job.csv): Jobs run as long as measured. Default none.',
      ),
    gpusPerPod: z.int().min(1).default(8).describe('GPUs of a pod; larger jobs have several pods.'),
  }),
  z.strictObject({
    format: z
      .literal('gpu-v2025-dlrm')
      .describe('Alibaba cluster-trace-gpu-v2025: recommendation models with GPUs and RDMA.'),
    instances: z.string().describe('Instance list, CSV or CSV.gz (Alibaba gpu-v2025).'),
    limit: count.optional().describe('First instances only, by creation time.'),
    gpuClass: z.string().default('gpu.nvidia.com').describe('DeviceClass that a GPU is asked of.'),
    nicClass: z
      .string()
      .default('nic.drasim.dev')
      .describe('DeviceClass that a share of an RDMA NIC is asked of.'),
  }),
]);

const suspension = z
  .strictObject({
    policy: z
      .enum(SUSPENSION_POLICIES)
      .describe(
        'Who runs first: SRTF the shortest remaining time, SRSF the least remaining time × devices, LAS the least time × devices so far.',
      ),
    interval: duration.describe('How often the controller decides, and Jobs are started.'),
    cost: duration
      .optional()
      .describe('What a Job that is resumed does before it works on. Default 0s.'),
    devices: count
      .optional()
      .describe('Devices that the Jobs may hold together. Default: all of the cluster.'),
  })
  .meta({
    id: 'Suspension',
    description: 'A controller that suspends Jobs for others and resumes them with the work left.',
  });

const workload = z
  .strictObject({
    name: z.string().min(1).describe('Names its pods and its random streams.'),
    generator: generator.optional().describe('Pods or Jobs that arrive at random or at set times.'),
    trace: workloadTrace.optional().describe('Pods or Jobs of a published trace.'),
    manifests: z
      .array(objectOrFile)
      .optional()
      .describe('Files or objects: Pod, Job, Deployment, ReplicaSet and what they refer to.'),
    suspension: suspension
      .optional()
      .describe('Jobs are gangs that a controller suspends and resumes; 1.37 and its gate.'),
    start: duration.optional().describe('When pods of manifests are created. Default 0s.'),
    duration: durationModel.optional().describe('How long pods of manifests run. Default forever.'),
  })
  .meta({ id: 'Workload' });

const nodePool = z
  .strictObject({
    name: z.string().min(1).describe('Nodes are named NAME-0, NAME-1 and so on.'),
    count: count.describe('How many nodes.'),
    machine: z.string().describe('A machine of the catalogue; see `drasim catalogue`.'),
    partitions: z
      .string()
      .optional()
      .describe('How devices are partitioned, where the machine offers it: `mig`.'),
    labels: stringMap
      .optional()
      .describe('Beside `drasim.dev/node-pool`, which every node of a pool has.'),
    taints: z
      .array(
        z.strictObject({
          key: z.string().describe('A label key.'),
          value: z.string().optional().describe('Default empty.'),
          effect: z.enum(['NoSchedule', 'PreferNoSchedule', 'NoExecute']),
        }),
      )
      .optional()
      .describe('Taints of every node of the pool.'),
  })
  .meta({ id: 'NodePool' });

const strategyModule = z.string().regex(MODULE_PATTERN, 'expected a strategy or a file .js');

const range = z
  .strictObject({
    min: z.number().optional().describe('Least value that is fine.'),
    max: z.number().optional().describe('Largest value that is fine.'),
  })
  .meta({ id: 'Range', description: 'Bounds; a broken one fails the run with exit code 1.' });

/** The scenario format; strict: an unknown field is an error. */
export const scenarioSchema = z
  .strictObject({
    apiVersion: z.literal('drasim.dev/v1'),
    kind: z.literal('Scenario'),
    metadata: z
      .strictObject({
        name: z.string().min(1).describe('Shown in results.'),
        description: z.string().optional().describe('One line for people.'),
      })
      .describe('What the scenario is called.'),
    kubernetes: z
      .strictObject({
        version: z.string().optional().describe('Version profile, 1.32 to 1.37. Default newest.'),
        featureGates: z
          .record(z.string(), z.boolean())
          .optional()
          .describe('Gates that differ from the defaults of the version.'),
      })
      .optional()
      .describe('Which Kubernetes is simulated.'),
    seed: z.union([z.int(), z.string()]).default(1).describe('All chance of the run follows it.'),
    until: duration.optional().describe('End of the run. Default: when nothing more happens.'),
    cluster: z
      .strictObject({
        nodePools: z.array(nodePool).optional().describe('Nodes from the catalogue of machines.'),
        manifests: z
          .array(objectOrFile)
          .optional()
          .describe('Files or objects: Node, ResourceSlice, DeviceClass, ResourceClaim and more.'),
        trace: z
          .strictObject({
            format: z.literal('openb'),
            nodes: z.string().describe('Node list, CSV or CSV.gz.'),
            partitions: z
              .enum(OPENB_PARTITIONS)
              .optional()
              .describe(
                'Every GPU is an A100 with MIG, and shares are asked for as partitions: `mig`; `sevenths` is the same without places, partitions draw on compute alone.',
              ),
          })
          .optional()
          .describe('Nodes of a published trace.'),
      })
      .default({})
      .describe('The nodes, their devices, and what is there from the start.'),
    workloads: z.array(workload).default([]).describe('What is to be scheduled.'),
    scheduler: schedulerSchema.optional().describe('The scheduler.'),
    kubelet: kubeletSchema
      .optional()
      .describe('What kubelets do to pods that are bound to their nodes.'),
    latencies: z
      .strictObject({
        attempt: duration.optional().describe('One scheduling attempt. Default 1200us.'),
        bind: duration.optional().describe('From choice to binding. Default 10ms.'),
        podStart: duration.optional().describe('From binding to running. Default 2s.'),
        podStop: duration
          .optional()
          .describe('From the deletion of a pod until its containers have stopped. Default 2s.'),
        apiCall: duration
          .optional()
          .describe('A patch or deletion of a pod on behalf of preemption. Default 10ms.'),
        deviceReady: durationModel
          .optional()
          .describe(
            'From allocation until the binding conditions of a device are true, drawn for each pod. Default 10s.',
          ),
      })
      .optional()
      .describe('What takes time in a real cluster.'),
    power: powerSchema
      .optional()
      .describe('What nodes and devices draw, for `energy`; `{}` takes the built-in figures.'),
    strategy: z
      .strictObject({
        node: z
          .union([z.enum(NODE_STRATEGY_NAMES), strategyModule])
          .optional()
          .describe(
            'How nodes are scored, by name or by an ES module of yours. Default: all scores of upstream.',
          ),
        device: z
          .union([z.enum(DEVICE_STRATEGY_NAMES), strategyModule])
          .optional()
          .describe(
            'Which devices are tried first. Default: what goes with the node strategy, else FirstFit, as upstream does.',
          ),
      })
      .optional()
      .describe('Strategies for the choice of nodes and devices.'),
    events: z
      .array(
        z.strictObject({
          at: duration.describe('When it happens.'),
          apply: z
            .array(objectOrFile)
            .optional()
            .describe('Files or objects that come or change: DeviceTaintRule.'),
          delete: z
            .array(
              z.strictObject({
                kind: z.enum(['DeviceTaintRule']).describe('Their kind.'),
                name: z.string().describe('Their name.'),
              }),
            )
            .optional()
            .describe('Objects that go.'),
        }),
      )
      .optional()
      .describe('What happens to the cluster during the run.'),
    limits: z
      .strictObject({ events: count.optional().describe('Events at most. Default 1000000000.') })
      .optional()
      .describe('Where a run that does not end is stopped, with an error.'),
    expect: z
      .record(z.string(), range)
      .optional()
      .describe('Ranges by metric name, for example `pods.unschedulable: {max: 0}`.'),
    parameters: z
      .strictObject({
        defaults: z
          .record(z.string(), z.unknown())
          .describe('Every parameter with its usual value.'),
        sets: z
          .record(z.string(), z.record(z.string(), z.unknown()))
          .optional()
          .describe('Named sets of other values: `--parameters NAME`.'),
      })
      .optional()
      .describe('`$name` anywhere below takes the value of a parameter.'),
  })
  .meta({ title: 'drasim scenario', description: 'What drasim simulates.' });

export type Scenario = z.output<typeof scenarioSchema>;
export type NodePool = z.output<typeof nodePool>;
export type Workload = z.output<typeof workload>;
export type WorkloadTrace = z.output<typeof workloadTrace>;
export type Generator = z.output<typeof generator>;
export type DurationModel = z.output<typeof durationModel>;
export type ArrivalProcess = z.output<typeof arrivals>;
export type Range = z.output<typeof range>;

/** The JSON Schema of scenario files, for editors. */
export function scenarioJsonSchema(): object {
  return z.toJSONSchema(scenarioSchema, { io: 'input' });
}

/** Microseconds of an optional duration of a scenario. */
export function durationUs(text: string | undefined, presetUs: number): number {
  return text === undefined ? presetUs : parseDuration(text);
}
