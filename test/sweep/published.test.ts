// The FGD experiment against its published means, on the list where most rules show: 2.5 times as many pods without
// GPUs as in the trace. Few seeds, so that it ends soon; `drasim compare` runs all.

import { existsSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';
import { InputFiles } from '../../src/cli/files.js';
import { compareRuns } from '../../src/sweep/comparison.js';
import { runTask } from '../../src/sweep/runtask.js';

const shared = fileURLToPath(new URL('../../../shared/traces', import.meta.url));
const file = fileURLToPath(new URL('../../scenarios/fgd.yaml', import.meta.url));
const summary = `${shared}/openb-fgd-results/summary_mean_sd.csv`;
const LIST = 'openb_pod_list_cpu250';
const isHere = existsSync(summary);
const strategies = ['Random', 'DotProd', 'GpuClustering', 'GpuPacking', 'BestFit', 'FGD'];
const METRICS = {
  allocationRatio: 'alloc_pct',
  fragmentAmount: 'frag_amount_pct_of_capacity',
  fragmentRatio: 'frag_ratio_pct_of_idle',
};

/** Published mean and standard deviation by policy, metric and percent. */
function published(): Map<string, { mean: number; sd: number }> {
  const rows = readFileSync(summary, 'utf8').trim().split('\n').slice(1);
  return new Map(
    rows
      .map((row) => row.split(','))
      .filter(([list]) => list === LIST)
      .map(([, policy, metric, percent, , mean, sd]) => [
        `${policy!.slice(3)} ${metric} ${percent}`,
        { mean: Number(mean), sd: Number(sd) },
      ]),
  );
}

const note = isHere ? '' : ': not run, ../shared/traces is not here';
test.skipIf(!isHere)(
  `every cell is within half a point or two standard deviations of the published one${note}`,
  async () => {
    const reader = new InputFiles();
    const set = [`pods=${shared}/openb/${LIST}.csv.gz`];
    const input = { text: reader.readText(file), file, set };
    const seeds = ['42', '43'];
    const tasks = strategies.flatMap((strategy) => seeds.map((seed) => ({ strategy, seed })));
    const rows = await Promise.all(tasks.map((task) => runTask(input, task, reader)));
    const options = { scenario: 'fgd', strategies, seeds, baseline: 'Random', halfWidth: 0.5 };
    const { cells } = compareRuns(rows, options);
    const wanted = published();
    expect([cells.length, wanted.size]).toEqual([180, 180]);
    const wrong = cells.filter(({ strategy, metric, arrivedPercent, mean }) => {
      const cell = wanted.get(
        `${strategy} ${METRICS[metric as keyof typeof METRICS]} ${arrivedPercent}`,
      )!;
      return Math.abs(mean - cell.mean) > Math.max(0.5, 2 * cell.sd);
    });
    expect(wrong).toEqual([]);
  },
  120_000,
);
