// Vectors of the kind `queueing-hint`: whether an event makes the scheduler look again at a pod that one
// plugin rejected.

import type { Pod } from '../api/core.js';
import { type Features, resolveFeatures } from '../api/features.js';
import { claimNames } from '../dra/claimsofpod.js';
import { DrasimError } from '../errors.js';
import {
  actionOf,
  type ClusterEvent,
  type EventResource,
  matchesEvent,
  UPDATE_POD_OTHER,
} from '../scheduler/events/clusterevent.js';
import type {
  EventObjects,
  EventRegistration,
  HintFunction,
  PreHint,
  PreHintFunction,
} from '../scheduler/events/registration.js';
import { completeObject, isNamespacedKind, profileEvents } from './profileevents.js';
import type { Json, VectorReader } from './vector.js';

type JsonObject = { [key: string]: Json };
type ApiJson = Parameters<typeof completeObject>[0];

/** Asks the hints of the plugin's registrations that match the event. */
export const queueingHintReader: VectorReader = {
  kinds: ['queueing-hint'],
  answer({ kubernetes, input }): Json {
    const features = resolveFeatures({ ...kubernetes, unlocked: true });
    const event = eventOf(input['event'] as JsonObject, features);
    const all = profileEvents(input, features).get(String(input['plugin'])) ?? [];
    const matching = all.filter((pattern) => matchesEvent(pattern, event, features.minor));
    if (matching.length === 0) return { registered: false };
    const pod = completeObject(input['pod'] as unknown as Pod, true);
    const objects = objectsOf(input, event.resource);
    const narrowed = preHintOf(matching, pod, objects);
    return { registered: true, ...askHints(matching, pod, objects), ...narrowed };
  },
};

function eventOf({ resource, action }: JsonObject, { minor }: Features): ClusterEvent {
  const isPod = String(resource).endsWith('Pod');
  const isOther = isPod && action === 'Update' && minor <= 33;
  return {
    resource: resource as EventResource,
    actions: isOther ? UPDATE_POD_OTHER : actionOf(String(action))!,
  };
}

function objectsOf(input: JsonObject, resource: EventResource): EventObjects<ApiJson> {
  const kind = resource.slice(resource.lastIndexOf('/') + 1);
  const complete = (object: Json | undefined) =>
    object === undefined
      ? undefined
      : completeObject(object as unknown as ApiJson, isNamespacedKind(kind));
  return { old: complete(input['old']), new: complete(input['new']) };
}

function askHints(
  registrations: readonly EventRegistration[],
  pod: Pod,
  objects: EventObjects<ApiJson>,
): { hint: string; error?: true } {
  let hint = 'Skip';
  let hasFailed = false;
  for (const registration of registrations) {
    const ask = registration.hint as HintFunction<ApiJson> | undefined;
    try {
      if (!ask || ask(pod, objects) === 'Queue') hint = 'Queue';
    } catch (error) {
      if (!(error instanceof DrasimError)) throw error;
      hint = 'Queue';
      hasFailed = true;
    }
  }
  return hasFailed ? { hint, error: true } : { hint };
}

function preHintOf(
  registrations: readonly EventRegistration[],
  pod: Pod,
  objects: EventObjects<ApiJson>,
): { preQueueingHint?: Json } {
  const narrow = registrations.find(({ preHint }) => preHint)?.preHint as
    | PreHintFunction<ApiJson>
    | undefined;
  if (!narrow) return {};
  const { namespace, name } = pod.metadata;
  const podsNaming = (claimNamespace: string, claim: string) =>
    claimNamespace === namespace && claimNames(pod).includes(claim) ? [`${namespace}/${name}`] : [];
  const pods: PreHint = narrow(objects, podsNaming);
  return { preQueueingHint: pods === 'all' ? { allPods: true } : { pods: [...pods].sort() } };
}
