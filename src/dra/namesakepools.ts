// Pools of one name and different drivers, as release 1.35 takes them for one (a quirk): all of them draw on
// the counters of the pool that a search meets first.

import type { DeviceTable } from '../cluster/devices.js';
import { Interner } from '../cluster/interner.js';

const NONE = -1;

/** Which counters the devices of namesake pools draw on, while a search goes on. */
export class NamesakePools {
  /** Id of the name by pool, and the pool of that name that was met first. */
  private readonly nameOf: number[] = [];
  private readonly first: number[] = [];
  /** Counters by pool, set and name, of those that are published. */
  private readonly published = new Map<string, number>();
  private readonly placeOf: string[] = [];

  constructor(private readonly devices: DeviceTable) {
    const names = new Interner();
    const { counters, counterPool, counterValue } = devices;
    for (let counter = 0; counter < counters.size; counter++) {
      const key = counters.text(counter);
      const end = key.lastIndexOf('/', key.lastIndexOf('/') - 1);
      const pool = counterPool[counter]!;
      this.nameOf[pool] = names.id(key.slice(key.indexOf('/') + 1, key.lastIndexOf('@', end)));
      this.placeOf.push(key.slice(end));
      if (Number.isNaN(counterValue[counter])) continue;
      this.published.set(`${pool}${key.slice(end)}`, counter);
    }
  }

  /** Begins a search: no pool was met yet. */
  begin(): void {
    this.first.length = 0;
  }

  /** The counter that a draw on `counter` counts against, or -1 where it counts against none. */
  counterOf(counter: number): number {
    const first = this.poolOf(counter);
    if (first === this.devices.counterPool[counter]) return counter;
    return this.published.get(`${first}${this.placeOf[counter]}`) ?? NONE;
  }

  /** The pool whose counters stand for those of the counter's pool. */
  poolOf(counter: number): number {
    const pool = this.devices.counterPool[counter]!;
    const name = this.nameOf[pool]!;
    this.first[name] ??= pool;
    return this.first[name];
  }
}
