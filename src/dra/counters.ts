// Shared counters of partitionable devices (KEP-4815): what a device draws while it is picked, against what
// its pool has left. Source: k8s.io/dynamic-resource-allocation/structured, checkAvailableCounters (1.37).

import type { AllocatorQuirks } from '../api/allocatorquirks.js';
import type { DeviceTable } from '../cluster/devices.js';
import type { Journal } from '../cluster/journal.js';
import { CompatibilityGroups } from './compatibilitygroups.js';
import { NamesakePools } from './namesakepools.js';

/** Draws on the counters of the devices of a run. */
export class Counters {
  private readonly groups: CompatibilityGroups | null;
  private readonly namesakes: NamesakePools | null;
  /** Counters that refused devices keep for the rest of a search (a quirk). */
  private readonly leaked: Float64Array;
  private hasLeaked = false;

  constructor(
    private readonly devices: DeviceTable,
    private readonly options: { compatibilityGroups: boolean; quirks: AllocatorQuirks },
  ) {
    this.leaked = new Float64Array(devices.counterValue.length);
    this.groups = options.compatibilityGroups ? new CompatibilityGroups(devices) : null;
    this.namesakes = options.quirks.countersByPoolName ? new NamesakePools(devices) : null;
  }

  /** Begins a search: notes who draws on which counter set already. */
  begin(): void {
    if (this.hasLeaked) this.leaked.fill(0);
    this.hasLeaked = false;
    this.groups?.begin();
    this.namesakes?.begin();
  }

  /** Whether a device draws on counters at all. */
  isDrawing(device: number): boolean {
    const { consumeStart } = this.devices;
    return consumeStart[device]! < consumeStart[device + 1]!;
  }

  /** Draws what the device takes; false, with nothing drawn, when its pool does not have it. */
  take(device: number, journal: Journal): boolean {
    const { consumeStart, consumeCounter, consumeAmount, counterUsed, counterValue } = this.devices;
    const start = consumeStart[device]!;
    const end = consumeStart[device + 1]!;
    const { countersByDevice } = this.options.quirks;
    if (!countersByDevice && start < end && this.isOverdrawn(consumeCounter[start]!)) return false;
    const mark = journal.mark();
    if (this.groups && !this.groups.join(device, journal)) return false;
    for (let row = start; row < end; row++) {
      const counter = this.counterOf(row);
      if (counter >= 0) journal.add(counterUsed, counter, consumeAmount[row]!);
    }
    for (let row = start; row < end; row++) {
      const counter = this.counterOf(row);
      if (counter < 0) continue;
      const value = counterValue[counter]!;
      const isUnknown = this.options.quirks.countersByDevice && Number.isNaN(value);
      if (isUnknown || counterUsed[counter]! + this.leaked[counter]! > value) {
        journal.undo(mark);
        return false;
      }
    }
    return true;
  }

  /** Keeps what a refused device has drawn until the search ends. */
  leak(device: number): void {
    const { consumeStart, consumeAmount } = this.devices;
    for (let row = consumeStart[device]!; row < consumeStart[device + 1]!; row++) {
      const counter = this.counterOf(row);
      if (counter >= 0) this.leaked[counter]! += consumeAmount[row]!;
    }
    this.hasLeaked = true;
  }

  /** The counter that a draw counts against, or -1. */
  private counterOf(row: number): number {
    const counter = this.devices.consumeCounter[row]!;
    return this.namesakes === null ? counter : this.namesakes.counterOf(counter);
  }

  /** A pool of which any counter is overdrawn gives none of its drawing devices, whatever they draw. */
  private isOverdrawn(counter: number): boolean {
    const { counterPool, poolOverdrawn, counterUsed, counterValue } = this.devices;
    const pool = this.namesakes === null ? counterPool[counter]! : this.namesakes.poolOf(counter);
    if (poolOverdrawn[pool] === 0 && !this.hasLeaked) return false;
    for (let other = 0; other < counterPool.length; other++) {
      const used = counterUsed[other]! + this.leaked[other]!;
      if (counterPool[other] === pool && used > counterValue[other]!) return true;
    }
    if (!this.hasLeaked) poolOverdrawn[pool] = 0;
    return false;
  }
}

/** Draws (1) or gives back (-1) for good what a held device takes of its pool's counters. */
export function drawCounters(devices: DeviceTable, device: number, sign: 1 | -1): void {
  const { consumeStart, consumeCounter, consumeAmount, counterUsed, counterValue } = devices;
  const end = consumeStart[device + 1]!;
  for (let row = consumeStart[device]!; row < end; row++) {
    const counter = consumeCounter[row]!;
    counterUsed[counter]! += sign * consumeAmount[row]!;
    if (counterUsed[counter]! > counterValue[counter]!) {
      devices.poolOverdrawn[devices.counterPool[counter]!] = 1;
    }
  }
}
