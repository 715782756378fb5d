// What drasim publishes of a machine against what its drivers published on a real one.

import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import {
  capturedCounters,
  capturedDevices,
  compareDevices,
  HAS_CAPTURES,
  publishedDevices,
  publishedSlices,
} from './captures.js';

const PAGE = new URL('../../src/catalogue/README.md', import.meta.url);

interface Capture {
  machine: string;
  driver: string;
  file: string;
  partitions?: string;
  /** Set where only the first devices can be compared, under other names. */
  pairing?: 'order';
}

const CAPTURES: Capture[] = [
  {
    machine: 'p4d.24xlarge',
    driver: 'gpu.nvidia.com',
    file: 'dranet/aws-efa-resourceslice-gpu.yaml',
  },
  { machine: 'p4d.24xlarge', driver: 'dra.net', file: 'dranet/aws-efa-resourceslice-dranet.yaml' },
  {
    machine: 'gb200-nvl72-tray',
    driver: 'gpu.nvidia.com',
    file: 'dranet/oci-gb200-resourceslice-gpu.yaml',
  },
  {
    machine: 'gb200-nvl72-tray',
    driver: 'dra.net',
    file: 'dranet/oci-gb200-resourceslice-dranet.yaml',
  },
  {
    machine: 'nd-gb300-v6',
    driver: 'gpu.nvidia.com',
    file: 'dranet/azure-gb300-resourceslice-gpu.yaml',
  },
  {
    machine: 'nd-gb300-v6',
    driver: 'dra.net',
    file: 'dranet/azure-gb300-resourceslice-dranet.yaml',
  },
  {
    machine: 'nd-mi300x-v5',
    driver: 'dra.net',
    file: 'dranet/azure-mi300x-resourceslice-dranet.yaml',
  },
  {
    machine: 'nd-mi300x-v5',
    driver: 'gpu.amd.com',
    file: 'amd-gpu/resourceslice-mi300x.yaml',
    pairing: 'order',
  },
  {
    machine: 'nd-mi300x-v5',
    driver: 'gpu.amd.com',
    file: 'amd-gpu/issue21-resourceslice-mi300x-dpx.yaml',
    partitions: 'dpx',
    pairing: 'order',
  },
  {
    machine: 'gaudi3-server',
    driver: 'gaudi.intel.com',
    file: 'intel-gaudi/resourceslice-gaudi2.yaml',
    pairing: 'order',
  },
];

/** Lines of the first text block below a heading of the page. */
function namedDifferences(heading: string): string[] {
  const page = readFileSync(PAGE, 'utf8');
  const section = page.split(`\n### ${heading}\n`)[1] ?? '';
  const block = /^```text\n([\s\S]*?)\n?```$/m.exec(section)?.[1];
  if (block === undefined) throw new Error(`the page names no differences under ${heading}`);
  return block === 'none' ? [] : block.split('\n');
}

function headingOf({ machine, driver, partitions }: Capture): string {
  return `${machine}${partitions === undefined ? '' : ` (${partitions})`}, ${driver}`;
}

// Skipped where the captures do not lie beside the checkout (`../shared/manifests`).
describe.skipIf(!HAS_CAPTURES)('captured slices (skipped without ../shared/manifests)', () => {
  test.each(CAPTURES.map((capture) => [headingOf(capture), capture] as const))(
    '%s differs from the capture as the page says, and in nothing else',
    (heading, { machine, driver, partitions, file, pairing }) => {
      const published = publishedDevices(machine, driver, partitions);
      const differences = compareDevices(published, capturedDevices(file), pairing);
      expect(differences).toEqual(namedDifferences(heading));
    },
  );
});

/** Worked out from the rules of the NVIDIA driver, not captured; each holds one GPU. */
const DERIVED: Capture[] = [
  {
    machine: 'p4d.24xlarge',
    driver: 'gpu.nvidia.com',
    file: 'nvidia-gpu/derived-resourceslices-a100-40gb-dynamic-mig.yaml',
    partitions: 'mig',
  },
  {
    machine: 'dgx-h100',
    driver: 'gpu.nvidia.com',
    file: 'nvidia-gpu/derived-resourceslices-h100-80gb-dynamic-mig.yaml',
    partitions: 'mig',
  },
];

describe.skipIf(!HAS_CAPTURES)('derived MIG slices (skipped without ../shared/manifests)', () => {
  test.each(DERIVED)(
    'the first GPU of $machine has the derived counters',
    ({ machine, driver, partitions, file }) => {
      const [counterSlice] = publishedSlices(machine, driver, partitions);
      expect(counterSlice!.spec.sharedCounters![0]).toEqual(capturedCounters(file)[0]);
    },
  );

  test.each(DERIVED.map((derived) => [headingOf(derived), derived] as const))(
    'the first GPU of %s differs from the derived one as the page says, and in nothing else',
    (heading, { machine, driver, partitions, file }) => {
      const published = publishedDevices(machine, driver, partitions);
      const first = published.filter(({ name }) => /^gpu-0(-|$)/.test(name));
      expect(compareDevices(first, capturedDevices(file))).toEqual(namedDifferences(heading));
    },
  );
});
