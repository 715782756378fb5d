// The kubelets of a run: what they say to a pod that was bound to their node, when it starts, and how it goes.

import type { Pod } from '../../api/core.js';
import { CPU, MEMORY, type NodeTable } from '../../cluster/nodes.js';
import { imageName, podImages } from '../../scheduler/images.js';
import { type ImagePullOptions, ImagePulls } from './imagepulls.js';
import { type Termination, terminationOf } from './termination.js';
import {
  type NumaRequest,
  numaRequests,
  TopologyManager,
  type TopologyManagerOptions,
} from './topologymanager.js';

/** What kubelets do beside starting containers at once. */
export interface KubeletOptions {
  readonly topology?: TopologyManagerOptions & {
    /** NUMA nodes of each node. */
    readonly numaNodes: Uint8Array;
  };
  readonly imagePull?: ImagePullOptions;
}

/** What of a pod matters to its kubelet, worked out once for a template. */
export interface KubeletPod {
  readonly termination: Termination;
  readonly images: readonly string[];
  readonly numa: readonly NumaRequest[];
}

/** The kubelets of all nodes. */
export class Kubelets {
  private readonly topology: TopologyManager | undefined;
  private readonly pulls: ImagePulls | undefined;

  constructor(
    private readonly options: KubeletOptions,
    nodes: NodeTable,
  ) {
    const { topology, imagePull } = options;
    this.topology =
      topology &&
      new TopologyManager(topology.topologyManagerPolicy, topology.numaNodes, {
        cpuMilli: nodes.allocatable[CPU]!,
        memoryBytes: nodes.allocatable[MEMORY]!,
      });
    this.pulls = imagePull && new ImagePulls(nodes.nodes, imagePull);
  }

  /** Whether pods hear of their binding from the kubelet: they may be refused, or start later than others. */
  get hearsBinding(): boolean {
    return this.topology !== undefined || this.pulls !== undefined;
  }

  read(pod: Pod): KubeletPod {
    const { names, volumeNames } = podImages(pod.spec);
    return {
      termination: terminationOf(pod.spec),
      images: [...names, ...volumeNames].filter((name) => name !== imageName('')),
      numa: this.options.topology ? numaRequests(pod, this.options.topology) : [],
    };
  }

  /** Admits a bound pod, or refuses it for good. */
  admit(pod: number, { numa }: KubeletPod, node: number): boolean {
    return this.topology?.admit(pod, numa, node) ?? true;
  }

  /** When the images of an admitted pod are on its node, microseconds. */
  imagesUs({ images }: KubeletPod, node: number, nowUs: number): number {
    return this.pulls?.pull(images, node, nowUs) ?? nowUs;
  }

  /** A pod is gone from its node. */
  release(pod: number): void {
    this.topology?.release(pod);
  }
}
