// Pods that were popped and are not done, and the events that came meanwhile: a pod that fails is shown those that
// it missed. Source: kube-scheduler active_queue.go, Kubernetes 1.32 to 1.37; spec scheduler.md 1.7.

import { assert } from '../../errors.js';
import { NONE, type QueueColumns } from './columns.js';
import type { Matching, QueueEventObjects } from './plugins.js';

/** An event as it is kept for pods in flight. */
export interface MissedEvent {
  readonly matching: Matching;
  readonly objects: QueueEventObjects;
  /** The only pod that a forced activation is meant for; -1 for all. */
  readonly subject: number;
}

/** From which length on what is dropped is also cut off. */
const CUT_MIN = 64;

/** In-flight pods in the order of their pops, and the events since the first of them was popped. */
export class InFlightPods {
  count = 0;
  private first = NONE;
  private last = NONE;
  private events: MissedEvent[] = [];
  /** Number of the first event in the list. */
  private base = 0;

  constructor(private readonly columns: QueueColumns) {}

  has(pod: number): boolean {
    return this.columns.inFlightFrom[pod]! >= 0;
  }

  add(pod: number): void {
    const { columns } = this;
    assert(!this.has(pod), 'a pod in flight is in no container that it could be popped from');
    columns.inFlightFrom[pod] = this.base + this.events.length;
    columns.nextInFlight[pod] = NONE;
    columns.previousInFlight[pod] = this.last;
    if (this.last === NONE) this.first = pod;
    else columns.nextInFlight[this.last] = pod;
    this.last = pod;
    this.count++;
  }

  /** Ends a pod's flight and drops the events that no other pod has missed. */
  remove(pod: number): void {
    if (!this.has(pod)) return;
    const { inFlightFrom, nextInFlight, previousInFlight } = this.columns;
    const before = previousInFlight[pod]!;
    const after = nextInFlight[pod]!;
    if (before === NONE) this.first = after;
    else nextInFlight[before] = after;
    if (after === NONE) this.last = before;
    else previousInFlight[after] = before;
    inFlightFrom[pod] = NONE;
    this.count--;
    if (this.count === 0) {
      this.base += this.events.length;
      if (this.events.length > 0) this.events = [];
      return;
    }
    const dropped = inFlightFrom[this.first]! - this.base;
    if (dropped < CUT_MIN || dropped * 2 < this.events.length) return;
    this.events = this.events.slice(dropped);
    this.base += dropped;
  }

  /** Keeps an event for the pods in flight, if there are any. */
  note(event: MissedEvent): void {
    if (this.count > 0) this.events.push(event);
  }

  /** The events since the pod was popped, oldest first. */
  missed(pod: number): readonly MissedEvent[] {
    const from = this.columns.inFlightFrom[pod]! - this.base;
    return from === this.events.length ? NO_EVENTS : this.events.slice(from);
  }

  /** Pods in the order of their pops. */
  list(): number[] {
    const pods: number[] = [];
    for (let pod = this.first; pod !== NONE; pod = this.columns.nextInFlight[pod]!) pods.push(pod);
    return pods;
  }
}

const NO_EVENTS: readonly MissedEvent[] = [];
