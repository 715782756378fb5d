// The command among others: pipes that close, disks that fill, signals while files are written, state that
// another command printed.

import { spawn, spawnSync } from 'node:child_process';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { afterAll, describe, expect, test } from 'vitest';
import { parse } from 'yaml';
import { main, scenarioText, Workplace } from './process.js';

const place = new Workplace({
  'ok.yaml': scenarioText(),
  'many.yaml': scenarioText({ count: '60000' }).replace('every: 1s', 'every: 60s'),
});
afterAll(() => place.remove());

const shell = (script: string) =>
  spawnSync('bash', ['-c', script.replaceAll('drasim', `"${process.execPath}" "${main}"`)], {
    cwd: place.folder,
    encoding: 'utf8',
  });

describe('stdout', () => {
  test.each(['run ok.yaml', 'run ok.yaml --format json', 'validate ok.yaml'])(
    '%s ends with 0 where nobody reads on',
    (command) => {
      const { stdout } = shell(`drasim ${command} | head -0; echo "\${PIPESTATUS[0]}"`);
      expect(stdout).toBe('0\n');
    },
  );

  test.runIf(existsSync('/dev/full'))('a full disk behind it is told and ends with 2', () => {
    const { status, stderr } = shell('drasim run ok.yaml > /dev/full');
    expect([status, stderr]).toEqual([
      2,
      'drasim: the result cannot be written: the disk is full\n',
    ]);
  });

  test.each([
    'run ok.yaml',
    'validate ok.yaml',
    'catalogue',
    'catalogue show l4-server',
    'import state.yaml',
  ])('%s --format json is JSON and nothing else', (command) => {
    place.write('state.yaml', STATE);
    const { code, stdout } = place.drasim([...command.split(' '), '--format', 'json']);
    expect(code).toBe(0);
    expect(JSON.parse(stdout)).toBeTypeOf('object');
  });
});

describe('files', () => {
  test('a limit on their size ends with 2 and leaves none', () => {
    // 100 blocks of 1024 bytes: enough for tables, too little for the report.
    const { status, stderr } = shell('ulimit -f 100; drasim run ok.yaml --out small > summary');
    expect([status, stderr]).toEqual([2, expect.stringContaining('small: cannot be written')]);
    expect(readdirSync(place.path('small'))).toEqual([]);
  });

  test('a signal while they are written leaves all of them or none', async () => {
    const args = [main, 'run', 'many.yaml', '--out', 'cut'];
    const child = spawn(process.execPath, args, { cwd: place.folder, stdio: 'ignore' });
    const ended = new Promise<number | null>((done) => child.on('exit', done));
    const isWriting = () =>
      existsSync(place.path('cut')) && readdirSync(place.path('cut')).length > 0;
    while (child.exitCode === null && !isWriting()) {
      await new Promise((next) => setImmediate(next));
    }
    child.kill('SIGTERM');
    const code = await ended;
    const left = readdirSync(place.path('cut'));
    expect([code, left.length]).toEqual(left.length > 0 ? [0, 6] : [143, 0]);
    expect(left.filter((name) => name.endsWith('.tmp'))).toEqual([]);
  }, 60_000);

  test('those of an earlier run are there until all new ones are', () => {
    place.drasim(['run', 'ok.yaml', '--out', 'again']);
    const before = readFileSync(place.path('again/result.json'), 'utf8');
    const { status } = shell('ulimit -f 100; drasim run ok.yaml --seed 9 --out again > summary');
    expect(status).toBe(2);
    expect(readFileSync(place.path('again/result.json'), 'utf8')).toBe(before);
  });
});

const STATE = `apiVersion: v1
kind: List
items:
  - apiVersion: v1
    kind: Node
    metadata: {name: node, uid: 11111111-1111-1111-1111-111111111111}
    status: {allocatable: {cpu: "8", memory: 32Gi, pods: "110"}, nodeInfo: {osImage: x}}
  - apiVersion: resource.k8s.io/v1
    kind: ResourceSlice
    metadata: {name: s}
    spec:
      driver: gpu.nvidia.com
      nodeName: node
      pool: {name: node, generation: 1, resourceSliceCount: 1}
      devices:
        - {name: gpu-0, attributes: {type: {string: gpu}}}
        - {name: gpu-1, attributes: {type: {string: gpu}}}
  - apiVersion: resource.k8s.io/v1
    kind: ResourceClaim
    metadata: {name: held, namespace: default}
    spec: {devices: {requests: [{name: g, exactly: {deviceClassName: gpu.nvidia.com}}]}}
    status:
      allocation:
        devices: {results: [{request: g, driver: gpu.nvidia.com, pool: node, device: gpu-1}]}
        nodeSelector: {nodeSelectorTerms: [{matchFields: [{key: metadata.name, operator: In, values: [node]}]}]}
      reservedFor: [{resource: pods, name: busy, uid: "1"}]
  - apiVersion: v1
    kind: Pod
    metadata: {name: busy, namespace: default, uid: "1"}
    spec: &spec
      nodeName: node
      resourceClaims: [{name: g, resourceClaimName: held}]
      containers: [{name: c, image: i, resources: {requests: {cpu: "1"}}}]
    status: {phase: Running}
  - apiVersion: v1
    kind: Pod
    metadata: {name: done, namespace: default}
    spec: *spec
    status: {phase: Succeeded}
  - apiVersion: v1
    kind: Pod
    metadata: {name: waits, namespace: default}
    spec: {containers: [{name: c, image: i, resources: {requests: {cpu: "7500m"}}}]}
    status: {phase: Pending}
  - {apiVersion: v1, kind: ConfigMap, metadata: {name: x}}
`;

describe('import', () => {
  test('running pods keep node and devices, others wait, and what is left out is told', () => {
    const { code, stdout, stderr } = place.drasim(['import', '-'], STATE);
    expect(code).toBe(0);
    expect(stderr).toContain('pods that are Succeeded (1x): left out');
    expect(stderr).toContain('ConfigMap (1x): left out');
    place.write('imported.yaml', stdout);
    const run = place.drasim(['run', 'imported.yaml', '--until', '1m', '--format', 'json']);
    const result = JSON.parse(run.stdout) as {
      pods: object;
      devices: { count: number; utilisationPercentMean: number }[];
    };
    expect(result.pods).toMatchObject({ created: 2, running: 1, unschedulable: 1 });
    expect(result.devices).toMatchObject([{ count: 2, utilisationPercentMean: 50 }]);
  });

  test('--out writes the file that would go to stdout', () => {
    const { stdout } = place.drasim(['import', '-', '--name', 'x'], STATE);
    const written = place.drasim(['import', '-', '--name', 'x', '--out', 'x.yaml'], STATE);
    expect([written.code, written.stdout]).toEqual([0, '']);
    expect(readFileSync(place.path('x.yaml'), 'utf8')).toBe(stdout);
    expect(parse(stdout)).toMatchObject({ metadata: { name: 'x' } });
  });

  test('an error in one object writes nothing', () => {
    const broken = STATE.replace('cpu: "7500m"', 'cpu: "7..5"');
    const { code, stdout, stderr } = place.drasim(['import', '-', '--out', 'none.yaml'], broken);
    expect([code, stdout, existsSync(place.path('none.yaml'))]).toEqual([2, '', false]);
    expect(stderr).toMatch(/-:\d+:\d+: spec\.containers\[0\]\.resources\.requests\.cpu/);
  });
});

test.each([
  ['help', ['help'], /^Usage: drasim/],
  ['--help of a command', ['run', '--help'], /^Usage: drasim run/],
  ['--version', ['--version'], /^\d+\.\d+\.\d+\n$/],
])('%s goes to stdout and ends with 0', (_name, args, text) => {
  const { code, stdout, stderr } = place.drasim(args);
  expect([code, stderr]).toEqual([0, '']);
  expect(stdout).toMatch(text);
});
