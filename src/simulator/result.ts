// What a run answers: outcomes, waits, use of devices, reasons, counters, and a fingerprint over every
// decision. Plain data with a schema version; holds no wall time and no path, so that two runs of one
// scenario give the same bytes.

import { createHash } from 'node:crypto';
import {
  POD_ASSUMED,
  POD_EVICTED,
  POD_FAILED,
  POD_GATED,
  POD_RUNNING,
  POD_SUCCEEDED,
  POD_UNSCHEDULABLE,
} from '../scheduler/pods.js';
import type { JobController } from '../workloads/jobs.js';
import type { EnergyResult } from './energy.js';
import type { FairnessResult } from './fairness.js';
import type { LocalityResult } from './locality.js';
import type { FragmentationResult } from './measures.js';
import { type Quantiles, quantiles } from './quantiles.js';
import { countRails, type RailsResult } from './rails.js';
import { kindColumn, SERIES } from './recorder.js';
import type { Run } from './simulator.js';
import { measureSlowdown, type SlowdownResult } from './slowdown.js';
import type { StrandedResult } from './strandeddevices.js';

/** Version of the result's shape; grows when a field changes its meaning or goes. */
export const RESULT_VERSION = 'drasim.dev/result/v1';

export interface JobsResult {
  created: number;
  completed: number;
  failed: number;
  /** From a Job's creation to the success of its last pod, of all that completed. */
  completionSeconds: Quantiles & { mean: number | null };
  /** When the last Job completed; null where none has. */
  lastEndSeconds: number | null;
}

export interface DeviceKindResult extends StrandedResult {
  kind: string;
  /** Devices, or parents of partitions. */
  count: number;
  utilisationPercentMean: number;
  utilisationPercentMax: number;
}

/** Why pods did not get a node, at the end of the run. */
export interface PendingReason {
  /** As kubectl shows it for the pod. */
  message: string;
  pods: number;
  /** A pod that it holds for. */
  example: string;
}

export interface RunResult {
  version: typeof RESULT_VERSION;
  scenario: string;
  kubernetes: string;
  seed: string;
  virtualSeconds: number;
  pods: {
    created: number;
    scheduled: number;
    running: number;
    succeeded: number;
    /** Deleted before they ended: preempted, or because a device that they used was tainted. */
    evicted: number;
    /** Refused by the kubelet of their node. */
    failed: number;
    unschedulable: number;
    /** Waiting in activeQ or backoff at the end. */
    queued: number;
    gated: number;
  };
  jobs: JobsResult;
  waitSeconds: Quantiles;
  /** From creation to end, in run times, of the pods that succeeded. */
  slowdown: SlowdownResult;
  /** How evenly namespaces or workloads fare. */
  fairness: FairnessResult;
  devices: DeviceKindResult[];
  fragmentation: FragmentationResult;
  nodes: { count: number; cpuPercentMean: number; memoryPercentMean: number };
  /** How close together the devices of pods with several of them lie. */
  locality: LocalityResult & RailsResult;
  /** By the power that the scenario states; absent where it states none. */
  energy?: EnergyResult;
  pendingReasons: PendingReason[];
  /** Mean and maximum of the values followed over time; null where there never was a value. */
  series: Record<string, { mean: number | null; max: number | null }>;
  counters: Record<string, number>;
  /** SHA-256 over the decisions of the run, first 16 hex digits. */
  fingerprint: string;
}

/** Sums a run up. */
export function summarize(run: Run, scenario: string, kubernetes: string, seed: string): RunResult {
  const energy = run.measures.energy();
  const { simulation, recorder, scheduler, allocator, jobs } = run;
  return {
    version: RESULT_VERSION,
    scenario,
    kubernetes,
    seed,
    virtualSeconds: simulation.nowUs / 1e6,
    pods: countPods(run),
    jobs: summarizeJobs(jobs),
    waitSeconds: waitQuantiles(run),
    slowdown: measureSlowdown(run),
    fairness: run.measures.fairness.result(),
    devices: run.use.kinds.map((kind, index) => ({
      kind,
      count: run.use.sizes[index]!,
      utilisationPercentMean: percent(recorder.mean(kindColumn(index)), run.use.sizes[index]!),
      utilisationPercentMax: percent(recorder.maxima[kindColumn(index)]!, run.use.sizes[index]!),
      ...run.measures.strandedOf(index),
    })),
    fragmentation: run.measures.fragmentation(),
    nodes: summarizeNodes(run),
    locality: { ...run.measures.locality(), ...countRails(run) },
    ...(energy && { energy }),
    pendingReasons: pendingReasons(run),
    series: summarizeSeries(run),
    counters: {
      events: simulation.steps,
      ...scheduler.counters,
      answersRemembered: scheduler.answersRemembered,
      failedAttempts: scheduler.failedAttempts,
      preemptions: scheduler.preemptions,
      failedBindings: scheduler.failedBindings,
      ...scheduler.queue.counters,
      hintCalls: scheduler.queue.hintCalls,
      allocatorSteps: allocator.search.steps,
      selectorEvaluations: allocator.selectors.evaluations,
    },
    fingerprint: fingerprint(run),
  };
}

function countPods({ pods }: Run): RunResult['pods'] {
  const counts = {
    created: pods.count,
    scheduled: 0,
    running: 0,
    succeeded: 0,
    evicted: 0,
    failed: 0,
    unschedulable: 0,
    queued: 0,
    gated: 0,
  };
  for (let pod = 0; pod < pods.count; pod++) {
    const state = pods.state[pod]!;
    if (!Number.isNaN(pods.scheduledUs[pod]!)) counts.scheduled++;
    if (state === POD_RUNNING) counts.running++;
    else if (state === POD_SUCCEEDED) counts.succeeded++;
    else if (state === POD_EVICTED) counts.evicted++;
    else if (state === POD_FAILED) counts.failed++;
    else if (state === POD_UNSCHEDULABLE) counts.unschedulable++;
    else if (state === POD_GATED) counts.gated++;
    else if (state < POD_ASSUMED) counts.queued++;
  }
  return counts;
}

/** Waits from creation to the choice of a node, seconds, of the pods that got a node: all of them, or those of one workload. */
export function waitQuantiles({ pods, podWorkload }: Run, workload?: number): Quantiles {
  const waits: number[] = [];
  for (let pod = 0; pod < pods.count; pod++) {
    if (workload !== undefined && podWorkload[pod] !== workload) continue;
    const scheduledUs = pods.scheduledUs[pod]!;
    if (!Number.isNaN(scheduledUs)) waits.push(scheduledUs - pods.createdUs[pod]!);
  }
  return quantiles(Float64Array.from(waits).sort(), 1e6);
}

function summarizeJobs(jobs: JobController): JobsResult {
  const { createdUs, completedUs } = jobs;
  const spans: number[] = [];
  let lastUs = -Infinity;
  completedUs.forEach((endUs, job) => {
    if (Number.isNaN(endUs)) return;
    spans.push(endUs - createdUs[job]!);
    lastUs = Math.max(lastUs, endUs);
  });
  const sum = spans.reduce((total, span) => total + span, 0);
  return {
    created: jobs.count,
    completed: jobs.completedCount,
    failed: jobs.failedCount,
    completionSeconds: {
      mean: spans.length === 0 ? null : round(sum / spans.length / 1e6),
      ...quantiles(Float64Array.from(spans).sort(), 1e6),
    },
    lastEndSeconds: spans.length === 0 ? null : lastUs / 1e6,
  };
}

function summarizeNodes({ input, recorder }: Run): RunResult['nodes'] {
  const { nodes } = input.cluster;
  const size = (resource: number) =>
    nodes.allocatable[resource]!.reduce((sum, one) => sum + one, 0);
  return {
    count: nodes.count,
    cpuPercentMean: percent(recorder.mean(2), size(0)),
    memoryPercentMean: percent(recorder.mean(3), size(1)),
  };
}

function summarizeSeries({ recorder }: Run): RunResult['series'] {
  const { followed } = recorder;
  const rounded = (value: number | null) => (value === null ? null : round(value));
  return Object.fromEntries([
    ...SERIES.map((name, index) => [
      name,
      { mean: round(recorder.mean(index)), max: recorder.maxima[index]! },
    ]),
    ...followed.names.map((name, column) => [
      name,
      { mean: rounded(followed.mean(column)), max: rounded(followed.max(column)) },
    ]),
  ]);
}

function pendingReasons(run: Run): PendingReason[] {
  const { pods, scheduler } = run;
  const texts = new Map<number, string | undefined>();
  const byMessage = new Map<string, PendingReason>();
  for (let pod = 0; pod < pods.count; pod++) {
    if (pods.state[pod]! >= POD_ASSUMED || pods.rejection[pod] === 0) continue;
    const shape = pods.shape[pod]!;
    if (!texts.has(shape)) texts.set(shape, scheduler.failureText(shape));
    const rejection = scheduler.reasons.rejection(pods.rejection[pod]!);
    const message = texts.get(shape) ?? rejection?.reasons.join(', ') ?? 'not tried';
    const known = byMessage.get(message);
    if (known) known.pods++;
    else byMessage.set(message, { message, pods: 1, example: podName(run, pod) });
  }
  return [...byMessage.values()].sort(
    (left, right) => right.pods - left.pods || (left.message < right.message ? -1 : 1),
  );
}

/** Name of a pod as a controller would give it. */
export function podName(run: Run, pod: number): string {
  const plan = run.input.workloads[run.podWorkload[pod]!]!;
  const name = plan.nameOf(run.podArrival[pod]!);
  const ordinal = run.podOrdinal[pod]!;
  return run.podJob[pod]! < 0 && ordinal === 0 ? name : `${name}-${ordinal}`;
}

/** Digest of the pod and allocation columns: equal digests, equal decisions. */
function fingerprint({ pods, recorder, simulation }: Run): string {
  const hash = createHash('sha256');
  const add = (column: Float64Array | Int32Array | Uint8Array) => {
    hash.update(new Uint8Array(column.buffer, column.byteOffset, column.byteLength));
  };
  add(Float64Array.of(simulation.nowUs, simulation.steps));
  add(pods.node.subarray(0, pods.count));
  add(pods.state.subarray(0, pods.count));
  add(pods.attempts.subarray(0, pods.count));
  for (const column of [pods.createdUs, pods.scheduledUs, pods.startedUs, pods.finishedUs]) {
    // NaN has many bit patterns; a number that no time takes stands for it.
    add(column.slice(0, pods.count).map((value) => (Number.isNaN(value) ? -1 : value)));
  }
  const { allocations } = recorder;
  const held = new Float64Array(allocations.count * 3);
  for (let row = 0; row < allocations.count; row++) {
    for (let column = 0; column < 3; column++) held[row * 3 + column] = allocations.at(row, column);
  }
  add(held);
  return hash.digest('hex').slice(0, 16);
}

function percent(part: number, whole: number): number {
  return whole === 0 ? 0 : round((part * 100) / whole);
}

/** Four decimals are more than a model is worth, and keep results short. */
function round(value: number): number {
  return Math.round(value * 1e4) / 1e4;
}
