// Whether tolerations cover taints: those of nodes and those of devices.
// Follows `k8s.io/api` Toleration.ToleratesTaint and dynamic-resource-allocation `resourceclaim`,
// Kubernetes 1.37.

import type { Taint, Toleration } from './core.js';
import { parseInt64 } from './requirement.js';
import type { DeviceTaint, DeviceToleration } from './resource.js';

/** Whether a device toleration covers a device taint. Time plays no part. */
export function tolerates(toleration: DeviceToleration, taint: DeviceTaint): boolean {
  if (toleration.effect && toleration.effect !== taint.effect) return false;
  if (toleration.key && toleration.key !== taint.key) return false;
  switch (toleration.operator ?? '') {
    case '':
    case 'Equal':
      return (toleration.value ?? '') === (taint.value ?? '');
    case 'Exists':
      return true;
    default:
      return false;
  }
}

/**
 * Whether a pod's toleration covers a node's taint.
 *
 * @param comparison - gate TaintTolerationComparisonOperators: operators Lt and Gt work
 */
export function toleratesNodeTaint(
  toleration: Toleration,
  taint: Taint,
  comparison = false,
): boolean {
  if (toleration.effect && toleration.effect !== taint.effect) return false;
  if (toleration.key && toleration.key !== taint.key) return false;
  switch (toleration.operator ?? '') {
    case '':
    case 'Equal':
      return (toleration.value ?? '') === (taint.value ?? '');
    case 'Exists':
      return true;
    case 'Lt':
      return comparison && compareValues(taint.value, toleration.value) === -1;
    case 'Gt':
      return comparison && compareValues(taint.value, toleration.value) === 1;
    default:
      return false;
  }
}

/** The first taint with effect NoSchedule or NoExecute that no toleration covers. */
export function findUntoleratedTaint(
  taints: readonly Taint[],
  tolerations: readonly Toleration[],
  comparison = false,
): Taint | undefined {
  return taints.find(
    (taint) =>
      (taint.effect === 'NoSchedule' || taint.effect === 'NoExecute') &&
      !tolerations.some((toleration) => toleratesNodeTaint(toleration, taint, comparison)),
  );
}

// -1, 0 or 1; undefined when one of the two is no plain integer of 64 bits.
function compareValues(a: string | undefined, b: string | undefined): number | undefined {
  const left = parsePlainInteger(a);
  const right = parsePlainInteger(b);
  if (left === undefined || right === undefined) return undefined;
  return left < right ? -1 : left > right ? 1 : 0;
}

// Plain: no plus sign, no leading zeros, no minus zero.
function parsePlainInteger(text: string | undefined): bigint | undefined {
  if (text === undefined || !/^(0|-?[1-9][0-9]*)$/.test(text)) return undefined;
  return parseInt64(text);
}
