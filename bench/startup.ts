// Starting the command: bare Node, `drasim --version`, and a tiny scenario, as whole processes.

import { execFileSync } from 'node:child_process';
import { type BenchOptions, type BenchRow, measure, type Task } from './rows.js';

const MAIN = 'dist/cli/main.js';

export async function startupBench(options: BenchOptions): Promise<BenchRow[]> {
  const task = (name: string, args: readonly string[]): Task => ({
    task: `startup/${name}`,
    operations: 1,
    run: () => `${execFileSync(process.execPath, [...args], { encoding: 'utf8' }).length > 0}`,
  });
  const rows = await measure(
    [
      task('node', ['-p', '1']),
      task('version', [MAIN, '--version']),
      task('tiny-scenario', [MAIN, 'run', 'scenarios/tiny.yaml', '--format', 'json']),
    ],
    options,
  );
  for (const row of rows.slice(1)) {
    row.notes = `${(row.medianMs - rows[0]!.medianMs).toFixed(0)} ms after bare Node`;
  }
  return rows;
}
