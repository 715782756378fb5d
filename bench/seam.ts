// What it costs that strategies can be chosen: runs that name none, that name the default ones, and that order devices as
// they are published, but through the seam. All three decide alike, and are measured in turn.

import { DEVICE_STRATEGIES } from '../src/dra/registry.js';
import type { DeviceStrategyEntry } from '../src/dra/strategy.js';
import { RandomStream } from '../src/random.js';
import { NODE_STRATEGIES } from '../src/scheduler/registry.js';
import { summarize } from '../src/simulator/result.js';
import type { RunInput } from '../src/simulator/runinput.js';
import { perfRun, plan, podOf } from './perf.js';
import { claimOfPlacement } from './placement.js';
import { type BenchOptions, type BenchRow, measure, type Task } from './rows.js';

const asPublished: DeviceStrategyEntry = {
  summary: 'as published, each device asked for its cost',
  create: () => ({ name: 'AsPublished', device: () => 0 }),
};

const VARIANTS: Readonly<Record<string, () => Partial<RunInput>>> = {
  none: () => ({}),
  'LeastAllocated+FirstFit': () => ({ deviceStrategy: DEVICE_STRATEGIES.FirstFit }),
  '+as published, through the seam': () => ({ deviceStrategy: asPublished }),
};

/** Ratios to the run without a strategy stand in the notes. */
export async function seamBench(options: BenchOptions): Promise<BenchRow[]> {
  const nodeCount = options.smoke ? 20 : 500;
  const rows = await measure(
    Object.keys(VARIANTS).map((name) => seamTask(name, nodeCount)),
    { ...options, rounds: 41 },
  );
  for (const row of rows) {
    const ratio = row.medianMs / rows[0]!.medianMs;
    row.notes = `${(100 * ratio - 100).toFixed(1)} % more than none; ${row.notes}`;
  }
  return rows;
}

function seamTask(name: string, nodeCount: number): Task {
  const podCount = nodeCount * 10;
  const claims = [{ entry: 'claim', spec: claimOfPlacement(1) }];
  const make = () => {
    const strategy =
      name === 'LeastAllocated+FirstFit'
        ? {
            name: 'LeastAllocated',
            entry: NODE_STRATEGIES.LeastAllocated,
            draws: new RandomStream('seam'),
          }
        : undefined;
    const workloads = [plan('dra', podCount, podOf('100m'), { claims })];
    return perfRun(nodeCount, 10, workloads, 1e9, VARIANTS[name]!(), strategy);
  };
  let run = make();
  let steps = 0;
  return {
    task: `seam/${name}`,
    operations: podCount,
    prepare() {
      run = make();
    },
    run() {
      run.advance();
      const { counters, fingerprint } = summarize(run, name, '1.37', 'seam');
      steps = counters.allocatorSteps!;
      return fingerprint;
    },
    notes: () => `${steps} steps of the allocator`,
  };
}
