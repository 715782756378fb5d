// DefaultPreemption: makes room by evicting pods of lower priority. Source: kubernetes/kubernetes
// pkg/scheduler/framework/plugins/defaultpreemption (1.32, 1.34, 1.37).

import { DELETE } from '../events/clusterevent.js';
import { assignedResource } from '../events/pods.js';
import { type EventContext, type EventRegistration, on } from '../events/registration.js';

/**
 * Deleted pods, where preemption is asynchronous; the hint is always Skip.
 *
 * The registration only keeps the preemptor, while its gate holds it, among the pods that such an event is
 * shown to; the hints of the filters decide.
 */
export function defaultPreemptionEvents({ features }: EventContext): EventRegistration[] {
  const isAsync = features.enabled('SchedulerAsyncPreemption') && features.minor >= 34;
  return isAsync ? [on(assignedResource(features), DELETE, () => 'Skip')] : [];
}
