// What a plugin says about events: which ones may help a pod that it rejected, and for each a hint
// function that looks closer. Source: kube-scheduler framework, Kubernetes 1.32 to 1.37; spec scheduler.md 2.

import type { Pod } from '../../api/core.js';
import type { Features } from '../../api/features.js';
import type { PluginArgs } from '../configuration/args.js';
import type { ObjectListers } from '../listers.js';
import type { ClusterEvent } from './clusterevent.js';

/** Whether an event makes it worth looking at a pod again. */
export type QueueingHint = 'Queue' | 'Skip';

/** The objects of an event: no old one where something was added, no new one where it was deleted. */
export interface EventObjects<T> {
  readonly old?: T | undefined;
  readonly new?: T | undefined;
}

/**
 * Looks closer at an event for a pod that the plugin rejected.
 *
 * Pure but for the listers; what it throws for bad objects (a DrasimError) counts as Queue.
 */
export type HintFunction<T> = (pod: Pod, event: EventObjects<T>) => QueueingHint;

/** The pods that an event is narrowed to before hints are asked: all, or those with these keys. */
export type PreHint = 'all' | readonly string[];

/** Narrows an event; `podsNaming` gives the keys (`namespace/name`) of waiting pods that name a claim. */
export type PreHintFunction<T> = (
  event: EventObjects<T>,
  podsNaming: (namespace: string, claim: string) => readonly string[],
) => PreHint;

/** A pattern that a plugin registers; without a hint function matching events always queue the pod. */
export interface EventRegistration extends ClusterEvent {
  readonly hint?: HintFunction<never>;
  /** From 1.37 on, gate SchedulerPreQueueingHints. */
  readonly preHint?: PreHintFunction<never>;
  /** Registered by the scheduler in the plugin's name. */
  readonly addedByScheduler?: true;
}

/** What registrations and hints depend on. */
export interface EventContext {
  readonly features: Features;
  readonly args: PluginArgs;
  readonly listers: ObjectListers;
}

/** Makes the registrations of a plugin. */
export type EventsFactory = (context: EventContext) => readonly EventRegistration[];

/**
 * One registration.
 *
 * @example
 * on<Node>('Node', ADD | UPDATE_NODE_TAINT, (pod, { old, new: node }) => 'Queue')
 */
export function on<T>(
  resource: ClusterEvent['resource'],
  actions: number,
  hint?: HintFunction<T>,
  preHint?: PreHintFunction<T>,
): EventRegistration {
  return { resource, actions, ...(hint ? { hint } : {}), ...(preHint ? { preHint } : {}) };
}

/** `Queue` where something holds, otherwise `Skip`. */
export function queueIf(condition: boolean): QueueingHint {
  return condition ? 'Queue' : 'Skip';
}

/** Keeps what is made from an API object, so that it is made once for each object and not for each event. */
export function oncePer<Source extends object, T>(
  make: (source: Source) => T,
): (source: Source) => T {
  const made = new WeakMap<Source, { value: T }>();
  return (source) => {
    let entry = made.get(source);
    if (!entry) {
      entry = { value: make(source) };
      made.set(source, entry);
    }
    return entry.value;
  };
}
