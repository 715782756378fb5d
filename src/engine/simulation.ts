// The clock and the run loop: takes events in their total order and hands each to one handler.
// Knows nothing of what an event means. Sorted input such as a trace waits in a side lane, so that
// a million future arrivals do not fill the queue.

import { assert, DrasimError } from '../errors.js';
import { EventQueue } from './eventqueue.js';

/** Handles one event; `a` and `b` are what the pusher gave, `a` is the index for a lane's event. */
export type EventHandler = (kind: number, a: number, b: number) => void;

/** Why a run stopped. */
export type StopReason = 'drained' | 'until' | 'steps' | 'stopped';

export interface RunLimits {
  /** Events later than this stay pending, integer microseconds. @default no bound */
  untilUs?: number;
  /** Events handled at most before the run fails with `ERR_EVENTS_MAX`. @default no bound */
  stepsMax?: number;
  /** Events handled at most before the loop returns with `steps`, so that a caller can breathe. */
  pauseSteps?: number;
}

interface Lane {
  times: Float64Array;
  kind: number;
  order: number;
  next: number;
}

/**
 * A discrete-event simulation: an event queue, sorted lanes beside it, and a clock.
 *
 * Time is an integer number of microseconds. Two runs that push the same events in the same order
 * handle them in the same order.
 */
export class Simulation {
  readonly queue: EventQueue;
  private readonly lanes: Lane[] = [];
  private stopping = false;
  /** Events handled so far. */
  steps = 0;

  constructor(queue = new EventQueue()) {
    this.queue = queue;
  }

  /** Virtual time, integer microseconds. */
  get nowUs(): number {
    return this.queue.timeUs;
  }

  /** Schedules an event at an absolute time; returns a handle for `cancel`. */
  at(timeUs: number, priority: number, kind: number, a = 0, b = 0): number {
    return this.queue.push(timeUs, priority, kind, a, b);
  }

  /** Schedules an event a delay after now; returns a handle for `cancel`. */
  after(delayUs: number, priority: number, kind: number, a = 0, b = 0): number {
    return this.queue.push(this.queue.timeUs + delayUs, priority, kind, a, b);
  }

  cancel(handle: number): boolean {
    return this.queue.cancel(handle);
  }

  /**
   * Adds events that are already sorted by time; event `i` comes with `a = i`.
   *
   * Among equal times and priorities the whole lane stands where it was added.
   * @param times - integer microseconds, not descending; kept, not copied
   * @throws DrasimError `ERR_LANE_ORDER` naming the first index that is out of order
   */
  addLane(times: Float64Array, priority: number, kind: number): void {
    let previous = this.nowUs;
    for (let index = 0; index < times.length; index++) {
      const timeUs = times[index]!;
      if (timeUs < previous) {
        throw new DrasimError({
          code: 'ERR_LANE_ORDER',
          path: `times[${index}]`,
          message: `${timeUs} comes after ${previous}: a lane must be sorted by time`,
        });
      }
      previous = timeUs;
    }
    const order = this.queue.reserveSequence(times.length) + priority * 2 ** 44;
    this.lanes.push({ times, kind, order, next: 0 });
  }

  /** Events that are still to come, in the queue and in the lanes. */
  get pending(): number {
    let count = this.queue.size;
    for (const lane of this.lanes) count += lane.times.length - lane.next;
    return count;
  }

  /** Lets the running loop return after the event at hand. */
  stop(): void {
    this.stopping = true;
  }

  /**
   * Handles events in order until a limit is met or none is left.
   *
   * With `untilUs` the clock ends there, also when the last event came earlier.
   * @throws DrasimError `ERR_EVENTS_MAX` when `stepsMax` events did not end the run
   */
  run(handler: EventHandler, limits: RunLimits = {}): StopReason {
    const untilUs = limits.untilUs ?? Infinity;
    const stepsMax = limits.stepsMax ?? Infinity;
    const pauseAt = this.steps + (limits.pauseSteps ?? Infinity);
    const { queue } = this;
    this.stopping = false;
    while (this.step(untilUs)) {
      this.steps++;
      if (this.steps > stepsMax) throw tooManyEvents(stepsMax, queue.timeUs);
      handler(queue.kind, queue.a, queue.b);
      if (this.stopping) return 'stopped';
      if (this.steps >= pauseAt) return 'steps';
    }
    if (this.pending === 0) return 'drained';
    queue.advanceTo(untilUs);
    return 'until';
  }

  /** Takes the next event of queue and lanes into the queue's fields; false when it is too late. */
  private step(untilUs: number): boolean {
    const lane = this.lanes.length === 0 ? null : this.earliestLane();
    if (lane) {
      const timeUs = lane.times[lane.next]!;
      const order = lane.order + lane.next;
      if (!this.queue.comesBefore(timeUs, order)) {
        if (timeUs > untilUs) return false;
        this.queue.take(timeUs, order, lane.kind, lane.next);
        lane.next++;
        return true;
      }
    }
    if (untilUs !== Infinity && this.queue.nextTimeUs() > untilUs) return false;
    return this.queue.pop();
  }

  private earliestLane(): Lane | null {
    let best: Lane | null = null;
    let bestUs = Infinity;
    let bestOrder = Infinity;
    for (const lane of this.lanes) {
      if (lane.next === lane.times.length) continue;
      const timeUs = lane.times[lane.next]!;
      const order = lane.order + lane.next;
      if (timeUs < bestUs || (timeUs === bestUs && order < bestOrder)) {
        best = lane;
        bestUs = timeUs;
        bestOrder = order;
      }
    }
    return best;
  }

  /** A copy that goes on independently from here. */
  fork(): Simulation {
    const copy = new Simulation(this.queue.fork());
    copy.steps = this.steps;
    for (const lane of this.lanes) copy.lanes.push({ ...lane });
    assert(copy.pending === this.pending, 'a fork has the same pending events');
    return copy;
  }
}

function tooManyEvents(stepsMax: number, timeUs: number): DrasimError {
  return new DrasimError({
    code: 'ERR_EVENTS_MAX',
    path: '',
    message: `${stepsMax} events did not end the run (virtual time ${timeUs} us)`,
    hint: 'raise limits.events, or shorten the run with --until',
  });
}
