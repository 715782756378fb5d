// What the packing problem of a moment leaves out, so that its optimum may be more than any placement reaches.

import { ATTRIBUTE_UNKNOWN } from '../../dra/attributes.js';
import type { PodShape } from '../../scheduler/podshape.js';
import type { Run } from '../../simulator/simulator.js';
import type { Demand } from './moment.js';

/** Rules of pods and devices that the program has no rows for; empty where it is exact. */
export function relaxationsOf(run: Run, demand: readonly Demand[]): string[] {
  const names = new Set<string>();
  for (const { shape } of demand) {
    for (const [name, applies] of Object.entries(RULES)) if (applies(shape)) names.add(name);
  }
  const templates = run.input.workloads.flatMap((plan) => plan.templates);
  if (templates.some(({ podGroup, job }) => podGroup ?? job?.isGang)) names.add('gangs');
  const { devices } = run.input.cluster;
  const { attributes } = run.allocator;
  const constraints = demand.flatMap(({ shape }) =>
    shape.claims.flatMap((claim) => claim.shape.constraints),
  );
  const hasLists = constraints.some(({ attribute }) =>
    devices.contentDevice.some(
      (device) => attributes.value(attribute, device) === ATTRIBUTE_UNKNOWN,
    ),
  );
  if (hasLists) names.add('attributes that are lists');
  for (let device = 0; device < devices.count; device++) {
    if (devices.allowMultiple[device] !== 1) continue;
    const capacities = devices.capacityStart[device + 1]! - devices.capacityStart[device]!;
    const isDrawing = devices.consumeStart[device + 1]! > devices.consumeStart[device]!;
    if (capacities !== 1 || isDrawing) names.add('shares of several capacities or with counters');
  }
  return [...names];
}

const RULES: Readonly<Record<string, (shape: PodShape) => boolean>> = {
  'pod affinity': ({ affinity }) =>
    (affinity?.podAffinity?.requiredDuringSchedulingIgnoredDuringExecution ?? []).length > 0 ||
    (affinity?.podAntiAffinity?.requiredDuringSchedulingIgnoredDuringExecution ?? []).length > 0,
  'topology spread': ({ spec }) =>
    (spec.topologySpreadConstraints ?? []).some(
      ({ whenUnsatisfiable }) => whenUnsatisfiable !== 'ScheduleAnyway',
    ),
  'host ports': ({ spec }) =>
    (spec.containers ?? []).some(({ ports }) => (ports ?? []).some(({ hostPort }) => hostPort)),
  volumes: ({ spec }) =>
    (spec.volumes ?? []).some(({ persistentVolumeClaim }) => persistentVolumeClaim),
  'derived attributes': ({ claims }) =>
    claims.some(({ shape }) =>
      shape.requests.some(({ alternatives }) =>
        alternatives.some(({ derived }) => derived.size > 0),
      ),
    ),
};
