// What is recorded of the scheduler's work beside a run's attempts: the events that woke pods, and what plugins said.

import { Interner } from '../cluster/interner.js';
import type { SchedulerOptions } from '../scheduler/scheduleroptions.js';
import { type Decision, decide } from './explainpod.js';
import { Rows } from './recorder.js';
import { podName } from './result.js';
import type { Run } from './simulator.js';

/** Chooses attempts by pod and by how many there were before. */
export type AttemptChoice = (pod: string, attempt: number) => boolean;

/** The records of one run; hand `observe` to it. Costs time and memory, and changes no decision. */
export class Records {
  /** Rows of (timeUs, pod, 1 for activeQ or 0 for backoffQ, event id, attempts of the run by then). */
  readonly wakes = new Rows(5);
  readonly wakeEvents = new Interner();
  /** What every plugin said of every node, for the chosen attempts. */
  readonly decisions: Decision[] = [];
  private attempts = 0;

  /** @param choice - attempts of which every plugin's status and score of every node is recorded */
  constructor(private readonly choice: AttemptChoice = () => false) {}

  readonly observe = (run: Run): Pick<SchedulerOptions, 'entered' | 'attempted'> => ({
    entered: (pod, queue, event) => {
      const { count } = run.recorder.attempts;
      const id = this.wakeEvents.id(event);
      this.wakes.add(run.simulation.nowUs, pod, queue === 'active' ? 1 : 0, id, count);
    },
    attempted: (pod) => {
      if (this.choice(podName(run, pod), this.attempts++)) this.decisions.push(decide(run, pod));
    },
  });
}
