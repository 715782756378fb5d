// The section `kubelet` of a scenario: fields of a KubeletConfiguration that scheduling meets, and what images weigh.

import { z } from 'zod';
import type { Node } from '../api/core.js';
import { Quantity } from '../api/quantity.js';
import { MACHINES } from '../catalogue/machinespecs.js';
import { imageName } from '../scheduler/images.js';
import type { KubeletOptions } from '../workloads/kubelet/kubelet.js';
import { NUMA_NODES_MAX, TOPOLOGY_POLICIES } from '../workloads/kubelet/topologymanager.js';
import type { NodePool } from './schema.js';

const bytes = z
  .string()
  .regex(/^\d+(\.\d+)?(Ki|Mi|Gi|Ti|k|M|G|T)?$/, 'expected bytes such as 500Mi or 12Gi');

export const kubeletSchema = z.strictObject({
  apiVersion: z.literal('kubelet.config.k8s.io/v1beta1').optional(),
  kind: z.literal('KubeletConfiguration').optional(),
  topologyManagerPolicy: z
    .enum(TOPOLOGY_POLICIES)
    .default('none')
    .describe(
      'Which pods a kubelet refuses after they are bound, by how their CPUs and memory lie.',
    ),
  topologyManagerScope: z
    .enum(['container', 'pod'])
    .default('container')
    .describe('Whether each container is aligned, or the pod as a whole.'),
  cpuManagerPolicy: z
    .enum(['none', 'static'])
    .default('none')
    .describe('static gives whole CPUs to Guaranteed pods, which are aligned then.'),
  memoryManagerPolicy: z
    .enum(['None', 'Static'])
    .default('None')
    .describe('Static gives memory of their own to Guaranteed pods, which is aligned then.'),
  numaNodes: z
    .int()
    .min(1)
    .max(NUMA_NODES_MAX)
    .optional()
    .describe('NUMA nodes of each node. Default: as the catalogue has the machine; other nodes 1.'),
  images: z
    .strictObject({
      bytesPerSecond: bytes.describe('What a node pulls in a second, for example 200Mi.'),
      sizes: z.record(z.string(), bytes).optional().describe('Sizes by image name.'),
      defaultSize: bytes.optional().describe('Size of all others. Default 0.'),
    })
    .optional()
    .describe('Images that nodes lack are pulled before pods start. Default: they are there.'),
});

export type KubeletSection = z.output<typeof kubeletSchema>;

/** Compiles the section; notes say what of it has no effect. */
export function compileKubelet(
  section: KubeletSection | undefined,
  nodes: readonly Node[],
  pools: readonly NodePool[],
): { options: KubeletOptions; notes: string[] } {
  if (!section) return { options: {}, notes: [] };
  const { images, numaNodes, topologyManagerPolicy, cpuManagerPolicy, memoryManagerPolicy } =
    section;
  const notes: string[] = [];
  const aligns = cpuManagerPolicy === 'static' || memoryManagerPolicy === 'Static';
  if (topologyManagerPolicy !== 'none' && !aligns) {
    notes.push(
      'kubelet.topologyManagerPolicy has no effect: neither cpuManagerPolicy static nor memoryManagerPolicy Static gives it hints, and DRA devices give none',
    );
  }
  const machines = new Map(pools.map(({ name, machine }) => [name, machine]));
  const numaOf = ({ metadata }: Node) =>
    numaNodes ?? numaNodesOf(machines.get(metadata.labels?.['drasim.dev/node-pool'] ?? ''));
  return {
    notes,
    options: {
      ...(topologyManagerPolicy !== 'none' &&
        aligns && { topology: { ...section, numaNodes: Uint8Array.from(nodes, numaOf) } }),
      ...(images && {
        imagePull: {
          bytesPerSecond: bytesOf(images.bytesPerSecond),
          defaultBytes: bytesOf(images.defaultSize ?? '0'),
          sizes: new Map(
            Object.entries(images.sizes ?? {}).map(([name, size]) => [
              imageName(name),
              bytesOf(size),
            ]),
          ),
        },
      }),
    },
  };
}

function numaNodesOf(machine: string | undefined): number {
  const roots = MACHINES[machine ?? '']?.roots ?? [];
  return Math.max(0, ...roots.map(({ numa }) => numa)) + 1;
}

function bytesOf(text: string): number {
  return Number(Quantity.parse(text).value());
}
