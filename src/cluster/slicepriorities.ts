// A priority on ResourceSlices, which no released API has: it is read from an annotation. Source: kubernetes/enhancements
// issue 5773, where it is proposed as a stop-gap because the allocator takes the first device that fits.

import type { ResourceSlice } from '../api/resource.js';
import { DrasimError, type Issue } from '../errors.js';

/** A 32-bit integer; 0 where it is missing. */
export const SLICE_PRIORITY = 'drasim.dev/slice-priority';

const PRIORITY_MAX = 2 ** 31 - 1;
const PRIORITY_MIN = -(2 ** 31);

export function hasSlicePriorities(slices: readonly ResourceSlice[]): boolean {
  return slices.some(({ metadata }) => metadata.annotations?.[SLICE_PRIORITY] !== undefined);
}

/** Priorities by slice. @throws DrasimError `ERR_SLICE_PRIORITY` with every one that is no 32-bit integer */
export function slicePriorities(slices: readonly ResourceSlice[]): Int32Array {
  const issues: Issue[] = [];
  const priorities = Int32Array.from(slices, ({ metadata }) => {
    const text = metadata.annotations?.[SLICE_PRIORITY];
    if (text === undefined) return 0;
    const value = /^-?\d+$/.test(text) ? Number(text) : Number.NaN;
    if (value >= PRIORITY_MIN && value <= PRIORITY_MAX) return value;
    issues.push({
      code: 'ERR_SLICE_PRIORITY',
      path: `ResourceSlice ${metadata.name ?? ''} metadata.annotations[${SLICE_PRIORITY}]`,
      message: `expected an integer of 32 bits, got ${JSON.stringify(text)}`,
      hint: 'devices of slices with a higher priority come first; without the annotation it is 0',
    });
    return 0;
  });
  if (issues.length > 0) throw new DrasimError(issues);
  return priorities;
}
