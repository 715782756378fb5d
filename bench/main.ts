// The benches: `npm run bench` runs all in full, `-- --smoke` each for an instant, `-- NAME...` some, `-- perf
// CASE...` whole runs like scheduler_perf's, `-- memory` a large run, `-- vectors FILE...` the allocator on vector files,
// `-- results FOLDER` makes the page of results from comparisons that were run, `-- results mig FOLDER` that of partitions. Prints medians with spread, work counters
// and a checksum, so that "faster" is seen to be "the same".

import { allocateBench } from './allocate.js';
import { compileBench } from './compile.js';
import { engineBench } from './engine.js';
import { memoryBench } from './memory.js';
import { perfBench, printPerf } from './perf.js';
import { placementBench } from './placement.js';
import type { BenchOptions, BenchRow } from './rows.js';
import { printRows } from './rows.js';
import { scenarioBench } from './scenario.js';
import { seamBench } from './seam.js';
import { startupBench } from './startup.js';
import { strategiesBench } from './strategies.js';
import { printFigures, vectorFiles, vectorsBench } from './vectors.js';

const BENCHES: Readonly<Record<string, (options: BenchOptions) => Promise<BenchRow[]>>> = {
  engine: engineBench,
  compile: compileBench,
  allocate: allocateBench,
  placement: placementBench,
  scenario: scenarioBench,
  strategies: strategiesBench,
  seam: seamBench,
  startup: startupBench,
};
const VECTORS = 'vectors';
const PERF = 'perf';
const MEMORY = 'memory';
const RESULTS = 'results';
const MIG = 'mig';

const flags = process.argv.slice(2).filter((argument) => argument.startsWith('--'));
const names = process.argv.slice(2).filter((argument) => !argument.startsWith('--'));
const smoke = flags.includes('--smoke');
const json = flags.includes('--json');

if (names[0] === VECTORS) benchVectors(names.slice(1));
else if (names[0] === PERF) benchPerf(names.slice(1));
else if (names[0] === MEMORY) benchMemory();
else if (names[0] === RESULTS) await makeResults(names.slice(1));
else await benchRows();

function benchVectors(files: readonly string[]): void {
  const figures = vectorsBench(files.length > 0 ? files : vectorFiles(), { smoke });
  process.stdout.write(
    json ? `${JSON.stringify(figures, null, 2)}\n` : `${printFigures(figures)}\n`,
  );
}

function benchPerf(cases: readonly string[]): void {
  const figures = perfBench(cases, { smoke });
  process.stdout.write(json ? `${JSON.stringify(figures, null, 2)}\n` : `${printPerf(figures)}\n`);
}

function benchMemory(): void {
  const figures = memoryBench({ smoke });
  const lines = Object.entries(figures).map(
    ([name, value]) => `${name}: ${value.toLocaleString('en')}`,
  );
  process.stdout.write(`${json ? JSON.stringify(figures, null, 2) : lines.join('\n')}\n`);
}

async function makeResults([folder, published]: readonly string[]): Promise<void> {
  if (folder === MIG)
    return tellProblem((await import('./migresults.js')).benchMigResults(published));
  // Pictures need the chart library, which the benches do without.
  const { benchResults } = await import('./results.js');
  tellProblem(benchResults(folder, published));
}

function tellProblem(problem: string | null): void {
  if (problem === null) return;
  process.stderr.write(`${problem}\n`);
  process.exitCode = 2;
}

async function benchRows(): Promise<void> {
  const unknown = names.filter((name) => !BENCHES[name]);
  if (unknown.length > 0) {
    const known = [...Object.keys(BENCHES), VECTORS, PERF, MEMORY, RESULTS].join(', ');
    process.stderr.write(`no bench ${unknown.join(', ')}; benches: ${known}\n`);
    process.exitCode = 2;
    return;
  }
  const all: BenchRow[] = [];
  for (const [name, bench] of Object.entries(BENCHES)) {
    if (names.length > 0 && !names.includes(name)) continue;
    const rows = await bench({ smoke });
    all.push(...rows);
    if (!json) process.stdout.write(`${printRows(name, rows)}\n`);
  }
  if (json) process.stdout.write(`${JSON.stringify(all, null, 2)}\n`);
  if (names.length > 0 || json) return;
  benchPerf(smoke ? [] : ['basic-5000n', 'dra-template-500n', 'dra-match-500n']);
  benchVectors([]);
}
