// What people read of a run: figures in words, tables that a spreadsheet reads back, a page that stays whole
// whatever things are called, and opens without a network.

import { parse } from 'csv-parse/sync';
import { describe, expect, test } from 'vitest';
import { csvTables } from '../../src/report/csv.js';
import { reportHtml } from '../../src/report/html.js';
import { summaryText } from '../../src/report/summary.js';
import { formatDuration } from '../../src/report/time.js';
import { simulateScenario } from '../../src/scenario/simulate.js';

const AWKWARD = 'a,"b"</script><img src=x>';
const jobs = Array.from({ length: 6 }, (_, index) => `2017-10-03 00:00:0${index},3600,1\n`);
const { run, result } = simulateScenario(
  JSON.stringify({
    apiVersion: 'drasim.dev/v1',
    kind: 'Scenario',
    metadata: { name: AWKWARD },
    cluster: { nodePools: [{ name: 'a', count: 1, machine: 'l4-server' }] },
    until: '10m',
    workloads: [{ name: AWKWARD, trace: { format: 'philly', jobs: 'jobs.csv' } }],
  }),
  {
    reader: {
      readText: () => `timestamp,duration,num_gpus\n${jobs.join('')}`,
      resolve: (_scenario, path) => path,
    },
  },
);
const plain = (text: string) => text;
const paint = { bold: plain, dim: plain, green: plain, red: plain, yellow: plain };

test.each([
  [0, '0s'],
  [0.0012, '1.2ms'],
  [0.25, '250ms'],
  [59.96, '60s'],
  [60, '1m'],
  [90, '1m30s'],
  [3599, '59m59s'],
  [3600, '1h'],
  [187_200, '2d4h'],
])('%d seconds read %s', (seconds, text) => {
  expect(formatDuration(seconds)).toBe(text);
});

describe('tables', () => {
  const tables = csvTables(run);
  const rows = (name: string) =>
    parse(tables[name]!, { columns: true }) as Record<string, string>[];

  test('every pod has a row, with its name as it is', () => {
    const pods = rows('pods.csv');
    expect(pods).toHaveLength(6);
    expect(pods[0]).toMatchObject({ workload: AWKWARD, state: 'running', node: 'a-0' });
    expect(pods[5]).toMatchObject({ state: 'unschedulable', node: '', scheduled_s: '' });
  });

  test('attempts without a node give the plugin and its reason', () => {
    expect(rows('attempts.csv').find(({ node }) => node === '')).toMatchObject({
      plugin: 'DynamicResources',
      reason: expect.stringContaining('cannot allocate all claims'),
    });
  });

  test('allocations name the device', () => {
    const held = rows('allocations.csv').map(({ device }) => device);
    expect(new Set(held).size).toBe(4);
  });

  test('use over time ends where the run ends', () => {
    const last = rows('utilisation.csv').at(-1)!;
    expect(last['time_s']).toBe('600');
    expect(last['gpu.nvidia.com NVIDIA L4']).toBe('4');
  });
});

describe('page', () => {
  const page = reportHtml(run, result, 'const library = "</script>";');

  test('no name ends a script or becomes an element', () => {
    expect(page.match(/<script>/g)).toHaveLength(2);
    expect(page.match(/<\/script/g)).toHaveLength(2);
    expect(page.includes('<img')).toBe(false);
  });

  test('nothing is fetched', () => {
    const found = page.match(/<\w[^>]*\s(?:src|href)=|https?:|@import|url\(/);
    expect(found).toBeNull();
  });

  test('the data that is drawn can be read back', () => {
    const [, json] = /const data = (\{.*\});\n/.exec(page)!;
    const data = JSON.parse(json!) as { waits: { name: string }[] };
    expect(data.waits[0]!.name).toBe(AWKWARD);
  });
});

test('the summary says how many wait, and why', () => {
  const text = summaryText(result, paint);
  expect(text).toContain('0/1 nodes are available: 1 cannot allocate all claims.');
  expect(text).toMatch(/│ 6 +│ 0 +│ 4 +│ 2 +│/);
  expect(text.trimEnd().split('\n').at(-1)).toBe(`fingerprint ${result.fingerprint}`);
});
