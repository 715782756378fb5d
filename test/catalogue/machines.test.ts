// Every machine of the catalogue publishes objects that an API server takes as they are.

import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { decodeManifests } from '../../src/api/decode.js';
import { resolveFeatures } from '../../src/api/features.js';
import type { Device } from '../../src/api/resource.js';
import { FPGAS } from '../../src/catalogue/fpgas.js';
import { GPUS } from '../../src/catalogue/gpus.js';
import { catalogueClasses, partitionsOf, publishMachine } from '../../src/catalogue/machines.js';
import { MACHINES } from '../../src/catalogue/machinespecs.js';
import { NICS } from '../../src/catalogue/nics.js';
import { RADIOS } from '../../src/catalogue/radios.js';
import { publishedDevices } from './captures.js';

const PAGE = readFileSync(new URL('../../src/catalogue/README.md', import.meta.url), 'utf8');

const CASES = Object.entries(MACHINES).flatMap(([machine, spec]) =>
  [undefined, ...partitionsOf(spec)].map((partitions) => ({ machine, partitions })),
);

function decode(objects: readonly object[]) {
  const list = { apiVersion: 'v1', kind: 'List', items: objects };
  const features = resolveFeatures({ version: '1.37' });
  return decodeManifests(JSON.stringify(list), { file: 'catalogue', features, strict: true });
}

describe('what is published', () => {
  test.each(CASES)(
    '$machine with partitions $partitions passes validation without a warning',
    ({ machine, partitions }) => {
      const published = publishMachine(machine, 'node', partitions);
      if ('problem' in published) throw new Error(published.problem);
      const { objects, errors, warnings } = decode([published.node, ...published.slices]);
      expect({ errors, warnings, count: objects.length }).toEqual({
        errors: [],
        warnings: [],
        count: 1 + published.slices.length,
      });
    },
  );

  test('the device classes pass validation without a warning', () => {
    const { errors, warnings } = decode(catalogueClasses());
    expect([errors, warnings]).toEqual([[], []]);
  });

  test.each(CASES)(
    '$machine with partitions $partitions names no device of a driver twice',
    ({ machine, partitions }) => {
      const published = publishMachine(machine, 'node', partitions);
      if ('problem' in published) throw new Error(published.problem);
      const names = published.slices.flatMap(({ spec }) =>
        (spec.devices ?? []).map(({ name }) => `${spec.driver}/${name}`),
      );
      expect(new Set(names).size).toBe(names.length);
    },
  );

  test('two nodes of one machine differ in the identities of their GPUs only by the node', () => {
    const uuids = ['a', 'b', 'a'].map((nodeName) => {
      const published = publishMachine('dgx-h100', nodeName);
      if ('problem' in published) throw new Error(published.problem);
      return published.slices[0]!.spec.devices![0]!.attributes!['uuid']!.string;
    });
    expect([uuids[0] === uuids[1], uuids[0] === uuids[2]]).toEqual([false, true]);
  });
});

describe('what cannot be published', () => {
  test('an unknown machine gives the problem and the names that may have been meant', () => {
    expect(publishMachine('dgx-h10', 'node')).toEqual({
      problem: 'there is no machine dgx-h10 in the catalogue',
      field: 'machine',
      hint: 'did you mean dgx-h100 or dgx-a100?',
    });
  });

  test('a machine like no other gives the names of all', () => {
    expect(publishMachine('abacus', 'node')).toMatchObject({
      field: 'machine',
      hint: `machines: ${Object.keys(MACHINES).join(', ')}`,
    });
  });

  test('a name that every object has is no machine', () => {
    expect(publishMachine('constructor', 'node')).toMatchObject({ field: 'machine' });
  });

  test.each([
    ['p4d.24xlarge', 'it offers mig'],
    ['cpu-server', 'it has none'],
  ])('partitions that %s does not have give what it offers', (machine, hint) => {
    expect(publishMachine(machine, 'node', 'regions')).toMatchObject({ field: 'partitions', hint });
  });
});

describe('partitions of equal parts', () => {
  test.each([
    ['dpx', 16, { computeUnits: '152', memory: '98296Mi', simdUnits: '608' }],
    ['qpx', 32, { computeUnits: '76', memory: '49148Mi', simdUnits: '304' }],
    ['cpx', 64, { computeUnits: '38', memory: '24574Mi', simdUnits: '152' }],
  ])('%s splits eight MI300X into %i devices', (mode, count, capacity) => {
    const devices = publishedDevices('nd-mi300x-v5', 'gpu.amd.com', mode);
    expect([devices.length, values(devices[0]!)]).toEqual([count, capacity]);
  });

  test('the regions of a U250 together have what the card has', () => {
    const devices = publishedDevices('fpga-host', 'fpga.drasim.dev', 'regions');
    const card = devices.find(({ name }) => name === 'fpga-0')!;
    const regions = devices.filter(({ name }) => name.startsWith('fpga-0-slr-'));
    const sum = (name: string) =>
      regions.reduce((total, region) => total + amount(region, name), 0);
    const names = ['memory', 'hbm', 'luts', 'dsps'];
    expect(names.map(sum)).toEqual(names.map((name) => amount(card, name)));
  });
});

describe('the page', () => {
  test.each([MACHINES, GPUS, NICS, FPGAS, RADIOS].flatMap((table) => Object.keys(table)))(
    'says where the facts about %s come from',
    (name) => expect(PAGE.split('\n').map((line) => line.split('|')[1]?.trim())).toContain(name),
  );
});

function values({ capacity = {} }: Device): Record<string, string> {
  return Object.fromEntries(Object.entries(capacity).map(([name, { value }]) => [name, value]));
}

function amount(device: Device, name: string): number {
  return Number.parseInt(device.capacity![name]!.value, 10);
}
