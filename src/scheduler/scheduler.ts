// The scheduler over columns: takes pods from its queue, runs the scheduling cycle, assumes the pod on
// the chosen node, and puts pods that found none back to wait. Knows no events: the simulator calls it
// and gives it the time. Source: kubernetes/kubernetes pkg/scheduler/schedule_one.go (1.37).

import type { Features } from '../api/features.js';
import type { CompiledCluster } from '../cluster/cluster.js';
import { LabelColumns } from '../cluster/labelcolumns.js';
import type { Allocator } from '../dra/allocator.js';
import type { RandomStream } from '../random.js';
import { defaultConfiguration, type SchedulerProfile } from './configuration/configuration.js';
import { commonest, failureMessage } from './diagnosis.js';
import { ADD, type ClusterEvent, DELETE, UPDATE } from './events/clusterevent.js';
import type { PluginHandle } from './framework.js';
import type { ObjectListers } from './listers.js';
import { BLOCK_SIZE } from './nodeblocks.js';
import { NodePods } from './nodepods.js';
import { PodClaims } from './podclaims.js';
import { PodKinds } from './podkinds.js';
import {
  POD_ASSUMED,
  POD_GATED,
  POD_SUCCEEDED,
  type PodTable,
  TERMINATING_NOT,
  TERMINATING_PREEMPTED,
} from './pods.js';
import type { PodShape, PodShapes } from './podshape.js';
import { runPostFilter } from './postfilter.js';
import { type Eviction, Evictions } from './preemption/eviction.js';
import type { BackoffOptions } from './queue/backoff.js';
import { SchedulingQueue } from './queue/queue.js';
import { ClaimWaiters, createQueuePlugins } from './queueplugins.js';
import { Reasons } from './reasons.js';
import { type CycleReport, ReferenceCycle } from './referencecycle.js';
import { createPlugins } from './registry.js';
import { Rejectors } from './rejectors.js';
import {
  CYCLE_ERROR,
  type NodeAnswers,
  rankNames,
  SchedulingCycle,
  type TieBreak,
} from './schedulingcycle.js';
import { type CycleCounters, ShapeTable, type ShapeTableContext } from './shapetable.js';

export interface SchedulerOptions {
  tieBreak: TieBreak;
  /** 0 adapts to the number of nodes, as upstream does by default. */
  percentageOfNodesToScore: number;
  backoff: BackoffOptions;
  /** Whether pods may evict those of lower priority; on by default. */
  preemption?: boolean;
  /** Plugins and their arguments; left out: those of the version. */
  profile?: SchedulerProfile;
  /** Shortcuts that change no decision; each can be switched off. All are on by default. */
  shortcuts?: Partial<Shortcuts>;
}

/** Source: pkg/scheduler/schedule_one.go, ErrNoNodesAvailable. */
const NO_NODES = 'no nodes available to schedule pods';

const POD_ADDED: ClusterEvent = { resource: 'AssignedPod', actions: ADD };
const POD_GONE: ClusterEvent = { resource: 'AssignedPod', actions: DELETE };
const CLAIM_CHANGED: ClusterEvent = { resource: 'resource.k8s.io/ResourceClaim', actions: UPDATE };
const SLICE_CHANGED: ClusterEvent = { resource: 'resource.k8s.io/ResourceSlice', actions: UPDATE };

/** Ways to do less work for the same answer. */
export interface Shortcuts {
  /** Keep what is known of nodes for each shape; off: ask every plugin about every node for every pod. */
  shapeTables: boolean;
  /** Redo only the nodes that changed since the shape's last look. */
  changedNodes: boolean;
  /** Find the best node by blocks of so many nodes (a power of two); 0: node by node. */
  nodeBlocks: number;
  /** Keep the candidates of preemption for each shape, as long as they depend on their nodes alone. */
  candidates: boolean;
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
  listers: ObjectListers;
}

/** Schedules the pods of a run, one attempt at a time. */
export class Scheduler {
  readonly queue: SchedulingQueue;
  readonly kinds = new PodKinds();
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
  /** Attempts for which others were to be evicted. */
  preemptions = 0;
  /** What the last attempt wants evicted; the simulator sends the calls. */
  eviction: Eviction | null = null;
  readonly evictions: Evictions;
  private readonly cycle: SchedulingCycle;
  private readonly nodePods: NodePods;
  private readonly reference: ReferenceCycle;
  private readonly tableContext: ShapeTableContext;
  private readonly tables: (ShapeTable | undefined)[] = [];
  /** What the last look of each shape found. */
  private readonly answers: (NodeAnswers | undefined)[] = [];
  private readonly claims: PodClaims;
  private readonly shapeTables: boolean;
  private readonly changedNodes: boolean;
  private readonly keepsCandidates: boolean;
  private readonly preempts: boolean;
  /** Lowest priority of all pods that ever had a node. */
  private lowestPriority = Infinity;
  private sawPodTerms = false;
  private readonly waiters: ClaimWaiters;
  private readonly rejectors: Rejectors;
  /** The last failure of each shape, with the position of the change log for which it holds. */
  private readonly failures: { position: number; rejection: number; rejectors: number }[] = [];
  /** The pod whose attempt failed and is not over yet, or -1; and the plugins that rejected it. */
  private failing = -1;
  private failingRejectors = 0;
  /** Whether the attempt took the pod's nomination from it. */
  private failingLosesNomination = false;

  constructor(
    private readonly context: SchedulerContext,
    options: SchedulerOptions,
  ) {
    const { cluster, features, pods } = context;
    const { shortcuts = {} } = options;
    const { shapeTables = true, changedNodes = true, deviceAnswers = true } = shortcuts;
    this.keepsCandidates = shapeTables && shortcuts.candidates !== false;
    this.shapeTables = shapeTables;
    this.preempts = options.preemption ?? true;
    this.changedNodes = changedNodes;
    this.claims = new PodClaims({ ...context, reasons: this.reasons }, deviceAnswers);
    this.waiters = new ClaimWaiters(pods);
    this.evictions = new Evictions(
      {
        isMarked: (pod) => pods.terminating[pod] === TERMINATING_PREEMPTED,
        isLeaving: (pod) =>
          pods.terminating[pod] !== TERMINATING_NOT || pods.state[pod]! >= POD_SUCCEEDED,
        // What is assumed counts as bound: a victim on its way to its node is deleted like any other.
        cancelBinding: () => false,
        lowerNominated: (pod) => this.lowerNominated(pod),
      },
      features,
    );
    this.queue = new SchedulingQueue(pods, {
      backoff: options.backoff,
      features,
      plugins: createQueuePlugins({
        ...context,
        kinds: this.kinds,
        waiters: this.waiters,
        isPreempting: (pod) => this.evictions.holds(pod),
      }),
    });
    this.nodePods = new NodePods(cluster.nodes, cluster.changes, pods, context.shapes);
    const profile = options.profile ?? defaultConfiguration(features).profiles[0]!;
    const handle: PluginHandle = {
      nodes: cluster.nodes,
      labels: new LabelColumns(cluster.nodes),
      pods,
      shapes: context.shapes,
      nodePods: this.nodePods,
      features,
      args: profile.args,
      listers: context.listers,
      reasons: this.reasons,
      devices: this.claims,
    };
    this.reference = new ReferenceCycle(createPlugins(profile, handle), handle);
    const { plugins, nodeFilter } = this.reference;
    this.rejectors = new Rejectors(this.queue.plugins, this.reasons, plugins.filters);
    const { reasons, nodePods, counters } = this;
    const rawScratch = new Float64Array(cluster.nodes.count);
    const { percentageOfNodesToScore, tieBreak } = options;
    const nameRank = rankNames(cluster.nodes.names);
    const size = tieBreak === 'random' ? 0 : (shortcuts.nodeBlocks ?? BLOCK_SIZE);
    const blockRank = tieBreak === 'first-by-name' ? nameRank : undefined;
    this.tableContext = {
      cluster,
      plugins,
      nodeFilter,
      nodePods,
      reasons,
      counters,
      blocks: size > 0 ? { size, nameRank: blockRank } : undefined,
      rawScratch,
    };
    this.cycle = new SchedulingCycle(
      nameRank.length,
      nameRank,
      percentageOfNodesToScore,
      tieBreak,
      context.ties,
    );
  }

  /** Answers about devices that needed no search. */
  get answersRemembered(): number {
    return this.claims.answersRemembered;
  }

  /** Pods that have no node yet, but for those that a plugin holds back. */
  get waitingCount(): number {
    return this.queue.waitingCount + (this.failing >= 0 ? 1 : 0);
  }

  /** Takes up a new pod: into activeQ, or held back. */
  add(pod: number, nowUs: number): void {
    const { pods, shapes } = this.context;
    shapes.shape(pods.shape[pod]!).claims.forEach(({ claim }) => {
      if (claim >= 0) this.waiters.add(claim, pod);
    });
    this.queue.add(pod, nowUs);
    if (pods.state[pod] === POD_GATED) pods.rejection[pod] = this.holding(pods.kind[pod]!);
  }

  /**
   * Ends the attempt at hand and begins the next one: takes the next pod and assumes it on the chosen node.
   *
   * A pod that found no node goes back into the queue when its attempt ends: with the next call.
   * @returns the pod, or -1 when none is to be tried; its node is -1 where it found none
   */
  attempt(nowUs: number): number {
    this.endAttempt(nowUs);
    this.eviction = null;
    const pod = this.queue.pop(nowUs);
    if (pod < 0) return pod;
    const { pods, shapes, cluster } = this.context;
    const shape = shapes.shape(pods.shape[pod]!);
    this.counters.attempts++;
    pods.triedAt[pod] = cluster.changes.position;
    // A pod that is nominated keeps room from others, not from itself.
    const nominated = this.unnominate(pod);
    this.failingLosesNomination = nominated >= 0;
    if (shape.unresolvable !== '') {
      const rejection = this.claims.unresolvable(shape.unresolvable);
      this.reject(pod, rejection, this.rejectors.of(rejection));
      return pod;
    }
    if (cluster.nodes.count === 0) {
      this.reject(pod, this.claims.unresolvable(NO_NODES), 0);
      return pod;
    }
    const known = this.failures[shape.id];
    if (nominated < 0 && known && known.position === cluster.changes.position) {
      this.reject(pod, known.rejection, known.rejectors);
      return pod;
    }
    const answers = this.look(shape, pod);
    const isRoomMade = nominated >= 0 && answers.isFeasible(nominated);
    const node = isRoomMade ? nominated : this.cycle.choose(answers);
    if (node >= 0) {
      this.queue.done(pod);
      this.assume(pod, shape, node);
      pods.scheduledUs[pod] = nowUs;
    } else if (node === CYCLE_ERROR) {
      this.reject(pod, this.cycle.errorStatus, 0);
    } else {
      this.reject(pod, commonest(answers.counts), this.rejectors.ofAnswers(answers));
      this.nominate(pod, this.preempt(shape, pod, answers, nominated));
      if (nominated < 0 && pods.nominatedNode[pod]! < 0) this.keepFailure(shape, pod);
    }
    return pod;
  }

  /** Whether binding a pod is an event that a plugin or another pod may wait for. */
  hearsBinding(pod: number): boolean {
    const { pods, shapes } = this.context;
    const canReject = this.rejectors.possibleOf(shapes.size);
    if ((this.queue.plugins.matching(POD_ADDED).plugins & canReject) !== 0) return true;
    return shapes.shape(pods.shape[pod]!).claims.some(({ claim }) => claim >= 0);
  }

  /** Tells that a pod was bound, and its claims allocated and reserved before. */
  notePodBound(pod: number, nowUs: number): void {
    const { pods, shapes } = this.context;
    for (const { claim } of shapes.shape(pods.shape[pod]!).claims) {
      if (claim >= 0) this.noteClaim(claim, false, nowUs);
    }
    this.queue.move(POD_ADDED, { new: this.kinds.assigned(pods.kind[pod]!) }, nowUs);
  }

  /** Tells that a pod ended or is gone, and its claims changed; what it used must be released. */
  notePodGone(pod: number, nowUs: number): void {
    const { pods, shapes, allocator } = this.context;
    this.queue.move(POD_GONE, { old: this.kinds.assigned(pods.kind[pod]!) }, nowUs);
    for (const { claim } of shapes.shape(pods.shape[pod]!).claims) {
      this.noteClaim(claim, claim < 0 || !allocator.claims.isAllocated(claim), nowUs);
    }
  }

  /** Tells that devices changed, for example their taints. */
  noteSlices(nowUs: number): void {
    this.failures.length = 0;
    this.queue.move(SLICE_CHANGED, {}, nowUs);
  }

  /** Whether every waiting pod was tried in vain since the cluster last changed, or is held back. */
  get isStuck(): boolean {
    const { pods, cluster } = this.context;
    if (this.failing >= 0 || this.queue.active.count > 0) return false;
    const { position } = cluster.changes;
    for (let pod = 0; pod < pods.count; pod++) {
      const isWaiting = this.queue.has(pod) && pods.state[pod] !== POD_GATED;
      if (isWaiting && pods.triedAt[pod] !== position) return false;
    }
    return true;
  }

  /** The text of FailedScheduling by the shape's last look; undefined where it met no rejection. */
  failureText(shape: number): string | undefined {
    const answers = this.answers[shape];
    answers?.settle();
    if (!answers || answers.feasibleCount === answers.status.length) return undefined;
    return failureMessage(answers.preFilter, answers.status, '', this.reasons);
  }

  /** What every plugin says of every node for a pod like this one, as things stand. */
  explain(pod: number): { report: CycleReport; message: string } {
    const { pods, shapes } = this.context;
    this.claims.prepare(shapes.shape(pods.shape[pod]!));
    const report = this.reference.run(pod);
    const { feasible, preFilter, statuses } = report;
    const isRejected = feasible.length === 0;
    const message = isRejected ? failureMessage(preFilter, statuses, '', this.reasons) : '';
    return { report, message };
  }

  /** Tells that a pod on a node was told to go, and whether for the sake of another. */
  terminate(pod: number, kind: number): void {
    this.nodePods.terminate(pod, this.context.pods.node[pod]!, kind);
  }

  /** Takes the nomination of a waiting pod from it. */
  clearNomination(pod: number, nowUs: number): void {
    if (this.unnominate(pod) >= 0) this.noteNominationGone(pod, nowUs);
  }

  /** Puts a pod on a node without asking: a pod that runs there from the start. */
  place(pod: number, node: number): void {
    const { pods } = this.context;
    pods.node[pod] = node;
    this.lowestPriority = Math.min(this.lowestPriority, pods.priority[pod]!);
    this.nodePods.add(pod, node);
  }

  /** Frees what a pod used; its claims end with their last consumer. */
  release(pod: number): void {
    const { pods, shapes } = this.context;
    const shape = shapes.shape(pods.shape[pod]!);
    this.nodePods.remove(pod, pods.node[pod]!);
    this.claims.release(shape, pod);
  }

  private noteClaim(claim: number, isFreed: boolean, nowUs: number): void {
    this.queue.move(CLAIM_CHANGED, { new: { claim, isFreed } }, nowUs);
  }

  private endAttempt(nowUs: number): void {
    if (this.failing < 0) return;
    const pod = this.failing;
    this.queue.fail(pod, this.failingRejectors, 0, nowUs);
    this.failing = -1;
    if (this.failingLosesNomination) this.noteNominationGone(pod, nowUs);
  }

  /** Which nodes take pods of a shape as things stand. */
  private look(shape: PodShape, pod: number): NodeAnswers {
    const version = this.claims.prepare(shape);
    const answers = this.shapeTables
      ? this.refresh(shape, version)
      : this.reference.answer(shape, pod);
    this.answers[shape.id] = answers;
    return answers;
  }

  private refresh(shape: PodShape, version: number): ShapeTable {
    const { hasPodTerms } = this.context.shapes;
    if (hasPodTerms !== this.sawPodTerms) {
      // Tables made before the first terms came do not ask about them.
      this.tables.length = 0;
      this.sawPodTerms = hasPodTerms;
    }
    let table = this.tables[shape.id];
    if (!table) {
      table = new ShapeTable(shape, this.tableContext);
      this.tables[shape.id] = table;
    }
    table.refresh(version, this.changedNodes);
    return table;
  }

  private assume(pod: number, shape: PodShape, node: number): void {
    const { pods } = this.context;
    pods.state[pod] = POD_ASSUMED;
    pods.node[pod] = node;
    this.lowestPriority = Math.min(this.lowestPriority, shape.priority);
    this.claims.allocate(shape, pod, node);
    this.nodePods.add(pod, node);
  }

  /** Asks PostFilter plugins for a node where evicting others makes room; the node to nominate, or -1. */
  private preempt(shape: PodShape, pod: number, answers: NodeAnswers, nominated: number): number {
    if (!this.preempts || shape.priority <= this.lowestPriority) return nominated;
    const { preFilter, activeFilters, status } = answers;
    const { plugins, nodeFilter } = this.reference;
    const result = runPostFilter(plugins.postFilters, {
      shape,
      pod,
      nominatedNode: nominated,
      statuses: status,
      hasRun: (plugin) => preFilter.asked.has(plugin),
      filter: (node) => nodeFilter.filter(activeFilters, shape, node, pod),
      isLocal:
        this.keepsCandidates &&
        shape.claims.length === 0 &&
        activeFilters.every(({ dependsOn }) => dependsOn !== 'cluster'),
    });
    if (!result || result.keepsNomination) return nominated;
    if (result.code !== 'Success') return -1;
    this.preemptions++;
    const eviction = this.evictions.plan(pod, result.victims);
    if (!this.evictions.isAsync || this.evictions.begin(eviction)) this.eviction = eviction;
    return result.nominatedNode;
  }

  /** Pods of lower priority for which room is kept on a preemptor's node. */
  private lowerNominated(preemptor: number): readonly number[] {
    const { priority, nominatedNode } = this.context.pods;
    const node = nominatedNode[preemptor]!;
    if (node < 0) return [];
    const limit = priority[preemptor]!;
    return this.nodePods.nominatedOn(node).filter((other) => priority[other]! < limit);
  }

  /** Room that was kept for a pod is free for those that are not more important (from 1.34 on). */
  private noteNominationGone(pod: number, nowUs: number): void {
    if (this.context.features.minor < 34) return;
    const { priority, kind } = this.context.pods;
    const old = this.kinds.nominated(kind[pod]!);
    this.queue.move(POD_GONE, { old }, nowUs, (other) => priority[other]! <= priority[pod]!);
  }

  private nominate(pod: number, node: number): void {
    if (node < 0) return;
    this.failingLosesNomination = false;
    this.context.pods.nominatedNode[pod] = node;
    this.nodePods.nominate(pod, node);
  }

  /** Gives up the room that is kept for a pod; the node where it was, or -1. */
  private unnominate(pod: number): number {
    const { nominatedNode } = this.context.pods;
    const node = nominatedNode[pod]!;
    if (node < 0) return node;
    nominatedNode[pod] = -1;
    this.nodePods.unnominate(pod, node);
    return node;
  }

  private reject(pod: number, rejection: number, rejectors: number): void {
    this.failedAttempts++;
    this.context.pods.rejection[pod] = rejection;
    this.failing = pod;
    this.failingRejectors = rejectors;
  }

  /** Pods of one shape fail alike until the cluster changes; an event often wakes many of them. */
  private keepFailure({ id }: PodShape, pod: number): void {
    if (!this.changedNodes || !this.shapeTables) return;
    const { position } = this.context.cluster.changes;
    const rejection = this.context.pods.rejection[pod]!;
    this.failures[id] = { position, rejection, rejectors: this.failingRejectors };
  }

  /** Why the pods of a kind are held back. */
  private holding(kind: number): number {
    const missing = this.kinds.missing(kind);
    const gates = this.kinds.gates(kind);
    if (gates.length === 0) return this.claims.unresolvable(missing);
    const text = `waiting for scheduling gates: [${gates.join(' ')}]`;
    return this.reasons.id('SchedulingGates', 'UnschedulableAndUnresolvable', text);
  }
}
