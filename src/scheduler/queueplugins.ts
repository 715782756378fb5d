// The plugins of the profiles as the queue sees them: who holds pods back, and what events help the pods that a plugin
// rejected. Hints get the object of a pod's kind; those about claims are answered from columns.

import type { Features } from '../api/features.js';
import {
  profileIndex,
  profilePlugins,
  type SchedulerProfile,
} from './configuration/configuration.js';
import { WILDCARD_EVENT } from './events/clusterevent.js';
import type { EventRegistration, HintFunction, QueueingHint } from './events/registration.js';
import { registerEvents } from './events/registry.js';
import type { ObjectListers } from './listers.js';
import type { PodKinds } from './podkinds.js';
import { POD_ASSUMED, type PodTable } from './pods.js';
import type { QueueEventObjects, QueuePlugin, QueueRegistration } from './queue/plugins.js';

/** What happened to a claim. */
export interface ClaimChange {
  readonly claim: number;
  /** Whether it lost its allocation. */
  readonly isFreed: boolean;
}

/** What the plugins of the queue work on. */
export interface QueuePluginsContext {
  readonly features: Features;
  readonly pods: PodTable;
  readonly kinds: PodKinds;
  readonly waiters: ClaimWaiters;
  readonly listers: ObjectListers;
  /** Whether the victims of a pod are still being evicted. */
  readonly isPreempting: (pod: number) => boolean;
  /** Whether all pods that a pod's gang needs are there. */
  readonly isGangComplete: (pod: number) => boolean;
  /** Names of plugins that drasim has not: any event may help the pods that they reject. */
  readonly own?: readonly string[];
}

/** Makes the queue's view of the plugins of all profiles. */
export function createQueuePlugins(
  profiles: readonly SchedulerProfile[],
  context: QueuePluginsContext,
): QueuePlugin[] {
  const profileOf = profileFinder(profiles, context);
  const plugins = new Map<string, QueuePlugin>();
  profiles.forEach((profile, index) => {
    // With one profile every pod that has a plugin's rejection is its pod.
    const isOurs = profiles.length === 1 ? undefined : (pod: number) => profileOf(pod) === index;
    for (const plugin of profileQueuePlugins(profile, context, isOurs)) {
      const known = plugins.get(plugin.name);
      plugins.set(plugin.name, known ? joined(known, plugin) : plugin);
    }
  });
  return [{ name: '', preEnqueue: (pod) => profileOf(pod) >= 0, events: [] }, ...plugins.values()];
}

/** Finds the profile of a pod; -1 where the pod names another scheduler. */
function profileFinder(
  profiles: readonly SchedulerProfile[],
  { kinds, pods }: QueuePluginsContext,
): (pod: number) => number {
  const byKind: number[] = [];
  return (pod) => {
    const kind = pods.kind[pod]!;
    byKind[kind] ??= profileIndex(profiles, kinds.waiting(kind).spec.schedulerName);
    return byKind[kind];
  };
}

/** One plugin in several profiles. */
function joined(left: QueuePlugin, right: QueuePlugin): QueuePlugin {
  const gates = [left.preEnqueue, right.preEnqueue].flatMap((gate) => gate ?? []);
  return {
    name: left.name,
    events: [...left.events, ...right.events],
    ...(gates.length > 0 && { preEnqueue: (pod) => gates.every((gate) => gate(pod)) }),
  };
}

function profileQueuePlugins(
  profile: SchedulerProfile,
  context: QueuePluginsContext,
  isOurs: ((pod: number) => boolean) | undefined,
): QueuePlugin[] {
  const { features, pods, kinds, listers, isPreempting, isGangComplete, own = [] } = context;
  const { args, plugins } = profile;
  const names = profilePlugins(profile);
  const events = registerEvents(names, { features, args, listers });
  for (const name of own) if (names.has(name)) events.set(name, [WILDCARD_EVENT]);
  const admits: Readonly<Record<string, (pod: number) => boolean>> = {
    SchedulingGates: (pod) => kinds.gates(pods.kind[pod]!).length === 0,
    DynamicResources: (pod) => kinds.missing(pods.kind[pod]!) === '',
    DefaultPreemption: (pod) => !isPreempting(pod),
    GangScheduling: isGangComplete,
  };
  const gates = new Set(plugins.preEnqueue.map(({ name }) => name));
  return [...events].map(([name, registrations]) => {
    const admit = gates.has(name) ? admits[name] : undefined;
    return {
      name,
      events: registrations.map((registration) =>
        narrowed(adapt(name, registration, context), isOurs),
      ),
      ...(admit && { preEnqueue: isOurs ? (pod) => !isOurs(pod) || admit(pod) : admit }),
    };
  });
}

/** A registration that looks at the pods of one profile alone. */
function narrowed(
  registration: QueueRegistration,
  isOurs: ((pod: number) => boolean) | undefined,
): QueueRegistration {
  if (!isOurs) return registration;
  const { hint } = registration;
  return {
    ...registration,
    hint: (pod, objects) => {
      if (!isOurs(pod)) return 'Skip';
      return hint ? hint(pod, objects) : 'Queue';
    },
  };
}

function adapt(
  plugin: string,
  { resource, actions, hint }: EventRegistration,
  { features, pods, kinds, waiters }: QueuePluginsContext,
): QueueRegistration {
  if (!hint || !features.enabled('SchedulerQueueingHints')) return { resource, actions };
  if (plugin === 'DynamicResources') {
    // All other hints of the plugin ask whether the pod's claims exist, which PreEnqueue has seen to.
    return resource === 'resource.k8s.io/ResourceClaim'
      ? { resource, actions, ...claimHint(waiters) }
      : { resource, actions };
  }
  const ask = hint as HintFunction<unknown>;
  return {
    resource,
    actions,
    hint: (pod, objects) => ask(kinds.waiting(pods.kind[pod]!), objects),
  };
}

/** The claim hint of DynamicResources: a freed claim may help any pod, other changes those that name it. */
function claimHint(waiters: ClaimWaiters): Pick<QueueRegistration, 'hint' | 'narrow'> {
  return {
    hint(pod, objects): QueueingHint {
      const { claim, isFreed } = objects.new as ClaimChange;
      return isFreed || waiters.of(claim).includes(pod) ? 'Queue' : 'Skip';
    },
    narrow(objects: QueueEventObjects) {
      const { claim, isFreed } = objects.new as ClaimChange;
      return isFreed ? 'all' : waiters.of(claim);
    },
  };
}

/** Pods that name claims which exist beside them, by claim, until they have nodes. */
export class ClaimWaiters {
  private readonly pods = new Map<number, number[]>();

  constructor(private readonly table: PodTable) {}

  add(claim: number, pod: number): void {
    const pods = this.pods.get(claim);
    if (pods) pods.push(pod);
    else this.pods.set(claim, [pod]);
  }

  of(claim: number): readonly number[] {
    const pods = this.pods.get(claim);
    if (!pods) return [];
    const waiting = pods.filter((pod) => this.table.state[pod]! < POD_ASSUMED);
    this.pods.set(claim, waiting);
    return waiting;
  }
}
