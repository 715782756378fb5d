// The command as people and programs use it: what goes to stdout, what is written, how it is stopped.

import { spawnSync } from 'node:child_process';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { gzipSync } from 'node:zlib';
import { afterAll, describe, expect, test } from 'vitest';
import { scenarioText, Workplace } from './process.js';

const place = new Workplace({
  'ok.yaml': scenarioText(),
  'long.yaml': `apiVersion: drasim.dev/v1
kind: Scenario
metadata: {name: long}
cluster: {nodePools: [{name: a, count: 1, machine: l4-server}]}
until: 10000d
workloads:
  - name: w
    generator:
      arrivals: {process: constant, every: 0s}
      count: 1
      shapes:
        - name: s
          duration: 1s
          job: {parallelism: 1, completions: 100000000}
          pod: {spec: {containers: [{name: c}]}}
`,
});
afterAll(() => place.remove());

describe('run', () => {
  test('the summary goes to stdout, and nothing else does', () => {
    const { code, stdout, stderr } = place.drasim(['run', 'ok.yaml']);
    expect([code, stderr]).toEqual([0, '']);
    expect(stdout).toMatch(/^small {2}Kubernetes 1\.37, seed 1/);
    expect(stdout).toMatch(/fingerprint [0-9a-f]{16}\n$/);
  });

  test('two runs write the same bytes, without wall time or paths', () => {
    const first = place.drasim(['run', 'ok.yaml', '--out', 'one']);
    place.drasim(['run', 'ok.yaml', '--out', 'deep/two']);
    expect(first.code).toBe(0);
    const names = readdirSync(place.path('one')).sort();
    expect(names).toEqual([
      'allocations.csv',
      'attempts.csv',
      'pods.csv',
      'report.html',
      'result.json',
      'utilisation.csv',
    ]);
    for (const name of names) {
      const text = readFileSync(place.path(`one/${name}`), 'utf8');
      expect(text === readFileSync(place.path(`deep/two/${name}`), 'utf8')).toBe(true);
      expect(text).not.toContain(place.folder);
    }
  });

  test('--format json is the result file', () => {
    const { stdout } = place.drasim(['run', 'ok.yaml', '--format', 'json']);
    expect(stdout).toBe(readFileSync(place.path('one/result.json'), 'utf8'));
    expect(JSON.parse(stdout)).toMatchObject({
      version: 'drasim.dev/result/v1',
      scenario: 'small',
    });
  });

  test.each([
    ['stdin', '-', scenarioText()],
    ['line ends of Windows', 'crlf.yaml', scenarioText().replaceAll('\n', '\r\n')],
    ['a byte order mark', 'bom.yaml', `\uFEFF${scenarioText()}`],
    ['gzip', 'small.yaml.gz', gzipSync(scenarioText())],
  ])('a scenario from %s gives the same result', (_name, file, content) => {
    if (file !== '-') place.write(file, content);
    const { stdout } = place.drasim(['run', file, '--format', 'json'], String(content));
    expect(stdout).toBe(readFileSync(place.path('one/result.json'), 'utf8'));
  });

  test('settings change what runs', () => {
    const args = ['run', 'ok.yaml', '--format', 'json', '--seed', '7', '--until', '90s'];
    const { stdout } = place.drasim([...args, '--set', 'workloads[0].generator.count=9']);
    expect(JSON.parse(stdout)).toMatchObject({
      seed: '7',
      virtualSeconds: 90,
      pods: { created: 9 },
    });
  });

  test('files count from the folder of the scenario, those of --set from where one is', () => {
    const node = (cpu: number) => `sn,cpu_milli,memory_mib,gpu,model\na,${cpu},262144,1,T4\n`;
    place.write('sub/nodes.csv', node(1000));
    place.write('nodes.csv', node(64000));
    place.write(
      'sub/trace.yaml',
      'apiVersion: drasim.dev/v1\nkind: Scenario\nmetadata: {name: t}\n' +
        'parameters: {defaults: {nodes: nodes.csv}}\n' +
        'cluster: {trace: {format: openb, nodes: $nodes}}\n' +
        'workloads:\n  - name: w\n    generator: {arrivals: {process: constant, every: 0s}, count: 1, ' +
        'shapes: [{name: s, pod: {spec: {containers: [{name: c, resources: {requests: {cpu: 1500m}}}]}}}]}\n' +
        'until: 1m\n',
    );
    const scheduled = (...more: string[]) => {
      const { stdout } = place.drasim(['run', 'sub/trace.yaml', '--format', 'json', ...more]);
      return (JSON.parse(stdout) as { pods: { scheduled: number } }).pods.scheduled;
    };
    expect([scheduled(), scheduled('--set', 'nodes=nodes.csv')]).toEqual([0, 1]);
  });

  test('colours only where they are wanted', () => {
    const main = new URL('../../dist/cli/main.js', import.meta.url).pathname;
    const run = (env: Record<string, string>) =>
      spawnSync(process.execPath, [main, 'run', place.path('ok.yaml')], {
        encoding: 'utf8',
        env: { PATH: process.env['PATH'] ?? '', ...env },
      }).stdout.includes('\u001b[');
    expect([run({}), run({ FORCE_COLOR: '1' }), run({ FORCE_COLOR: '1', NO_COLOR: '1' })]).toEqual([
      false,
      true,
      false,
    ]);
  });

  test('a reader that has seen enough is no failure', () => {
    const main = new URL('../../dist/cli/main.js', import.meta.url).pathname;
    const script = `"${process.execPath}" "${main}" catalogue --format json | head -1; echo "\${PIPESTATUS[0]}"`;
    const { stdout } = spawnSync('bash', ['-c', script], { encoding: 'utf8' });
    expect(stdout).toBe('{\n0\n');
  });
});

describe('signals', () => {
  test.each([
    ['SIGINT', 130],
    ['SIGTERM', 143],
  ] as const)(
    '%s ends a run with %i and leaves nothing behind',
    async (signal, code) => {
      const args = ['run', 'long.yaml', '--out', 'stopped'];
      expect(await place.interrupt(args, signal, 'stopped')).toBe(code);
      const left = existsSync(place.path('stopped')) ? readdirSync(place.path('stopped')) : [];
      expect(left).toEqual([]);
      place.removeFolder('stopped');
    },
    60_000,
  );
});

describe('validate', () => {
  test('a scenario is checked, and JSON tells the same', () => {
    const { code, stdout } = place.drasim(['validate', 'ok.yaml', '--format', 'json']);
    expect([code, JSON.parse(stdout)]).toMatchObject([
      0,
      { documents: 1, accepted: 1, refused: 0, scenarios: 1 },
    ]);
  });

  test('DRA objects need their gate in 1.32', () => {
    const claim =
      'apiVersion: resource.k8s.io/v1beta1\nkind: ResourceClaim\nmetadata: {name: a}\nspec: {}\n';
    const { code, stdout } = place.drasim(['validate', '-', '--kubernetes', '1.32'], claim);
    expect([code, stdout]).toEqual([2, expect.stringContaining('DynamicResourceAllocation')]);
  });
});

describe('conformance', () => {
  const vector = (expectation: object) =>
    JSON.stringify({
      id: 'q/1',
      kind: 'quantity-pair',
      kubernetes: { version: '1.37' },
      input: { a: '1', b: '2' },
      expect: expectation,
    });

  test('vectors that pass end with 0, others with 1 and the first difference', () => {
    const right = { compare: -1, equal: false, sum: '3', difference: '-1' };
    place.write('right.jsonl', `${vector(right)}\n`);
    place.write('wrong.jsonl', `${vector({ ...right, sum: '4' })}\n`);
    const fine = place.drasim(['conformance', 'right.jsonl']);
    expect([fine.code, fine.stdout.trimEnd().split('\n').at(-1)]).toEqual([
      0,
      '1 passed, 0 failed',
    ]);
    const broken = place.drasim(['conformance', 'wrong.jsonl']);
    expect(broken.code).toBe(1);
    expect(broken.stdout).toMatch(/q\/1 sum: wanted "4", got "3"/);
    expect(broken.stdout.trimEnd().split('\n').at(-1)).toBe('0 passed, 1 failed');
  });

  test('a kind that nobody reads is a failure', () => {
    place.write('kind.jsonl', `${vector({}).replace('quantity-pair', 'weather')}\n`);
    expect(place.drasim(['conformance', 'kind.jsonl']).code).toBe(1);
  });
});
