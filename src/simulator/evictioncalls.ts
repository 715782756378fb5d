// The API calls of preemption in virtual time: victims are marked and deleted some at once, nominations are cleared
// one after the other. Source: pkg/scheduler/framework/preemption, Kubernetes 1.32 to 1.37 (KEP-4832).

import type { Simulation } from '../engine/simulation.js';
import type { Eviction, EvictionCall, EvictionCalls } from '../scheduler/preemption/eviction.js';

/** A victim is marked before it is deleted. */
const CALLS_PER_VICTIM = 2;

/** What calls do, and the event that says that one has its effect. */
export interface EvictionEffects {
  readonly kind: number;
  readonly priority: number;
  deleteVictim(pod: number): void;
  clearNomination(pod: number): void;
}

/** An eviction on its way. */
interface Running {
  readonly calls: EvictionCalls;
  readonly victimCount: number;
  /** Whether the last victim is evicted only after all others. */
  readonly lastAlone: boolean;
  readonly ended: (() => void) | undefined;
  deletedCount: number;
  /** When the victims' turn began. */
  startUs: number;
  call: EvictionCall | null;
}

/** Sends the calls of evictions. */
export class RunningEvictions {
  private readonly running = new Map<number, Running>();
  private nextId = 0;

  constructor(
    private readonly simulation: Simulation,
    private readonly callUs: number,
    /** Victims that are evicted at once. */
    private readonly parallelism: number,
    private readonly effects: EvictionEffects,
  ) {}

  /** @param ended - called when the last call has been answered */
  start(calls: EvictionCalls, { victims }: Eviction, isAsync: boolean, ended?: () => void): void {
    const id = this.nextId++;
    this.running.set(id, {
      calls,
      victimCount: victims.length,
      lastAlone: isAsync,
      ended,
      deletedCount: 0,
      startUs: this.simulation.nowUs,
      call: null,
    });
    this.proceed(id);
  }

  /** The call at hand of an eviction has its effect. */
  take(id: number): void {
    const running = this.running.get(id)!;
    const { call, pod } = running.call!;
    if (call === 'delete') this.effects.deleteVictim(pod);
    else this.effects.clearNomination(pod);
    this.proceed(id);
  }

  /** Sends the next call whose effect matters. */
  private proceed(id: number): void {
    const running = this.running.get(id)!;
    let next = running.calls.next(undefined);
    while (!next.done && next.value.call === 'mark') next = running.calls.next(undefined);
    if (next.done) {
      this.running.delete(id);
      running.ended?.();
      return;
    }
    running.call = next.value;
    const atUs = next.value.call === 'delete' ? this.deletionUs(running) : this.clearingUs(running);
    this.simulation.at(atUs, this.effects.priority, this.effects.kind, id);
  }

  private deletionUs(running: Running): number {
    const { nowUs } = this.simulation;
    const isLast = running.deletedCount === running.victimCount - 1;
    if (isLast && running.lastAlone) {
      running.startUs = nowUs;
      running.deletedCount = 0;
    }
    const round = Math.floor(running.deletedCount++ / this.parallelism) + 1;
    return running.startUs + round * CALLS_PER_VICTIM * this.callUs;
  }

  private clearingUs(running: Running): number {
    running.startUs = this.simulation.nowUs + this.callUs;
    return running.startUs;
  }
}
