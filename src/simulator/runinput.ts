// What a run is made from: compiled, validated and free of files.

import type { Features } from '../api/features.js';
import type { DeviceClass, DeviceTaintRule, ResourceClaim } from '../api/resource.js';
import type { CompiledCluster } from '../cluster/cluster.js';
import type { PowerModel } from '../cluster/power.js';
import type { DeviceStrategyEntry } from '../dra/strategy.js';
import type { RandomStreams } from '../random.js';
import type { ObjectListers } from '../scheduler/listers.js';
import type { SchedulerOptions } from '../scheduler/scheduleroptions.js';
import type { UserPluginModule } from '../scheduler/userplugin.js';
import type { KubeletOptions } from '../workloads/kubelet/kubelet.js';
import type { WorkloadPlan } from '../workloads/plan.js';
import type { Run } from './simulator.js';

/** Model parameters in virtual time, microseconds. */
export interface Latencies {
  /** One scheduling attempt. */
  attemptUs: number;
  /** From the choice of a node until the pod is bound. */
  bindUs: number;
  /** From binding until the containers run. */
  podStartUs: number;
  /** From the deletion of a pod until its containers have stopped. */
  podStopUs: number;
  /** One call of the API server for preemption: a patch or a deletion. */
  apiCallUs: number;
}

/** DeviceTaintRules that are in force from a time on, instead of those before. */
export interface TaintChange {
  readonly timeUs: number;
  readonly rules: readonly DeviceTaintRule[];
}

/** Everything a run is made from. */
export interface RunInput {
  cluster: CompiledCluster;
  classes: ReadonlyMap<string, DeviceClass>;
  /** Claims that exist from the start, by `namespace/name`. */
  claims: ReadonlyMap<string, ResourceClaim>;
  workloads: readonly WorkloadPlan[];
  /** Services, namespaces and other objects that plugins look up; left out: none. */
  listers?: ObjectListers;
  features: Features;
  scheduler: SchedulerOptions;
  /** Plugins that profiles name and drasim has not. */
  userPlugins?: readonly UserPluginModule[];
  /** Victims that preemption evicts at once; left out: 16, as upstream does. */
  evictionParallelism?: number;
  /** Whoever is to be told of the scheduler's work beside the run; see records.ts. */
  observe?: (run: Run) => Pick<SchedulerOptions, 'entered' | 'attempted'>;
  /** By time; the columns have the taints of the first, at the beginning, already. */
  taintChanges?: readonly TaintChange[];
  /** Order in which devices are tried; none is upstream's. */
  deviceStrategy?: DeviceStrategyEntry;
  /** What nodes and devices draw; left out: energy is not told. */
  power?: PowerModel;
  latencies: Latencies;
  /** Draws how long devices take until their binding conditions are true; left out: no time. */
  deviceReadyUs?: () => number;
  /** What kubelets do beside starting containers; left out: nothing. */
  kubelet?: KubeletOptions;
  streams: RandomStreams;
  /** End of the run, microseconds; Infinity runs until nothing is left to happen. */
  untilUs: number;
  eventsMax: number;
}
