// Names of container images as nodes and pods write them. Source: kubernetes/kubernetes
// pkg/scheduler/framework/plugins/imagelocality, Kubernetes 1.32 to 1.37; spec scheduler.md 3.8.

import type { PodSpec } from '../api/core.js';

/** The images that a pod needs. */
export interface PodImages {
  /** Images of containers, init containers too, once for each of them. */
  readonly names: readonly string[];
  /** Images that are mounted as volumes. */
  readonly volumeNames: readonly string[];
}

/** Gathers the images of a pod. */
export function podImages({
  initContainers = [],
  containers = [],
  volumes = [],
}: PodSpec): PodImages {
  return {
    names: [...initContainers, ...containers].map(({ image }) => imageName(image ?? '')),
    volumeNames: volumes.flatMap(({ image }) =>
      image?.reference === undefined ? [] : [imageName(image.reference)],
    ),
  };
}

/** Adds the tag `latest` to a name that has neither tag nor digest. */
export function imageName(name: string): string {
  return name.lastIndexOf(':') <= name.lastIndexOf('/') ? `${name}:latest` : name;
}
