// Compatibility groups (KEP-5963, alpha in 1.37): devices that draw on one counter set at a time must have
// a group in common, or none of them a group at all.

import { counterKey, type DeviceTable } from '../cluster/devices.js';
import { Interner } from '../cluster/interner.js';
import type { Journal } from '../cluster/journal.js';

/** Nobody draws on the set. */
const EMPTY = 0;
/** Those who draw on it have no groups. */
const UNGROUPED = 1;

/** Who draws on which counter set, while a search goes on. */
export class CompatibilityGroups {
  private readonly sets = new Interner();
  private readonly lists = new Interner();
  /** Draws of a device: counter set, and its list of groups (EMPTY never occurs). */
  private readonly draws: { set: number; groups: number }[][];
  /** By counter set: EMPTY, UNGROUPED, or the list of groups that all have in common. */
  private readonly common: Int32Array;

  constructor(private readonly devices: DeviceTable) {
    this.lists.id('empty');
    this.lists.id('[]');
    this.draws = devices.objects.map((object, device) => {
      const slice = devices.slices[devices.deviceSlice[device]!]!;
      return (object.consumesCounters ?? []).map(({ counterSet, compatibilityGroups }) => ({
        set: this.sets.id(counterKey(slice, counterSet, '')),
        groups: this.lists.id(JSON.stringify([...new Set(compatibilityGroups ?? [])].sort())),
      }));
    });
    this.common = new Int32Array(this.sets.size);
  }

  /** Notes the devices that are held already; those without groups give way to those with. */
  begin(): void {
    const { holder, shares, count } = this.devices;
    this.common.fill(EMPTY);
    for (let device = 0; device < count; device++) {
      if (holder[device] === -1 && shares[device] === 0) continue;
      for (const { set, groups } of this.draws[device]!) {
        const before = this.common[set]!;
        if (before <= UNGROUPED) this.common[set] = Math.max(before, groups);
        else if (groups !== UNGROUPED) this.common[set] = this.intersect(before, groups);
      }
    }
  }

  /** Lets a device draw on its sets; false, with nothing noted, when another stands against it. */
  join(device: number, journal: Journal): boolean {
    const draws = this.draws[device]!;
    const mark = journal.mark();
    for (const { set, groups } of draws) {
      const before = this.common[set]!;
      const after = before === EMPTY ? groups : this.meet(before, groups);
      if (after === EMPTY) {
        journal.undo(mark);
        return false;
      }
      journal.set(this.common, set, after);
    }
    return true;
  }

  private meet(before: number, groups: number): number {
    if (before === UNGROUPED || groups === UNGROUPED) return before === groups ? UNGROUPED : EMPTY;
    const shared = this.intersect(before, groups);
    return shared === UNGROUPED ? EMPTY : shared;
  }

  private intersect(left: number, right: number): number {
    const other = new Set(JSON.parse(this.lists.text(right)) as string[]);
    const shared = (JSON.parse(this.lists.text(left)) as string[]).filter((name) =>
      other.has(name),
    );
    return this.lists.id(JSON.stringify(shared));
  }
}
