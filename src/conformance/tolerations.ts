// Vectors of the kinds `tolerations` (nodes and pods) and `device-toleration` (DRA).

import type { Taint, Toleration } from '../api/core.js';
import { resolveFeatures } from '../api/features.js';
import type { DeviceTaint, DeviceToleration } from '../api/resource.js';
import { findUntoleratedTaint, tolerates } from '../api/tolerations.js';
import type { Json, VectorReader } from './vector.js';

/** The first taint that no toleration covers, or whether one toleration covers one taint. */
export const tolerationsReader: VectorReader = {
  kinds: ['tolerations', 'device-toleration'],
  answer({ kind, kubernetes, input }): Json {
    if (kind === 'device-toleration') {
      const toleration = input['toleration'] as unknown as DeviceToleration;
      return { tolerates: tolerates(toleration, input['taint'] as unknown as DeviceTaint) };
    }
    const features = resolveFeatures({ ...kubernetes, unlocked: true });
    const untolerated = findUntoleratedTaint(
      (input['taints'] ?? []) as unknown as Taint[],
      (input['tolerations'] ?? []) as unknown as Toleration[],
      features.enabled('TaintTolerationComparisonOperators'),
    );
    return { untolerated: (untolerated ?? null) as unknown as Json };
  },
};
