// Jobs of a workload that a controller suspends and resumes: what they must be, and the plan for the run.

import { DrasimError } from '../errors.js';
import type { PodTemplate, WorkloadPlan } from '../workloads/plan.js';
import { formatPath } from './document.js';
import { checkGangs } from './gangs.js';
import type { CompileSource } from './objects.js';
import { durationUs, type Workload } from './schema.js';

/**
 * Makes every template a Job that is a gang, and adds the controller.
 *
 * @throws DrasimError `ERR_GANG_GATE`; `ERR_SUSPENSION` where the release tries gangs one by one, where a Job does not run
 * all its pods at once, or where the interval is no time
 */
export function suspendJobs(
  plan: WorkloadPlan,
  { policy, interval, cost, devices }: NonNullable<Workload['suspension']>,
  index: number,
  source: CompileSource,
): WorkloadPlan {
  const { document, features } = source;
  const path = ['workloads', index, 'suspension'];
  const refuse = (message: string, hint: string) =>
    new DrasimError({
      code: 'ERR_SUSPENSION',
      path: formatPath(path),
      message,
      hint,
      position: document.positionOf(path),
    });
  checkGangs(source, path);
  if (features.minor < 37) {
    const message = `Kubernetes 1.${features.minor} tries the pods of a gang one by one`;
    throw refuse(`${message}; Jobs are suspended only as a whole`, 'take kubernetes.version 1.37');
  }
  const intervalUs = durationUs(interval, 0);
  if (intervalUs === 0) throw refuse('the interval is no time', 'give it a length, such as 6m');
  const templates = plan.templates.map((template): PodTemplate => {
    const job = template.job ?? { parallelism: 1, completions: 1 };
    if (job.parallelism < job.completions) {
      const message = `${template.name} runs ${job.parallelism} of ${job.completions} pods at once`;
      throw refuse(`${message}; Jobs that are suspended run all`, 'leave completions out');
    }
    return { ...template, job: { ...job, isGang: true } };
  });
  const suspension = {
    ...{ policy, intervalUs, costUs: durationUs(cost, 0) },
    ...(devices !== undefined && { devices }),
  };
  return { ...plan, templates, suspension };
}
