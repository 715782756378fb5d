// The counters of MIG decide which partitions of a GPU can exist together.

import { describe, expect, test } from 'vitest';
import type { Device } from '../../src/api/resource.js';
import { MIG_PROFILES } from '../../src/catalogue/mig.js';
import {
  HAS_CAPTURES,
  printedMigName,
  publishedDevices,
  publishedSlices,
  readCapture,
} from './captures.js';

/** Sets of devices of a GPU that may be allocated together, as many as NVIDIA's tool prints. */
const SETS = 2_319;

const MACHINES = {
  'a100-40gb': 'p4d.24xlarge',
  'a100-80gb': 'dgx-a100',
  'h100-80gb': 'dgx-h100',
  'h200-141gb': 'hgx-h200',
  'b200-180gb': 'dgx-b200',
  gb200: 'gb200-nvl72-tray',
};

/** All sets of devices of the first GPU whose sums stay within its counters, the empty one left out. */
function allowedSets(machine: string): string[][] {
  const [slice] = publishedSlices(machine, 'gpu.nvidia.com', 'mig');
  const { name, counters } = slice!.spec.sharedCounters![0]!;
  const free = new Map(Object.entries(counters).map(([key, { value }]) => [key, amount(value)]));
  const devices = publishedDevices(machine, 'gpu.nvidia.com', 'mig').filter(
    ({ consumesCounters }) => consumesCounters?.[0]?.counterSet === name,
  );
  const sets: string[][] = [];
  const extend = (chosen: string[], next: number) => {
    if (chosen.length > 0) sets.push(chosen);
    for (let index = next; index < devices.length; index++) {
      const device = devices[index]!;
      const needs = needsOf(device);
      if (needs.some(([key, need]) => need > free.get(key)!)) continue;
      for (const [key, need] of needs) free.set(key, free.get(key)! - need);
      extend([...chosen, device.name], index + 1);
      for (const [key, need] of needs) free.set(key, free.get(key)! + need);
    }
  };
  extend([], 0);
  return sets;
}

function needsOf({ consumesCounters }: Device): [string, number][] {
  return Object.entries(consumesCounters![0]!.counters).map(([key, { value }]) => [
    key,
    amount(value),
  ]);
}

function amount(text: string): number {
  return Number.parseInt(text, 10);
}

describe('partitions of one GPU', () => {
  test.each(Object.entries(MACHINES))('the counters of %s allow 2,319 sets', (_model, machine) => {
    expect(allowedSets(machine)).toHaveLength(SETS);
  });

  test('every model with a table of profiles is checked', () => {
    expect(Object.keys(MACHINES)).toEqual(Object.keys(MIG_PROFILES));
  });

  test.skipIf(!HAS_CAPTURES)(
    'the sets of an A100 40GB are those that the tool prints (skipped without ../shared/manifests)',
    () => {
      const text = readCapture('wg-device-management/a100-40gb-mig-possible-allocations.txt');
      const printed = text
        .trim()
        .split('\n')
        .map((line) => line.slice(1, -1).split(' ').sort().join(' '));
      const ours = allowedSets('p4d.24xlarge').map((set) =>
        set.map(printedMigName).sort().join(' '),
      );
      expect(ours.sort()).toEqual(printed.sort());
    },
  );
});
