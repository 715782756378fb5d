// Images on nodes: pods start when theirs are there, and what was pulled stays. Source: pkg/kubelet/images,
// KubeletConfiguration serializeImagePulls, Kubernetes 1.32 to 1.37; images are never collected here.

import type { Node } from '../../api/core.js';

/** How images come to nodes. */
export interface ImagePullOptions {
  /** What a node takes in, bytes a second, whether for one image or for several at once. */
  readonly bytesPerSecond: number;
  /** Bytes by image name with its tag; others have `defaultBytes`. */
  readonly sizes: ReadonlyMap<string, number>;
  readonly defaultBytes: number;
}

/** When images are on nodes; pulls of a node wait for one another, which takes as long as sharing its link. */
export class ImagePulls {
  /** By node: when each image is there. */
  private readonly readyUs: Map<string, number>[];
  /** By node: when its last pull ends. */
  private readonly freeUs: Float64Array;

  constructor(
    nodes: readonly Node[],
    private readonly options: ImagePullOptions,
  ) {
    this.freeUs = new Float64Array(nodes.length);
    this.readyUs = nodes.map(({ status }) => {
      const names = (status?.images ?? []).flatMap(({ names: own = [] }) => own);
      return new Map(names.map((name) => [name, 0]));
    });
  }

  /** Pulls what the node lacks of a pod's images; returns when all are there. */
  pull(images: readonly string[], node: number, nowUs: number): number {
    const ready = this.readyUs[node]!;
    const { bytesPerSecond, sizes, defaultBytes } = this.options;
    let allUs = nowUs;
    for (const image of images) {
      let atUs = ready.get(image);
      if (atUs === undefined) {
        const bytes = sizes.get(image) ?? defaultBytes;
        atUs = Math.max(nowUs, this.freeUs[node]!) + Math.round((bytes / bytesPerSecond) * 1e6);
        ready.set(image, atUs);
        this.freeUs[node] = atUs;
      }
      allUs = Math.max(allUs, atUs);
    }
    return allUs;
  }
}
