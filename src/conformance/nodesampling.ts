// Vectors of the kind `node-sampling`: which nodes a series of pods looks at while nodes come and go.

import type { Node, Pod } from '../api/core.js';
import { type Features, resolveFeatures } from '../api/features.js';
import type { JsonValue } from '../api/meta.js';
import { compileRequiredNodeAffinity, requiredNodeNames } from '../api/nodeselector.js';
import { podRequests } from '../api/podrequests.js';
import { treeOf } from '../api/tree.js';
import {
  defaultConfiguration,
  readConfiguration,
  type SchedulerConfiguration,
} from '../scheduler/configuration/configuration.js';
import { KnownPlugins } from '../scheduler/configuration/defaultplugins.js';
import { NodeSampler } from '../scheduler/nodesampler.js';
import { NodeTree } from '../scheduler/nodetree.js';
import { nodeAmounts, scheduledAmounts } from '../scheduler/resourceamounts.js';
import type { Json, VectorReader } from './vector.js';

/** Nodes `a-0001` to `a-0060`, written as a range. */
interface NodeRange {
  prefix: string;
  from?: number;
  count: number;
  zone?: string;
  every?: { [divisor: string]: { [label: string]: string } };
}

interface Step {
  pod?: Pod;
  addNodes?: NodeRange;
  removeNodes?: string[];
}

/** Samples nodes for one pod after the other; pods are never placed. */
export const nodeSamplingReader: VectorReader = {
  kinds: ['node-sampling'],
  answer({ kubernetes, input }): Json {
    const features = resolveFeatures({ ...kubernetes, unlocked: true });
    const { schedulerConfiguration, nodes, steps } = input;
    const configuration = schedulerConfiguration
      ? readConfiguration(treeOf(schedulerConfiguration as JsonValue), new KnownPlugins(features))
      : defaultConfiguration(features);
    const cluster = new SampledCluster(configuration, features);
    for (const range of nodes as unknown as NodeRange[]) cluster.add(range);
    const pods: Json[] = [];
    for (const { pod, addNodes, removeNodes } of steps as unknown as Step[]) {
      if (addNodes) cluster.add(addNodes);
      for (const name of removeNodes ?? []) cluster.remove(name);
      if (pod) pods.push(cluster.look(pod));
    }
    return { pods };
  },
};

class SampledCluster {
  private readonly nodes = new Map<string, Node>();
  private readonly tree = new NodeTree();
  private readonly sampler = new NodeSampler();
  private readonly percentageOfNodesToScore: number;
  private readonly hasScores: boolean;

  constructor(
    configuration: SchedulerConfiguration,
    private readonly features: Features,
  ) {
    const profile = configuration.profiles[0]!;
    this.percentageOfNodesToScore =
      profile.percentageOfNodesToScore ?? configuration.percentageOfNodesToScore;
    this.hasScores = profile.plugins.score.length > 0;
  }

  add({ prefix, from = 1, count, zone, every = {} }: NodeRange): void {
    for (let number = from; number < from + count; number++) {
      const name = `${prefix}-${String(number).padStart(4, '0')}`;
      const labels: Record<string, string> = { 'kubernetes.io/hostname': name };
      if (zone !== undefined) labels['topology.kubernetes.io/zone'] = zone;
      for (const [divisor, more] of Object.entries(every)) {
        if (number % Number(divisor) === 0) Object.assign(labels, more);
      }
      const allocatable = { cpu: '4', memory: '8Gi', pods: '110' };
      const metadata = { name, labels };
      const node: Node = { apiVersion: 'v1', kind: 'Node', metadata, status: { allocatable } };
      this.nodes.set(name, node);
      this.tree.add(node);
    }
  }

  remove(name: string): void {
    this.tree.remove(this.nodes.get(name)!);
    this.nodes.delete(name);
  }

  look(pod: Pod): Json {
    const names = this.tree.names();
    const narrowedTo = requiredNodeNames(pod.spec.affinity);
    const looked: string[] = [];
    // Terms that exclude each other are a rejection at PreFilter: no scan, and the start stays.
    if (narrowedTo?.length === 0) return this.answer(0, 0, looked, true);
    const matches = compileRequiredNodeAffinity(pod.spec.nodeSelector, pod.spec.affinity);
    const requests = scheduledAmounts(podRequests(pod, this.features));
    const { feasible, evaluatedCount } = this.sampler.sample({
      nodeCount: names.length,
      narrowed: narrowedTo?.map((name) => names.indexOf(name)).filter((index) => index >= 0),
      nominated: names.indexOf(pod.status?.nominatedNodeName ?? ''),
      percentageOfNodesToScore: this.percentageOfNodesToScore,
      hasScores: this.hasScores,
      isFeasible: (index) => {
        looked.push(names[index]!);
        const node = this.nodes.get(names[index]!)!;
        const amounts = nodeAmounts(node);
        return (
          matches(node) &&
          [...requests].every(([name, amount]) => amount <= (amounts.get(name) ?? 0n))
        );
      },
    });
    return this.answer(feasible.length, evaluatedCount, looked, pod.spec.affinity !== undefined);
  }

  private answer(feasible: number, evaluated: number, looked: string[], isSet: boolean): Json {
    return { feasible, evaluated, next: this.sampler.start, looked: lookedJson(looked, isSet) };
  }
}

function lookedJson(looked: readonly string[], isSet: boolean): Json {
  const count = looked.length;
  if (isSet) return { count, set: [...looked].sort() };
  if (count <= 6) return { count, all: [...looked] };
  return { count, first: looked.slice(0, 3), last: looked.slice(-3) };
}
