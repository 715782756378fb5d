// What plugins of a run look up: the objects of its input, device classes, and persistent volumes as they stand.

import { ExtendedResourceCache } from '../dra/extendedresources.js';
import { NO_OBJECTS, type ObjectListers } from '../scheduler/listers.js';
import { VolumeState } from '../scheduler/volumestate.js';
import type { RunInput } from './runinput.js';

/** Makes the listers of a run. */
export function runListers({ classes, listers: given = NO_OBJECTS }: RunInput): {
  listers: ObjectListers;
  volumes: VolumeState;
} {
  const volumes = new VolumeState(given);
  const resources = new ExtendedResourceCache(classes.values());
  const listers = {
    ...volumes.listers,
    deviceClasses: () => [...classes.values()],
    classServing: (resource: string) => resources.find(resource),
  };
  return { listers, volumes };
}
