// A cluster with pods on it and a pod to schedule, for tests of cycles and plugins.

import type { Node, Pod } from '../../src/api/core.js';
import { resolveFeatures } from '../../src/api/features.js';
import { ChangeLog } from '../../src/cluster/changelog.js';
import { LabelColumns } from '../../src/cluster/labelcolumns.js';
import { compileNodes } from '../../src/cluster/nodes.js';
import { defaultConfiguration } from '../../src/scheduler/configuration/configuration.js';
import type { PluginHandle } from '../../src/scheduler/framework.js';
import { type ListedObject, listersOf } from '../../src/scheduler/listers.js';
import { NodePods } from '../../src/scheduler/nodepods.js';
import { PodTable } from '../../src/scheduler/pods.js';
import { PodShapes } from '../../src/scheduler/podshape.js';
import { sightOf } from '../../src/scheduler/podsight.js';
import { Reasons } from '../../src/scheduler/reasons.js';
import { ReferenceCycle } from '../../src/scheduler/referencecycle.js';
import { createPlugins } from '../../src/scheduler/registry.js';
import { buildNode, buildPod } from '../builders.js';

/** What a test says; pods with `spec.nodeName` run there, those with a nominated node wait for it. */
export interface CycleSetup {
  nodes: readonly Node[];
  pods?: readonly Pod[];
  pod?: Pod;
  objects?: readonly ListedObject[];
  version?: string;
}

/** A cycle over the default profile of the version, and the index of the pod to schedule. */
export function buildCycle(setup: CycleSetup) {
  const { pods: others = [], pod = buildPod('pod'), objects = [], version = '1.37' } = setup;
  const features = resolveFeatures({ version });
  const nodes = compileNodes(setup.nodes);
  const listers = listersOf(objects);
  const pods = new PodTable();
  const shapes = new PodShapes(nodes, features, sightOf([...others, pod], nodes, listers));
  const nodePods = new NodePods(nodes, new ChangeLog(), pods, shapes);
  const profile = defaultConfiguration(features).profiles[0]!;
  const handle: PluginHandle = {
    nodes,
    labels: new LabelColumns(nodes),
    pods,
    shapes,
    nodePods,
    features,
    args: profile.args,
    listers,
    reasons: new Reasons(),
    devices: { fits: () => 0 },
  };
  const cycle = new ReferenceCycle(createPlugins(profile, handle), handle);
  const add = (object: Pod) => {
    const { priority = 0, nodeName } = object.spec;
    const { id } = shapes.intern({ pod: object, claims: [], priority, unresolvable: '' });
    const index = pods.add(id, 0, priority, 0, Infinity);
    const nominated = object.status?.nominatedNodeName;
    if (nodeName) nodePods.add(index, nodes.indexes.get(nodeName)!);
    else if (nominated) nodePods.nominate(index, nodes.indexes.get(nominated)!);
    return index;
  };
  for (const other of others) add(other);
  return { handle, cycle, pod: add(pod) };
}

/** The texts that reject nodes, or `fits`, by node name. */
export function verdicts({ handle, cycle, pod }: ReturnType<typeof buildCycle>) {
  const { statuses } = cycle.run(pod);
  return Object.fromEntries(
    handle.nodes.names.map((name, node) => {
      const status = statuses[node]!;
      return [name, status === 0 ? 'fits' : handle.reasons.rejection(status).reasons.join(', ')];
    }),
  );
}

/** The scores of one plugin by node name; nothing where it is skipped. */
export function scoresOf({ handle, cycle, pod }: ReturnType<typeof buildCycle>, plugin: string) {
  const { feasible, scores } = cycle.run(pod);
  const own = scores.find((entry) => entry.plugin === plugin);
  return (
    own &&
    Object.fromEntries(
      [...feasible].map((node, index) => [handle.nodes.names[node], own.scores[index]]),
    )
  );
}

/** A node with labels beside its host name. */
export function labelled(name: string, labels: Record<string, string>, cpu = '8'): Node {
  return buildNode(name, {
    metadata: { name, labels: { 'kubernetes.io/hostname': name, ...labels } },
    status: { allocatable: { cpu, memory: '32Gi', pods: '110' } },
  });
}

/** A pod with labels, on a node where one is named. */
export function placed(
  name: string,
  labels: Record<string, string>,
  nodeName?: string,
  spec: Partial<Pod['spec']> = {},
): Pod {
  const base = buildPod(name, '1', { ...spec, ...(nodeName !== undefined && { nodeName }) });
  return { ...base, metadata: { ...base.metadata, labels } };
}
