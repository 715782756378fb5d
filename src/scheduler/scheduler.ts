// The scheduler over columns: takes pods from its queue, runs the scheduling cycle, assumes the pod on
// the chosen node, and puts pods that found none back to wait. Knows no events: the simulator calls it
// and gives it the time. Source: kubernetes/kubernetes pkg/scheduler/schedule_one.go (1.37).

import { parseDurationNs } from '../api/duration.js';
import type { Features } from '../api/features.js';
import type { CompiledCluster } from '../cluster/cluster.js';
import { LabelColumns } from '../cluster/labelcolumns.js';
import type { Allocator } from '../dra/allocator.js';
import type { RandomStream } from '../random.js';
import { defaultConfiguration, type SchedulerProfile } from './configuration/configuration.js';
import { commonest, failureMessage } from './diagnosis.js';
import { EventHandlers } from './eventhandlers.js';
import type { ObjectListers } from './listers.js';
import { NodePods } from './nodepods.js';
import { PodClaims } from './podclaims.js';
import { PodKinds } from './podkinds.js';
import {
  POD_ASSUMED,
  POD_GATED,
  POD_SUCCEEDED,
  POD_WAITING,
  type PodTable,
  TERMINATING_NOT,
  TERMINATING_PREEMPTED,
} from './pods.js';
import type { PodShape, PodShapes } from './podshape.js';
import { runPostFilter } from './postfilter.js';
import { type Eviction, Evictions } from './preemption/eviction.js';
import { Profiles } from './profiles.js';
import type { BackoffOptions } from './queue/backoff.js';
import { type QueueOptions, SchedulingQueue } from './queue/queue.js';
import { ClaimWaiters, createQueuePlugins } from './queueplugins.js';
import { Reasons } from './reasons.js';
import type { CycleReport } from './referencecycle.js';
import type { OwnPlugins } from './registry.js';
import {
  CYCLE_ERROR,
  type NodeAnswers,
  rankNodes,
  SchedulingCycle,
  type TieBreak,
} from './schedulingcycle.js';
import type { CycleCounters } from './shapetable.js';
import { applyStrategy, type ChosenStrategy } from './strategy.js';

export interface SchedulerOptions {
  tieBreak: TieBreak;
  /** 0 adapts to the number of nodes, as upstream does by default. */
  percentageOfNodesToScore: number;
  backoff: BackoffOptions;
  /** Whether pods may evict those of lower priority; on by default. */
  preemption?: boolean;
  /** Whether that frees devices too (KEP-5690), which no release does; off by default. */
  preemptsDevices?: boolean;
  /** Profiles with their plugins and arguments; left out: the default one of the version. */
  profiles?: readonly SchedulerProfile[];
  /** Plugins that drasim has not, made for one run. */
  plugins?: OwnPlugins;
  /** Told of every entry of a pod into a queue, and which event brought it there. */
  entered?: QueueOptions['entered'];
  /** Told of every attempt before it looks at nodes. */
  attempted?: (pod: number) => void;
  /** How nodes are ranked; left out: as the profiles say. */
  strategy?: ChosenStrategy;
  /** Shortcuts that change no decision; each can be switched off. All are on by default. */
  shortcuts?: Partial<Shortcuts>;
}

/** Source: pkg/scheduler/schedule_one.go, ErrNoNodesAvailable. */
const NO_NODES = 'no nodes available to schedule pods';

/** Ways to do less work for the same answer. */
export interface Shortcuts {
  /** Keep what is known of nodes for each shape; off: ask every plugin about every node for every pod. */
  shapeTables: boolean;
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
  /** Pods that lost their node because their devices did not get ready. */
  failedBindings = 0;
  /** Attempts for which others were to be evicted. */
  preemptions = 0;
  /** What the last attempt wants evicted; the simulator sends the calls. */
  eviction: Eviction | null = null;
  readonly evictions: Evictions;
  readonly handlers: EventHandlers;
  private readonly cycle: SchedulingCycle;
  private readonly nodePods: NodePods;
  private readonly profiles: Profiles;
  /** What the last look of each shape found. */
  private readonly answers: (NodeAnswers | undefined)[] = [];
  private readonly claims: PodClaims;
  private readonly shapeTables: boolean;
  private readonly changedNodes: boolean;
  private readonly preempts: boolean;
  /** Lowest priority of all pods that ever had a node. */
  private lowestPriority = Infinity;
  private readonly waiters: ClaimWaiters;
  /** The last failure of each shape, with the position of the change log for which it holds. */
  private readonly failures: { position: number; rejection: number; rejectors: number }[] = [];
  /** The pod whose attempt failed and is not over yet, or -1; and the plugins that rejected it. */
  private failing = -1;
  private failingRejectors = 0;
  /** Whether the attempt took the pod's nomination from it. */
  private failingLosesNomination = false;

  constructor(
    private readonly context: SchedulerContext,
    private readonly options: SchedulerOptions,
  ) {
    const { cluster, features, pods } = context;
    const { shortcuts = {} } = options;
    const { shapeTables = true, changedNodes = true, deviceAnswers = true } = shortcuts;
    this.shapeTables = shapeTables;
    this.preempts = options.preemption ?? true;
    this.changedNodes = changedNodes;
    this.claims = new PodClaims(
      { ...context, reasons: this.reasons },
      deviceAnswers,
      options.preemptsDevices,
    );
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
    const given = options.profiles ?? defaultConfiguration(features).profiles;
    const { strategy, plugins: userPlugins = {} } = options;
    const ranked = given.map((profile) =>
      strategy ? applyStrategy(profile, strategy, context.allocator.view) : { profile, own: {} },
    );
    const profiles = ranked.map(({ profile }) => profile);
    const own: OwnPlugins = { ...userPlugins, ...ranked[0]!.own };
    this.queue = new SchedulingQueue(pods, {
      backoff: options.backoff,
      features,
      ...(options.entered && { entered: options.entered }),
      plugins: createQueuePlugins(profiles, {
        ...context,
        kinds: this.kinds,
        waiters: this.waiters,
        isPreempting: (pod) => this.evictions.holds(pod),
        own: Object.keys(userPlugins),
      }),
    });
    this.nodePods = new NodePods(cluster.nodes, cluster.changes, pods, context.shapes);
    this.profiles = new Profiles(profiles, {
      cluster,
      claims: this.claims,
      counters: this.counters,
      queuePlugins: this.queue.plugins,
      own,
      shapeTables,
      changedNodes,
      handle: {
        nodes: cluster.nodes,
        labels: new LabelColumns(cluster.nodes),
        pods,
        shapes: context.shapes,
        nodePods: this.nodePods,
        features,
        listers: context.listers,
        reasons: this.reasons,
        devices: this.claims,
      },
    });
    this.handlers = new EventHandlers(context, this.queue, this.kinds, this.profiles);
    const { names } = cluster.nodes;
    this.cycle = new SchedulingCycle(
      names.length,
      rankNodes(names, options.tieBreak, context.ties),
      options.tieBreak,
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
    const { rejectors, profile } = this.profiles.of(shape);
    if (shape.unresolvable !== '') {
      const rejection = this.claims.unresolvable(shape.unresolvable);
      this.reject(pod, rejection, rejectors.of(rejection));
      return pod;
    }
    if (cluster.nodes.count === 0) {
      this.reject(pod, this.claims.unresolvable(NO_NODES), 0);
      return pod;
    }
    this.options.attempted?.(pod);
    const known = this.failures[shape.id];
    if (nominated < 0 && known && known.position === cluster.changes.position) {
      this.reject(pod, known.rejection, known.rejectors);
      return pod;
    }
    const answers = this.look(shape, pod);
    const { percentageOfNodesToScore } = this.options;
    const isRoomMade = nominated >= 0 && answers.status[nominated] === 0;
    const node = isRoomMade
      ? nominated
      : this.cycle.choose(answers, profile.percentageOfNodesToScore ?? percentageOfNodesToScore);
    if (node >= 0) {
      this.assume(pod, shape, node);
      // A pod whose binding can still fail misses no event until then.
      if (!this.claims.waitForDevices(shape, pod)) this.queue.done(pod);
      pods.scheduledUs[pod] = nowUs;
    } else if (node === CYCLE_ERROR) {
      this.reject(pod, this.cycle.errorStatus, 0);
    } else {
      this.reject(pod, commonest(answers.counts), rejectors.ofAnswers(answers));
      this.nominate(pod, this.preempt(shape, pod, answers, nominated));
      if (nominated < 0 && pods.nominatedNode[pod]! < 0) this.keepFailure(shape, pod);
    }
    return pod;
  }

  /** Forgets how pods failed: devices changed that no log of nodes tells of. */
  forgetFailures(): void {
    this.failures.length = 0;
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
    if (!answers || answers.feasibleCount === answers.status.length) return undefined;
    return failureMessage(answers.preFilter, answers.status, '', this.reasons);
  }

  /** What every plugin says of every node for a pod like this one, as things stand. */
  explain(pod: number): { report: CycleReport; message: string } {
    const { pods, shapes } = this.context;
    const shape = shapes.shape(pods.shape[pod]!);
    this.claims.prepare(shape);
    const report = this.profiles.of(shape).reference.run(pod);
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
    if (this.unnominate(pod) >= 0) this.handlers.nominationGone(pod, nowUs);
  }

  /** How long the devices of an assumed pod may take to be ready, microseconds; 0 where it waits for none. */
  deviceTimeoutUs(pod: number): number {
    const { pods, shapes } = this.context;
    const shape = shapes.shape(pods.shape[pod]!);
    if (!this.claims.waitForDevices(shape, pod)) return 0;
    const { bindingTimeout } = this.profiles.of(shape).profile.args.DynamicResources ?? {};
    return Number(parseDurationNs(bindingTimeout ?? '10m')!) / 1000;
  }

  /** Takes an assumed pod off its node again, because its devices did not get ready in time. */
  failBinding(pod: number, nowUs: number): void {
    const { pods, shapes } = this.context;
    const shape = shapes.shape(pods.shape[pod]!);
    this.failedBindings++;
    this.nodePods.remove(pod, pods.node[pod]!);
    this.claims.release(shape, pod, true);
    pods.node[pod] = -1;
    pods.state[pod] = POD_WAITING;
    pods.scheduledUs[pod] = Number.NaN;
    this.handlers.podGone(pod, nowUs);
    const text = 'device binding timeout';
    const rejection = this.reasons.id('DynamicResources', 'Unschedulable', text);
    pods.rejection[pod] = rejection;
    this.queue.fail(pod, this.profiles.of(shape).rejectors.of(rejection), 0, nowUs);
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

  private endAttempt(nowUs: number): void {
    if (this.failing < 0) return;
    const pod = this.failing;
    this.queue.fail(pod, this.failingRejectors, 0, nowUs);
    this.failing = -1;
    if (this.failingLosesNomination) this.handlers.nominationGone(pod, nowUs);
  }

  private look(shape: PodShape, pod: number): NodeAnswers {
    const answers = this.profiles.of(shape).look(shape, pod);
    this.answers[shape.id] = answers;
    return answers;
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
    const { preFilter, status } = answers;
    const { plugins, nodeFilter } = this.profiles.of(shape).reference;
    const result = runPostFilter(plugins.postFilters, {
      shape,
      pod,
      nominatedNode: nominated,
      statuses: status,
      hasRun: (plugin) => preFilter.asked.has(plugin),
      filter: (node) => nodeFilter.filter(preFilter.filters, shape, node, pod),
      isLocal:
        this.shapeTables &&
        shape.claims.length === 0 &&
        preFilter.filters.every(({ dependsOn }) => dependsOn !== 'cluster'),
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
    const { schedulerName } = this.kinds.waiting(kind).spec;
    if (!this.profiles.has(schedulerName)) {
      const text = `no profile of the scheduler is called "${schedulerName}"`;
      return this.reasons.id('', 'UnschedulableAndUnresolvable', text);
    }
    const missing = this.kinds.missing(kind);
    const gates = this.kinds.gates(kind);
    if (gates.length === 0) return this.claims.unresolvable(missing);
    const text = `waiting for scheduling gates: [${gates.join(' ')}]`;
    return this.reasons.id('SchedulingGates', 'UnschedulableAndUnresolvable', text);
  }
}
