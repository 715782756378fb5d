// Runs a simulation to its end, with a progress bar, and lets signals be heard on the way.

import type { Run } from '../simulator/simulator.js';
import { Progress } from './terminal.js';

/** Time between two looks at signals and the progress bar; events differ a thousandfold in theirs. */
const SLICE_MS = 50;
const SLICE_EVENTS_MAX = 100_000;

/** Handles all events of a run in slices. */
export async function advance(run: Run, name: string): Promise<void> {
  const progress = new Progress(name);
  const arrivals = run.input.workloads.reduce((sum, plan) => sum + plan.arrivals.timesUs.length, 0);
  let events = 100;
  for (;;) {
    const begin = performance.now();
    if (run.advance(events) !== 'steps') break;
    const tookMs = Math.max(0.1, performance.now() - begin);
    events = Math.ceil(Math.min(SLICE_EVENTS_MAX, events * 4, (events * SLICE_MS) / tookMs));
    const { untilUs } = run.input;
    const share =
      untilUs === Infinity
        ? run.pods.count / Math.max(1, arrivals)
        : run.simulation.nowUs / untilUs;
    progress.update(share, `${run.pods.count} pods`);
    await new Promise((done) => setImmediate(done));
  }
  progress.end();
}
