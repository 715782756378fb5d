// Vectors of the kind `scheduling-cycle`: one cycle for one pod with every plugin, up to the choice of the
// node, and what is said and done where there is none.

import type { Node, Pod } from '../api/core.js';
import { type Features, resolveFeatures } from '../api/features.js';
import { parseTime } from '../api/time.js';
import { ChangeLog } from '../cluster/changelog.js';
import { LabelColumns } from '../cluster/labelcolumns.js';
import { compileNodes } from '../cluster/nodes.js';
import type { SchedulerProfile } from '../scheduler/configuration/configuration.js';
import type { PluginFactory, PluginHandle } from '../scheduler/framework.js';
import { listersOf, type ObjectListers } from '../scheduler/listers.js';
import { NodePods } from '../scheduler/nodepods.js';
import { PodTable, TERMINATING, TERMINATING_PREEMPTED } from '../scheduler/pods.js';
import { PodShapes } from '../scheduler/podshape.js';
import { sightOf } from '../scheduler/podsight.js';
import { Reasons } from '../scheduler/reasons.js';
import { type CycleReport, ReferenceCycle } from '../scheduler/referencecycle.js';
import { createPlugins } from '../scheduler/registry.js';
import { completeObject, completeObjects, profileOf } from './profileevents.js';
import type { Json, Vector, VectorReader } from './vector.js';

type JsonObject = { [key: string]: Json };

/** Runs one cycle over all nodes. */
export const schedulingCycleReader: VectorReader = {
  kinds: ['scheduling-cycle'],
  answer({ kubernetes, input, expect }): Json {
    const features = resolveFeatures({ ...kubernetes, unlocked: true });
    const { cycle, handle, pod, index, nominatedNode } = readCycle(input, features);
    const gate = cycle.preEnqueue(pod);
    if (gate !== 0) return { preEnqueue: statusJson(gate, handle) };
    if (handle.nodes.count === 0) return { error: 'present' };
    const report = cycle.run(index);
    if (report.statuses.some((status) => handle.reasons.isError(status))) {
      const isBefore = report.preFilter.rejection !== 0;
      return { error: 'present', ...(isBefore ? {} : nodesJson(report, handle)) };
    }
    if (report.feasible.length > 0) {
      return {
        ...preFilterJson(report, handle),
        ...nodesJson(report, handle),
        best: best(report, handle),
      };
    }
    const { message, rejectors, postFilter } = cycle.fail(report, index, nominatedNode);
    const { code = 'Unschedulable', nominatedNode: node = -1 } = postFilter ?? {};
    const nominated = node < 0 ? undefined : handle.nodes.names[node]!;
    return {
      ...preFilterJson(report, handle),
      ...(report.preFilter.rejection === 0 ? nodesJson(report, handle) : {}),
      ...choice(expect, code, nominated, message),
      unschedulablePlugins: [...rejectors.unschedulable],
      ...(rejectors.pending.length > 0 ? { pendingPlugins: [...rejectors.pending] } : {}),
    };
  },
  comparable(expect): Json {
    const { error, nodes } = expect as JsonObject;
    if (error === undefined) return expect;
    if (nodes === undefined) return { error: 'present' };
    const answers = Object.entries(nodes as JsonObject).map(([name, answer]) => {
      const { filter } = answer as JsonObject;
      return [name, filter ? { filter: withoutErrorText(filter as JsonObject) } : answer];
    });
    return { error: 'present', nodes: Object.fromEntries(answers) as Json };
  },
};

/** The texts of errors are informative. */
function withoutErrorText(status: JsonObject): JsonObject {
  return status['code'] === 'Error' ? { ...status, reasons: [] } : status;
}

/** Upstream may nominate any node of a set: one of them is as good as the others. */
function choice(
  expect: Vector['expect'],
  code: string,
  nominated: string | undefined,
  message: string,
): JsonObject {
  const { postFilter, messages } = expect as { postFilter?: JsonObject; messages?: JsonObject };
  const allowed = (postFilter?.['nominatedNodes'] ?? []) as string[];
  const isMember = nominated !== undefined && allowed.includes(nominated);
  const nominatedNodes = nominated === undefined ? undefined : isMember ? allowed : [nominated];
  const isTextOfNode = isMember && messages?.[nominated] === message;
  return {
    ...(isTextOfNode ? { messages: messages! } : { message }),
    postFilter: { code, ...(nominatedNodes ? { nominatedNodes: [...nominatedNodes] } : {}) },
  };
}

function readCycle(input: Vector['input'], features: Features) {
  const complete = (object: Json) => completeObject(object as unknown as Pod, true);
  return prepareCycle({
    pod: complete(input['pod']!),
    others: ((input['pods'] ?? []) as Json[]).map(complete),
    nodes: (input['nodes'] ?? []) as unknown as Node[],
    listers: listersOf(completeObjects(input['objects'] ?? [])),
    profile: profileOf(input['schedulerConfiguration'], features),
    features,
  });
}

/** What a cycle is run on. */
export interface CycleSource {
  readonly pod: Pod;
  /** Pods that run, or are nominated. */
  readonly others: readonly Pod[];
  readonly nodes: readonly Node[];
  readonly listers: ObjectListers;
  readonly profile: SchedulerProfile;
  readonly features: Features;
  readonly own?: Readonly<Record<string, PluginFactory>>;
}

/** A cycle for a pod among others. */
export function prepareCycle(source: CycleSource) {
  const { pod, others, listers, profile, features } = source;
  const nodes = compileNodes(source.nodes);
  const pods = new PodTable();
  const sight = sightOf([...others, pod], nodes, listers);
  const shapes = new PodShapes(nodes, features, sight);
  const nodePods = new NodePods(nodes, new ChangeLog(), pods, shapes);
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
  const cycle = new ReferenceCycle(createPlugins(profile, handle, source.own), handle);
  const nodeOf = (name = '') => nodes.indexes.get(name) ?? -1;
  for (const other of others) {
    const index = addPod(other, handle);
    const { nodeName } = other.spec;
    const { nominatedNodeName } = other.status ?? {};
    const node = nodeOf(nodeName || nominatedNodeName);
    if (node < 0) continue;
    if (nodeName) nodePods.add(index, node);
    else nodePods.nominate(index, node);
  }
  const nominatedNode = nodeOf(pod.status?.nominatedNodeName);
  return { cycle, handle, pod, index: addPod(pod, handle), nominatedNode };
}

function addPod(pod: Pod, { pods, shapes }: PluginHandle): number {
  const { priority = 0 } = pod.spec;
  const { id } = shapes.intern({ pod, claims: [], priority, unresolvable: '' });
  const index = pods.add(id, 0, priority, 0, Infinity);
  const { startTime, conditions = [] } = pod.status ?? {};
  if (startTime !== undefined) pods.startedUs[index] = Number(parseTime(startTime));
  if (pod.metadata.deletionTimestamp !== undefined) {
    const isPreempted = conditions.some(
      ({ type, status, reason }) =>
        type === 'DisruptionTarget' && status === 'True' && reason === 'PreemptionByScheduler',
    );
    pods.terminating[index] = isPreempted ? TERMINATING_PREEMPTED : TERMINATING;
  }
  return index;
}

/** A status as vectors show it. */
export function statusJson(id: number, { reasons }: PluginHandle): JsonObject {
  const { plugin, code, reasons: texts } = reasons.rejection(id);
  return withoutErrorText({
    code,
    ...(plugin === '' ? {} : { plugin }),
    reasons: [...texts].sort(),
  });
}

/** What PreFilter said, as vectors show it. */
export function preFilterJson({ preFilter }: CycleReport, handle: PluginHandle): JsonObject {
  const { rejection, nodeNames } = preFilter;
  if (rejection !== 0) return { preFilter: statusJson(rejection, handle) };
  return { preFilter: nodeNames ? { allowedNodes: [...nodeNames] } : null };
}

function nodesJson(report: CycleReport, handle: PluginHandle): JsonObject {
  const { preFilter, statuses, feasible, scores, totals } = report;
  const answers: JsonObject = {};
  handle.nodes.names.forEach((name, node) => {
    const status = statuses[node]!;
    if (status !== 0 && status === preFilter.absent) return;
    if (status !== 0) {
      answers[name] = { filter: statusJson(status, handle) };
      return;
    }
    const index = feasible.indexOf(node);
    if (feasible.length === 1) answers[name] = { feasible: true };
    else {
      const own = scores.filter((entry) => entry.scores[index] !== 0);
      const byPlugin = own.map((entry) => [entry.plugin, entry.scores[index]!] as const);
      answers[name] = { scores: Object.fromEntries(byPlugin), total: totals[index]! };
    }
  });
  return { nodes: answers };
}

/** Names of the nodes with the highest total, sorted. */
export function best({ feasible, totals }: CycleReport, { nodes }: PluginHandle): string[] {
  const max = totals.reduce((left, right) => Math.max(left, right), -Infinity);
  return [...feasible]
    .filter((_, index) => totals[index] === max)
    .map((node) => nodes.names[node]!)
    .sort();
}
