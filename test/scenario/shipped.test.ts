// Every scenario that is shipped says what it is about, and does in its small size what it says.

import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, test } from 'vitest';
import { parse } from 'yaml';
import { InputFiles } from '../../src/cli/files.js';
import { checkExpectations } from '../../src/scenario/expectations.js';
import { openScenario } from '../../src/scenario/load.js';
import { simulateScenario } from '../../src/scenario/simulate.js';
import { importModules } from '../../src/sweep/modules.js';

const folder = fileURLToPath(new URL('../../scenarios', import.meta.url));
const names = readdirSync(folder).filter((name) => name.endsWith('.yaml'));
const scenarios = names.map((name) => {
  const file = join(folder, name);
  const text = readFileSync(file, 'utf8');
  const { parameters } = parse(text) as {
    parameters?: { defaults?: Record<string, unknown>; sets?: Record<string, unknown> };
  };
  // Traces are too large to ship; their scenarios name where they lie.
  const traces = Object.values(parameters?.defaults ?? {}).filter(
    (value): value is string => typeof value === 'string' && /\.csv(\.gz)?$/.test(value),
  );
  const absent = traces.filter((trace) => !existsSync(join(dirname(file), trace)));
  const fast = parameters?.sets !== undefined && 'fast' in parameters.sets;
  return { name, file, text, absent, isTrace: traces.length > 0, fast };
});

test('there are scenarios', () => {
  expect(names).toContain('tiny.yaml');
});

describe.each(scenarios)('$name', ({ file, text, absent, isTrace, fast }) => {
  test.each(['# Models: ', '# Binds: ', '# Not here: ', '# Look at: '])('says "%s"', (mark) => {
    const header = text.slice(0, text.indexOf('\napiVersion:'));
    expect(header.split('\n').filter((line) => line.startsWith(mark.trimEnd()))).toHaveLength(1);
  });

  test('its first line tells editors of the schema', () => {
    expect(text).toMatch(/^# yaml-language-server: \$schema=scenario\.schema\.json\n/);
  });

  const note = absent.length > 0 ? `: not run, ${absent.join(', ')} is not here` : '';
  test.skipIf(absent.length > 0)(
    `meets what it expects${note}`,
    async () => {
      const reader = new InputFiles();
      const modules = await importModules(openScenario(text, file, reader).modules);
      const { scenario, result } = simulateScenario(text, {
        file,
        reader,
        modules,
        ...(fast && { parameters: 'fast' }),
      });
      const { expect: ranges = {} } = scenario;
      // Figures of a published trace depend on which of its lists is named.
      expect(Object.keys(ranges).length > 0).toBe(!isTrace || text.includes('\nexpect:'));
      expect(checkExpectations(ranges, result)).toEqual([]);
      expect(result.pods.created).toBeGreaterThan(0);
    },
    60_000,
  );
});
