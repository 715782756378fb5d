// One run: connects the event core, the scheduler, the allocator and the workloads. Each kind of event has
// one handler; all state lies in the columns of the rooms below.

import { type ClusterSnapshot, takeSnapshot } from '../cluster/snapshot.js';
import { Allocator } from '../dra/allocator.js';
import { DeviceTaints } from '../dra/devicetaints.js';
import { Simulation, type StopReason } from '../engine/simulation.js';
import { PERMIT_TIMEOUT_US } from '../scheduler/gangs.js';
import {
  POD_ASSUMED,
  POD_BOUND,
  POD_EVICTED,
  POD_FAILED,
  POD_RUNNING,
  POD_SUCCEEDED,
  PodTable,
  TERMINATING,
  TERMINATING_PREEMPTED,
} from '../scheduler/pods.js';
import { type PodShape, PodShapes } from '../scheduler/podshape.js';
import { sightOf } from '../scheduler/podsight.js';
import { Scheduler } from '../scheduler/scheduler.js';
import { userPluginFactory } from '../scheduler/userplugin.js';
import { initialPods, JobController } from '../workloads/jobs.js';
import { Kubelets } from '../workloads/kubelet/kubelet.js';
import { terminationUs } from '../workloads/kubelet/termination.js';
import type { PodTemplate } from '../workloads/plan.js';
import { AllocationRecords } from './allocationrecords.js';
import { type ArrivalSeries, followArrivals } from './arrivalseries.js';
import { type CompiledTemplate, compileTemplate } from './compiletemplate.js';
import { DeviceUse } from './deviceuse.js';
import { RunningEvictions } from './evictioncalls.js';
import { Holdings } from './holdings.js';
import { Measures } from './measures.js';
import { QueueFlushes } from './queueflushes.js';
import { Recorder } from './recorder.js';
import { createNamedClaims } from './restore.js';
import { RunGangs } from './rungangs.js';
import type { RunInput } from './runinput.js';
import { runListers } from './runlisters.js';
import { Suspensions } from './suspensions.js';
import { TaintEvictions } from './taintevictions.js';

// Kinds of events; arrivals of workload `w` come as ARRIVAL + w from its lane.
const ATTEMPT = 0;
const FLUSH = 1;
const BOUND = 2;
const STARTED = 3;
const FINISHED = 4;
const EVICTION = 5;
const STOPPED = 6;
const CHANGE = 7;
const CALL = 8;
const REPLACEMENT = 9;
const BINDING_FAILED = 10;
const PERMIT = 11;
const LOOK = 12;
const ARRIVAL = 13;

// At one time pods end before others start, the queue is flushed, and new pods arrive before the scheduler looks.
const PRIORITY_END = 0;
const PRIORITY_FLUSH = 1;
const PRIORITY_ARRIVAL = 2;
const PRIORITY_SCHEDULER = 3;

/** How often upstream's binding looks whether devices are ready. */
const DEVICE_POLL_US = 5_000_000;

/** State of a run; `run` advances it. */
export class Run {
  readonly simulation = new Simulation();
  readonly pods = new PodTable();
  readonly jobs = new JobController();
  readonly allocator: Allocator;
  readonly scheduler: Scheduler;
  readonly shapes: PodShapes;
  readonly use: DeviceUse;
  readonly recorder: Recorder;
  readonly arrivals: ArrivalSeries | null;
  /** Origin of each pod: workload, arrival, ordinal within its Job or 0; and its Job or -1. */
  readonly podWorkload: number[] = [];
  readonly podArrival: number[] = [];
  readonly podOrdinal: number[] = [];
  readonly podJob: number[] = [];
  readonly namedClaims: ReadonlyMap<string, number>;
  private readonly taints: DeviceTaints;
  private readonly templates: CompiledTemplate[][];
  private readonly evictions: RunningEvictions;
  private readonly taintEvictions: TaintEvictions;
  private readonly kubelets: Kubelets;
  private readonly gangs: RunGangs;
  private readonly flushes: QueueFlushes;
  private readonly suspensions: Suspensions;
  /** Pods that wait at Permit and whose placement is noted. */
  private readonly hasPlacement = new Set<number>();
  private schedulerBusy = false;
  readonly measures = new Measures();
  private readonly holdings: Holdings;

  constructor(readonly input: RunInput) {
    const { cluster, features, classes } = input;
    const { deviceStrategy = null, userPlugins = [] } = input;
    this.allocator = new Allocator(cluster, classes, features, { strategy: deviceStrategy });
    const { listers, volumes } = runListers(input);
    const seen = input.workloads.flatMap((plan) => plan.templates.map(({ pod }) => pod));
    const seesPods = userPlugins.length > 0 || input.scheduler.strategy?.entry.seesPods;
    const sight = sightOf(seen, cluster.nodes, listers, seesPods);
    this.shapes = new PodShapes(cluster.nodes, features, sight);
    this.use = new DeviceUse(cluster.devices);
    this.recorder = new Recorder(this.use);
    const allocations = new AllocationRecords(this);
    this.holdings = new Holdings(this, allocations);
    const { taintChanges = [] } = input;
    this.taints = new DeviceTaints(cluster, taintChanges[0]?.rules ?? [], this.allocator.features);
    taintChanges.forEach(({ timeUs }, index) => {
      if (index > 0) this.simulation.at(timeUs, PRIORITY_END, CHANGE, index);
    });
    this.namedClaims = createNamedClaims(input, this.allocator, allocations);
    this.recorder.readUse();
    this.scheduler = new Scheduler(
      {
        cluster,
        allocator: this.allocator,
        pods: this.pods,
        shapes: this.shapes,
        listers,
        volumes,
        features,
        ties: input.streams.stream('scheduler/ties'),
      },
      {
        ...input.scheduler,
        ...input.observe?.(this),
        plugins: Object.fromEntries(
          userPlugins.map((own) => [own.plugin.name, userPluginFactory(own, cluster.devices)]),
        ),
      },
    );
    const { evictionParallelism: parallelism = 16 } = input;
    const { apiCallUs } = input.latencies;
    this.evictions = new RunningEvictions(this.simulation, apiCallUs, parallelism, {
      kind: CALL,
      priority: PRIORITY_END,
      deleteVictim: (pod) => {
        if (this.pods.isOnNode(pod)) this.deletePod(pod, TERMINATING_PREEMPTED);
      },
      clearNomination: (pod) => this.scheduler.clearNomination(pod, this.simulation.nowUs),
    });
    this.gangs = new RunGangs(this.scheduler.gangs);
    const flush = { kind: FLUSH, priority: PRIORITY_FLUSH };
    const isEndless = input.untilUs === Infinity;
    this.flushes = new QueueFlushes(this.simulation, this.scheduler, flush, isEndless);
    this.kubelets = new Kubelets(input.kubelet ?? {}, cluster.nodes);
    const { allocator, kubelets, namedClaims, shapes, pods, simulation, taints } = this;
    this.taintEvictions = new TaintEvictions({
      ...{ simulation, allocator, taints, pods, shapes },
      kind: EVICTION,
      priority: PRIORITY_END,
    });
    this.suspensions = new Suspensions(this, this.gangs, {
      kind: LOOK,
      priority: PRIORITY_ARRIVAL,
      createPod: (...origin) => this.createPod(...origin),
      deletePod: (pod) => this.deletePod(pod, TERMINATING),
      dropPod: (pod) => this.measures.ended(pod),
    });
    const templates = { allocator, kubelets, namedClaims, shapes, kinds: this.scheduler.kinds };
    this.templates = input.workloads.map((plan) =>
      plan.templates.map((template) => compileTemplate(template, templates)),
    );
    this.arrivals = followArrivals(this, this.templates);
    this.measures.follow(this);
    input.workloads.forEach((plan, index) => {
      this.simulation.addLane(plan.arrivals.timesUs, PRIORITY_ARRIVAL, ARRIVAL + index);
    });
  }

  /** Handles events until the end of the run, or at most `pauseSteps` of them. */
  advance(pauseSteps = Infinity): StopReason {
    const { untilUs, eventsMax } = this.input;
    const reason = this.simulation.run((kind, a) => this.handle(kind, a), {
      untilUs,
      stepsMax: eventsMax,
      pauseSteps,
    });
    // A run with an end lasts until then, also when nothing more happens: means are over all of it.
    if (reason === 'drained' && untilUs !== Infinity) this.simulation.queue.advanceTo(untilUs);
    this.recorder.advance(this.simulation.nowUs);
    return reason;
  }

  /** The cluster as it stands now, frozen. */
  snapshot(): ClusterSnapshot {
    return takeSnapshot(this.input.cluster, this.simulation.nowUs);
  }

  private handle(kind: number, a: number): void {
    this.recorder.advance(this.simulation.nowUs);
    if (kind === ATTEMPT) this.attempt();
    else if (kind === FLUSH) this.flushes.flush();
    else if (kind === BOUND) this.bind(a);
    else if (kind === STARTED) this.start(a);
    else if (kind === FINISHED) this.finish(a);
    else if (kind === EVICTION) this.evictTainted(a);
    else if (kind === STOPPED) this.stop(a);
    else if (kind === CHANGE) this.changeTaints(a);
    else if (kind === CALL) this.evictions.take(a);
    else if (kind === BINDING_FAILED) this.failBinding(a);
    else if (kind === PERMIT) this.endPermit(a);
    else if (kind === LOOK) this.suspensions.look(a);
    else if (kind === REPLACEMENT) this.replace(a, this.jobs.lastOrdinal(this.podJob[a]!));
    else this.arrive(kind - ARRIVAL, a);
    this.recorder.current[0] = this.scheduler.waitingCount;
    if (!this.schedulerBusy) this.wakeScheduler();
    this.flushes.plan();
  }

  private arrive(workload: number, arrival: number): void {
    const plan = this.input.workloads[workload]!;
    const { template } = this.templates[workload]![plan.arrivals.template[arrival]!]!;
    if (!template.job) {
      this.createPod(workload, arrival, 0, -1);
      return;
    }
    const job = this.jobs.create(template.job, this.simulation.nowUs);
    if (this.suspensions.arrive(workload, arrival, job)) return;
    const count = initialPods(template.job);
    if (template.job.isGang) this.gangs.addJob(job, count);
    for (let ordinal = 0; ordinal < count; ordinal++) {
      this.createPod(workload, arrival, ordinal, job);
    }
  }

  private createPod(workload: number, arrival: number, ordinal: number, job: number): void {
    const { nowUs } = this.simulation;
    const { arrivals } = this.input.workloads[workload]!;
    const compiled = this.templates[workload]![arrivals.template[arrival]!]!;
    const shape = this.shapes.shape(compiled.shape);
    const wholeUs = arrivals.durationUs[arrival]!;
    const durationUs = this.suspensions.podDurationUs(job, this.pods.count, wholeUs);
    this.arrivals?.arrive(shape, compiled.template);
    const pod = this.pods.add(shape.id, compiled.kind, shape.priority, nowUs, durationUs);
    this.podWorkload.push(workload);
    this.podArrival.push(arrival);
    this.podOrdinal.push(ordinal);
    this.podJob.push(job);
    for (const entry of shape.claims) {
      this.pods.addClaim(
        entry.claim >= 0 ? entry.claim : this.allocator.claims.create(entry.shape),
      );
    }
    this.measures.created(pod);
    const { template } = compiled;
    if (template.runningOn !== undefined && ordinal === 0) this.restore(pod, template);
    else this.scheduler.add(pod, nowUs, this.gangs.of(template, job));
  }

  /** Puts a pod where an imported cluster has it running. */
  private restore(pod: number, template: PodTemplate): void {
    const node = this.input.cluster.nodes.indexes.get(template.runningOn!) ?? -1;
    this.scheduler.place(pod, node);
    this.pods.scheduledUs[pod] = this.simulation.nowUs;
    this.shapes.shape(this.pods.shape[pod]!).claims.forEach((_entry, index) => {
      this.allocator.claims.reservedCount[this.pods.claimOf(pod, index)]!++;
    });
    this.pods.state[pod] = POD_BOUND;
    this.holdings.begin(pod, this.simulation.nowUs);
    this.taintEvictions.plan(pod);
    // What runs there was admitted once.
    this.kubelets.admit(pod, this.compiledOf(pod).kubelet, node);
    this.start(pod);
  }

  private wakeScheduler(): void {
    if (!this.scheduler.queue.canPop) return;
    this.schedulerBusy = true;
    this.simulation.after(0, PRIORITY_SCHEDULER, ATTEMPT);
  }

  private attempt(): void {
    const { nowUs } = this.simulation;
    const { counters, placements } = this.scheduler;
    const before = counters.attempts;
    const pod = this.scheduler.attempt(nowUs);
    if (pod < 0) {
      this.schedulerBusy = false;
      return;
    }
    const isPlaced = this.pods.node[pod]! >= 0;
    const isHeld = isPlaced && !placements.includes(pod);
    if (!isPlaced) this.recorder.attempts.add(nowUs, pod, -1, this.pods.rejection[pod]!);
    for (const placed of placements) this.notePlacement(placed);
    if (isHeld) {
      this.notePlacement(pod);
      this.simulation.after(PERMIT_TIMEOUT_US, PRIORITY_END, PERMIT, pod);
    }
    for (const placed of placements) {
      this.pods.state[placed] = POD_BOUND;
      this.scheduler.bindVolumes(placed, nowUs);
      this.planBinding(placed);
      this.taintEvictions.plan(placed);
    }
    // A gang takes as long as its members would one by one.
    const attemptUs = this.input.latencies.attemptUs * Math.max(1, counters.attempts - before);
    if (!this.evict(attemptUs)) this.planAttempt(attemptUs);
  }

  /** A pod was given a node; those that waited for the rest of their gang had it before. */
  private notePlacement(pod: number): void {
    if (this.hasPlacement.delete(pod)) return;
    const { nowUs } = this.simulation;
    this.recorder.attempts.add(nowUs, pod, this.pods.node[pod]!, 0);
    this.holdings.begin(pod, nowUs);
    if (this.pods.state[pod] === POD_ASSUMED && this.scheduler.gangs.isHeld(pod)) {
      this.hasPlacement.add(pod);
    }
  }

  /** A pod waited too long for the rest of its gang: all that wait with it give up their nodes. */
  private endPermit(pod: number): void {
    const { gangs } = this.scheduler;
    const { nowUs } = this.simulation;
    const isDue = this.pods.scheduledUs[pod]! + PERMIT_TIMEOUT_US <= nowUs;
    if (!isDue || !gangs.isHeld(pod)) return;
    for (const held of this.scheduler.failPermit(gangs.of(pod)!, nowUs)) this.forgetPlacement(held);
  }

  /** A pod lost its node before it was bound. */
  private forgetPlacement(pod: number): void {
    this.hasPlacement.delete(pod);
    this.holdings.end(pod, this.simulation.nowUs);
  }

  /** What comes of a pod that has a node: it is bound and starts, at once or when its devices are ready. */
  private planBinding(pod: number): void {
    const { bindUs, podStartUs } = this.input.latencies;
    const boundUs = this.simulation.nowUs + bindUs;
    const timeoutUs = this.scheduler.deviceTimeoutUs(pod);
    if (timeoutUs > 0) {
      const readyUs = this.input.deviceReadyUs?.() ?? 0;
      const polledUs = Math.ceil(readyUs / DEVICE_POLL_US) * DEVICE_POLL_US;
      const isInTime = polledUs <= timeoutUs;
      const endUs = boundUs + (isInTime ? polledUs : timeoutUs);
      this.simulation.at(endUs, PRIORITY_END, isInTime ? BOUND : BINDING_FAILED, pod);
      return;
    }
    if (this.kubelets.hearsBinding || this.scheduler.handlers.hearsBinding(pod)) {
      this.simulation.at(boundUs, PRIORITY_END, BOUND, pod);
    }
    if (!this.kubelets.hearsBinding) {
      this.simulation.at(boundUs + podStartUs, PRIORITY_END, STARTED, pod);
    }
  }

  /** The devices of a pod did not get ready: it gives them back and is tried again. */
  private failBinding(pod: number): void {
    if (!this.pods.isOnNode(pod)) return;
    this.scheduler.failDevices(pod, this.simulation.nowUs);
    this.forgetPlacement(pod);
  }

  private planAttempt(delayUs: number): void {
    this.simulation.after(delayUs, PRIORITY_SCHEDULER, ATTEMPT);
  }

  /** Begins what the last attempt wants evicted; true where the attempt lasts until that is done. */
  private evict(attemptUs: number): boolean {
    const { eviction, evictions } = this.scheduler;
    if (!eviction) return false;
    const { isAsync } = evictions;
    const calls = isAsync ? evictions.proceed(eviction) : evictions.evict(eviction);
    const ended = isAsync ? undefined : () => this.planAttempt(attemptUs);
    this.evictions.start(calls, eviction, isAsync, ended);
    return !isAsync;
  }

  private bind(pod: number): void {
    if (!this.pods.isOnNode(pod)) return;
    const { nowUs } = this.simulation;
    this.scheduler.queue.done(pod);
    this.scheduler.handlers.podBound(pod, nowUs);
    if (!this.kubelets.hearsBinding && this.scheduler.deviceTimeoutUs(pod) === 0) return;
    const { kubelet } = this.compiledOf(pod);
    const node = this.pods.node[pod]!;
    if (this.kubelets.admit(pod, kubelet, node)) {
      const imagesUs = this.kubelets.imagesUs(kubelet, node, nowUs);
      this.simulation.at(imagesUs + this.input.latencies.podStartUs, PRIORITY_END, STARTED, pod);
    } else {
      this.fail(pod);
    }
  }

  /** A pod that its kubelet refuses ends there and then; its controller makes another. */
  private fail(pod: number): void {
    const { nowUs } = this.simulation;
    this.pods.state[pod] = POD_FAILED;
    this.stop(pod);
    const job = this.podJob[pod]!;
    if (job >= 0) {
      const backoffUs = this.jobs.podFailed(job);
      if (backoffUs >= 0) {
        this.simulation.at(nowUs + backoffUs, PRIORITY_ARRIVAL, REPLACEMENT, pod);
      }
    } else if (this.compiledOf(pod).template.isReplaced) {
      this.replace(pod, this.podOrdinal[pod]! + 1);
    }
  }

  private start(pod: number): void {
    if (this.pods.state[pod] !== POD_BOUND) return;
    const { nowUs } = this.simulation;
    this.pods.state[pod] = POD_RUNNING;
    this.pods.startedUs[pod] = nowUs;
    this.recorder.current[1]!++;
    const durationUs = this.pods.durationUs[pod]!;
    if (durationUs !== Infinity) {
      this.simulation.at(nowUs + durationUs, PRIORITY_END, FINISHED, pod);
    }
  }

  private finish(pod: number): void {
    if (this.pods.state[pod] !== POD_RUNNING) return;
    this.recorder.current[1]!--;
    this.pods.state[pod] = POD_SUCCEEDED;
    this.release(pod);
    const job = this.podJob[pod]!;
    this.scheduler.handlers.podGone(pod, this.simulation.nowUs);
    const isFollowed = job >= 0 && this.jobs.podSucceeded(job, this.simulation.nowUs);
    if (isFollowed) this.replace(pod, this.jobs.lastOrdinal(job));
  }

  /** Gives back what a pod used that has ended. */
  private release(pod: number): void {
    const { nowUs } = this.simulation;
    this.pods.finishedUs[pod] = nowUs;
    this.kubelets.release(pod);
    this.scheduler.release(pod);
    this.holdings.end(pod, nowUs);
    this.measures.ended(pod);
  }

  private replace(pod: number, ordinal: number): void {
    const job = this.podJob[pod]!;
    if (this.suspensions.isSuspended(job)) return;
    this.createPod(this.podWorkload[pod]!, this.podArrival[pod]!, ordinal, job);
  }

  private changeTaints(index: number): void {
    this.taints.setRules(this.input.taintChanges![index]!.rules, this.simulation.nowUs);
    for (let pod = 0; pod < this.pods.count; pod++) {
      if (this.pods.isOnNode(pod)) this.taintEvictions.plan(pod);
    }
    this.scheduler.forgetFailures();
    this.scheduler.handlers.slicesChanged(this.simulation.nowUs);
  }

  private evictTainted(pod: number): void {
    if (this.pods.isOnNode(pod) && this.taintEvictions.isDue(pod)) this.deletePod(pod, TERMINATING);
  }

  /** Deletes a pod: another takes its place at once, while its own containers still stop. */
  private deletePod(pod: number, terminating: number): void {
    const { nowUs } = this.simulation;
    this.scheduler.terminate(pod, terminating);
    const isRunning = this.pods.state[pod] === POD_RUNNING;
    if (isRunning) this.recorder.current[1]!--;
    this.pods.state[pod] = POD_EVICTED;
    this.scheduler.queue.done(pod);
    const { termination } = this.compiledOf(pod).kubelet;
    const stopUs = terminationUs(termination, this.input.latencies.podStopUs, isRunning);
    this.simulation.at(nowUs + stopUs, PRIORITY_END, STOPPED, pod);
    const job = this.podJob[pod]!;
    const template = this.compiledOf(pod).template;
    if (job >= 0) {
      this.jobs.podEvicted(job);
      this.replace(pod, this.jobs.lastOrdinal(job));
    } else if (template.isReplaced) {
      this.replace(pod, this.podOrdinal[pod]! + 1);
    }
  }

  private stop(pod: number): void {
    this.release(pod);
    this.scheduler.handlers.podGone(pod, this.simulation.nowUs);
  }

  /** Shapes of the pods that the workloads can have. */
  podShapes(): PodShape[] {
    return this.templates.flat().map(({ shape }) => this.shapes.shape(shape));
  }

  private compiledOf(pod: number): CompiledTemplate {
    const workload = this.podWorkload[pod]!;
    const { template } = this.input.workloads[workload]!.arrivals;
    return this.templates[workload]![template[this.podArrival[pod]!]!]!;
  }
}
