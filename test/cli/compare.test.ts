// `drasim compare` as a user runs it, on a cluster of a few shared devices.

import { readFileSync } from 'node:fs';
import { afterAll, describe, expect, test, vi } from 'vitest';
import { scenarioText, Workplace } from './process.js';

const nodes = [
  'sn,cpu_milli,memory_mib,gpu,model',
  ...['a', 'b', 'c', 'd'].map((name) => `${name},64000,262144,4,T4`),
].join('\n');
const pods = [
  'name,cpu_milli,memory_mib,num_gpu,gpu_milli',
  ...Array.from({ length: 40 }, (_, index) => {
    const [gpus, milli] = index % 8 === 0 ? [2, 1000] : [1, [300, 450, 700, 1000][index % 4]];
    return `p${index},${index % 3 === 0 ? 8000 : 2000},1024,${gpus},${milli}`;
  }),
].join('\n');
const shared = `apiVersion: drasim.dev/v1
kind: Scenario
metadata: {name: shared}
parameters: {defaults: {pods: pods.csv}}
cluster: {trace: {format: openb, nodes: nodes.csv}}
workloads: [{name: w, trace: {format: openb, pods: $pods, times: in-order, demandPercent: 130}}]
scheduler: {tieBreak: drawn-order, percentageOfNodesToScore: 100}
`;
const bare = `apiVersion: drasim.dev/v1
kind: Scenario
metadata: {name: bare}
cluster:
  manifests:
    - {apiVersion: v1, kind: Node, metadata: {name: a}, status: {allocatable: {cpu: "2", pods: "9"}}}
workloads:
  - name: w
    manifests:
      - apiVersion: v1
        kind: Pod
        metadata: {name: p}
        spec: {containers: [{name: c, image: c, resources: {requests: {cpu: "1"}}}]}
`;
const place = new Workplace({
  'shared.yaml': shared,
  'nodes.csv': nodes,
  'pods.csv': pods,
  'plain.yaml': scenarioText(),
  'bare.yaml': bare,
});
afterAll(() => place.remove());
vi.setConfig({ testTimeout: 60_000 });

const compare = (...args: string[]) => place.drasim(['compare', ...args]);

describe('on shared devices', () => {
  const args = ['shared.yaml', '--strategies', 'Random,FGD,BestFit+WorstFit', '--seeds', '1-3'];

  test('it prints cells by strategy, metric and arrived demand', () => {
    const { code, stdout, stderr } = compare(...args, '--format', 'json');
    expect([code, stderr]).toEqual([0, '']);
    const { cells, runs, seeds } = JSON.parse(stdout);
    expect(seeds).toEqual(['1', '2', '3']);
    expect(cells).toHaveLength(3 * 3 * 10);
    expect(cells[0]).toMatchObject({ strategy: 'Random', metric: 'allocationRatio', n: 3 });
    expect(cells[0].arrivedPercent).toBe(20);
    expect(new Set(runs.map(({ fingerprint }: { fingerprint: string }) => fingerprint)).size).toBe(
      9,
    );
  });

  test('threads change nothing', () => {
    const one = compare(...args, '--format', 'json', '--threads', '1').stdout;
    expect(compare(...args, '--format', 'json', '--threads', '3').stdout).toBe(one);
    expect(one.length).toBeGreaterThan(1000);
  });

  test('it tells how far strategies are from the optimum', () => {
    const { distances } = JSON.parse(compare(...args, '--format', 'json').stdout);
    expect(distances.map(({ strategy }: { strategy: string }) => strategy)).toEqual([
      'Random',
      'FGD',
      'BestFit+WorstFit',
    ]);
    for (const { inUsePercent, foundPercent, boundPercent, ...one } of distances) {
      expect(inUsePercent.n).toBe(3);
      expect(foundPercent.mean).toBeGreaterThanOrEqual(inUsePercent.mean);
      expect(boundPercent.mean).toBeGreaterThanOrEqual(foundPercent.mean);
      expect(one.distancePercent.mean).toBeCloseTo(boundPercent.mean - inUsePercent.mean, 9);
      expect([one.moments, one.provenMoments]).toEqual([3, 3]);
    }
    expect(compare(...args).stdout).toContain('The optimum is proven for every moment.');
    const without = compare(...args, '--no-optimum');
    expect(without.code).toBe(0);
    expect(without.stdout).not.toContain('Distance');
    expect(compare(...args, '--optimum-steps', 'many').code).toBe(2);
  });

  test('it prints tables for people', () => {
    const { code, stdout } = compare(...args, '--baseline', 'FGD');
    expect(code).toBe(0);
    expect(stdout).toContain('Allocated, % of all that devices give');
    expect(stdout).toContain('Difference from FGD');
  });
});

test('any scenario can be compared by metrics of whole runs', () => {
  const args = ['plain.yaml', '--strategies', 'LeastAllocated,Random', '--seeds', '1,2'];
  const { code, stdout } = compare(...args);
  expect(code).toBe(0);
  expect(stdout).toContain('pods.scheduled');
});

test('where no pod asks for devices it says that there is no distance from the optimum', () => {
  const args = ['bare.yaml', '--strategies', 'LeastAllocated,Random', '--seeds', '1,2'];
  const { code, stderr } = compare(...args);
  expect(code).toBe(0);
  expect(stderr).toContain('no distance from the optimum: no pod asks for devices');
  expect(compare(...args, '--no-optimum').stderr).toBe('');
});

test('a metric that no run has is refused, with near names', () => {
  const args = [
    'plain.yaml',
    '--strategies',
    'Random',
    '--seeds',
    '1',
    '--metrics',
    'pods.schedule',
  ];
  const { code, stdout, stderr } = compare(...args);
  expect([code, stdout]).toEqual([2, '']);
  expect(stderr).toContain('did you mean pods.scheduled or');
});

describe('a folder of runs', () => {
  const args = ['shared.yaml', '--strategies', 'Random,FGD', '--format', 'json', '--out', 'out'];

  test('goes on where it was stopped, and takes more seeds', () => {
    const whole = compare(...args.slice(0, -2), '--seeds', '1-3').stdout;
    const first = compare(...args, '--seeds', '1-2');
    expect([first.code, first.stderr]).toEqual([0, expect.stringContaining('wrote out/')]);
    const rows = readFileSync(place.path('out/runs.jsonl'), 'utf8');
    expect(rows.split('\n')).toHaveLength(5);
    // Stopped in the middle of a line.
    place.write('out/runs.jsonl', rows.slice(0, -40));
    const second = compare(...args, '--seeds', '1-3');
    expect(second.stderr).toContain('3 of 6 runs are done already');
    expect(second.stdout).toBe(whole);
    const third = compare(...args, '--seeds', '1-3');
    expect([third.code, third.stdout]).toEqual([0, whole]);
    expect(readFileSync(place.path('out/cells.csv'), 'utf8')).toMatch(
      /\nFGD,allocationRatio,130,[\d.]+,[\d.]+,3\n/,
    );
    expect(readFileSync(place.path('out/report.html'), 'utf8')).toContain('difference from Random');
  });

  test('refuses input that changed, and says what', () => {
    const other = compare(...args, '--set', 'seed=5', '--until', '1h');
    expect(other.stderr).toContain('changed: --set (none, now seed=5); --until (none, now 1h)');
    place.write('pods.csv', `${pods}\nlast,1000,1024,1,500`);
    const changed = compare(...args);
    expect([changed.code, changed.stdout]).toEqual([2, '']);
    expect(changed.stderr).toMatch(/changed: \S*pods\.csv \(name another folder/);
    place.write('pods.csv', pods);
    place.write('out/runs.jsonl', '{"a": 1}\n');
    expect(compare(...args).stderr).toContain('line 1 is no row of a run');
    place.write('out/input.json', 'x');
    expect(compare(...args).stderr).toContain('is not what a comparison writes');
  });
});

test.each([
  ['a strategy that does not exist', ['--strategies', 'FGD,BestFot'], 'did you mean BestFit?'],
  [
    'a strategy that says nothing here',
    ['--strategies', 'FGD'],
    'no device of this scenario gives shares',
  ],
  ['a seed twice', ['--strategies', 'Random', '--seeds', '1-3,2'], 'seed 2 stands there twice'],
  ['a strategy twice', ['--strategies', 'Random,Random'], 'stands there twice'],
  ['seeds of another form', ['--strategies', 'Random', '--seeds', '3-1'], 'ends before it begins'],
  ['an unknown baseline', ['--strategies', 'Random', '--baseline', 'FGD'], 'is not among'],
])('%s is refused', (_name, args, message) => {
  const { code, stdout, stderr } = compare('plain.yaml', ...args);
  expect(stderr).toContain(message);
  expect([code, stdout]).toEqual([2, '']);
});

test('what is wrong with a trace is told once, whichever thread met it', () => {
  place.write('broken.csv', pods.replace('1,300', '1,1300'));
  const args = ['--set', 'pods=broken.csv', '--strategies', 'FGD,Random', '--seeds', '1-2'];
  const { code, stderr } = compare('shared.yaml', ...args);
  expect(code).toBe(2);
  expect(stderr.trim().split('\n')).toHaveLength(1);
});
