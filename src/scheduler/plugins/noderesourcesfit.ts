// NodeResourcesFit: rejects nodes without room and scores by what stays free (LeastAllocated).
// Source: kubernetes/kubernetes pkg/scheduler/framework/plugins/noderesources/{fit,least_allocated}.go (1.37).

import { CPU, MEMORY, PODS } from '../../cluster/nodes.js';
import { MAX_SCORE, type Plugin, type PluginHandle } from '../framework.js';
import type { PodShape } from '../podshape.js';

export function createNodeResourcesFit({ nodes, reasons }: PluginHandle): Plugin {
  const { allocatable, requested, nonZeroCpuMilli, nonZeroMemoryBytes } = nodes;
  const name = 'NodeResourcesFit';

  function filter(shape: PodShape, node: number): number {
    const { resources, amounts } = shape;
    if (requested[PODS]![node]! + 1 > allocatable[PODS]![node]!) return reject(shape, node);
    for (let index = 0; index < resources.length; index++) {
      const resource = resources[index]!;
      const free = allocatable[resource]![node]! - requested[resource]![node]!;
      if (amounts[index]! > free) return reject(shape, node);
    }
    return 0;
  }

  // What a node is short of, as a walk: each resource leads from one list of reasons to a longer one, so
  // that the many nodes that are short of the same things share one rejection without making texts.
  const lists: { texts: string[]; ids: [number, number] }[] = [
    { texts: [], ids: [0, 0] },
    { texts: ['Too many pods'], ids: [0, 0] },
  ];
  const steps = new Map<number, number>();
  const RESOURCES_MAX = 2 ** 20;

  /** All reasons together; beyond the node's size the rejection cannot be resolved by preemption. */
  function reject(shape: PodShape, node: number): number {
    const { resources, amounts } = shape;
    let list = requested[PODS]![node]! + 1 > allocatable[PODS]![node]! ? 1 : 0;
    let unresolvable = 0;
    for (let index = 0; index < resources.length; index++) {
      const resource = resources[index]!;
      const size = allocatable[resource]![node]!;
      if (amounts[index]! <= size - requested[resource]![node]!) continue;
      list = steps.get(list * RESOURCES_MAX + resource) ?? lengthen(list, resource);
      if (amounts[index]! > size) unresolvable = 1;
    }
    const { texts, ids } = lists[list]!;
    if (ids[unresolvable] === 0) {
      const code = unresolvable === 1 ? 'UnschedulableAndUnresolvable' : 'Unschedulable';
      ids[unresolvable] = reasons.id(name, code, ...texts);
    }
    return ids[unresolvable]!;
  }

  function lengthen(list: number, resource: number): number {
    const texts = [...lists[list]!.texts, `Insufficient ${nodes.resources.text(resource)}`];
    steps.set(list * RESOURCES_MAX + resource, lists.length);
    return lists.push({ texts, ids: [0, 0] }) - 1;
  }

  function leastAllocated(size: number, used: number): number {
    return used > size ? 0 : Math.trunc(((size - used) * MAX_SCORE) / size);
  }

  function score(shape: PodShape, node: number): number {
    let sum = 0;
    let weights = 0;
    const cpu = allocatable[CPU]![node]!;
    if (cpu > 0) {
      sum += leastAllocated(cpu, nonZeroCpuMilli[node]! + shape.nonZeroCpuMilli);
      weights++;
    }
    const memory = allocatable[MEMORY]![node]!;
    if (memory > 0) {
      sum += leastAllocated(memory, nonZeroMemoryBytes[node]! + shape.nonZeroMemoryBytes);
      weights++;
    }
    return weights === 0 ? 0 : Math.trunc(sum / weights);
  }

  return {
    name,
    dependsOn: 'pods',
    normalization: 'none',
    preFilter: () => true,
    filter,
    preScore: () => true,
    score,
  };
}
