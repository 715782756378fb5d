// Extended resources that device classes serve (KEP-5004): which class a resource name stands for.
// Source: dynamic-resource-allocation, Kubernetes 1.34 to 1.37; spec dra-allocator.md 10.10.

import type { DeviceClass } from '../api/resource.js';

/** Before the name of a class: the resource that always stands for it. */
const IMPLICIT_PREFIX = 'deviceclass.resource.kubernetes.io/';

/** Whether a class serves a resource, by its explicit name or by the implicit one. */
export function servesResource({ metadata, spec }: DeviceClass, resource: string): boolean {
  return (
    spec?.extendedResourceName === resource || resource === `${IMPLICIT_PREFIX}${metadata.name}`
  );
}

/**
 * Classes by the resources that they serve, as they come and go. Two classes that ask for one name share
 * upstream's accidents: the one that does not get it gets no implicit name either, an update by the owner
 * is not seen, and whichever goes takes the name along (a quirk).
 */
export class ExtendedResourceCache {
  private readonly byResource = new Map<string, DeviceClass>();

  constructor(classes: Iterable<DeviceClass> = []) {
    // A first list comes sorted by name.
    const sorted = [...classes].sort((left, right) =>
      left.metadata.name! < right.metadata.name! ? -1 : 1,
    );
    for (const deviceClass of sorted) this.add(deviceClass);
  }

  /** The class that serves a resource. */
  find(resource: string): DeviceClass | undefined {
    return this.byResource.get(resource);
  }

  add(deviceClass: DeviceClass): void {
    const { extendedResourceName } = deviceClass.spec ?? {};
    if (extendedResourceName !== undefined) {
      const owner = this.byResource.get(extendedResourceName);
      if (owner && !wins(deviceClass, owner)) return;
      this.byResource.set(extendedResourceName, deviceClass);
    }
    this.byResource.set(IMPLICIT_PREFIX + deviceClass.metadata.name, deviceClass);
  }

  update(old: DeviceClass, changed: DeviceClass): void {
    const before = old.spec?.extendedResourceName;
    if (before !== undefined && before !== changed.spec?.extendedResourceName) {
      this.byResource.delete(before);
    }
    this.add(changed);
  }

  delete({ metadata, spec }: DeviceClass): void {
    const { extendedResourceName } = spec ?? {};
    if (extendedResourceName !== undefined) this.byResource.delete(extendedResourceName);
    this.byResource.delete(IMPLICIT_PREFIX + metadata.name);
  }
}

/** The newer class, then the one of the smaller name. */
function wins(left: DeviceClass, right: DeviceClass): boolean {
  const [own = '', other = ''] = [left, right].map(({ metadata }) => metadata.creationTimestamp);
  if (own !== other) return own > other;
  return left.metadata.name! < right.metadata.name!;
}
