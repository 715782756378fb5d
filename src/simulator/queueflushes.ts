// The queue's two timers, which begin with the run: an event stands for the next time that either has something to do.

import type { Simulation } from '../engine/simulation.js';
import type { Scheduler } from '../scheduler/scheduler.js';

// The periods of upstream's timers.
const BACKOFF_FLUSH_US = 1_000_000;
const UNSCHEDULABLE_FLUSH_US = 30_000_000;

/** Plans and makes the flushes of a queue. */
export class QueueFlushes {
  /** The next flush, when one is planned. */
  private flushUs = Infinity;
  private flushEvent = 0;

  /** @param isEndless - whether the run goes on until nothing is left to happen */
  constructor(
    private readonly simulation: Simulation,
    private readonly scheduler: Scheduler,
    private readonly event: { readonly kind: number; readonly priority: number },
    private readonly isEndless: boolean,
  ) {}

  flush(): void {
    const { queue } = this.scheduler;
    const { nowUs } = this.simulation;
    this.flushUs = Infinity;
    if (nowUs % BACKOFF_FLUSH_US === 0) queue.flushBackoff(nowUs);
    if (nowUs % UNSCHEDULABLE_FLUSH_US === 0) queue.flushUnschedulable(nowUs);
  }

  /** Sees to the next flush, unless it and nothing else would keep the run going. */
  plan(): void {
    const { queue } = this.scheduler;
    const tooLongUs = Math.floor(queue.flushUnschedulableUs / UNSCHEDULABLE_FLUSH_US) + 1;
    const wantedUs = Math.min(queue.flushBackoffUs, tooLongUs * UNSCHEDULABLE_FLUSH_US);
    if (wantedUs < this.flushUs) {
      if (this.flushUs !== Infinity) this.simulation.cancel(this.flushEvent);
      this.flushUs = wantedUs;
      this.flushEvent = this.simulation.at(wantedUs, this.event.priority, this.event.kind);
    }
    if (this.flushUs === Infinity || !this.isEndless) return;
    if (this.simulation.pending > 1 || !this.scheduler.isStuck) return;
    this.simulation.cancel(this.flushEvent);
    this.flushUs = Infinity;
  }
}
