// Pods that end because of taints of the devices that they use: when each is due, as rules come and go.

import type { Allocator } from '../dra/allocator.js';
import type { DeviceTaints } from '../dra/devicetaints.js';
import type { Simulation } from '../engine/simulation.js';
import type { PodTable } from '../scheduler/pods.js';
import type { PodShapes } from '../scheduler/podshape.js';

/** What is looked at, and the event that says that a pod may be due. */
export interface TaintEvictionsContext {
  readonly simulation: Simulation;
  readonly allocator: Allocator;
  readonly taints: DeviceTaints;
  readonly pods: PodTable;
  readonly shapes: PodShapes;
  readonly kind: number;
  readonly priority: number;
}

/** Plans the ends of pods on nodes. */
export class TaintEvictions {
  constructor(private readonly context: TaintEvictionsContext) {}

  /** Notes when a pod on a node will be due; rules may change until then. */
  plan(pod: number): void {
    const { simulation, taints, kind, priority } = this.context;
    if (!taints.isEnding) return;
    const atUs = this.dueUs(pod);
    if (atUs === Infinity) return;
    simulation.at(Math.max(simulation.nowUs, atUs), priority, kind, pod);
  }

  isDue(pod: number): boolean {
    return this.dueUs(pod) <= this.context.simulation.nowUs;
  }

  private dueUs(pod: number): number {
    const { allocator, pods, shapes, taints } = this.context;
    const { claims } = allocator;
    let firstUs = Infinity;
    shapes.shape(pods.shape[pod]!).claims.forEach((_entry, index) => {
      const claim = pods.claimOf(pod, index);
      if (!claims.isAllocated(claim)) return;
      const atUs = taints.evictionUs(claims.shape(claim), claims.held(claim));
      firstUs = Math.min(firstUs, atUs);
    });
    return firstUs;
  }
}
