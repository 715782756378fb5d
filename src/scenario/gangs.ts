// Whether a scenario may have gangs: the release knows them, and its gates are on.

import { DrasimError } from '../errors.js';
import { gangGate, knowsGangs } from '../scheduler/gangs.js';
import { formatPath, type Step } from './document.js';
import type { CompileSource } from './objects.js';

/** Refuses a gang that would be none. @throws DrasimError `ERR_GANG_GATE` */
export function checkGangs({ document, features }: CompileSource, path: readonly Step[]): void {
  if (knowsGangs(features)) return;
  const { minor } = features;
  const gates = [...new Set(['GenericWorkload', gangGate(features)])];
  const hint =
    minor < 35
      ? 'kubernetes.version 1.35 or newer has them'
      : `kubernetes: {featureGates: {${gates.map((gate) => `${gate}: true`).join(', ')}}}`;
  throw new DrasimError({
    code: 'ERR_GANG_GATE',
    path: formatPath(path),
    message: `Kubernetes 1.${minor} schedules no gangs as this scenario sets it up`,
    hint,
    position: document.positionOf(path),
  });
}
