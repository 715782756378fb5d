// Why nodes were rejected, as small integers: texts are made once and counted by id.

import { Interner } from '../cluster/interner.js';

/** Status of a rejection; upstream's names. */
export type StatusCode = 'Unschedulable' | 'UnschedulableAndUnresolvable' | 'Pending' | 'Error';

/** A rejection: plugin (empty for the framework itself), status and one or more reasons. */
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
}

/** How many nodes are not available for which reason, sorted as texts are. */
export function nodesMessage(totals: ReadonlyMap<string, number>, nodeCount: number): string {
  const texts = [...totals].map(([reason, count]) => `${count} ${reason}`).sort();
  const details = texts.length === 0 ? '' : `: ${texts.join(', ')}`;
  return `0/${nodeCount} nodes are available${details}.`;
}
