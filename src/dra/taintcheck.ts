// Which taints of a device keep a request away from it (KEP-5055). Source: k8s.io/dynamic-resource-
// allocation/structured, taintPreventsAllocation (1.37).

import type { AllocatorQuirks } from '../api/allocatorquirks.js';
import type { DeviceTaint } from '../api/resource.js';
import { tolerates } from '../api/tolerations.js';
import type { RequestShape } from './claimshape.js';

/** Whether a taint keeps a request away. */
export function keepsAway(
  taint: DeviceTaint,
  { tolerations }: Pick<RequestShape, 'tolerations'>,
  { everyTaintCounts }: Pick<AllocatorQuirks, 'everyTaintCounts'>,
): boolean {
  const counts = everyTaintCounts || taint.effect === 'NoSchedule' || taint.effect === 'NoExecute';
  return counts && !tolerations.some((toleration) => tolerates(toleration, taint));
}
