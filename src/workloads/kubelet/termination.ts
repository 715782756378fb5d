// How long a pod takes to go once it was told to: its preStop sleep, then its containers, within its grace period.
// Source: pkg/kubelet/kuberuntime killContainer, KEP-3960 and KEP-4818 (sleep of 0 s), Kubernetes 1.32 to 1.37.

import type { PodSpec } from '../../api/core.js';

const GRACE_SECONDS = 30;
/** What containers get at least after preStop has used up the grace period. */
const LEAST_GRACE_US = 2_000_000;

/** What of a pod's spec decides how it goes, microseconds. */
export interface Termination {
  readonly graceUs: number;
  /** The longest preStop sleep of its containers, which sleep at the same time. */
  readonly preStopUs: number;
}

export function terminationOf(spec: PodSpec): Termination {
  const sleeps = [...spec.containers, ...(spec.initContainers ?? [])].map(
    ({ lifecycle }) => lifecycle?.preStop?.sleep?.seconds ?? 0,
  );
  return {
    graceUs: (spec.terminationGracePeriodSeconds ?? GRACE_SECONDS) * 1_000_000,
    preStopUs: Math.max(0, ...sleeps) * 1_000_000,
  };
}

/**
 * From the deletion of a pod until its containers are gone.
 *
 * @param stopUs - what containers take to stop once they are told
 * @param isRunning - false where they have not started: then there is nothing to sleep in
 */
export function terminationUs(
  { graceUs, preStopUs }: Termination,
  stopUs: number,
  isRunning: boolean,
): number {
  if (graceUs === 0) return 0;
  const sleepUs = isRunning ? Math.min(preStopUs, graceUs) : 0;
  return sleepUs + Math.min(stopUs, Math.max(graceUs - sleepUs, LEAST_GRACE_US));
}
