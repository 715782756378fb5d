// Which waiting pods an event helps. Classes of pods that no registration of the event rejected are passed over as a
// whole; a hint that looks at a pod's kind alone is asked once for each group. Source: spec scheduler.md 1.6.

import { GATED, NONE, type QueueColumns, UNSCHEDULABLE } from './columns.js';
import type { MissedEvent } from './inflight.js';
import { type QueueEventObjects, type QueueRegistration, queues } from './plugins.js';
import type { Group, RejectionClass, UnschedulablePods } from './unschedulable.js';

// What becomes of a pod, the better the higher.
export const SKIP = 0;
export const AFTER_BACKOFF = 1;
export const IMMEDIATELY = 2;

// What a hint must be asked for: once for a group, for each pod, or for listed pods alone.
const ASKS_KIND = 0;
const ASKS_POD = 1;
const ASKS_LISTED = 2;

/** Answers events for waiting pods. */
export class Waking {
  hintCalls = 0;
  // The pods that the last event helps, and how; scratch of `collect`.
  readonly pods: number[] = [];
  readonly strategies: number[] = [];
  /** By registration of the last event: for what its hint must be asked. */
  private readonly asks: number[] = [];

  /**
   * @param passesGate - whether an event may be shown to pods of a class that a plugin holds
   */
  constructor(
    private readonly columns: QueueColumns,
    private readonly unschedulable: UnschedulablePods,
    private readonly passesGate: (rejection: RejectionClass, event: MissedEvent) => boolean,
  ) {}

  /** Fills `pods` and `strategies` with what the event does to unschedulable pods; one may be there twice. */
  collect(event: MissedEvent): void {
    this.pods.length = 0;
    this.strategies.length = 0;
    event.matching.registrations.forEach(({ registration }, index) => {
      const pods = registration.narrow?.(event.objects) ?? 'all';
      if (pods !== 'all') this.collectNarrowed(pods, event);
      const isKind = !registration.looksAtPod;
      this.asks[index] = pods !== 'all' ? ASKS_LISTED : isKind ? ASKS_KIND : ASKS_POD;
    });
    for (const rejection of this.unschedulable.classes) {
      if (rejection.groups.length === 0 || !this.passesGate(rejection, event)) continue;
      const rejectors = rejection.rejectors | rejection.pendings;
      if (rejectors === 0 || event.matching.isWildcard) {
        for (const group of rejection.groups) this.take(group, AFTER_BACKOFF);
      } else if ((rejectors & event.matching.plugins) !== 0) {
        for (const group of rejection.groups) this.collectGroup(group, event);
      }
    }
  }

  /** What an event does to one pod, by its plugins' hints alone. */
  strategyOf(pod: number, event: MissedEvent): number {
    const { matching, objects, subject } = event;
    const pendings = this.columns.pendings[pod]!;
    const rejectors = this.columns.rejectors[pod]! | pendings;
    if (rejectors === 0) return AFTER_BACKOFF;
    if (matching.isWildcard) return subject === -1 || subject === pod ? AFTER_BACKOFF : SKIP;
    let strategy = SKIP;
    for (const { bit, registration } of matching.registrations) {
      if ((rejectors & bit) === 0 || !this.ask(registration, pod, objects)) continue;
      if ((pendings & bit) !== 0) return IMMEDIATELY;
      strategy = AFTER_BACKOFF;
      if (pendings === 0) break;
    }
    return strategy;
  }

  /** Asks about the pods that a registration was narrowed to. */
  private collectNarrowed(pods: readonly number[], event: MissedEvent): void {
    for (const pod of pods) {
      if (!this.isWaiting(pod)) continue;
      if (!this.passesGate(this.unschedulable.classOf(pod), event)) continue;
      const strategy = this.strategyOf(pod, event);
      if (strategy !== SKIP) this.add(pod, strategy);
    }
  }

  private collectGroup(group: Group, event: MissedEvent): void {
    const { pendings, rejectors } = group.rejection;
    const { registrations } = event.matching;
    let strategy = SKIP;
    let asksPods = false;
    for (let index = 0; index < registrations.length; index++) {
      const { bit, registration } = registrations[index]!;
      if (((rejectors | pendings) & bit) === 0) continue;
      const asks = this.asks[index];
      if (asks === ASKS_POD) asksPods = true;
      if (asks !== ASKS_KIND || !this.ask(registration, group.first, event.objects)) {
        continue;
      }
      strategy = Math.max(strategy, (pendings & bit) !== 0 ? IMMEDIATELY : AFTER_BACKOFF);
      if (pendings === 0 || strategy === IMMEDIATELY) break;
    }
    const isSettled = strategy === IMMEDIATELY || (strategy === AFTER_BACKOFF && pendings === 0);
    if (isSettled || !asksPods) {
      if (strategy !== SKIP) this.take(group, strategy);
      return;
    }
    for (let pod = group.first; pod !== NONE; pod = this.columns.next[pod]!) {
      const own = this.strategyOf(pod, event);
      if (own !== SKIP) this.add(pod, own);
    }
  }

  private ask(registration: QueueRegistration, pod: number, objects: QueueEventObjects): boolean {
    if (registration.hint) this.hintCalls++;
    return queues(registration, pod, objects);
  }

  private take(group: Group, strategy: number): void {
    for (let pod = group.first; pod !== NONE; pod = this.columns.next[pod]!) {
      this.add(pod, strategy);
    }
  }

  private add(pod: number, strategy: number): void {
    this.pods.push(pod);
    this.strategies.push(strategy);
  }

  private isWaiting(pod: number): boolean {
    const state = this.columns.state[pod]!;
    return state === UNSCHEDULABLE || state === GATED;
  }
}
