// One behaviour: pods with one claim each, placed one after the other, nodes tried from the first on. With
// the answer memo and without it, which must place alike.

import { createHash } from 'node:crypto';
import type { Node } from '../src/api/core.js';
import { resolveFeatures } from '../src/api/features.js';
import type { Device, DeviceClass, ResourceClaimSpec, ResourceSlice } from '../src/api/resource.js';
import { compileCluster } from '../src/cluster/cluster.js';
import { Allocator } from '../src/dra/allocator.js';
import { AnswerMemo } from '../src/dra/answermemo.js';
import { FOUND } from '../src/dra/outcome.js';
import { type BenchOptions, type BenchRow, measure, type Task } from './rows.js';

export const DRIVER = 'test-driver.cdi.k8s.io';

export const PLACEMENT_CLASSES = new Map<string, DeviceClass>([
  [
    'test-class',
    {
      apiVersion: 'resource.k8s.io/v1',
      kind: 'DeviceClass',
      metadata: { name: 'test-class' },
      spec: { selectors: [{ cel: { expression: `device.driver == "${DRIVER}"` } }] },
    },
  ],
]);

interface Case {
  devicesPerNode: number;
  spec: ResourceClaimSpec;
}

/** scheduler_perf's SchedulingWithResourceClaimTemplate, and the same with pairs behind one switch. */
const CASES: Readonly<Record<string, Case>> = {
  template: { devicesPerNode: 10, spec: claimOfPlacement(1) },
  match: {
    devicesPerNode: 20,
    spec: {
      devices: {
        ...claimOfPlacement(2).devices,
        constraints: [{ matchAttribute: `${DRIVER}/switch` }],
      },
    },
  },
};

/** A claim for some devices of the class. */
export function claimOfPlacement(count: number): ResourceClaimSpec {
  const exactly = { deviceClassName: 'test-class', allocationMode: 'ExactCount' as const, count };
  return { devices: { requests: [{ name: 'req-0', exactly }] } };
}

export async function placementBench(options: BenchOptions): Promise<BenchRow[]> {
  const size = options.smoke ? 20 : 500;
  const tasks = Object.entries(CASES).flatMap(([name, shape]) =>
    [true, false].map((remembers) => placementTask(name, shape, size, remembers)),
  );
  const rows = await measure(tasks, options);
  rows.forEach((row, index) => {
    if (row.checksum === rows[index - (index % 2)]!.checksum) return;
    throw new Error(`${row.task} places otherwise than with the memo`);
  });
  return rows;
}

function placementTask(name: string, shape: Case, nodeCount: number, remembers: boolean): Task {
  const podCount = nodeCount * 10;
  let memo: AnswerMemo;
  let allocator: Allocator;
  return {
    task: `placement/${name}/${nodeCount}/${remembers ? 'memo' : 'no memo'}`,
    operations: podCount,
    prepare() {
      const { nodes, slices } = inventory(nodeCount, shape.devicesPerNode);
      const features = resolveFeatures();
      const cluster = compileCluster(nodes, slices, features);
      allocator = new Allocator(cluster, PLACEMENT_CLASSES, features);
      memo = new AnswerMemo(cluster, allocator, remembers);
    },
    run() {
      const claimShape = allocator.shapes.intern(shape.spec);
      const set = memo.set([claimShape]);
      const names = ['bench'];
      const placed = new Int32Array(podCount);
      for (let pod = 0; pod < podCount; pod++) {
        const index = allocator.claims.create(claimShape);
        let node = 0;
        while (node < nodeCount && memo.find(set, names, node) !== FOUND) node++;
        if (node === nodeCount) throw new Error('there are devices for every pod');
        allocator.find(set.shapes, names, node);
        allocator.commit([index], node);
        placed[pod] = node * 32 + allocator.claims.held(index)[0]!.device;
      }
      return createHash('sha256').update(placed).digest('hex').slice(0, 12);
    },
    notes: () =>
      `${memo.searched} searched, ${memo.remembered} remembered, ${memo.shared} of equal nodes`,
  };
}

function inventory(
  nodeCount: number,
  devicesPerNode: number,
): { nodes: Node[]; slices: ResourceSlice[] } {
  const names = Array.from({ length: nodeCount }, (_, node) => `node-${node}`);
  return {
    nodes: names.map((name) => ({ apiVersion: 'v1', kind: 'Node', metadata: { name } })),
    slices: names.map((name) => ({
      apiVersion: 'resource.k8s.io/v1',
      kind: 'ResourceSlice',
      metadata: { name },
      spec: {
        driver: DRIVER,
        nodeName: name,
        pool: { name, generation: 1, resourceSliceCount: 1 },
        devices: Array.from(
          { length: devicesPerNode },
          (_, index): Device => ({
            name: `device-${index}`,
            attributes: { switch: { int: Math.trunc(index / 2) } },
          }),
        ),
      },
    })),
  };
}
