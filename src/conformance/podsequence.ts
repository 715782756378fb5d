// Vectors of the kind `pod-sequence`: pods scheduled one after the other with their claims, on a cluster that
// changes in between.

import type { Node, Pod } from '../api/core.js';
import { type Features, resolveFeatures } from '../api/features.js';
import type {
  DeviceClass,
  DeviceTaintRule,
  ResourceClaim,
  ResourceSlice,
} from '../api/resource.js';
import { parseTime } from '../api/time.js';
import { DraManager } from '../dra/dramanager.js';
import { EXTENDED_CLAIM_ANNOTATION } from '../dra/extendedclaims.js';
import type { SchedulerProfile } from '../scheduler/configuration/configuration.js';
import { writeAll } from '../scheduler/dynamicresources/claimbinder.js';
import { type ClaimCycle, createClaimPlugin } from '../scheduler/dynamicresources/claimplugin.js';
import type { ClaimStatus } from '../scheduler/dynamicresources/cyclestate.js';
import { DynamicResources } from '../scheduler/dynamicresources/dynamicresources.js';
import type { PluginHandle } from '../scheduler/framework.js';
import { listersOf } from '../scheduler/listers.js';
import { withDefaults } from './allocator.js';
import { completeObject, profileOf } from './profileevents.js';
import { best, prepareCycle } from './schedulingcycle.js';
import type { Json, Vector, VectorReader } from './vector.js';

type JsonObject = { [key: string]: Json };

const PLUGIN = 'DynamicResources';
/** A time between those that vectors call long ago and far ahead. */
const START_US = parseTime('2026-11-20T00:00:00Z')!;
const BINDING_TIMEOUT_SECONDS = 600;

/** Goes through the steps of a vector. */
export const podSequenceReader: VectorReader = {
  kinds: ['pod-sequence'],
  answer(vector): Json {
    const sequence = new Sequence(vector);
    const steps = vector.input['steps'] as JsonObject[];
    return { steps: steps.map((step) => sequence.take(step)) };
  },
  comparable(expect): Json {
    const { steps } = expect as { steps: JsonObject[] };
    return {
      steps: steps.map(({ error, ...step }) => ({
        ...(tidy(step) as JsonObject),
        ...(error !== undefined && { error: true }),
      })),
    };
  },
};

/** A pod that stopped after Reserve. */
interface HeldPod {
  readonly cycle: ClaimCycle;
  readonly node: string;
}

class Sequence {
  private readonly features: Features;
  private readonly profile: SchedulerProfile;
  private readonly manager: DraManager;
  private readonly plugin: DynamicResources;
  private readonly pods = new Map<string, Pod>();
  private readonly held = new Map<string, HeldPod>();
  private elapsedSeconds = 0;

  constructor({ kubernetes, input }: Vector) {
    this.features = resolveFeatures({ ...kubernetes, unlocked: true });
    this.profile = profileOf(undefined, this.features);
    this.manager = new DraManager(this.features);
    this.plugin = new DynamicResources(this.manager, this.features, {
      bindingTimeoutSeconds: (input['bindingTimeoutSeconds'] as number) ?? BINDING_TIMEOUT_SECONDS,
      nowUs: () => START_US + BigInt(this.elapsedSeconds) * 1_000_000n,
    });
    const list = (name: string) => (input[name] ?? []) as JsonObject[];
    for (const node of list('nodes')) this.set({ ...node, kind: 'Node' });
    // Informers begin with what they list by name.
    const classes = list('deviceClasses').sort((left, right) =>
      nameOf(left) < nameOf(right) ? -1 : 1,
    );
    for (const entry of classes) this.set({ ...entry, kind: 'DeviceClass' });
    for (const slice of list('resourceSlices')) this.set({ ...slice, kind: 'ResourceSlice' });
    for (const claim of list('resourceClaims')) this.set({ ...claim, kind: 'ResourceClaim' });
    for (const pod of list('pods')) this.set({ ...pod, kind: 'Pod' });
  }

  take(step: JsonObject): Json {
    const before = this.claims();
    const result = this.act(step);
    const claims = this.changedSince(before);
    const changed = Object.keys(claims).length > 0;
    return { ...(tidy(result) as JsonObject), ...(changed && { claims }) };
  }

  private act(step: JsonObject): JsonObject {
    const name = step['name'] as string;
    const isFailing = step['fail'] === true;
    switch (step['op']) {
      case 'schedule': {
        const pod = completeObject(step['pod'] as unknown as Pod, true);
        this.pods.set(pod.metadata.name!, pod);
        return this.schedule(pod, step['hold'] === true, isFailing);
      }
      case 'retry':
        return this.schedule(this.pods.get(name)!, step['hold'] === true, isFailing);
      case 'bind': {
        const held = this.held.get(name);
        this.held.delete(name);
        return held ? this.bind(held, isFailing) : {};
      }
      case 'unreserve': {
        const held = this.held.get(name);
        this.held.delete(name);
        if (held) this.forget(held);
        return {};
      }
      case 'advance':
        this.elapsedSeconds += step['seconds'] as number;
        return {};
      case 'deletePod':
        this.deletePod(name);
        return {};
      case 'delete':
        this.remove(step['kind'] as string, name);
        return {};
      default:
        this.set(step['object'] as JsonObject);
        return {};
    }
  }

  private schedule(pod: Pod, isHeld: boolean, isFailing: boolean): JsonObject {
    const claims: ClaimCycle = { pod, state: null };
    const { nodes, classes } = this.manager.objects;
    const { cycle, handle, index, nominatedNode } = prepareCycle({
      pod,
      others: [...this.pods.values()].filter((other) => other !== pod),
      nodes: [...nodes.values()],
      listers: {
        ...listersOf([...classes.values()]),
        classServing: (resource) => this.manager.classServing(resource),
      },
      profile: this.profile,
      features: this.features,
      own: { [PLUGIN]: (given) => createClaimPlugin(this.plugin, claims, given) },
    });
    const gate = cycle.preEnqueue(pod);
    if (gate !== 0) return { preEnqueue: statusOf(gate, handle) };
    const report = cycle.run(index);
    const { preFilter, statuses, feasible, scores, totals } = report;
    const answers: JsonObject = {};
    handle.nodes.names.forEach((name, node) => {
      const status = statuses[node]!;
      if (status !== 0 && status === preFilter.absent) return;
      if (status !== 0) {
        answers[name] = { filter: statusOf(status, handle) };
        return;
      }
      const own = scores.find(({ plugin }) => plugin === PLUGIN);
      const position = feasible.indexOf(node);
      if (feasible.length === 1) answers[name] = { feasible: true };
      else {
        const score = own?.scores[position] ?? 0;
        answers[name] = {
          total: totals[position]!,
          ...(score !== 0 && { dynamicResources: score }),
        };
      }
    });
    const isRejected = preFilter.rejection !== 0;
    const shown: JsonObject = {
      ...(isRejected && { preFilter: statusOf(preFilter.rejection, handle) }),
      ...(preFilter.nodeNames && { preFilter: { allowedNodes: [...preFilter.nodeNames] } }),
      ...(!isRejected && { nodes: answers }),
    };
    if (statuses.some((status) => handle.reasons.isError(status))) return { ...shown, error: true };
    if (feasible.length === 0) {
      const { message, rejectors, postFilter } = cycle.fail(report, index, nominatedNode);
      return {
        ...shown,
        message,
        unschedulablePlugins: [...rejectors.unschedulable],
        postFilter: {
          code: postFilter?.code ?? 'Unschedulable',
          reasons: [...(postFilter?.texts ?? [])],
        },
      };
    }
    const names = best(report, handle);
    const node = names[0]!;
    const result: JsonObject = { ...shown, best: names, chosen: node };
    const assumed: Pod = { ...pod, spec: { ...pod.spec, nodeName: node } };
    this.pods.set(pod.metadata.name!, assumed);
    const held: HeldPod = { cycle: claims, node };
    const reserve = claims.state && this.plugin.reserve(claims.state, node);
    if (reserve) {
      this.forget(held);
      return { ...result, reserve: plain(reserve) };
    }
    if (isHeld) {
      this.held.set(pod.metadata.name!, held);
      return result;
    }
    return { ...result, ...this.bind(held, isFailing) };
  }

  private bind(held: HeldPod, isFailing: boolean): JsonObject {
    const { pod, state } = held.cycle;
    if (!state) return {};
    const { status, extended } = writeAll(this.plugin.preBind(state, pod, held.node), (claim) => {
      if (isFailing) return 'injected failure';
      this.manager.setClaim(claim);
      return undefined;
    });
    const shown: JsonObject = extended
      ? { extendedResourceClaimStatus: extended as unknown as JsonObject }
      : {};
    if (extended) {
      const bound = this.pods.get(pod.metadata.name!)!;
      const statusOfPod = { ...bound.status, extendedResourceClaimStatus: extended };
      this.pods.set(pod.metadata.name!, { ...bound, status: statusOfPod });
    }
    if (!status) return shown;
    this.forget(held);
    const reasons = status.reasons.map((reason) => `running PreBind plugin "${PLUGIN}": ${reason}`);
    return { ...shown, preBind: { code: status.code, reasons } };
  }

  /** Unreserve, and the pod is pending again. */
  private forget({ cycle: { pod, state } }: HeldPod): void {
    if (state) {
      writeAll(this.plugin.unreserve(state, pod), (claim) => {
        const { namespace, name } = claim.metadata;
        if (this.manager.claim(namespace!, name!)) this.manager.setClaim(claim);
        return undefined;
      });
    }
    this.pods.set(pod.metadata.name!, pod);
  }

  private set(object: JsonObject): void {
    const kind = object['kind'] as string;
    const isNamespaced = kind === 'Pod' || kind === 'ResourceClaim';
    const complete = completeObject(object as unknown as Pod, isNamespaced) as unknown;
    const { name = '' } = (complete as Pod).metadata;
    const { nodes, slices, rules } = this.manager.objects;
    if (kind === 'Pod') this.pods.set(name, complete as Pod);
    else if (kind === 'ResourceClaim') {
      const claim = complete as ResourceClaim;
      this.manager.setClaim(withDefaults({ ...claim, spec: claim.spec ?? {} }));
    } else if (kind === 'DeviceClass') {
      const deviceClass = complete as DeviceClass;
      this.manager.setClass({ ...deviceClass, spec: deviceClass.spec ?? {} });
    } else {
      if (kind === 'Node') nodes.set(name, complete as Node);
      else if (kind === 'ResourceSlice') slices.set(name, complete as ResourceSlice);
      else rules.set(name, complete as DeviceTaintRule);
      this.manager.objectsChanged();
    }
  }

  private remove(kind: string, name: string): void {
    const { nodes, slices, rules } = this.manager.objects;
    if (kind === 'Pod') this.pods.delete(name);
    else if (kind === 'ResourceClaim') {
      const claim = this.manager.claim('default', name);
      if (claim) this.manager.deleteClaim(claim);
    } else if (kind === 'DeviceClass') {
      this.manager.deleteClass(name);
    } else {
      if (kind === 'Node') nodes.delete(name);
      else if (kind === 'ResourceSlice') slices.delete(name);
      else rules.delete(name);
      this.manager.objectsChanged();
    }
  }

  /** The pod goes, and the claim controller lets go of its claims. */
  private deletePod(name: string): void {
    const uid = this.pods.get(name)?.metadata.uid ?? `default/${name}`;
    this.pods.delete(name);
    for (const claim of [...this.manager.allClaims()]) {
      const owner = claim.metadata.ownerReferences?.find(({ controller }) => controller === true);
      if (owner?.uid === uid) {
        this.manager.deleteClaim(claim);
        continue;
      }
      const { reservedFor = [] } = claim.status ?? {};
      const left = reservedFor.filter((consumer) => consumer.uid !== uid);
      if (left.length === reservedFor.length) continue;
      const status = left.length > 0 ? { ...claim.status, reservedFor: left } : {};
      this.manager.setClaim({ ...claim, status });
    }
  }

  private claims(): Map<string, ResourceClaim> {
    const claims = [...this.manager.allClaims()];
    return new Map(
      claims.map((claim) => [`${claim.metadata.namespace}/${claim.metadata.name}`, claim]),
    );
  }

  private changedSince(before: ReadonlyMap<string, ResourceClaim>): JsonObject {
    const changed: JsonObject = {};
    const after = this.claims();
    for (const [name, claim] of after) {
      const known = before.get(name);
      if (known === claim) continue;
      const shown = describe(claim);
      if (known && JSON.stringify(shown) === JSON.stringify(describe(known))) continue;
      changed[name] = shown;
    }
    for (const name of before.keys()) if (!after.has(name)) changed[name] = 'deleted';
    return changed;
  }
}

function nameOf(object: JsonObject): string {
  return (object['metadata'] as JsonObject)['name'] as string;
}

function statusOf(id: number, { reasons }: PluginHandle): JsonObject {
  const { plugin, code, reasons: texts } = reasons.rejection(id);
  return { code, ...(plugin !== '' && { plugin }), reasons: [...texts].sort() };
}

function plain({ code, reasons }: ClaimStatus): JsonObject {
  return { code, plugin: PLUGIN, reasons: [...reasons] };
}

/** What vectors show of a claim; of one that the scheduler made, all of it. */
function describe({ metadata, spec, status = {} }: ResourceClaim): JsonObject {
  const { allocation, reservedFor = [], devices = [] } = status;
  const { annotations, generateName, ownerReferences = [] } = metadata;
  const isOwn = annotations?.[EXTENDED_CLAIM_ANNOTATION] === 'true';
  const [owner] = ownerReferences;
  return (tidy({
    ...(allocation && { allocation: allocation as unknown as Json }),
    ...(reservedFor.length > 0 && { reservedFor: reservedFor.map(({ name }) => name) }),
    ...(devices.length > 0 && { devices: devices.length }),
    ...(isOwn && {
      annotations: { ...annotations },
      generateName: generateName!,
      owner: `${owner!.kind}/${owner!.name}`,
      spec: spec as unknown as Json,
    }),
  }) ?? {}) as JsonObject;
}

/** Leaves out what is empty, and writes times and share ids as vectors do. */
function tidy(value: Json, key = ''): Json | undefined {
  if (key === 'shareID' || key === 'allocationTimestamp') return 'set';
  if (key === 'claims') return value;
  if (Array.isArray(value)) return value.map((item) => tidy(item) ?? {});
  if (value === null || typeof value !== 'object') return value;
  const entries = Object.entries(value).flatMap(([name, item]) => {
    const kept = tidy(item, name);
    return kept === undefined || (Array.isArray(kept) && kept.length === 0)
      ? []
      : [[name, kept] as const];
  });
  return Object.fromEntries(entries);
}
