// Which plugins stand behind a rejection, as the queue counts them: only what they wait for may wake the pod.

import type { FilterPlugin } from './framework.js';
import type { QueuePlugins } from './queue/plugins.js';
import type { Reasons } from './reasons.js';
import type { NodeAnswers } from './schedulingcycle.js';

/** The plugins behind rejections, as bits of the queue. */
export class Rejectors {
  /** By rejection id; none for errors. */
  private readonly bits: number[] = [];
  private possible = { shapeCount: -1, bits: 0 };

  constructor(
    private readonly plugins: QueuePlugins,
    private readonly reasons: Reasons,
    private readonly filters: readonly FilterPlugin[],
  ) {}

  /** Plugins that can reject a pod of the shapes known by now. */
  possibleOf(shapeCount: number): number {
    if (shapeCount !== this.possible.shapeCount) {
      const names = this.filters.flatMap((plugin) =>
        plugin.isIdle?.() === true ? [] : plugin.name,
      );
      this.possible = { shapeCount, bits: this.plugins.bits(names) };
    }
    return this.possible.bits;
  }

  /** The plugins that rejected some node, or that narrowed the nodes. */
  ofAnswers({ counts, preFilter }: NodeAnswers): number {
    let bits = this.plugins.bits(preFilter.narrowedBy);
    for (let id = 1; id < counts.length; id++) if (counts[id]! > 0) bits |= this.of(id);
    return bits;
  }

  of(rejection: number): number {
    let bits = this.bits[rejection];
    if (bits === undefined) {
      const { plugin } = this.reasons.rejection(rejection);
      bits = this.plugins.bits(plugin === '' ? [] : [plugin]);
      this.bits[rejection] = bits;
    }
    return bits;
  }
}
