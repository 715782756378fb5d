// What pods hold from when to when: their node's resources and the devices of their claims. Keeps the record of
// allocations, the series of node resources, and whatever measures follow from both.

import type { AllocationRecords } from './allocationrecords.js';
import type { Run } from './simulator.js';

export class Holdings {
  /** Node of each pod that holds something. */
  private readonly nodeOf: number[] = [];

  constructor(
    private readonly run: Pick<Run, 'pods' | 'shapes' | 'recorder' | 'measures'>,
    private readonly allocations: AllocationRecords,
  ) {}

  /** A pod was given its node and its devices. */
  begin(pod: number, nowUs: number): void {
    const { pods, shapes, recorder, measures } = this.run;
    const { claims, resources, amounts } = shapes.shape(pods.shape[pod]!);
    const node = pods.node[pod]!;
    this.nodeOf[pod] = node;
    this.allocations.begin(pod, claims.length, nowUs);
    recorder.addRequests(resources, amounts, 1);
    measures.placed(pod, node);
  }

  /** A pod has given back what it held. */
  end(pod: number, nowUs: number): void {
    const { pods, shapes, recorder, measures } = this.run;
    const { resources, amounts } = shapes.shape(pods.shape[pod]!);
    recorder.addRequests(resources, amounts, -1);
    this.allocations.end(pod, nowUs);
    measures.left(pod, this.nodeOf[pod]!);
  }
}
