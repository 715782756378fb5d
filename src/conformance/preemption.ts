// Vectors of the kind `preemption`: one pod that fits nowhere, which pods would have to go for it on each node,
// and which node is taken.

import type { Node, Pod } from '../api/core.js';
import { resolveFeatures } from '../api/features.js';
import { listersOf } from '../scheduler/listers.js';
import { DryRuns } from '../scheduler/preemption/dryrun.js';
import { completeObject, completeObjects, profileOf } from './profileevents.js';
import { preFilterJson, prepareCycle, statusJson } from './schedulingcycle.js';
import type { Json, Vector, VectorReader } from './vector.js';

type JsonObject = { [key: string]: Json };

const NOT_ELIGIBLE = 'preemption: not eligible';

/** Looks for victims on every node. */
export const preemptionReader: VectorReader = {
  kinds: ['preemption'],
  answer: ({ kubernetes, input, expect }) => {
    const features = resolveFeatures({ ...kubernetes, unlocked: true });
    const complete = (object: Json) => completeObject(object as unknown as Pod, true);
    const others = ((input['pods'] ?? []) as Json[]).map(complete);
    const pod = complete(input['preemptor']!);
    const budgets = ((input['podDisruptionBudgets'] ?? []) as JsonObject[]).map((budget) => ({
      ...budget,
      kind: 'PodDisruptionBudget',
    }));
    const { cycle, handle, index, nominatedNode } = prepareCycle({
      pod,
      others,
      nodes: (input['nodes'] ?? []) as unknown as Node[],
      listers: listersOf(completeObjects(budgets)),
      profile: profileOf(CONFIGURATION, features),
      features,
    });
    const { nodes, reasons, pods, nodePods } = handle;
    // Pods come in the order of the list, without those that neither run nor are nominated.
    const present = others.filter(({ spec, status }) =>
      isOn(spec.nodeName || status?.nominatedNodeName),
    );
    const objectOf = (victim: number) => present[victim]!;
    const nameOf = (object: Pod) => `${object.metadata.namespace}/${object.metadata.name}`;
    const report = cycle.run(index);
    const { postFilter } = cycle.fail(report, index, nominatedNode);
    const { code = 'Unschedulable', text = '', nominatedNode: chosen = -1 } = postFilter ?? {};
    const isEligible = !text.startsWith(NOT_ELIGIBLE);
    const candidates: JsonObject = {};
    const attempt = cycle.failedAttempt(report, index, nominatedNode);
    const dryRuns = new DryRuns(handle);
    const statuses: JsonObject = {};
    nodes.names.forEach((name, node) => {
      const status = report.statuses[node]!;
      if (status === 0 || status === report.preFilter.absent) return;
      statuses[name] = statusJson(status, handle);
      if (!isEligible || reasons.rejection(status).code !== 'Unschedulable') return;
      const result = dryRuns.run(attempt, node);
      if (typeof result !== 'object') return;
      candidates[name] = {
        victims: result.victims.map((victim) => nameOf(objectOf(victim))),
        numPDBViolations: result.violations,
      };
    });
    const answer: JsonObject = {
      ...onlyRejected(preFilterJson(report, handle)),
      filter: statuses,
      eligible: isEligible,
      ...(isEligible && { candidates }),
      ...choice(expect, chosen < 0 ? undefined : nodes.names[chosen]!),
      postFilter: {
        code,
        ...(showsMessage(expect) && { message: text }),
        nomination: !isEligible ? 'unchanged' : chosen < 0 ? 'cleared' : 'set',
      },
    };
    if (chosen < 0 || expect['deleted'] === undefined) return answer;
    const leaving = postFilter!.victims.map(objectOf);
    const cleared = nodePods
      .nominatedOn(chosen)
      .filter((other) => other !== index && pods.priority[other]! < pods.priority[index]!);
    return {
      ...answer,
      deleted: leaving
        .filter(({ metadata }) => metadata.deletionTimestamp === undefined)
        .map(nameOf)
        .sort(),
      nominationsCleared: cleared.map((other) => nameOf(objectOf(other))).sort(),
    };

    function isOn(name: string | undefined): boolean {
      return nodes.indexes.has(name ?? '');
    }
  },
};

/** Every candidate is looked at, so that the rotating start does not matter. */
const CONFIGURATION: Json = {
  apiVersion: 'kubescheduler.config.k8s.io/v1',
  kind: 'KubeSchedulerConfiguration',
  profiles: [
    {
      pluginConfig: [{ name: 'DefaultPreemption', args: { minCandidateNodesPercentage: 100 } }],
    },
  ],
};

function onlyRejected({ preFilter }: JsonObject): JsonObject {
  return preFilter ? { preFilter } : {};
}

/** Upstream may take any node of a set: one of them is as good as the others. */
function choice({ selected }: Vector['expect'], node: string | undefined): JsonObject {
  if (node === undefined) return {};
  const isMember = ((selected ?? []) as string[]).includes(node);
  return { selected: isMember ? selected! : [node] };
}

/** On a full tie the text names the node that upstream took. */
function showsMessage({ postFilter }: Vector['expect']): boolean {
  return (postFilter as JsonObject)['message'] !== undefined;
}
