// `drasim catalogue`: what is listed and shown, and what a slip of the pen gives.

import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { parse, parseAllDocuments } from 'yaml';
import { MACHINES } from '../../src/catalogue/machinespecs.js';
import { listCommand, showCommand } from '../../src/cli/catalogue.js';
import type { DrasimError } from '../../src/errors.js';

let printed: string;

beforeEach(() => {
  printed = '';
  vi.spyOn(process.stdout, 'write').mockImplementation((text) => {
    printed += text;
    return true;
  });
});

afterEach(() => {
  vi.restoreAllMocks();
});

function refusalOf(name: string, partitions?: string) {
  try {
    showCommand(name, { format: 'yaml', ...(partitions !== undefined && { partitions }) });
  } catch (error) {
    const { code, path, hint } = error as DrasimError;
    return { code, path, hint };
  }
  return undefined;
}

describe('the list', () => {
  test('text names every machine', () => {
    listCommand({ format: 'text' });
    expect(Object.keys(MACHINES).filter((name) => !printed.includes(`│ ${name} `))).toEqual([]);
  });

  test('a software radio has no count of LUTs', () => {
    listCommand({ format: 'text' });
    expect(printed.split('\n').find((line) => line.startsWith('│ ettus-x310'))).toMatch(
      /no capacity/,
    );
  });

  test('JSON holds the machines with the partitions that they offer', () => {
    listCommand({ format: 'json' });
    expect(JSON.parse(printed).machines['nd-mi300x-v5'].partitions).toEqual(['dpx', 'qpx', 'cpx']);
  });
});

describe('a machine', () => {
  test('YAML is its Node and its ResourceSlices, a document each', () => {
    showCommand('dgx-h100', { format: 'yaml' });
    const kinds = parseAllDocuments(printed).map((document) => document.toJS().kind);
    expect(kinds).toEqual(['Node', 'ResourceSlice', 'ResourceSlice']);
  });

  test('JSON is a list of the same objects', () => {
    showCommand('dgx-h100', { format: 'json' });
    const list = JSON.parse(printed);
    showCommand('dgx-h100', { format: 'yaml' });
    const documents = parseAllDocuments(printed.slice(printed.indexOf('apiVersion: v1')));
    expect(list.items).toEqual(documents.map((document) => document.toJS()));
  });

  test('partitions come as counters before the devices that draw on them', () => {
    showCommand('dgx-h100', { format: 'json', partitions: 'mig' });
    const [, counters, firstGpu] = JSON.parse(printed).items;
    expect([counters.spec.sharedCounters.length, firstGpu.spec.devices.length]).toEqual([8, 26]);
  });

  test.each(['yaml', 'json'] as const)('a device is shown as its facts in %s', (format) => {
    showCommand('gaudi3', { format });
    expect(parse(printed)).toMatchObject({ driver: 'gaudi.intel.com', productName: 'Gaudi3' });
  });
});

describe('a name that does not exist', () => {
  test('is bad input and gives near names, devices included', () => {
    expect(refusalOf('conectx-7')).toEqual({
      code: 'ERR_MACHINE_UNKNOWN',
      path: 'name',
      hint: 'did you mean connectx-7 or connectx-6 or connectx-8?',
    });
  });

  test('a part of a name gives the names that have it', () => {
    expect(refusalOf('nvl72')?.hint).toBe('did you mean gb200-nvl72-tray?');
  });

  test('a name like no other points at the list', () => {
    expect(refusalOf('abacus')?.hint).toBe('see `drasim catalogue`');
  });

  test('partitions that a machine does not have name those it has', () => {
    expect(refusalOf('dgx-h100', 'regions')).toEqual({
      code: 'ERR_MACHINE_UNKNOWN',
      path: 'partitions',
      hint: 'it offers mig',
    });
  });
});
