// Why PreEnqueue holds a pod back.

import type { PodKinds } from './podkinds.js';
import type { Reasons } from './reasons.js';

/** The rejection of a pod that is gated; `isOurs` is false where no profile has its `schedulerName`. */
export function holdingReason(
  kind: number,
  kinds: PodKinds,
  reasons: Reasons,
  isOurs: boolean,
): number {
  const held = (plugin: string, text: string) =>
    reasons.id(plugin, 'UnschedulableAndUnresolvable', text);
  const { schedulerName } = kinds.waiting(kind).spec;
  if (!isOurs) return held('', `no profile of the scheduler is called "${schedulerName}"`);
  const gates = kinds.gates(kind);
  if (gates.length > 0) {
    return held('SchedulingGates', `waiting for scheduling gates: [${gates.join(' ')}]`);
  }
  const missing = kinds.missing(kind);
  if (missing !== '') return held('DynamicResources', missing);
  return held('GangScheduling', 'waiting for the rest of its gang to be created');
}
