// The FGD experiment: one run a policy, its scenario loaded outside the timer, the summary of the run within.

import { existsSync } from 'node:fs';
import { InputFiles } from '../src/cli/files.js';
import { loadScenario } from '../src/scenario/load.js';
import { summarize } from '../src/simulator/result.js';
import { Run } from '../src/simulator/simulator.js';
import { type BenchOptions, type BenchRow, measure, type Task } from './rows.js';

const LISTS = '../shared/traces/openb/openb_pod_list_';
const SCENARIO = 'scenarios/fgd.yaml';
const POLICIES = ['Random', 'DotProd', 'GpuClustering', 'GpuPacking', 'BestFit', 'FGD'];

export async function strategiesBench(options: BenchOptions): Promise<BenchRow[]> {
  if (!existsSync(`${LISTS}default.csv`)) {
    process.stderr.write('the openb trace is not at ../shared/traces: strategies are skipped\n');
    return [];
  }
  const policies = options.smoke ? ['FGD'] : POLICIES;
  const tasks = policies.map((policy) => strategyTask(policy, 'default.csv'));
  if (!options.smoke) tasks.push(strategyTask('FGD', 'gpuspec33.csv.gz'));
  const rows = await measure(tasks, options);
  for (const row of rows) row.perSecond = (row.operations / row.medianMs) * 1000;
  return rows;
}

function strategyTask(policy: string, list: string): Task {
  const files = new InputFiles();
  let input = load();
  const task: Task & { counters: string } = {
    task: `strategies/${policy}/${list.split('.')[0]}`,
    operations: 0,
    counters: '',
    prepare() {
      input = load();
    },
    run() {
      const run = new Run(input);
      run.advance();
      const { pods, counters, fingerprint } = summarize(run, SCENARIO, '', '');
      task.operations = pods.created;
      const { nodesFiltered, nodesScored, allocatorSteps } = counters;
      task.counters = `${run.arrivals!.now().allocationRatio.toFixed(2)} % allocated, ${nodesFiltered} nodes filtered, ${nodesScored} scored, ${allocatorSteps} steps`;
      return fingerprint;
    },
    notes: () => task.counters,
  };
  function load() {
    const settings = { strategy: policy, set: [`pods=${LISTS}${list}`] };
    return loadScenario(files.readText(SCENARIO), SCENARIO, files, settings).input;
  }
  return task;
}
