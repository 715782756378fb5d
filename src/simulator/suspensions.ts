// Suspends and resumes the Jobs of workloads that ask for it. At every interval the controller chooses which Jobs run;
// it deletes the pods of those that are to stop and creates pods with the work that is left for those that go on. Nodes
// and devices are the scheduler's business, as ever.

import { POD_EVICTED, POD_RUNNING, POD_SUCCEEDED } from '../scheduler/pods.js';
import { chooseJobs, devicesOfPod, type JobProgress } from '../workloads/suspension.js';
import type { RunGangs } from './rungangs.js';
import type { Run } from './simulator.js';

/** A Job that has arrived and is not over. */
interface SuspendableJob extends JobProgress {
  readonly job: number;
  readonly workload: number;
  readonly arrival: number;
  /** Work that was done when the present pods were created. */
  savedUs: number;
  /** What the present pods do before they work on. */
  costUs: number;
  /** Whether it has pods; those since it was last resumed. */
  isOn: boolean;
  pods: number[];
}

/** The event of a look, and what the controller does. */
export interface SuspensionEffects {
  readonly kind: number;
  readonly priority: number;
  createPod(workload: number, arrival: number, ordinal: number, job: number): void;
  deletePod(pod: number): void;
  /** A pod is gone that had no node. */
  dropPod(pod: number): void;
}

/** The Jobs of a run that can be suspended. */
export class Suspensions {
  private readonly active = new Map<number, SuspendableJob>();
  /** Workloads whose next look is planned. */
  private readonly planned = new Set<number>();

  constructor(
    private readonly run: Pick<Run, 'input' | 'simulation' | 'pods' | 'jobs' | 'scheduler'>,
    private readonly gangs: RunGangs,
    private readonly effects: SuspensionEffects,
  ) {}

  /** Takes up a Job, whose pods come with the next look; false where its workload suspends none. */
  arrive(workload: number, arrival: number, job: number): boolean {
    const plan = this.run.input.workloads[workload]!;
    if (!plan.suspension) return false;
    const template = plan.templates[plan.arrivals.template[arrival]!]!;
    this.active.set(job, {
      ...{ job, workload, arrival },
      devices: devicesOfPod(template) * template.job!.completions,
      workUs: plan.arrivals.durationUs[arrival]!,
      ...{ doneUs: 0, savedUs: 0, costUs: 0, isOn: false, pods: [] },
    });
    this.planLook(workload, 0);
    return true;
  }

  /** Whether a Job is suspended: no pod takes the place of one that goes. */
  isSuspended(job: number): boolean {
    return this.active.get(job)?.isOn === false;
  }

  /** How long a pod runs that is created now for a Job. */
  podDurationUs(job: number, pod: number, durationUs: number): number {
    const known = this.active.get(job);
    if (!known) return durationUs;
    known.pods.push(pod);
    return known.workUs - known.savedUs + known.costUs;
  }

  /** Decides which Jobs of a workload run until the next look. */
  look(workload: number): void {
    const { input, jobs } = this.run;
    const {
      policy,
      costUs,
      devices = input.cluster.devices.count,
    } = input.workloads[workload]!.suspension!;
    this.planned.delete(workload);
    const present: SuspendableJob[] = [];
    for (const known of this.active.values()) {
      if (known.workload !== workload) continue;
      if (jobs.isOver(known.job)) {
        this.active.delete(known.job);
        continue;
      }
      if (known.isOn) known.doneUs = this.doneUs(known);
      present.push(known);
    }
    const chosen = chooseJobs(present, policy, devices);
    const goesOn = new Set(chosen);
    const stopped = present.filter((known) => known.isOn && !goesOn.has(known));
    const resumed = chosen.filter((known) => !known.isOn);
    for (const known of stopped) this.suspend(known, costUs);
    for (const known of resumed) this.resume(known);
    const isChanged = stopped.length > 0 || resumed.length > 0;
    if (isChanged || this.canChange(chosen)) this.planLook(workload, 1);
  }

  /** Whether anything is still to happen that a later look could see, so that a run can end. */
  private canChange(chosen: readonly SuspendableJob[]): boolean {
    const { pods: table, scheduler, simulation } = this.run;
    if (chosen.some(({ pods }) => pods.some((pod) => table.isOnNode(pod)))) return true;
    // One event may be the flush of the queue, which does nothing for pods that are stuck.
    return simulation.pending - this.planned.size > 1 || !scheduler.isStuck;
  }

  /** @param first - 0 where a look may be now, 1 where the next is meant */
  private planLook(workload: number, first: 0 | 1): void {
    if (this.planned.has(workload)) return;
    this.planned.add(workload);
    const { input, simulation } = this.run;
    const { kind, priority } = this.effects;
    const { intervalUs } = input.workloads[workload]!.suspension!;
    const passed = simulation.nowUs / intervalUs;
    const number = first === 0 ? Math.ceil(passed) : Math.floor(passed) + 1;
    simulation.at(number * intervalUs, priority, kind, workload);
  }

  /** Work done by now: that of the pod that lags most, as the pods of a Job work together. */
  private doneUs({ pods, workUs, savedUs, costUs }: SuspendableJob): number {
    const { pods: table, simulation } = this.run;
    let doneUs = workUs - savedUs;
    for (const pod of pods) {
      const state = table.state[pod]!;
      if (state === POD_SUCCEEDED || state === POD_EVICTED) continue;
      const ranUs = state === POD_RUNNING ? simulation.nowUs - table.startedUs[pod]! : 0;
      doneUs = Math.min(doneUs, Math.max(0, ranUs - costUs));
    }
    return savedUs + doneUs;
  }

  private suspend(known: SuspendableJob, costUs: number): void {
    const { jobs, pods, scheduler, simulation } = this.run;
    const hasRun = known.pods.some((pod) => pods.state[pod] === POD_RUNNING);
    known.isOn = false;
    known.savedUs = known.doneUs;
    // A Job that has not run has no checkpoint to come back from.
    if (hasRun) known.costUs = costUs;
    for (const pod of known.pods) {
      if (pods.isOnNode(pod)) this.effects.deletePod(pod);
      else if (scheduler.removeWaiting(pod)) {
        pods.state[pod] = POD_EVICTED;
        pods.finishedUs[pod] = simulation.nowUs;
        jobs.podEvicted(known.job);
        this.effects.dropPod(pod);
      }
    }
  }

  private resume(known: SuspendableJob): void {
    const { jobs } = this.run;
    const { job, workload, arrival } = known;
    known.isOn = true;
    known.pods = [];
    const count = jobs.unfinished(job);
    const first = jobs.lastOrdinal(job) - count + 1;
    this.gangs.addJob(job, count);
    for (let index = 0; index < count; index++) {
      this.effects.createPod(workload, arrival, first + index, job);
    }
  }
}
