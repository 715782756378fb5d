// How well the storage of a node suits the claims of a pod: the share of it that they would use. Source:
// pkg/scheduler/framework/plugins/volumebinding/scorer.go, Kubernetes 1.37; spec scheduler.md 3.8.

import { Quantity } from '../api/quantity.js';
import type { UtilizationShapePoint } from './configuration/args.js';
import { interpolate } from './interpolation.js';
import { type BindingOutcome, capacityOf, requestOf } from './volumebinder.js';

/** What claims of one class ask for, and what there is. */
interface ClassUse {
  requested: bigint;
  capacity: bigint;
}

/** The mean score over the classes: of static bindings where there are any, otherwise of provisions. */
export function scoreVolumes(
  { bindings, provisions }: BindingOutcome,
  points: readonly UtilizationShapePoint[],
): number {
  const uses = new Map<string, ClassUse>();
  const useOf = (className = ''): ClassUse => {
    const use = uses.get(className) ?? { requested: 0n, capacity: 0n };
    uses.set(className, use);
    return use;
  };
  if (bindings.length > 0) {
    for (const { claim, volume } of bindings) {
      const use = useOf(claim.spec?.storageClassName);
      use.requested += requestOf(claim).value();
      use.capacity += capacityOf(volume).value();
    }
  } else {
    for (const { claim, capacity } of provisions) {
      if (!capacity) continue;
      const use = useOf(claim.spec?.storageClassName);
      use.requested += requestOf(claim).value();
      use.capacity = Quantity.parse(capacity.capacity ?? '0').value();
    }
  }
  if (uses.size === 0) return 0;
  let sum = 0;
  for (const { requested, capacity } of uses.values()) {
    const utilization = capacity === 0n ? 100 : Number((requested * 100n) / capacity);
    sum += interpolate(points, Math.min(utilization, 100));
  }
  return Math.round(sum / uses.size);
}
