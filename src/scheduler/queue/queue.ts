// The scheduling queue: activeQ, backoffQ and the unschedulable pods, and how pods go from one to the other. Pods are
// indexes, time is the caller's. Source: kube-scheduler scheduling_queue.go, Kubernetes 1.32 to 1.37; spec scheduler.md 1.

import type { Features } from '../../api/features.js';
import { assert } from '../../errors.js';
import { ADD, type ClusterEvent, eventLabel, WILDCARD_EVENT } from '../events/clusterevent.js';
import { Backoff, type BackoffOptions } from './backoff.js';
import {
  ACTIVE,
  BACKOFF,
  GATED,
  NO_QUEUE,
  NONE,
  type QueueColumns,
  UNSCHEDULABLE,
} from './columns.js';
import { InFlightPods } from './inflight.js';
import { Nominator } from './nominator.js';
import {
  type Matching,
  type QueueEventObjects,
  type QueuePlugin,
  QueuePlugins,
} from './plugins.js';
import { PodHeap, type QueueSort } from './podheap.js';
import { type RejectionClass, UnschedulablePods } from './unschedulable.js';
import { AFTER_BACKOFF, IMMEDIATELY, SKIP, Waking } from './waking.js';

export interface QueueOptions {
  readonly backoff: BackoffOptions;
  /** How long an unschedulable pod waits at most before it is tried again (podMaxInUnschedulablePodsDuration). */
  readonly unschedulableUsMax?: number;
  readonly features: Features;
  readonly plugins: readonly QueuePlugin[];
  /** Order of pods that may be tried. */
  readonly sort: QueueSort;
  /** The node that the newest object of a pod names as nominated, or -1; none where nothing nominates. */
  readonly nominatedNode?: (pod: number) => number;
  /** Told of every pod that comes into a queue, and what brought it: the labels of queue_incoming_pods_total. */
  readonly entered?: (pod: number, queue: 'active' | 'backoff', event: string) => void;
}

/** A change of a waiting pod. */
export interface PodChange {
  /** What it is to the pod itself, in order. */
  readonly events: readonly ClusterEvent[];
  readonly objects: QueueEventObjects;
  /** Whether it is more than one of the status; counts with hints off only. */
  readonly isRelevant: boolean;
  /** The nominated node that the old object named, or -1. */
  readonly nominatedBefore: number;
}

/** What the queue did; tests assert on it. */
export interface QueueCounters {
  /** Events that some plugin had registered. */
  queueEvents: number;
  /** Pods that events took out of the unschedulable ones. */
  wakeups: number;
  /** Attempts that failed again after an event had woken the pod. */
  wastedAttempts: number;
}

const UNSCHEDULABLE_US_MAX = 300_000_000;
const NO_OBJECTS: QueueEventObjects = {};
const POD_ADDED: ClusterEvent = { resource: 'UnscheduledPod', actions: ADD };

/** Pods waiting to be scheduled, by index. */
export class SchedulingQueue {
  readonly plugins: QueuePlugins;
  readonly backoff: Backoff;
  readonly nominator = new Nominator();
  readonly active: PodHeap;
  /** Pods that plugins rejected; up to 1.32 all pods in backoff. */
  readonly backingOff: PodHeap;
  /** Pods that failed by an error. */
  readonly erring: PodHeap;
  readonly unschedulable: UnschedulablePods;
  readonly inFlight: InFlightPods;
  readonly counters: QueueCounters = { queueEvents: 0, wakeups: 0, wastedAttempts: 0 };
  private readonly waking: Waking;
  private readonly unschedulableUsMax: number;
  private readonly minor: number;
  private readonly usesHints: boolean;
  private readonly popsFromBackoff: boolean;
  private readonly nominatedNode: (pod: number) => number;
  private readonly schedulingGates: number;
  private readonly wildcard: Matching;
  private schedulingCycle = 0;
  private moveRequestCycle = -1;
  private readonly entered: QueueOptions['entered'];
  /** What brings pods into queues at the moment. */
  private cause: ClusterEvent | string = '';

  constructor(
    private readonly columns: QueueColumns,
    options: QueueOptions,
  ) {
    const { features, plugins } = options;
    this.minor = features.minor;
    this.usesHints = features.enabled('SchedulerQueueingHints');
    this.popsFromBackoff = features.enabled('SchedulerPopFromBackoffQ');
    this.unschedulableUsMax = options.unschedulableUsMax ?? UNSCHEDULABLE_US_MAX;
    this.nominatedNode = options.nominatedNode ?? (() => NONE);
    this.entered = options.entered;
    this.plugins = new QueuePlugins(plugins, this.minor);
    this.schedulingGates = this.plugins.bits(['SchedulingGates']);
    this.wildcard = this.plugins.matching(WILDCARD_EVENT);
    this.backoff = new Backoff(columns, options.backoff, features);
    const { sort } = options;
    this.active = new PodHeap(columns, sort);
    this.backingOff = new PodHeap(columns, sort);
    this.erring = new PodHeap(columns, sort);
    this.unschedulable = new UnschedulablePods(columns);
    this.inFlight = new InFlightPods(columns);
    this.waking = new Waking(columns, this.unschedulable, (rejection, event) =>
      this.isShown(rejection, event.matching),
    );
  }

  get hintCalls(): number {
    return this.waking.hintCalls;
  }

  /** Whether {@link pop} would give a pod. */
  get canPop(): boolean {
    return this.active.count > 0 || (this.popsFromBackoff && this.backingOff.count > 0);
  }

  /** Pods that wait, but for those that a PreEnqueue plugin holds. */
  get waitingCount(): number {
    const { count, gatedCount } = this.unschedulable;
    return this.active.count + this.backoffCount + count - gatedCount;
  }

  /** Pods in backoff, wherever they wait it out. */
  get backoffCount(): number {
    return this.backingOff.count + this.erring.count;
  }

  /** Takes up a pod seen for the first time, whose priority and kind are in the columns. */
  add(pod: number, nowUs: number): void {
    this.columns.reset(pod, nowUs);
    this.cause = POD_ADDED;
    this.enterActive(pod, nowUs, true);
    const isActive = this.columns.state[pod] === ACTIVE;
    if (isActive || this.minor >= 37) this.nominator.add(pod, this.nominatedNode(pod));
  }

  /** Whether a pod waits in one of the containers. */
  has(pod: number): boolean {
    return this.columns.state[pod]! >= ACTIVE && this.columns.state[pod]! <= GATED;
  }

  /** Follows a change of a waiting pod, whose new priority and kind are in the columns. */
  update(pod: number, change: PodChange, nowUs: number): void {
    const state = this.columns.state[pod]!;
    if (this.inFlight.has(pod)) {
      for (const event of change.events) {
        this.note(this.plugins.matching(event), change.objects, NONE);
      }
      return;
    }
    if (!this.has(pod)) {
      this.add(pod, nowUs);
      return;
    }
    this.nominator.update(pod, change.nominatedBefore, this.nominatedNode(pod));
    if (state === ACTIVE) this.active.fix(pod);
    else if (state === BACKOFF) this.heapOf(pod).fix(pod);
    else this.requeueUpdated(pod, change, nowUs);
  }

  /** Forgets a pod that is gone. */
  delete(pod: number): void {
    this.nominator.remove(pod);
    this.detach(pod);
  }

  /** Takes the pod that comes next, or -1; an empty activeQ gives pods of backoffQ (from 1.33 on). */
  pop(nowUs: number): number {
    const { columns } = this;
    let pod = this.active.first;
    if (pod === NONE && this.popsFromBackoff) {
      pod = this.backingOff.first;
      this.cause = 'PopFromBackoffQ';
      if (pod !== NONE) this.tell(pod, 'active');
    }
    if (pod === NONE) return NONE;
    this.detach(pod);
    if (Number.isNaN(columns.firstActiveUs[pod])) columns.firstActiveUs[pod] = nowUs;
    columns.attempts[pod]!++;
    this.schedulingCycle++;
    columns.cycle[pod] = this.schedulingCycle;
    if (this.usesHints) this.inFlight.add(pod);
    return pod;
  }

  /** Ends a pod's flight: it is bound, or gone. */
  done(pod: number): void {
    this.inFlight.remove(pod);
  }

  /**
   * Takes back a popped pod that no node was found for (AddUnschedulableIfNotPresent).
   *
   * @param rejectors - plugins that rejected it, as bits; with none at all it failed by an error
   * @param pendings - plugins that wait for something and want the pod at once when that has come
   * @returns false when the pod is in the queue already: nothing changes then
   */
  fail(pod: number, rejectors: number, pendings: number, nowUs: number): boolean {
    const { columns, inFlight } = this;
    if (this.has(pod)) {
      inFlight.remove(pod);
      return false;
    }
    columns.rejectors[pod] = rejectors;
    columns.pendings[pod] = pendings;
    if ((rejectors | pendings) === 0) columns.consecutiveErrorsCount[pod]!++;
    else {
      columns.unschedulableCount[pod]!++;
      columns.consecutiveErrorsCount[pod] = 0;
    }
    columns.queuedUs[pod] = nowUs;
    this.counters.wastedAttempts += columns.woken[pod]!;
    columns.woken[pod] = 0;
    this.cause = 'ScheduleAttemptFailure';
    const strategy = this.usesHints ? this.replay(pod) : this.strategyByCycle(pod);
    this.requeue(pod, strategy, nowUs);
    inFlight.remove(pod);
    return true;
  }

  /**
   * Moves the unschedulable pods that an event may help (MoveAllToActiveOrBackoffQueue).
   *
   * @param concerns - left out: the event concerns every pod
   */
  move(
    event: ClusterEvent,
    objects: QueueEventObjects,
    nowUs: number,
    concerns?: (pod: number) => boolean,
  ): void {
    const matching = this.plugins.matching(event);
    if (!matching.isWildcard && matching.plugins === 0) return;
    this.counters.queueEvents++;
    this.moveRequestCycle = this.schedulingCycle;
    if (this.unschedulable.count === 0 && this.inFlight.count === 0) return;
    const missed = { matching, objects, subject: NONE };
    if (this.unschedulable.count > 0) {
      this.waking.collect(missed);
      this.cause = event;
      this.requeueWoken(nowUs, concerns);
    }
    this.inFlight.note(missed);
  }

  /** Moves pods to activeQ whatever holds them back but PreEnqueue plugins. */
  activate(pods: readonly number[], nowUs: number): void {
    this.cause = 'ForceActivate';
    for (const pod of pods) {
      const state = this.columns.state[pod]!;
      if (state > ACTIVE && state <= GATED) {
        this.enterActive(pod, nowUs, state !== BACKOFF || !this.popsFromBackoff);
        if (this.columns.state[pod] === ACTIVE) continue;
      }
      if (this.inFlight.has(pod)) this.note(this.wildcard, NO_OBJECTS, pod);
      else if (!this.usesHints) this.moveRequestCycle = this.schedulingCycle;
    }
  }

  /** Moves pods to activeQ whose backoff is over; due with every whole second. */
  flushBackoff(nowUs: number): void {
    this.cause = 'BackoffComplete';
    for (const heap of [this.backingOff, this.erring]) {
      for (;;) {
        const pod = heap.first;
        if (pod === NONE || this.backoff.lasts(this.columns.endUs[pod]!, nowUs)) break;
        this.detach(pod);
        this.enterActive(pod, nowUs, !this.popsFromBackoff);
      }
    }
  }

  /** The first flush that has something to do, Infinity without pods in backoff. */
  get flushBackoffUs(): number {
    return Math.min(this.flushUsOf(this.backingOff.first), this.flushUsOf(this.erring.first));
  }

  private flushUsOf(first: number): number {
    return first === NONE ? Infinity : this.backoff.flushUs(this.columns.endUs[first]!);
  }

  /** Moves pods that have been unschedulable for too long; due every 30 seconds. */
  flushUnschedulable(nowUs: number): void {
    const pods = this.unschedulable.olderThan(this.unschedulableUsMax, nowUs);
    if (pods.length === 0) return;
    const missed = { matching: this.wildcard, objects: NO_OBJECTS, subject: NONE };
    this.cause = 'UnschedulableTimeout';
    for (const pod of pods) {
      if (this.minor >= 37) this.columns.flushedUs[pod] = nowUs;
      if (!this.isShown(this.unschedulable.classOf(pod), this.wildcard)) continue;
      this.requeue(pod, AFTER_BACKOFF, nowUs);
    }
    this.moveRequestCycle = this.schedulingCycle;
    this.inFlight.note(missed);
  }

  /** Before this no pod has been unschedulable for too long; Infinity without such pods. */
  get flushUnschedulableUs(): number {
    return this.unschedulable.oldestUs + this.unschedulableUsMax;
  }

  /** Whether an event is shown to a class of pods that a plugin may hold. */
  private isShown({ gate, rejectors }: RejectionClass, matching: Matching): boolean {
    if (gate === 0) return true;
    if (this.minor <= 33) return (rejectors & this.schedulingGates) === 0;
    if (matching.isWildcard) return this.minor >= 37;
    return (matching.plugins & (1 << (gate - 1))) !== 0;
  }

  private requeueWoken(nowUs: number, concerns?: (pod: number) => boolean): void {
    const { pods, strategies } = this.waking;
    for (let index = 0; index < pods.length; index++) {
      const pod = pods[index]!;
      const state = this.columns.state[pod]!;
      if (state !== UNSCHEDULABLE && state !== GATED) continue;
      if (concerns?.(pod) === false) continue;
      this.counters.wakeups++;
      this.columns.woken[pod] = 1;
      this.requeue(pod, strategies[index]!, nowUs);
    }
  }

  private requeueUpdated(pod: number, change: PodChange, nowUs: number): void {
    const { columns } = this;
    this.detach(pod);
    this.unschedulable.add(pod);
    if (!this.usesHints) {
      this.cause = change.events[0] ?? '';
      if (change.isRelevant) this.requeue(pod, AFTER_BACKOFF, nowUs);
      return;
    }
    for (const event of change.events) {
      const matching = this.plugins.matching(event);
      const missed = { matching, objects: change.objects, subject: NONE };
      const strategy = this.waking.strategyOf(pod, missed);
      if (strategy === SKIP) continue;
      this.cause = event;
      this.requeue(pod, strategy, nowUs);
      const state = columns.state[pod];
      if (state === ACTIVE || (state === BACKOFF && this.popsFromBackoff)) return;
    }
  }

  /** Puts a pod where it belongs after a failed attempt or an event. */
  private requeue(pod: number, strategy: number, nowUs: number): void {
    if (strategy === SKIP) {
      this.detach(pod);
      this.unschedulable.add(pod);
      return;
    }
    const endUs = this.backoff.endUs(pod);
    if (strategy === AFTER_BACKOFF && this.backoff.lasts(endUs, nowUs)) {
      if (this.popsFromBackoff && !this.admit(pod)) return;
      this.detach(pod);
      this.columns.state[pod] = BACKOFF;
      this.heapFor(pod).push(pod, endUs);
      this.tell(pod, 'backoff');
      return;
    }
    this.enterActive(pod, nowUs, true);
  }

  /** @param asks - false where PreEnqueue plugins have already let the pod pass */
  private enterActive(pod: number, nowUs: number, asks: boolean): void {
    const { columns } = this;
    if (asks && !this.admit(pod)) return;
    this.detach(pod);
    if (Number.isNaN(columns.firstActiveUs[pod])) columns.firstActiveUs[pod] = nowUs;
    columns.state[pod] = ACTIVE;
    this.active.push(pod, 0);
    this.tell(pod, 'active');
  }

  private tell(pod: number, queue: 'active' | 'backoff'): void {
    if (!this.entered) return;
    const { cause } = this;
    this.entered(pod, queue, typeof cause === 'string' ? cause : eventLabel(cause, this.minor));
  }

  /** Asks the PreEnqueue plugins; a pod that one holds stays where it is, or is unschedulable. */
  private admit(pod: number): boolean {
    const { columns } = this;
    const plugin = this.plugins.gateOf(pod, columns.gate[pod]! - 1);
    const state = columns.state[pod]!;
    const isWaiting = state === UNSCHEDULABLE || state === GATED;
    if (isWaiting) this.detach(pod);
    columns.gate[pod] = plugin + 1;
    if (plugin < 0) return true;
    columns.rejectors[pod]! |= 1 << plugin;
    if (!this.has(pod)) this.unschedulable.add(pod);
    return false;
  }

  /** Takes a pod out of its container, if it is in one. */
  private detach(pod: number): void {
    const { state } = this.columns;
    if (!this.has(pod)) return;
    if (state[pod] === ACTIVE) this.active.remove(pod);
    else if (state[pod] === BACKOFF) this.heapOf(pod).remove(pod);
    else this.unschedulable.remove(pod);
    state[pod] = NO_QUEUE;
  }

  /** The part of backoffQ that a pod goes to. */
  private heapFor(pod: number): PodHeap {
    const { rejectors, pendings } = this.columns;
    const isError = (rejectors[pod]! | pendings[pod]!) === 0;
    return isError && this.minor >= 33 ? this.erring : this.backingOff;
  }

  /** The part of backoffQ that a pod is in. */
  private heapOf(pod: number): PodHeap {
    const heap = this.erring.has(pod) ? this.erring : this.backingOff;
    assert(heap.has(pod), 'a pod in backoff is in one of the heaps');
    return heap;
  }

  private note(matching: Matching, objects: QueueEventObjects, subject: number): void {
    this.inFlight.note({ matching, objects, subject });
  }

  /** What the events since its pop do to a pod that comes back: the best of them. */
  private replay(pod: number): number {
    const { columns } = this;
    if ((columns.rejectors[pod]! | columns.pendings[pod]!) === 0) return AFTER_BACKOFF;
    if (!this.inFlight.has(pod)) return AFTER_BACKOFF;
    let strategy = SKIP;
    for (const event of this.inFlight.missed(pod)) {
      strategy = Math.max(strategy, this.waking.strategyOf(pod, event));
      if (strategy === IMMEDIATELY) break;
      if (strategy === AFTER_BACKOFF && columns.pendings[pod] === 0) break;
    }
    return strategy;
  }

  /** Without hints: whether anything at all was moved since the pod's pop. */
  private strategyByCycle(pod: number): number {
    const { rejectors, pendings, cycle } = this.columns;
    if ((rejectors[pod]! | pendings[pod]!) === 0) return AFTER_BACKOFF;
    return this.moveRequestCycle >= cycle[pod]! ? AFTER_BACKOFF : SKIP;
  }
}
