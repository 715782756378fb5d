// SchedulingGates: a pod waits until its list of gates is empty. Source: kubernetes/kubernetes
// pkg/scheduler/framework/plugins/schedulinggates (1.32, 1.37).

import type { Pod } from '../../api/core.js';
import { UPDATE_POD_SCHEDULING_GATES_ELIMINATED } from '../events/clusterevent.js';
import { isSamePod, targetResource } from '../events/pods.js';
import { type EventContext, type EventRegistration, on, queueIf } from '../events/registration.js';
import type { Plugin, PluginHandle } from '../framework.js';

export function createSchedulingGates({ reasons }: PluginHandle): Plugin {
  const name = 'SchedulingGates';
  return {
    name,
    dependsOn: 'node',
    preEnqueue({ spec: { schedulingGates = [] } }) {
      if (schedulingGates.length === 0) return 0;
      const gates = schedulingGates.map((gate) => gate.name).join(' ');
      const text = `waiting for scheduling gates: [${gates}]`;
      return reasons.id(name, 'UnschedulableAndUnresolvable', text);
    },
  };
}

/** The end of the pod's own gates. */
export function schedulingGatesEvents({ features }: EventContext): EventRegistration[] {
  const resource = targetResource(features);
  return [
    on<Pod>(resource, UPDATE_POD_SCHEDULING_GATES_ELIMINATED, (pod, { new: changed }) =>
      queueIf(isSamePod(changed, pod)),
    ),
  ];
}
