// `drasim conformance`: runs vector files and says how many pass.

import Table from 'cli-table3';
import { readerOf } from '../conformance/readers.js';
import { checkVector, type Difference, readVectors } from '../conformance/vector.js';
import { jsonText } from '../report/json.js';
import { InputFiles, nothingIn } from './files.js';
import type { CommonOptions } from './program.js';

export interface ConformanceOptions extends CommonOptions {
  kind?: string;
  id?: string;
  all?: boolean;
}

const SHOWN_MAX = 20;

interface KindCount {
  passed: number;
  failed: number;
}

/** Runs vectors; 1 when any fails. */
export async function conformanceCommand(
  paths: readonly string[],
  options: ConformanceOptions,
): Promise<number> {
  const files = new InputFiles(options.inputMax);
  const kinds = new Map<string, KindCount>();
  const failures: ({ id: string } & Difference)[] = [];
  for (const path of paths) {
    for (const vector of readVectors(files.readText(path), path)) {
      if (options.kind !== undefined && vector.kind !== options.kind) continue;
      if (options.id !== undefined && vector.id !== options.id) continue;
      const count = kinds.get(vector.kind) ?? { passed: 0, failed: 0 };
      kinds.set(vector.kind, count);
      const difference = checkVector(vector, readerOf(vector.kind));
      if (!difference) count.passed++;
      else {
        count.failed++;
        failures.push({ id: vector.id, ...difference });
      }
    }
    await new Promise((done) => setImmediate(done));
  }
  if (kinds.size === 0) throw nothingIn(paths, 'vector that was asked for');
  print(kinds, failures, options);
  return failures.length > 0 ? 1 : 0;
}

function print(
  kinds: ReadonlyMap<string, KindCount>,
  failures: readonly ({ id: string } & Difference)[],
  options: ConformanceOptions,
): void {
  const passed = [...kinds.values()].reduce((sum, kind) => sum + kind.passed, 0);
  const shown = options.all ? failures : failures.slice(0, SHOWN_MAX);
  if (options.format === 'json') {
    const result = {
      passed,
      failed: failures.length,
      kinds: Object.fromEntries(kinds),
      failures: shown,
    };
    process.stdout.write(jsonText(result));
    return;
  }
  for (const { id, path, wanted, got } of shown) {
    const place = path === '' ? '' : ` ${path}:`;
    process.stdout.write(`${id}${place} wanted ${cut(wanted)}, got ${cut(got)}\n`);
  }
  const hidden = failures.length - shown.length;
  if (hidden > 0) process.stdout.write(`and ${hidden} more, shown with --all\n`);
  const style = { head: [], border: [], compact: true };
  const table = new Table({ head: ['kind', 'passed', 'failed'], style });
  for (const [kind, count] of [...kinds].sort()) table.push([kind, count.passed, count.failed]);
  process.stdout.write(`${table.toString()}\n${passed} passed, ${failures.length} failed\n`);
}

function cut(text: string): string {
  return text.length > 200 ? `${text.slice(0, 200)}…` : text;
}
