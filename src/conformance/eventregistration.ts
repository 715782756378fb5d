// Vectors of the kind `event-registration`: which events the plugins of a profile register.

import { resolveFeatures } from '../api/features.js';
import { actionNames, resourceName } from '../scheduler/events/clusterevent.js';
import type { EventRegistration } from '../scheduler/events/registration.js';
import { profileEvents } from './profileevents.js';
import type { Json, VectorReader } from './vector.js';

type JsonObject = { [key: string]: Json };

/** Tells the registrations of each plugin in the version's own names. */
export const eventRegistrationReader: VectorReader = {
  kinds: ['event-registration'],
  answer({ kubernetes, input }): Json {
    const features = resolveFeatures({ ...kubernetes, unlocked: true });
    const registrations = profileEvents(input, features);
    const plugins = [...registrations].map(([plugin, list]) => [
      plugin,
      sorted(list.map((registration) => registrationJson(registration, features.minor))),
    ]);
    return { plugins: Object.fromEntries(plugins) };
  },
  comparable(expect): Json {
    const plugins = Object.entries((expect as JsonObject)['plugins'] as JsonObject);
    const lists = plugins.map(([plugin, list]) => [plugin, sorted(list as Json[])]);
    return { plugins: Object.fromEntries(lists) };
  },
};

function registrationJson(registration: EventRegistration, minor: number): Json {
  const { resource, actions, hint, addedByScheduler } = registration;
  return {
    resource: resourceName(resource, minor),
    actions: actionNames(actions, minor),
    hint: hint !== undefined,
    ...(addedByScheduler ? { addedByScheduler } : {}),
  };
}

function sorted(list: readonly Json[]): Json[] {
  const keyOf = (item: Json) => {
    const { resource, actions } = item as JsonObject;
    return `${resource} ${(actions as string[]).join(' ')}`;
  };
  return [...list].sort((left, right) => (keyOf(left) < keyOf(right) ? -1 : 1));
}
