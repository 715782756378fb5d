// Virtual time of a script: actions at their times, in the order in which they were planned.

import { Simulation } from '../../engine/simulation.js';

/** Runs planned actions; times in milliseconds since the start. */
export class Clock {
  private readonly simulation = new Simulation();
  private readonly actions: (() => void)[] = [];

  get nowUs(): number {
    return this.simulation.nowUs;
  }

  get nowMs(): number {
    return this.nowUs / 1000;
  }

  after(delayMs: number, action: () => void): void {
    this.simulation.after(delayMs * 1000, 0, 0, this.actions.push(action) - 1);
  }

  /** Lets time pass, with everything that is due. */
  advanceTo(timeMs: number): void {
    this.simulation.run((_kind, index) => this.actions[index]!(), { untilUs: timeMs * 1000 });
  }

  /** Lets time pass up to the next action that is due, and runs it. */
  step(): void {
    this.simulation.run((_kind, index) => this.actions[index]!(), { pauseSteps: 1 });
  }
}
