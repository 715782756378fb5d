// The scheduler's calls about pods: patches of their status, deletions, bindings.

import type { Pod } from '../../api/core.js';
import type { Condition } from '../../api/meta.js';
import type { CallError } from '../../scheduler/preemption/eviction.js';
import type { ApiCall, CallContext } from './apicalls.js';
import type { ApiServer } from './apiserver.js';

/** What a patch of a pod's status sets. */
export interface StatusPatch {
  readonly condition?: Condition;
  /** Left out: stays; empty: is cleared. */
  readonly nominatedNodeName?: string | undefined;
}

/** A patch of what differs from the pod as it is; undefined where nothing does. */
export function patchStatus(
  api: ApiServer,
  pod: Pod,
  { condition, nominatedNodeName }: StatusPatch,
  context?: CallContext,
): ApiCall | undefined {
  const name = pod.metadata.name!;
  const known = pod.status?.conditions?.find(({ type }) => type === condition?.type);
  const isRestated = known?.status === condition?.status && known?.reason === condition?.reason;
  const setsCondition = condition && !(isRestated && known?.message === condition.message);
  const before = pod.status?.nominatedNodeName ?? '';
  const setsNode = nominatedNodeName !== undefined && nominatedNodeName !== before;
  if (!setsCondition && !setsNode) return undefined;
  const parts = [
    `patch ${name}`,
    ...(setsCondition ? [condition.type + (isRestated ? '' : `=${condition.reason}`)] : []),
    ...(setsNode ? [`nominatedNodeName=${nominatedNodeName}`] : []),
  ];
  return {
    kind: 'patch',
    name,
    text: parts.join(' '),
    beforeMs: condition?.type === 'PodScheduled' ? 1 : 2,
    afterMs: 1,
    notFound: notFound(name),
    ...(context && { context }),
    act: () =>
      change(api, name, ({ nominatedNodeName: node, conditions = [], ...status }) => ({
        ...status,
        ...(setsNode
          ? nominatedNodeName !== '' && { nominatedNodeName }
          : node !== undefined && { nominatedNodeName: node }),
        conditions: setsCondition ? withCondition(conditions, condition) : conditions,
      })),
  };
}

export function deletePod(api: ApiServer, name: string): ApiCall {
  return {
    kind: 'delete',
    name,
    text: `delete ${name}`,
    beforeMs: 0,
    afterMs: 1,
    notFound: notFound(name),
    act() {
      if (!api.find('Pod', name)) return missing(name);
      api.delete('Pod', name);
      return undefined;
    },
  };
}

/** @param clears - whether the API server clears the nomination with it */
export function bindPod(api: ApiServer, name: string, node: string, clears: boolean): ApiCall {
  return {
    kind: 'bind',
    name,
    text: `bind ${name} ${node}`,
    beforeMs: 0,
    afterMs: 0,
    notFound: notFound(name),
    act() {
      const pod = api.find<Pod>('Pod', name);
      if (!pod) return missing(name);
      if (pod.metadata.deletionTimestamp !== undefined) {
        const text = `Operation cannot be fulfilled on pods/binding "${name}": pod ${name} is being deleted, cannot be assigned to a host`;
        return { text, isNotFound: false };
      }
      const { nominatedNodeName, conditions = [], ...status } = pod.status ?? {};
      const bound: Pod = {
        ...pod,
        spec: { ...pod.spec, nodeName: node },
        status: {
          ...status,
          ...(!clears && nominatedNodeName !== undefined && { nominatedNodeName }),
          conditions: withCondition(conditions, { type: 'PodScheduled', status: 'True' }),
        },
      };
      api.update(bound);
      return undefined;
    },
  };
}

function change(
  api: ApiServer,
  name: string,
  edit: (status: NonNullable<Pod['status']>) => NonNullable<Pod['status']>,
): CallError | undefined {
  const pod = api.find<Pod>('Pod', name);
  if (!pod) return missing(name);
  api.update({ ...pod, status: edit(pod.status ?? {}) } as Pod);
  return undefined;
}

function withCondition(conditions: readonly Condition[], condition: Condition) {
  return [...conditions.filter(({ type }) => type !== condition.type), condition];
}

function notFound(name: string): string {
  return `pods ${JSON.stringify(name)} not found`;
}

function missing(name: string): CallError {
  return { text: notFound(name), isNotFound: true };
}
