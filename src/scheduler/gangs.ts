// Pods that are scheduled all together or not at all (KEP-4671). From 1.37 on the queue holds one pod for each group,
// and an attempt is made for all its members; before that members are tried one by one and wait at Permit for the
// others. Source: plugins/gangscheduling and the workload scheduling cycle, Kubernetes 1.35 to 1.37; spec scheduler.md 9.

import type { Features } from '../api/features.js';
import type { NodeAnswers } from './schedulingcycle.js';

/** A pod group with the gang policy. */
export interface Gang {
  readonly minCount: number;
  /** Members that came to be. */
  seen: number;
  /** Members that have, or had, a node. */
  placed: number;
  /** Members without a node, in the order in which they came; from 1.37 on the first is in the queue for all. */
  readonly waiting: number[];
  /** Members that have a node and wait for the others, up to 1.36. */
  readonly held: number[];
}

/** Why the last search for a node found none; `answers` has what each node said where all were asked. */
export interface FindFailure {
  rejection: number;
  rejectors: number;
  answers: NodeAnswers | null;
}

/** What an attempt for a gang does for each of its members. */
export interface AttemptSteps {
  readonly found: FindFailure;
  /** The node for a pod, or -1, which `found` explains. */
  find(pod: number): number;
  assume(pod: number, node: number): void;
  takeBack(pod: number): void;
}

/** How long a pod waits at Permit for the rest of its gang, microseconds. */
export const PERMIT_TIMEOUT_US = 300_000_000;

/** The gate of a release, for messages. */
export function gangGate({ minor }: Pick<Features, 'minor'>): 'GenericWorkload' | 'GangScheduling' {
  return minor >= 37 ? 'GenericWorkload' : 'GangScheduling';
}

/** Whether a release knows gangs and its gates are on. */
export function knowsGangs(features: Features): boolean {
  return features.minor >= 35 && features.enabled(gangGate(features));
}

/** The gangs of a run. */
export class Gangs {
  /** Whether one attempt is made for all members. */
  readonly isWhole: boolean;
  /** Members that wait in no queue, because another one stands in it for them. */
  unqueuedCount = 0;
  private readonly byPod = new Map<number, Gang>();

  constructor(features: Features) {
    this.isWhole = features.minor >= 37;
  }

  /** @param minCount - members of which all must have nodes before any is bound */
  create(minCount: number): Gang {
    return { minCount, seen: 0, placed: 0, waiting: [], held: [] };
  }

  of(pod: number): Gang | undefined {
    return this.byPod.get(pod);
  }

  /** Whether a pod has a node and waits for the rest of its gang. */
  isHeld(pod: number): boolean {
    return this.byPod.get(pod)?.held.includes(pod) ?? false;
  }

  /** Adds a member; returns whether it is to be queued itself. */
  add(pod: number, gang: Gang): boolean {
    this.byPod.set(pod, gang);
    gang.seen++;
    gang.waiting.push(pod);
    const isQueued = !this.isWhole || gang.waiting.length === 1;
    if (!isQueued) this.unqueuedCount++;
    return isQueued;
  }

  /** Whether PreEnqueue lets a pod pass. */
  admits(pod: number): boolean {
    const gang = this.byPod.get(pod);
    return !gang || gang.seen >= gang.minCount;
  }

  /**
   * One attempt for all members that wait: enough of them find nodes, or none does.
   *
   * @param leader - the member that stands in the queue for all
   * @param placements - filled with the members that are to be bound
   * @returns whether the leader is among them; otherwise `found` says why some member has no node
   */
  attempt(gang: Gang, leader: number, placements: number[], steps: AttemptSteps): boolean {
    const { found } = steps;
    this.unqueuedCount -= Math.max(0, gang.waiting.length - 1);
    let left = gang.waiting.length;
    let rejection = 0;
    let rejectors = 0;
    for (const pod of gang.waiting) {
      if (gang.placed + placements.length + left < gang.minCount) break;
      left--;
      const node = steps.find(pod);
      if (node >= 0) {
        steps.assume(pod, node);
        placements.push(pod);
      } else {
        rejection ||= found.rejection;
        rejectors |= found.rejectors;
      }
    }
    if (gang.placed + placements.length < gang.minCount) {
      for (const pod of placements.reverse()) steps.takeBack(pod);
      placements.length = 0;
    }
    for (const pod of placements) this.place(pod, gang);
    found.rejection = rejection;
    found.rejectors = rejectors;
    this.unqueuedCount += Math.max(0, gang.waiting.length - 1);
    return !gang.waiting.includes(leader);
  }

  /** Up to 1.36 a member that has a node waits until enough others have one; returns those that wait no more. */
  permit(pod: number, gang: Gang): readonly number[] {
    this.place(pod, gang);
    gang.held.push(pod);
    return gang.placed < gang.minCount ? [] : gang.held.splice(0);
  }

  /** Members that waited for the others in vain and are to be tried again. */
  giveUp(gang: Gang): readonly number[] {
    const held = gang.held.splice(0);
    gang.placed -= held.length;
    gang.waiting.push(...held);
    return held;
  }

  /** Forgets a member that waits. Where one stands in the queue for all, whoever removes it removes all. */
  remove(pod: number, gang: Gang): void {
    gang.waiting.splice(gang.waiting.indexOf(pod), 1);
    if (this.isWhole && gang.waiting.length > 0) this.unqueuedCount--;
  }

  /** A member that was placed is to be tried again. */
  withdraw(pod: number, gang: Gang): void {
    gang.placed--;
    gang.waiting.push(pod);
  }

  private place(pod: number, gang: Gang): void {
    gang.waiting.splice(gang.waiting.indexOf(pod), 1);
    gang.placed++;
  }
}
