// Vectors of the kind `pod-requests`: what a pod asks for, and counts for on its node.

import type { Pod } from '../api/core.js';
import { resolveFeatures } from '../api/features.js';
import { type Amounts, podLimits, podRequests, podUsage } from '../api/podrequests.js';
import type { Json, VectorReader } from './vector.js';

/** Requests and limits of a pending pod, and the usage of a running one. */
export const podRequestsReader: VectorReader = {
  kinds: ['pod-requests'],
  answer({ kubernetes, input }): Json {
    const features = resolveFeatures({ ...kubernetes, unlocked: true });
    const pod = input['pod'] as unknown as Pod;
    const usage = podUsage(pod, features);
    return {
      requests: textsOf(podRequests(pod, features)),
      limits: textsOf(podLimits(pod, features)),
      onNode: {
        milliCPU: usage.milliCpu,
        memory: usage.memoryBytes,
        ephemeralStorage: usage.ephemeralStorageBytes,
        ...(usage.scalar.size > 0 ? { scalar: Object.fromEntries(usage.scalar) } : {}),
      },
      nonZeroMilliCPU: usage.nonZeroMilliCpu,
      nonZeroMemory: usage.nonZeroMemoryBytes,
    };
  },
};

function textsOf(amounts: Amounts): { [resource: string]: Json } {
  return Object.fromEntries([...amounts].map(([name, quantity]) => [name, quantity.toString()]));
}
