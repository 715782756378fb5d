// Vectors of the kind `event-classification`: the events of a changed pod or node.

import type { Node, Pod } from '../api/core.js';
import { resolveFeatures } from '../api/features.js';
import { classifyNodeUpdate, classifyPodUpdate } from '../scheduler/events/classification.js';
import { actionNames, eventLabel, resourceName } from '../scheduler/events/clusterevent.js';
import type { Json, VectorReader } from './vector.js';

/** Tells the events in the version's own names. */
export const eventClassificationReader: VectorReader = {
  kinds: ['event-classification'],
  answer({ kubernetes, input }): Json {
    const features = resolveFeatures({ ...kubernetes, unlocked: true });
    const { minor } = features;
    const { kind, old, new: changed, target } = input;
    const events =
      kind === 'Node'
        ? classifyNodeUpdate(old as unknown as Node, changed as unknown as Node, features)
        : classifyPodUpdate(
            old as unknown as Pod,
            changed as unknown as Pod,
            target === true,
            features,
          );
    return {
      events: events.map((event) => ({
        resource: resourceName(event.resource, minor),
        action: actionNames(event.actions, minor).join(''),
        label: eventLabel(event, minor),
      })),
    };
  },
};
