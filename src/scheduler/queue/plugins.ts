// What the queue asks plugins: whether a pod may enter it, and which events may help a pod that they rejected.
// Pods are indexes here; what an event's objects are is left to the hints. Source: spec scheduler.md 1.6, 2.

import { assert, DrasimError } from '../../errors.js';
import { type ClusterEvent, matchesEvent, WILDCARD_EVENT } from '../events/clusterevent.js';
import type { EventObjects, QueueingHint } from '../events/registration.js';

/** The objects of an event, whatever they are. */
export type QueueEventObjects = EventObjects<unknown>;

/** A pattern with what looks closer; without a hint matching events always queue the pod. */
export interface QueueRegistration extends ClusterEvent {
  /** A DrasimError that it throws counts as Queue. */
  readonly hint?: (pod: number, objects: QueueEventObjects) => QueueingHint;
  /** Whether the hint looks at the pod itself, not at its kind alone. */
  readonly looksAtPod?: boolean;
  /** All pods that the hint can queue, where they are easily told (PreQueueingHint). */
  readonly narrow?: (objects: QueueEventObjects) => 'all' | readonly number[];
}

/** A plugin as the queue sees it. */
export interface QueuePlugin {
  readonly name: string;
  /** Whether a pod may enter activeQ. */
  readonly preEnqueue?: (pod: number) => boolean;
  readonly events: readonly QueueRegistration[];
}

/** The registrations that an event matches, with their plugins. */
export interface Matching {
  readonly isWildcard: boolean;
  /** Plugins of the registrations, as bits. */
  readonly plugins: number;
  readonly registrations: readonly { bit: number; registration: QueueRegistration }[];
}

/** Sets of plugins are bits of an integer. */
const PLUGINS_MAX = 32;

/** The plugins of a scheduler: numbers for names, events to registrations. */
export class QueuePlugins {
  private readonly numbers = new Map<string, number>();
  private readonly matchings = new Map<string, Map<number, Matching>>();
  private readonly gates: { number: number; preEnqueue: (pod: number) => boolean }[] = [];

  constructor(
    private readonly plugins: readonly QueuePlugin[],
    private readonly minor: number,
  ) {
    for (const { name, preEnqueue } of plugins) {
      const number = this.number(name);
      if (preEnqueue) this.gates.push({ number, preEnqueue });
    }
  }

  name(number: number): string {
    return [...this.numbers.keys()][number]!;
  }

  /** The set of the named plugins. */
  bits(names: Iterable<string>): number {
    let bits = 0;
    for (const name of names) bits |= 1 << this.number(name);
    return bits;
  }

  /** The number of the first plugin that holds the pod, or -1; one that held it before is asked first. */
  gateOf(pod: number, before: number): number {
    const { gates } = this;
    for (let index = 0; before >= 0 && index < gates.length; index++) {
      const { number, preEnqueue } = gates[index]!;
      if (number === before && !preEnqueue(pod)) return number;
    }
    for (let index = 0; index < gates.length; index++) {
      const { number, preEnqueue } = gates[index]!;
      if (number !== before && !preEnqueue(pod)) return number;
    }
    return -1;
  }

  /** What an event matches; found once for each kind of event. */
  matching(event: ClusterEvent): Matching {
    let byActions = this.matchings.get(event.resource);
    if (!byActions) {
      byActions = new Map();
      this.matchings.set(event.resource, byActions);
    }
    let matching = byActions.get(event.actions);
    if (!matching) {
      matching = this.match(event);
      byActions.set(event.actions, matching);
    }
    return matching;
  }

  private match(event: ClusterEvent): Matching {
    const registrations = this.plugins.flatMap(({ name, events }) =>
      events
        .filter((pattern) => matchesEvent(pattern, event, this.minor))
        .map((registration) => ({ bit: this.bits([name]), registration })),
    );
    return {
      isWildcard: event.resource === '*' && event.actions === WILDCARD_EVENT.actions,
      plugins: registrations.reduce((bits, { bit }) => bits | bit, 0),
      registrations,
    };
  }

  private number(name: string): number {
    let number = this.numbers.get(name);
    if (number === undefined) {
      number = this.numbers.size;
      assert(number < PLUGINS_MAX, 'sets of plugins have 32 bits');
      this.numbers.set(name, number);
    }
    return number;
  }
}

/** Whether a registration's hint queues a pod. */
export function queues(
  { hint }: QueueRegistration,
  pod: number,
  objects: QueueEventObjects,
): boolean {
  if (!hint) return true;
  try {
    return hint(pod, objects) === 'Queue';
  } catch (error) {
    if (error instanceof DrasimError) return true;
    throw error;
  }
}
