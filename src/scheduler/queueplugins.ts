// The plugins of the profile as the queue sees them: who holds pods back, and what events help the pods that a plugin
// rejected. Hints get the object of a pod's kind; those about claims are answered from columns.

import type { Features } from '../api/features.js';
import { defaultConfiguration, profilePlugins } from './configuration/configuration.js';
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
}

/** Makes the queue's view of the default profile. */
export function createQueuePlugins(context: QueuePluginsContext): QueuePlugin[] {
  const { features, pods, kinds, listers, isPreempting } = context;
  const profile = defaultConfiguration(features).profiles[0]!;
  const { args, plugins } = profile;
  const events = registerEvents(profilePlugins(profile), { features, args, listers });
  const admits: Readonly<Record<string, (pod: number) => boolean>> = {
    SchedulingGates: (pod) => kinds.gates(pods.kind[pod]!).length === 0,
    DynamicResources: (pod) => kinds.missing(pods.kind[pod]!) === '',
    DefaultPreemption: (pod) => !isPreempting(pod),
  };
  const gates = new Set(plugins.preEnqueue.map(({ name }) => name));
  return [...events].map(([name, registrations]) => {
    const admit = gates.has(name) ? admits[name] : undefined;
    return {
      name,
      events: registrations.map((registration) => adapt(name, registration, context)),
      ...(admit && { preEnqueue: admit }),
    };
  });
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
