// Which partitions of one GPU can be allocated together, asked of the allocator set by set: it must find exactly
// the sets that NVIDIA's tool prints for an A100 (2,319), by counters alone, and give everything back.

import { expect, test } from 'vitest';
import type { ResourceSlice } from '../../src/api/resource.js';
import { FOUND } from '../../src/dra/outcome.js';
import { buildAllocator, buildClaim, buildClass } from '../builders.js';
import {
  HAS_CAPTURES,
  printedMigName,
  publishedSlices,
  readCapture,
} from '../catalogue/captures.js';

const DRIVER = 'gpu.nvidia.com';
const PRINTED = 'wg-device-management/a100-40gb-mig-possible-allocations.txt';

/** The first GPU of a machine alone, each of its devices with its name as an attribute. */
function firstGpu(machine: string): ResourceSlice[] {
  const slices = publishedSlices(machine, DRIVER, 'mig');
  const sets = slices.flatMap(({ spec }) => spec.sharedCounters ?? []).slice(0, 1);
  const devices = slices
    .flatMap(({ spec }) => [...(spec.devices ?? [])])
    .filter(({ consumesCounters }) => consumesCounters?.[0]?.counterSet === sets[0]!.name)
    .map((device) => ({ ...device, attributes: { name: { string: device.name } } }));
  const pool = { name: 'node', generation: 1, resourceSliceCount: 2 };
  const spec = { driver: DRIVER, pool, nodeName: 'node' };
  const [slice] = slices;
  return [
    { ...slice!, metadata: { name: 'devices' }, spec: { ...spec, devices } },
    { ...slice!, metadata: { name: 'sets' }, spec: { ...spec, sharedCounters: sets } },
  ];
}

/** Every set of devices that the allocator gives, one device after the other. */
function allocatedSets(machine: string): string[][] {
  const slices = firstGpu(machine);
  const names = slices[0]!.spec.devices!.map(({ name }) => name);
  const { allocator, cluster } = buildAllocator(slices, { classes: [buildClass()] });
  const before = structuredClone(cluster.devices.counterUsed);
  const shapes = names.map((name) => {
    const expression = `device.attributes["${DRIVER}"].name == "${name}"`;
    return allocator.shapes.intern(buildClaim({ gpu: { selectors: [{ cel: { expression } }] } }));
  });
  const sets: string[][] = [];
  const extend = (chosen: readonly string[], next: number) => {
    if (chosen.length > 0) sets.push([...chosen]);
    for (let index = next; index < names.length; index++) {
      const shape = shapes[index]!;
      if (allocator.find([shape], ['claim'], 0) !== FOUND) continue;
      const claim = allocator.claims.create(shape);
      allocator.commit([claim], 0);
      extend([...chosen, names[index]!], index + 1);
      allocator.deallocate(claim);
      allocator.claims.remove(claim);
    }
  };
  extend([], 0);
  expect(cluster.devices.counterUsed).toEqual(before);
  return sets;
}

test('the allocator finds the 2,319 sets of partitions of an A100', () => {
  expect(allocatedSets('p4d.24xlarge')).toHaveLength(2_319);
});

test.skipIf(!HAS_CAPTURES)(
  'they are the sets that the tool prints (skipped without ../shared/manifests)',
  () => {
    const key = (names: string[]) => names.sort().join(' ');
    const lines = readCapture(PRINTED).trim().split('\n');
    const printed = lines.map((line) => key(line.slice(1, -1).split(' ')));
    const found = allocatedSets('p4d.24xlarge').map((set) => key(set.map(printedMigName)));
    expect(found.sort()).toEqual(printed.sort());
  },
);
