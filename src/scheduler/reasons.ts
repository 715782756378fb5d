// Why nodes were rejected, as small integers: texts are made once and counted by id.

import { Interner } from '../cluster/interner.js';

/** Status of a rejection; upstream's names. */
export type StatusCode = 'Unschedulable' | 'UnschedulableAndUnresolvable' | 'Error';

/** A rejection: plugin, status and one or more reasons. */
export interface Rejection {
  plugin: string;
  code: StatusCode;
  reasons: readonly string[];
}

/** Rejections of a run by id; id 0 is Success. */
export class Reasons {
  private readonly keys = new Interner();
  private readonly rejections: (Rejection | null)[] = [null];

  constructor() {
    this.keys.id('');
  }

  /** Rejections known so far, Success included. */
  get size(): number {
    return this.rejections.length;
  }

  id(plugin: string, code: StatusCode, ...reasons: string[]): number {
    const id = this.keys.id(JSON.stringify([plugin, code, reasons]));
    if (id === this.rejections.length) this.rejections.push({ plugin, code, reasons });
    return id;
  }

  rejection(id: number): Rejection {
    return this.rejections[id]!;
  }

  isError(id: number): boolean {
    return this.rejections[id]?.code === 'Error';
  }

  /**
   * The text of FailedScheduling as kubectl shows it.
   *
   * @param counts - nodes by rejection id
   */
  message(counts: Int32Array, nodeCount: number): string {
    const totals = new Map<string, number>();
    counts.forEach((count, id) => {
      if (id === 0 || count === 0) return;
      for (const reason of this.rejections[id]!.reasons) {
        totals.set(reason, (totals.get(reason) ?? 0) + count);
      }
    });
    const texts = [...totals].map(([reason, count]) => `${count} ${reason}`).sort();
    const details = texts.length === 0 ? '' : `: ${texts.join(', ')}`;
    return `0/${nodeCount} nodes are available${details}.`;
  }
}
