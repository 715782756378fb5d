// From the older shapes of resource.k8s.io to v1: v1beta1 and v1alpha3 have the fields of an exact
// request beside its name, and wrap a device's fields in `basic`. Follows the conversions of
// Kubernetes 1.37 (`pkg/apis/resource/v1beta1`).

import type { Draft } from './object.js';

/** The shape that a manifest was written in: v1 (also v1beta2), or v1beta1 (also v1alpha3). */
export type ClaimShape = 'v1' | 'v1beta1';

/** Brings a v1beta1 object of a kind into the shape of v1. */
export function convertBeta1(kind: string, object: Draft): void {
  const spec = object['spec'] as Draft | undefined;
  if (spec === undefined) return;
  if (kind === 'ResourceClaim') convertClaimSpec(spec);
  if (kind === 'ResourceClaimTemplate') convertClaimSpec((spec['spec'] ?? {}) as Draft);
  if (kind === 'ResourceSlice') convertSliceSpec(spec);
}

function convertClaimSpec(spec: Draft): void {
  const devices = spec['devices'] as Draft | undefined;
  const requests = devices?.['requests'] as Draft[] | undefined;
  if (!requests) return;
  devices!['requests'] = requests.map((request) => {
    const { name, firstAvailable, ...exactly } = request;
    const converted: Draft = {};
    if (name !== undefined) converted['name'] = name;
    if (isExactGiven(exactly)) converted['exactly'] = exactly;
    if (firstAvailable !== undefined) converted['firstAvailable'] = firstAvailable;
    return converted;
  });
}

// Texts and numbers count when they are not zero, all else when it was given at all.
function isExactGiven(exactly: Draft): boolean {
  return Object.values(exactly).some((value) => value !== '' && value !== 0);
}

function convertSliceSpec(spec: Draft): void {
  if (spec['nodeName'] === '') delete spec['nodeName'];
  if (spec['allNodes'] === false) delete spec['allNodes'];
  const devices = spec['devices'] as Draft[] | undefined;
  if (!devices) return;
  spec['devices'] = devices.map(({ basic, ...device }) => ({ ...device, ...(basic as Draft) }));
}
