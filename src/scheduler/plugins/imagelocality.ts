// ImageLocality: prefers nodes that have the pod's images, the more the larger they are and the more
// nodes have them. Source: kubernetes/kubernetes pkg/scheduler/framework/plugins/imagelocality (1.32,
// 1.36, 1.37).

import { MAX_SCORE, type Plugin, type PluginHandle } from '../framework.js';
import { podImages } from '../images.js';
import type { PodShape } from '../podshape.js';

const MEBIBYTE = 2 ** 20;
/** Below this the images of a pod do not count; above it, for each container, they count in full. */
const THRESHOLD_MIN = 23 * MEBIBYTE;
const THRESHOLD_PER_CONTAINER = 1000 * MEBIBYTE;

/** An image: the size that the first node gave, cut by the share of nodes that have it. */
interface ImageState {
  readonly sizeBytes: number;
  readonly hasNode: Uint8Array;
  nodeCount: number;
}

export function createImageLocality({ nodes, features }: PluginHandle): Plugin {
  const images = compileImages(nodes);
  const compiled: { images: readonly ImageState[]; thresholdMax: number }[] = [];

  function compile({ spec }: PodShape) {
    const { names, volumeNames } = podImages(spec);
    const all = features.minor >= 36 ? [...names, ...volumeNames] : names;
    const counted = features.minor >= 37 ? all.length : names.length;
    return {
      images: all.flatMap((name) => images.get(name) ?? []),
      thresholdMax: THRESHOLD_PER_CONTAINER * counted,
    };
  }

  return {
    name: 'ImageLocality',
    dependsOn: 'node',
    normalization: 'none',
    preScore(shape) {
      compiled[shape.id] ??= compile(shape);
      return compiled[shape.id]!.images.length > 0;
    },
    score(shape, node) {
      const { images: wanted, thresholdMax } = compiled[shape.id]!;
      let sum = 0;
      for (let index = 0; index < wanted.length; index++) {
        const { sizeBytes, hasNode, nodeCount } = wanted[index]!;
        if (hasNode[node] === 1) sum += Math.trunc(sizeBytes * (nodeCount / nodes.count));
      }
      const clamped = Math.min(Math.max(sum, THRESHOLD_MIN), thresholdMax);
      const range = thresholdMax - THRESHOLD_MIN;
      return Math.trunc((MAX_SCORE * (clamped - THRESHOLD_MIN)) / range);
    },
  };
}

function compileImages({ nodes, count }: PluginHandle['nodes']): Map<string, ImageState> {
  const images = new Map<string, ImageState>();
  nodes.forEach(({ status }, node) => {
    for (const { names = [], sizeBytes = 0 } of status?.images ?? []) {
      for (const name of names) {
        let image = images.get(name);
        if (!image) {
          image = { sizeBytes, hasNode: new Uint8Array(count), nodeCount: 0 };
          images.set(name, image);
        }
        if (image.hasNode[node] === 1) continue;
        image.hasNode[node] = 1;
        image.nodeCount++;
      }
    }
  });
  return images;
}
