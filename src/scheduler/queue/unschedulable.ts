// Pods that wait for an event, in groups of those that an event looks at alike: rejected by the same plugins, held
// by the same one, and of one kind. An event goes over groups, not over pods. Source: spec scheduler.md 1.3, 1.6.

import { GATED, NONE, type QueueColumns, UNSCHEDULABLE } from './columns.js';

/** Pods of one kind and one class, as a list through the columns. */
export interface Group {
  readonly rejection: RejectionClass;
  readonly id: number;
  readonly kind: number;
  first: number;
  last: number;
  /** Place in the class' list of groups that have pods, -1 while this one has none. */
  place: number;
}

/** What pods were rejected or are held by. */
export interface RejectionClass {
  readonly rejectors: number;
  readonly pendings: number;
  readonly gate: number;
  readonly byKind: Map<number, Group>;
  /** Groups that have pods, in no particular order. */
  readonly groups: Group[];
}

/** The unschedulable pods, gated ones included. */
export class UnschedulablePods {
  readonly classes: RejectionClass[] = [];
  count = 0;
  gatedCount = 0;
  /** No pod that waits was queued or flushed before this. */
  oldestUs = Infinity;
  private readonly groups: Group[] = [];
  private readonly byRejectors = new Map<number, RejectionClass[]>();

  constructor(private readonly columns: QueueColumns) {}

  add(pod: number): void {
    const { columns } = this;
    const group = this.groupOf(pod);
    columns.group[pod] = group.id;
    columns.next[pod] = NONE;
    columns.previous[pod] = group.last;
    if (group.last === NONE) {
      group.first = pod;
      group.place = group.rejection.groups.push(group) - 1;
    } else columns.next[group.last] = pod;
    group.last = pod;
    columns.state[pod] = columns.gate[pod] === 0 ? UNSCHEDULABLE : GATED;
    if (columns.gate[pod] !== 0) this.gatedCount++;
    this.count++;
    this.oldestUs = Math.min(this.oldestUs, this.sinceUs(pod));
  }

  remove(pod: number): void {
    const { next, previous, state } = this.columns;
    const group = this.groups[this.columns.group[pod]!]!;
    const before = previous[pod]!;
    const after = next[pod]!;
    if (before === NONE) group.first = after;
    else next[before] = after;
    if (after === NONE) group.last = before;
    else previous[after] = before;
    if (group.first === NONE) {
      const { groups } = group.rejection;
      const moved = groups.pop()!;
      if (moved !== group) {
        groups[group.place] = moved;
        moved.place = group.place;
      }
      group.place = NONE;
    }
    if (state[pod] === GATED) this.gatedCount--;
    this.count--;
  }

  classOf(pod: number): RejectionClass {
    return this.groups[this.columns.group[pod]!]!.rejection;
  }

  /** Pods that have waited longer than a time; a pod that was flushed waits anew. */
  olderThan(limitUs: number, nowUs: number): number[] {
    const pods: number[] = [];
    if (nowUs - this.oldestUs <= limitUs) return pods;
    this.oldestUs = Infinity;
    for (const { groups } of this.classes) {
      for (const group of groups) {
        for (let pod = group.first; pod !== NONE; pod = this.columns.next[pod]!) {
          const sinceUs = this.sinceUs(pod);
          if (nowUs - sinceUs > limitUs) pods.push(pod);
          else this.oldestUs = Math.min(this.oldestUs, sinceUs);
        }
      }
    }
    return pods;
  }

  private sinceUs(pod: number): number {
    return Math.max(this.columns.queuedUs[pod]!, this.columns.flushedUs[pod]!);
  }

  private groupOf(pod: number): Group {
    const { rejectors, pendings, gate, kind } = this.columns;
    const last = this.groups[this.columns.group[pod]!];
    if (
      last &&
      last.kind === kind[pod] &&
      last.rejection.rejectors === rejectors[pod] &&
      last.rejection.pendings === pendings[pod] &&
      last.rejection.gate === gate[pod]
    ) {
      return last;
    }
    const rejection = this.class(rejectors[pod]!, pendings[pod]!, gate[pod]!);
    let group = rejection.byKind.get(kind[pod]!);
    if (!group) {
      const id = this.groups.length;
      group = { rejection, id, kind: kind[pod]!, first: NONE, last: NONE, place: NONE };
      this.groups.push(group);
      rejection.byKind.set(kind[pod]!, group);
    }
    return group;
  }

  private class(rejectors: number, pendings: number, gate: number): RejectionClass {
    let alike = this.byRejectors.get(rejectors);
    if (!alike) {
      alike = [];
      this.byRejectors.set(rejectors, alike);
    }
    for (const known of alike) {
      if (known.pendings === pendings && known.gate === gate) return known;
    }
    const added = { rejectors, pendings, gate, byKind: new Map(), groups: [] };
    alike.push(added);
    this.classes.push(added);
    return added;
  }
}
