// The benches: `npm run bench` runs all in full, `-- --smoke` each for an instant, `-- NAME...` some.
// Prints medians with spread, work counters and a checksum, so that "faster" is seen to be "the same".

import { allocateBench } from './allocate.js';
import { compileBench } from './compile.js';
import { engineBench } from './engine.js';
import type { BenchOptions, BenchRow } from './rows.js';
import { printRows } from './rows.js';
import { scenarioBench } from './scenario.js';
import { startupBench } from './startup.js';

const BENCHES: Readonly<Record<string, (options: BenchOptions) => Promise<BenchRow[]>>> = {
  engine: engineBench,
  compile: compileBench,
  allocate: allocateBench,
  scenario: scenarioBench,
  startup: startupBench,
};

const flags = process.argv.slice(2).filter((argument) => argument.startsWith('--'));
const names = process.argv.slice(2).filter((argument) => !argument.startsWith('--'));
const unknown = names.filter((name) => !BENCHES[name]);
if (unknown.length > 0) {
  process.stderr.write(
    `no bench ${unknown.join(', ')}; benches: ${Object.keys(BENCHES).join(', ')}\n`,
  );
  process.exitCode = 2;
} else {
  const smoke = flags.includes('--smoke');
  const all: BenchRow[] = [];
  for (const [name, bench] of Object.entries(BENCHES)) {
    if (names.length > 0 && !names.includes(name)) continue;
    const rows = await bench({ smoke });
    all.push(...rows);
    if (!flags.includes('--json')) process.stdout.write(`${printRows(name, rows)}\n`);
  }
  if (flags.includes('--json')) process.stdout.write(`${JSON.stringify(all, null, 2)}\n`);
}
