// Which gang a new pod of a run belongs to: that of its Job, or of the pod group that it names.

import type { Gang, Gangs } from '../scheduler/gangs.js';
import type { PodTemplate } from '../workloads/plan.js';

/** The gangs of Jobs and of pod groups. */
export class RunGangs {
  private readonly byJob = new Map<number, Gang>();
  private readonly byName = new Map<string, Gang>();

  constructor(private readonly gangs: Gangs) {}

  /** Makes the pods of a Job a gang. */
  addJob(job: number, minCount: number): void {
    this.byJob.set(job, this.gangs.create(minCount));
  }

  of({ podGroup }: PodTemplate, job: number): Gang | undefined {
    if (!podGroup) return this.byJob.get(job);
    let gang = this.byName.get(podGroup.name);
    if (!gang) {
      gang = this.gangs.create(podGroup.minCount);
      this.byName.set(podGroup.name, gang);
    }
    return gang;
  }
}
