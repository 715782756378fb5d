// Input that is wrong: exit code 2, one clear message a problem with its place, and nothing written.

import { existsSync, readdirSync } from 'node:fs';
import { gzipSync } from 'node:zlib';
import { afterAll, describe, expect, test } from 'vitest';
import { runCommand } from '../../src/cli/run.js';
import { importModules } from '../../src/sweep/modules.js';
import { scenarioText, Workplace } from './process.js';

const anchors = [
  'a0: &a0 [x,x,x,x,x,x,x,x,x,x]',
  ...Array.from({ length: 10 }, (_, index) => {
    const ten = Array.from({ length: 10 }, () => `*a${index}`).join();
    return `a${index + 1}: &a${index + 1} [${ten}]`;
  }),
].join('\n');

const claim = (request: string, constraints = '') =>
  `{gpu: {devices: {requests: [{name: gpu, exactly: ${request}}]${constraints}}}}`;

const twoDevices = `apiVersion: resource.k8s.io/v1
kind: ResourceSlice
metadata: {name: s}
spec: {driver: d.e, nodeName: a, pool: {name: p, generation: 1, resourceSliceCount: 1}, devices: [{name: x},{name: x}]}
`;

const place = new Workplace({
  'ok.yaml': scenarioText(),
  'folder/notes.txt': 'no manifest',
  'empty.yaml': '',
  'broken.js': 'export default {',
  'latin.yaml': Uint8Array.from([97, 58, 32, 0xe9, 10]),
  'tab.yaml': scenarioText().replace('cluster:', 'cluster:\n\tx: 1'),
  'anchors.yaml': anchors,
  'version.yaml': scenarioText().replace('drasim.dev/v1', 'drasim.dev/v9'),
  'type.yaml': scenarioText({ count: 'three' }),
  'unknown.yaml': scenarioText({ head: 'colour: red\n' }),
  'twice.yaml': scenarioText({ head: 'kind: Scenario\n' }),
  'quantity.yaml': scenarioText({
    pod: '{containers: [{name: c, resources: {requests: {cpu: "1..5Gi"}}}]}',
  }),
  'huge.yaml': scenarioText({
    pod: '{containers: [{name: c, resources: {requests: {cpu: "9e99"}}}]}',
  }),
  'negative.yaml': scenarioText({ count: '-3' }),
  'devices.yaml': scenarioText({ claims: claim('{deviceClassName: gpu.nvidia.com, count: -2}') }),
  'class.yaml': scenarioText({ claims: claim('{deviceClassName: gpu.nvidia.con}') }),
  'request.yaml': scenarioText({
    claims: claim(
      '{deviceClassName: gpu.nvidia.com}',
      ', constraints: [{requests: [nope], matchAttribute: a/b}]',
    ),
  }),
  'cel.yaml': scenarioText({
    claims: claim(
      "{deviceClassName: gpu.nvidia.com, selectors: [{cel: {expression: 'device.driver = 1'}}]}",
    ),
  }),
  'slice.yaml': twoDevices,
  'column.csv': 'name,cpu_milli\na,1\n',
  'row.csv.gz': gzipSync('sn,cpu_milli,memory_mib,gpu,model\na,1000,1000,two,T4\n'),
  'trace.yaml':
    'apiVersion: drasim.dev/v1\nkind: Scenario\nmetadata: {name: t}\n' +
    'parameters: {defaults: {nodes: column.csv}}\n' +
    'cluster: {trace: {format: openb, nodes: $nodes}}\n',
});
afterAll(() => place.remove());

describe('run', () => {
  test.each([
    ['a file that is not there', ['nofile.yaml'], 'nofile.yaml: there is no such file'],
    ['a folder', ['folder'], 'folder: this is a folder'],
    ['an empty file', ['empty.yaml'], 'empty.yaml:1:1: the file holds no document'],
    ['bytes that are no UTF-8', ['latin.yaml'], 'latin.yaml:1:4: expected UTF-8 text'],
    ['more bytes than are read', ['ok.yaml', '--input-max', '10'], 'raise --input-max'],
    ['a tab', ['tab.yaml'], /tab\.yaml:5:1: .*[Tt]ab/],
    [
      'anchors that blow up',
      ['anchors.yaml'],
      /anchors\.yaml:5:38: the alias \*a3 stands for more/,
    ],
    ['another apiVersion', ['version.yaml'], 'version.yaml:1:13: apiVersion: expected'],
    ['a wrong type', ['type.yaml'], 'type.yaml:10:14: workloads[0].generator.count: expected'],
    ['an unknown field', ['unknown.yaml'], 'unknown.yaml:4:1: colour: unknown field'],
    ['a key twice', ['twice.yaml'], 'twice.yaml:4:1: '],
    ['a quantity 1..5Gi', ['quantity.yaml'], /quantity\.yaml:14:\d+: .*requests\.cpu: quantities/],
    ['a quantity 9e99', ['huge.yaml'], /huge\.yaml:14:\d+: .*9e99 is more than 64 bits/],
    ['a negative count', ['negative.yaml'], 'negative.yaml:10:14: workloads[0].generator.count'],
    [
      'a negative device count',
      ['devices.yaml'],
      /devices\.yaml:15:\d+: .*exactly\.count: Invalid/,
    ],
    ['a class that does not exist', ['class.yaml'], /gpu\.nvidia\.con.*gpu\.nvidia\.com/],
    ['a constraint on no request', ['request.yaml'], /constraints\[0\]\.requests\[0\]: Invalid/],
    ['a CEL syntax error', ['cel.yaml'], /cel\.yaml:15:\d+: .*<input>:1:15: Syntax error/],
    ['an unknown --set path', ['ok.yaml', '--set', 'workloads[5].name=x'], 'does not exist'],
    ['an unknown parameter', ['ok.yaml', '--set', 'nope=1'], 'neither a parameter nor a field'],
    ['a setting without a value', ['ok.yaml', '--set', 'a b'], 'expected NAME=value'],
    ['an unknown parameter set', ['ok.yaml', '--parameters', 'fast'], 'no parameter set fast'],
    ['a trace without a column', ['trace.yaml'], 'column.csv:1:1: no column sn, memory_mib'],
    [
      'a broken row',
      ['trace.yaml', '--set', 'nodes=row.csv.gz'],
      'row.csv.gz:2:1: row 1: gpu is "two"',
    ],
    [
      'an output that is a file',
      ['ok.yaml', '--out', 'empty.yaml'],
      'there is a file of that name',
    ],
    [
      'a strategy file that is not there',
      ['ok.yaml', '--strategy', 'no.js'],
      'no.js: there is no such file',
    ],
    ['a module that is none', ['ok.yaml', '--strategy', 'broken.js'], 'cannot be imported'],
    ['decisions without a folder', ['ok.yaml', '--decisions', '5'], 'add --out DIR'],
    ['every zeroth decision', ['ok.yaml', '--decisions', '0', '--out', 'folder'], 'from 1 on'],
    ['decisions of nobody', ['ok.yaml', '--decisions', ',', '--out', 'folder'], 'names of pods'],
    ['an output below a file', ['ok.yaml', '--out', 'empty.yaml/x'], 'cannot be written'],
    ['an output that no one can make', ['ok.yaml', '--out', '/proc/x'], 'cannot be written'],
    ['an unknown option', ['ok.yaml', '--nosuch'], 'unknown option'],
    ['no argument', [], 'missing required argument'],
  ])('%s', (_name, args, message) => {
    const before = readdirSync(place.folder).length;
    const { code, stdout, stderr } = place.drasim(['run', ...args]);
    expect([code, stdout]).toEqual([2, '']);
    expect(stderr).toMatch(message);
    expect(stderr).not.toContain('at file:');
    expect(readdirSync(place.folder)).toHaveLength(before);
  });
});

describe('other commands', () => {
  test.each([
    [
      'two devices of one name',
      ['validate', 'slice.yaml'],
      /slice\.yaml:4:\d+: spec\.devices\[1\]/,
    ],
    ['a folder without manifests', ['validate', 'folder'], 'there is no .yaml'],
    ['vectors that are no JSON', ['conformance', 'column.csv'], 'column.csv:1:1: not JSON'],
    ['an unknown version', ['validate', 'slice.yaml', '--kubernetes', '1.99'], '1.99'],
    ['nothing to import', ['import', 'nofile'], 'there is no such file'],
    ['an unknown machine', ['catalogue', 'show', 'h100'], 'did you mean dgx-h100'],
    ['an unknown command', ['simulate'], 'unknown command'],
    ['a size that is none', ['run', 'ok.yaml', '--input-max', 'many'], 'expected bytes'],
  ])('%s', (_name, args, message) => {
    const { code, stdout, stderr } = place.drasim(args);
    expect(code).toBe(2);
    expect(stdout + stderr).toMatch(message);
  });

  test('unknown and repeated fields of a manifest are warnings, and errors with --strict', () => {
    place.write('odd.yaml', 'apiVersion: v1\nkind: Namespace\nmetadata: {name: a}\ncolour: red\n');
    const calm = place.drasim(['validate', 'odd.yaml']);
    expect([calm.code, calm.stdout]).toEqual([0, expect.stringContaining('odd.yaml:4:9: colour')]);
    expect(place.drasim(['validate', 'odd.yaml', '--strict']).code).toBe(2);
  });

  test('a broken expectation ends with 1 and says by how much', () => {
    place.write('expect.yaml', scenarioText({ more: 'expect: {pods.created: {max: 2}}\n' }));
    const { code, stderr } = place.drasim(['run', 'expect.yaml']);
    expect([code, stderr]).toEqual([1, expect.stringContaining('pods.created: 3 is above 2')]);
    place.write('metric.yaml', scenarioText({ more: 'expect: {pods.crated: {max: 2}}\n' }));
    expect(place.drasim(['run', 'metric.yaml']).code).toBe(2);
  });

  test.runIf(existsSync('/dev/full'))('a full disk behind stdout ends with 2', () => {
    const { code } = place.drasim(['run', 'ok.yaml', '--out', '/dev/full/x']);
    expect(code).toBe(2);
  });
});

test('decisions without a folder have a code of their own', async () => {
  const options = { format: 'text' as const, inputMax: 2 ** 20, set: [], decisions: '5' };
  await expect(runCommand(place.path('ok.yaml'), options)).rejects.toMatchObject({
    code: 'ERR_DECISIONS',
  });
});

test('a module that cannot be imported has a code of its own', async () => {
  await expect(importModules([place.path('broken.js')])).rejects.toMatchObject({
    code: 'ERR_PLUGIN_IMPORT',
  });
});
