// Whole scenarios as a user runs them, loading included: the quickstart, and openb where the trace lies.

import { existsSync } from 'node:fs';
import { InputFiles } from '../src/cli/files.js';
import { loadScenario } from '../src/scenario/load.js';
import { summarize } from '../src/simulator/result.js';
import { Run } from '../src/simulator/simulator.js';
import { type BenchOptions, type BenchRow, measure, type Task } from './rows.js';

const OPENB = '../shared/traces/openb/openb_pod_list_default.csv';

export async function scenarioBench(options: BenchOptions): Promise<BenchRow[]> {
  const tasks: Task[] = [
    scenarioTask('quickstart', 'scenarios/quickstart.yaml', options.smoke ? 'fast' : undefined),
  ];
  if (existsSync(OPENB)) {
    if (!options.smoke) tasks.push(scenarioTask('openb', 'scenarios/openb.yaml'));
    if (!options.smoke) tasks.push(scenarioTask('openb-grown', 'scenarios/openb.yaml', 'grown'));
  } else {
    process.stderr.write('the openb trace is not at ../shared/traces: openb is skipped\n');
  }
  const rows = await measure(tasks, options);
  for (const row of rows) row.perSecond = (row.operations / row.medianMs) * 1000;
  return rows;
}

function scenarioTask(name: string, file: string, parameters?: string): Task {
  const task: Task & { counters: string } = {
    task: `scenario/${name}`,
    operations: 0,
    counters: '',
    run() {
      const files = new InputFiles();
      const settings = parameters === undefined ? {} : { parameters };
      const { input } = loadScenario(files.readText(file), file, files, settings);
      const run = new Run(input);
      run.advance();
      const result = summarize(run, name, '', '');
      task.operations = result.pods.created;
      const { attempts, nodesFiltered, events } = result.counters;
      task.counters = `${attempts} attempts, ${nodesFiltered} nodes filtered, ${events} events`;
      return result.fingerprint;
    },
    notes: () => task.counters,
  };
  return task;
}
