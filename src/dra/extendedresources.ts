// Extended resources that device classes serve (KEP-5004): which class a resource name stands for.
// Source: dynamic-resource-allocation, Kubernetes 1.34 to 1.37; spec dra-allocator.md 10.10.

import type { DeviceClass } from '../api/resource.js';

/** Before the name of a class: the resource that always stands for it. */
export const IMPLICIT_PREFIX = 'deviceclass.resource.kubernetes.io/';

/** Whether a class serves a resource, by its explicit name or by the implicit one. */
export function servesResource({ metadata, spec }: DeviceClass, resource: string): boolean {
  return (
    spec?.extendedResourceName === resource || resource === `${IMPLICIT_PREFIX}${metadata.name}`
  );
}
