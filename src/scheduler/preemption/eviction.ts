// What preemption does once a node is chosen: the calls that evict the victims one after the other, and the gate that
// holds the pod they make room for meanwhile. Source: pkg/scheduler/framework/preemption, Kubernetes 1.32 to 1.37
// (KEP-4832); spec scheduler.md 5.5, 5.6.

import type { Features } from '../../api/features.js';

/** A call of the API server; `mark` writes the victim's condition DisruptionTarget. */
export interface EvictionCall {
  readonly call: 'mark' | 'delete' | 'clear nomination';
  readonly pod: number;
}

/** Why a call failed. */
export interface CallError {
  readonly text: string;
  readonly isNotFound: boolean;
}

/** Sends calls, each once the one before is answered. */
export type EvictionCalls = Generator<EvictionCall, EvictionOutcome, CallError | undefined>;

/** What is known of the pods, as informers show them. */
export interface EvictionContext {
  /** Whether the pod has the condition that says so. */
  isMarked(pod: number): boolean;
  /** Whether the pod is gone or was told to go. */
  isLeaving(pod: number): boolean;
  /** Cancels a binding that has not come to its bind call; false where there is none. */
  cancelBinding(pod: number): boolean;
  /** Pods nominated to the preemptor's node that are of lower priority than it. */
  lowerNominated(preemptor: number): readonly number[];
}

const NONE = -1;

/** Victims of one preemption, as they were when it was decided. */
export interface Eviction {
  readonly preemptor: number;
  /** Victims that have to be told to go, in order. */
  readonly victims: readonly number[];
  /** Those of them that have the condition already. */
  readonly marked: ReadonlySet<number>;
}

/** How an eviction ended. */
export interface EvictionOutcome {
  readonly error: CallError | undefined;
  /** Whether some victim was only bound no further, which no deletion will tell. */
  readonly hasCancelled: boolean;
}

/** Evicts victims for preemptors. */
export class Evictions {
  /** Whether the calls are sent beside the scheduling cycle. */
  readonly isAsync: boolean;
  /** Preemptors whose victims are being evicted, with the last victim once its turn has come, or -1. */
  private readonly preempting = new Map<number, number>();
  private readonly minor: number;

  constructor(
    private readonly context: EvictionContext,
    features: Features,
  ) {
    this.isAsync = features.enabled('SchedulerAsyncPreemption');
    this.minor = features.minor;
  }

  /** Whether PreEnqueue holds a pod because its victims are still being evicted. */
  holds(preemptor: number): boolean {
    const last = this.preempting.get(preemptor);
    if (last === undefined) return false;
    return last === NONE || !this.context.isLeaving(last);
  }

  plan(preemptor: number, victims: readonly number[]): Eviction {
    const { context } = this;
    const left = this.minor < 35 ? victims : victims.filter((victim) => !context.isLeaving(victim));
    return {
      preemptor,
      victims: left,
      marked: new Set(left.filter((victim) => context.isMarked(victim))),
    };
  }

  /** Evicts all victims within the scheduling cycle; the first failure ends it. */
  *evict(eviction: Eviction): EvictionCalls {
    const outcome = yield* this.evictAll(eviction, eviction.victims);
    if (outcome.error) return outcome;
    for (const pod of this.context.lowerNominated(eviction.preemptor)) {
      yield { call: 'clear nomination', pod };
    }
    return outcome;
  }

  /** Begins an eviction beside the cycle: holds the preemptor. False when no victim is left to evict. */
  begin({ preemptor, victims }: Eviction): boolean {
    if (victims.length === 0) return false;
    this.preempting.set(preemptor, NONE);
    return true;
  }

  /** The calls of an eviction that was begun; the preemptor is to be activated where no deletion wakes it. */
  *proceed(eviction: Eviction): EvictionCalls {
    const { preemptor, victims } = eviction;
    const last = victims[victims.length - 1]!;
    for (const pod of this.context.lowerNominated(preemptor)) {
      const error = yield { call: 'clear nomination', pod };
      if (error) return this.end(preemptor, { error, hasCancelled: false });
    }
    const others = yield* this.evictAll(eviction, victims.slice(0, -1));
    if (others.error) return this.end(preemptor, others);
    // The deletion of the last victim is what wakes the preemptor: by then it must not be held.
    if (this.minor >= 35) this.preempting.set(preemptor, last);
    else this.preempting.delete(preemptor);
    return this.end(preemptor, yield* this.evictAll(eviction, [last]));
  }

  private end(preemptor: number, outcome: EvictionOutcome): EvictionOutcome {
    this.preempting.delete(preemptor);
    return outcome;
  }

  private *evictAll({ marked }: Eviction, victims: readonly number[]): EvictionCalls {
    let hasCancelled = false;
    for (const victim of victims) {
      if (this.minor >= 35 && this.context.cancelBinding(victim)) {
        hasCancelled = true;
        continue;
      }
      let error = marked.has(victim) ? undefined : yield { call: 'mark', pod: victim };
      if (error && !(error.isNotFound && this.minor >= 35)) return { error, hasCancelled };
      if (!error) error = yield { call: 'delete', pod: victim };
      if (error && !error.isNotFound) return { error, hasCancelled };
    }
    return { error: undefined, hasCancelled };
  }
}
