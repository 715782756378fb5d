// A comparison on partitions, in a case small enough to work out by hand.

import { expect, test } from 'vitest';
import { compareRuns } from '../../src/sweep/comparison.js';
import { arrivedPercents, runTask } from '../../src/sweep/runtask.js';
import { comparisonText } from '../../src/sweep/table.js';

const files: Record<string, string> = {
  'nodes.csv': 'sn,cpu_milli,memory_mib,gpu,model\nn1,64000,262144,2,T4\n',
  'pods.csv': `name,cpu_milli,memory_mib,num_gpu,gpu_milli
a,1000,1024,1,143
b,1000,1024,1,500
c,1000,1024,1,572
`,
};
const reader = {
  readText: (path: string) => files[path]!,
  resolve: (_: string, path: string) => path,
};
const text = `apiVersion: drasim.dev/v1
kind: Scenario
metadata: {name: partitions}
cluster: {trace: {format: openb, nodes: nodes.csv, partitions: mig}}
workloads: [{name: w, trace: {format: openb, pods: pods.csv, times: in-order}}]
`;

async function compare(strategies: string[]) {
  const tasks = strategies.map((strategy) => ({ strategy, seed: '1' }));
  const input = { text, file: 'partitions.yaml', set: [] };
  const rows = await Promise.all(tasks.map((task) => runTask(input, task, reader)));
  const options = { scenario: 'partitions', strategies, seeds: ['1'], halfWidth: 0.5 };
  return { rows, comparison: compareRuns(rows, { ...options, baseline: strategies[0]! }) };
}

test('allocated is what pods asked for, granted what they hold, fragmented what has no place', async () => {
  // a holds 2g, which keeps 4g and the whole GPU away; b takes 4g of the other GPU; c finds none whole.
  const { rows, comparison } = await compare(['+FirstFit', 'FGD']);
  const at = (percent: number) => {
    const place = arrivedPercents().indexOf(percent);
    const entries = Object.entries(rows[0]!.arrival);
    return Object.fromEntries(entries.map(([metric, values]) => [metric, values[place]]));
  };
  expect(at(20)).toMatchObject({ allocationRatio: 7.15, grantedRatio: 14.285714 });
  // Left are 5/7 and 3/7 of a GPU. 2g fits on both, 4g and the whole on none.
  expect(at(60)).toEqual({
    allocationRatio: 32.15,
    grantedRatio: 42.857143,
    fragmentAmount: 38.095238,
    fragmentRatio: 66.666667,
  });
  // Another pod of 572 would not have passed 90 %.
  expect(at(90)).toMatchObject({ allocationRatio: null });
  const metrics = new Set(comparison.cells.map(({ metric }) => metric));
  expect(metrics).toContain('grantedRatio');
  expect(comparisonText(comparison, { bold: String, dim: String } as never)).toContain('Granted');
});

test.each(['FGD', 'BestFit', 'DotProd+MigAware', 'Random+FirstFit'])(
  '%s applies to partitions',
  async (strategy) => {
    const { rows } = await compare([strategy]);
    expect(rows[0]!.metrics['pods.scheduled']).toBeGreaterThan(1);
  },
);

test.each(['GpuPacking', 'GpuClustering'])('%s needs shares', async (strategy) => {
  await expect(compare([strategy])).rejects.toMatchObject({ code: 'ERR_STRATEGY_NO_SHARES' });
});
