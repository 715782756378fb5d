// What the scheduler's informers tell its queue when the cluster changes. Source: pkg/scheduler/eventhandlers.go,
// Kubernetes 1.32 to 1.37; spec scheduler.md 6.

import type { PersistentVolumeClaim } from '../api/core.js';
import { ADD, type ClusterEvent, DELETE, UPDATE } from './events/clusterevent.js';
import type { PodKinds } from './podkinds.js';
import { volumeOf } from './podvolumes.js';
import type { Profiles } from './profiles.js';
import type { SchedulingQueue } from './queue/queue.js';
import type { SchedulerContext } from './scheduleroptions.js';

const POD_ADDED: ClusterEvent = { resource: 'AssignedPod', actions: ADD };
const POD_GONE: ClusterEvent = { resource: 'AssignedPod', actions: DELETE };
const CLAIM_CHANGED: ClusterEvent = { resource: 'resource.k8s.io/ResourceClaim', actions: UPDATE };
const SLICE_CHANGED: ClusterEvent = { resource: 'resource.k8s.io/ResourceSlice', actions: UPDATE };

const VOLUME_CHANGED: ClusterEvent = { resource: 'PersistentVolume', actions: UPDATE };
const VOLUME_CLAIM_CHANGED: ClusterEvent = { resource: 'PersistentVolumeClaim', actions: UPDATE };

/** Tells the queue of a run's changes. */
export class EventHandlers {
  constructor(
    private readonly context: SchedulerContext,
    private readonly queue: SchedulingQueue,
    private readonly kinds: PodKinds,
    private readonly profiles: Profiles,
  ) {}

  /** Whether binding a pod is an event that a plugin or another pod may wait for. */
  hearsBinding(pod: number): boolean {
    const { pods, shapes } = this.context;
    const { plugins } = this.queue.plugins.matching(POD_ADDED);
    for (const { rejectors } of this.profiles.frameworks) {
      if ((plugins & rejectors.possibleOf(shapes.size)) !== 0) return true;
    }
    return shapes.shape(pods.shape[pod]!).claims.some(({ claim }) => claim >= 0);
  }

  /** A pod was bound, and its claims allocated and reserved before. */
  podBound(pod: number, nowUs: number): void {
    const { pods, shapes } = this.context;
    for (const { claim } of shapes.shape(pods.shape[pod]!).claims) {
      if (claim >= 0) this.claimChanged(claim, false, nowUs);
    }
    this.queue.move(POD_ADDED, { new: this.kinds.assigned(pods.kind[pod]!) }, nowUs);
  }

  /** A pod ended or is gone, and its claims changed; what it used must be released. */
  podGone(pod: number, nowUs: number): void {
    const { pods, shapes, allocator } = this.context;
    this.queue.move(POD_GONE, { old: this.kinds.assigned(pods.kind[pod]!) }, nowUs);
    for (const { claim } of shapes.shape(pods.shape[pod]!).claims) {
      this.claimChanged(claim, claim < 0 || !allocator.claims.isAllocated(claim), nowUs);
    }
  }

  /** Devices changed, for example their taints. */
  slicesChanged(nowUs: number): void {
    this.queue.move(SLICE_CHANGED, {}, nowUs);
  }

  /** A claim was bound to a volume, which was made for it where there was none. */
  volumeBound(claim: PersistentVolumeClaim, nowUs: number): void {
    const volume = volumeOf(claim, this.context.listers);
    this.queue.move(VOLUME_CHANGED, { old: volume, new: volume }, nowUs);
    this.queue.move(VOLUME_CLAIM_CHANGED, { old: claim, new: claim }, nowUs);
  }

  /** Room that was kept for a pod is free for those that are not more important (from 1.34 on). */
  nominationGone(pod: number, nowUs: number): void {
    if (this.context.features.minor < 34) return;
    const { priority, kind } = this.context.pods;
    const old = this.kinds.nominated(kind[pod]!);
    this.queue.move(POD_GONE, { old }, nowUs, (other) => priority[other]! <= priority[pod]!);
  }

  private claimChanged(claim: number, isFreed: boolean, nowUs: number): void {
    this.queue.move(CLAIM_CHANGED, { new: { claim, isFreed } }, nowUs);
  }
}
