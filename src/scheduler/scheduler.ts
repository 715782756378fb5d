// The scheduler over columns: takes pods from its queue, runs the scheduling cycle, assumes the pod on
// the chosen node, and puts pods that found none back to wait. Knows no events: the simulator calls it
// and gives it the time. Source: kubernetes/kubernetes pkg/scheduler/schedule_one.go (1.37).

import type { Features } from '../api/features.js';
import type { CompiledCluster } from '../cluster/cluster.js';
import { PODS } from '../cluster/nodes.js';
import type { Allocator } from '../dra/allocator.js';
import { assert } from '../errors.js';
import type { RandomStream } from '../random.js';
import type { FilterPlugin, Plugin, ScorePlugin } from './framework.js';
import { PodClaims } from './podclaims.js';
import { POD_ACTIVE, POD_ASSUMED, POD_BACKOFF, POD_UNSCHEDULABLE, type PodTable } from './pods.js';
import type { PodShape, PodShapes } from './podshape.js';
import { type BackoffOptions, SchedulingQueue } from './queue.js';
import { Reasons } from './reasons.js';
import { DEFAULT_PLUGINS } from './registry.js';
import { CYCLE_ERROR, SchedulingCycle, type TieBreak } from './schedulingcycle.js';
import { type CycleCounters, type ProfilePlugins, ShapeTable } from './shapetable.js';

export interface SchedulerOptions {
  tieBreak: TieBreak;
  /** 0 adapts to the number of nodes, as upstream does by default. */
  percentageOfNodesToScore: number;
  backoff: BackoffOptions;
  /** Shortcuts that change no decision; each can be switched off. All are on by default. */
  shortcuts?: Partial<Shortcuts>;
}

/** Source: pkg/scheduler/schedule_one.go, ErrNoNodesAvailable. */
const NO_NODES = 'no nodes available to schedule pods';

/** Ways to do less work for the same answer. */
export interface Shortcuts {
  /** Redo only the nodes that changed since the shape's last look. */
  changedNodes: boolean;
  /** Remember where devices were found, by node and by equal nodes. */
  deviceAnswers: boolean;
}

/** What the scheduler works on. */
export interface SchedulerContext {
  cluster: CompiledCluster;
  allocator: Allocator;
  pods: PodTable;
  shapes: PodShapes;
  features: Features;
  ties: RandomStream;
}

/** Schedules the pods of a run, one attempt at a time. */
export class Scheduler {
  readonly queue: SchedulingQueue;
  readonly reasons = new Reasons();
  readonly counters: CycleCounters = {
    attempts: 0,
    nodesFiltered: 0,
    nodesScored: 0,
    tablesBuilt: 0,
    logEntriesReplayed: 0,
  };
  /** Attempts that ended without a node. */
  failedAttempts = 0;
  /** Pods put back into the queue because something that could help them happened. */
  wakeups = 0;
  private readonly cycle: SchedulingCycle;
  private readonly plugins: ProfilePlugins;
  private readonly tables: (ShapeTable | undefined)[] = [];
  private readonly claims: PodClaims;
  private readonly changedNodes: boolean;
  private wokenAt = -1;

  constructor(
    private readonly context: SchedulerContext,
    options: SchedulerOptions,
  ) {
    const { cluster, features, pods } = context;
    const { changedNodes = true, deviceAnswers = true } = options.shortcuts ?? {};
    this.changedNodes = changedNodes;
    this.claims = new PodClaims({ ...context, reasons: this.reasons }, deviceAnswers);
    this.queue = new SchedulingQueue(() => pods, options.backoff);
    const handle = {
      nodes: cluster.nodes,
      features,
      reasons: this.reasons,
      devices: this.claims,
    };
    const plugins = Object.values(DEFAULT_PLUGINS).map(({ create, weight }) => ({
      plugin: create(handle),
      weight,
    }));
    this.plugins = {
      filters: plugins.map(({ plugin }) => plugin).filter(isFilter),
      scores: plugins.flatMap(({ plugin, weight }) =>
        isScore(plugin) && weight > 0 ? [{ ...plugin, weight }] : [],
      ),
    };
    const { names } = cluster.nodes;
    const nameRank = new Int32Array(names.length);
    const byName = names.map((_, node) => node);
    byName.sort((left, right) => (names[left]! < names[right]! ? -1 : 1));
    byName.forEach((node, rank) => {
      nameRank[node] = rank;
    });
    this.cycle = new SchedulingCycle(
      names.length,
      nameRank,
      options.percentageOfNodesToScore,
      options.tieBreak,
      context.ties,
    );
  }

  /** Answers about devices that needed no search. */
  get answersRemembered(): number {
    return this.claims.answersRemembered;
  }

  /** Puts a new pod into activeQ. */
  add(pod: number, nowUs: number): void {
    this.context.pods.state[pod] = POD_ACTIVE;
    this.queue.push(pod, nowUs);
  }

  /** Ends a pod's backoff. */
  endBackoff(pod: number, nowUs: number): void {
    assert(this.context.pods.state[pod] === POD_BACKOFF, 'only a pod in backoff leaves it');
    this.queue.backoffCount--;
    this.add(pod, nowUs);
  }

  /**
   * One attempt for a pod taken from activeQ: assumes it on the chosen node.
   *
   * @returns the node, or -1 when the pod now waits (its `rejection` says why)
   */
  attempt(pod: number, nowUs: number): number {
    const { pods, shapes, cluster } = this.context;
    const shape = shapes.shape(pods.shape[pod]!);
    this.counters.attempts++;
    pods.attempts[pod]!++;
    if (shape.unresolvable !== '')
      return this.reject(pod, this.claims.unresolvable(shape.unresolvable));
    if (cluster.nodes.count === 0) return this.reject(pod, this.claims.unresolvable(NO_NODES));
    const table = this.refresh(shape);
    const node = this.cycle.choose(table);
    if (node >= 0) {
      this.assume(pod, shape, node);
      pods.scheduledUs[pod] = nowUs;
      return node;
    }
    return this.reject(
      pod,
      node === CYCLE_ERROR ? this.cycle.errorStatus : commonest(table.counts),
    );
  }

  /** Nodes by rejection id of the shape's last look, for messages. */
  rejectionCounts(shape: number): Int32Array {
    return this.tables[shape]?.counts ?? new Int32Array(1);
  }

  /** Puts a pod on a node without asking: a pod that runs there from the start. */
  place(pod: number, node: number): void {
    const shape = this.context.shapes.shape(this.context.pods.shape[pod]!);
    this.context.pods.node[pod] = node;
    this.addUsage(shape, node, 1);
  }

  /** Frees what a pod used; its claims end with their last consumer. */
  release(pod: number): void {
    const { pods, shapes } = this.context;
    const shape = shapes.shape(pods.shape[pod]!);
    this.addUsage(shape, pods.node[pod]!, -1);
    this.claims.release(shape, pod);
  }

  /**
   * Wakes unschedulable pods of shapes that fit somewhere since the cluster last changed.
   *
   * @param backoff - called for each pod that must wait out its backoff first
   */
  wake(nowUs: number, backoff: (pod: number, untilUs: number) => void): void {
    const { cluster, pods, shapes } = this.context;
    const position = cluster.changes.position;
    if (this.queue.waitingCount === 0 || position === this.wokenAt) return;
    this.wokenAt = position;
    for (const id of this.queue.waitingShapes()) {
      const shape = shapes.shape(id);
      if (shape.unresolvable !== '' || this.refresh(shape).feasibleCount === 0) continue;
      for (const pod of this.queue.takeWaiting(id)) {
        this.wakeups++;
        if (pods.backoffEndUs[pod]! <= nowUs) {
          this.add(pod, nowUs);
        } else {
          pods.state[pod] = POD_BACKOFF;
          this.queue.backoffCount++;
          backoff(pod, pods.backoffEndUs[pod]!);
        }
      }
    }
  }

  /** After a failed attempt: an error is retried after the backoff, all else waits for a change. */
  requeue(pod: number, nowUs: number, backoff: (pod: number, untilUs: number) => void): void {
    const { pods } = this.context;
    pods.backoffEndUs[pod] = nowUs + this.queue.backoffUs(pods.attempts[pod]!);
    if (this.reasons.isError(pods.rejection[pod]!)) {
      pods.state[pod] = POD_BACKOFF;
      this.queue.backoffCount++;
      backoff(pod, pods.backoffEndUs[pod]!);
    } else {
      pods.state[pod] = POD_UNSCHEDULABLE;
      this.queue.wait(pod);
    }
  }

  private refresh(shape: PodShape): ShapeTable {
    const version = this.claims.prepare(shape);
    let table = this.tables[shape.id];
    if (!table) {
      const { cluster } = this.context;
      table = new ShapeTable(shape, cluster, this.plugins, this.reasons, this.counters);
      this.tables[shape.id] = table;
    }
    table.refresh(version, this.changedNodes);
    return table;
  }

  private assume(pod: number, shape: PodShape, node: number): void {
    const { pods } = this.context;
    pods.state[pod] = POD_ASSUMED;
    pods.node[pod] = node;
    this.claims.allocate(shape, pod, node);
    this.addUsage(shape, node, 1);
  }

  private addUsage(shape: PodShape, node: number, sign: 1 | -1): void {
    const { nodes, changes } = this.context.cluster;
    const { resources, amounts } = shape;
    for (let index = 0; index < resources.length; index++) {
      nodes.requested[resources[index]!]![node]! += sign * amounts[index]!;
    }
    nodes.requested[PODS]![node]! += sign;
    nodes.nonZeroCpuMilli[node]! += sign * shape.nonZeroCpuMilli;
    nodes.nonZeroMemoryBytes[node]! += sign * shape.nonZeroMemoryBytes;
    changes.append(node);
  }

  private reject(pod: number, rejection: number): -1 {
    this.failedAttempts++;
    this.context.pods.rejection[pod] = rejection;
    return -1;
  }
}

/** The rejection that most nodes have; the lowest id among equals. */
function commonest(counts: Int32Array): number {
  let best = 0;
  for (let id = 1; id < counts.length; id++) {
    if (counts[id]! > (best === 0 ? 0 : counts[best]!)) best = id;
  }
  return best;
}

function isFilter(plugin: Plugin): plugin is FilterPlugin {
  return plugin.filter !== undefined;
}

function isScore(plugin: Plugin): plugin is ScorePlugin {
  return plugin.score !== undefined;
}
