// The scheduler over columns: takes pods from its queue, runs the scheduling cycle, assumes the pod on
// the chosen node, and puts pods that found none back to wait. Knows no events: the simulator calls it
// and gives it the time. Source: kubernetes/kubernetes pkg/scheduler/schedule_one.go (1.37).

import { parseDurationNs } from '../api/duration.js';
import { EqualNodes } from '../cluster/equalnodes.js';
import { LabelColumns } from '../cluster/labelcolumns.js';
import { defaultConfiguration } from './configuration/configuration.js';
import { commonest, failureMessage, NO_NODES } from './diagnosis.js';
import { EventHandlers } from './eventhandlers.js';
import { type FindFailure, type Gang, Gangs } from './gangs.js';
import { holdingReason } from './holding.js';
import { BLOCK_SIZE } from './nodeblocks.js';
import { NodePods } from './nodepods.js';
import { Nominations } from './nominations.js';
import { PodClaims } from './podclaims.js';
import { PodKinds } from './podkinds.js';
import {
  POD_ASSUMED,
  POD_GATED,
  POD_SUCCEEDED,
  POD_WAITING,
  TERMINATING_NOT,
  TERMINATING_PREEMPTED,
} from './pods.js';
import type { PodShape } from './podshape.js';
import { hasVolumeClaims } from './podvolumes.js';
import { runPostFilter } from './postfilter.js';
import { type Eviction, Evictions } from './preemption/eviction.js';
import { Profiles } from './profiles.js';
import { SchedulingQueue } from './queue/queue.js';
import { ClaimWaiters, createQueuePlugins } from './queueplugins.js';
import { Reasons } from './reasons.js';
import type { CycleReport } from './referencecycle.js';
import { createQueueSort, type OwnPlugins } from './registry.js';
import type { SchedulerContext, SchedulerOptions } from './scheduleroptions.js';
import {
  CYCLE_ERROR,
  isRanked,
  type NodeAnswers,
  rankNodes,
  SchedulingCycle,
} from './schedulingcycle.js';
import type { CycleCounters } from './shapetable.js';
import { applyStrategy } from './strategy.js';

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
  /** Pods of the last attempt that are to be bound. */
  readonly placements: number[] = [];
  readonly gangs: Gangs;
  /** Pods that lost their node before they were bound. */
  failedBindings = 0;
  /** Attempts for which others were to be evicted. */
  preemptions = 0;
  /** What the last attempt wants evicted; the simulator sends the calls. */
  eviction: Eviction | null = null;
  readonly evictions: Evictions;
  readonly handlers: EventHandlers;
  private readonly cycle: SchedulingCycle;
  private readonly nodePods: NodePods;
  private readonly nominations: Nominations;
  private readonly profiles: Profiles;
  /** What the last look of each shape found. */
  private readonly answers: (NodeAnswers | undefined)[] = [];
  private readonly claims: PodClaims;
  private readonly shapeTables: boolean;
  private readonly changedNodes: boolean;
  private readonly keepsCandidates: boolean;
  private readonly preempts: boolean;
  /** Lowest priority of all pods that ever had a node. */
  private lowestPriority = Infinity;
  private readonly waiters: ClaimWaiters;
  /** The last failure of each shape, with the position of the change log for which it holds. */
  private readonly failures: { position: number; rejection: number; rejectors: number }[] = [];
  private readonly found: FindFailure = { rejection: 0, rejectors: 0, answers: null };
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
    this.keepsCandidates = shapeTables && shortcuts.candidates !== false;
    this.shapeTables = shapeTables;
    this.preempts = options.preemption ?? true;
    this.changedNodes = changedNodes;
    this.claims = new PodClaims(
      { ...context, reasons: this.reasons },
      deviceAnswers,
      options.preemptsDevices,
    );
    this.waiters = new ClaimWaiters(pods);
    this.gangs = new Gangs(features);
    this.evictions = new Evictions(
      {
        isMarked: (pod) => pods.terminating[pod] === TERMINATING_PREEMPTED,
        isLeaving: (pod) =>
          pods.terminating[pod] !== TERMINATING_NOT || pods.state[pod]! >= POD_SUCCEEDED,
        // What is assumed counts as bound: a victim on its way to its node is deleted like any other.
        cancelBinding: () => false,
        lowerNominated: (pod) => this.nominations.lowerThan(pod),
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
      sort: createQueueSort(profiles[0]!, pods),
      plugins: createQueuePlugins(profiles, {
        ...context,
        kinds: this.kinds,
        waiters: this.waiters,
        isPreempting: (pod) => this.evictions.holds(pod),
        isGangComplete: (pod) => this.gangs.admits(pod),
        own: Object.keys(userPlugins),
      }),
    });
    this.nodePods = new NodePods(cluster.nodes, cluster.changes, pods, context.shapes);
    this.nominations = new Nominations(pods, this.nodePods);
    const { tieBreak } = options;
    const ranks = rankNodes(cluster.nodes.names, tieBreak, context.ties);
    const size = tieBreak === 'random' ? 0 : (shortcuts.nodeBlocks ?? BLOCK_SIZE);
    const blockRanks = isRanked(tieBreak) ? ranks : undefined;
    this.profiles = new Profiles(profiles, {
      cluster,
      claims: this.claims,
      counters: this.counters,
      volumes: context.volumes,
      queuePlugins: this.queue.plugins,
      own,
      shapeTables,
      changedNodes,
      blocks: size > 0 ? { size, ranks: blockRanks } : undefined,
      equalNodes: shortcuts.equalNodes === false ? undefined : new EqualNodes(cluster),
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
    this.cycle = new SchedulingCycle(ranks.length, ranks, tieBreak, context.ties);
  }

  /** Answers about devices that needed no search. */
  get answersRemembered(): number {
    return this.claims.answersRemembered;
  }

  /** Pods that have no node yet, but for those that a plugin holds back. */
  get waitingCount(): number {
    return this.queue.waitingCount + this.gangs.unqueuedCount + (this.failing >= 0 ? 1 : 0);
  }

  /** Takes up a new pod, with the gang that it belongs to: into activeQ, or held back. */
  add(pod: number, nowUs: number, gang?: Gang): void {
    const { pods, shapes } = this.context;
    shapes.shape(pods.shape[pod]!).claims.forEach(({ claim }) => {
      if (claim >= 0) this.waiters.add(claim, pod);
    });
    if (!gang || this.gangs.add(pod, gang)) this.queue.add(pod, nowUs);
    if (pods.state[pod] === POD_GATED) {
      const kind = pods.kind[pod]!;
      pods.rejection[pod] = holdingReason(kind, this.kinds, this.reasons, this.isOurs(pod));
    }
    if (gang && gang.seen === gang.minCount) this.queue.activate(gang.waiting, nowUs);
  }

  /**
   * Ends the attempt at hand and begins the next one: takes the next pod and assumes it on the chosen node.
   *
   * Pods that are to be bound stand in `placements` then. One that found no node goes back into the queue when its
   * attempt ends: with the next call.
   * @returns the pod, or -1 when none is to be tried; its node is -1 where it found none
   */
  attempt(nowUs: number): number {
    this.endAttempt(nowUs);
    this.eviction = null;
    this.placements.length = 0;
    const pod = this.queue.pop(nowUs);
    if (pod < 0) return pod;
    const { pods } = this.context;
    const gang = this.gangs.of(pod);
    if (!gang || !this.gangs.isWhole) {
      this.attemptPod(pod, nowUs, gang);
      return pod;
    }
    const isDone = this.gangs.attempt(gang, pod, this.placements, {
      found: this.found,
      find: (member) => this.find(this.shapeOf(member), member, -1),
      assume: (member, node) => this.assume(member, this.shapeOf(member), node, nowUs),
      takeBack: (member) => this.takeBack(member),
    });
    for (const member of gang.waiting) pods.rejection[member] = this.found.rejection;
    if (!isDone) this.reject(pod);
    else if (gang.waiting.length > 0) this.queue.add(gang.waiting[0]!, nowUs);
    return pod;
  }

  private shapeOf(pod: number): PodShape {
    return this.context.shapes.shape(this.context.pods.shape[pod]!);
  }

  private attemptPod(pod: number, nowUs: number, gang: Gang | undefined): void {
    const { pods } = this.context;
    const shape = this.shapeOf(pod);
    // A pod that is nominated keeps room from others, not from itself.
    const nominated = this.nominations.remove(pod);
    this.failingLosesNomination = nominated >= 0;
    const node = this.find(shape, pod, nominated);
    if (node >= 0) {
      this.assume(pod, shape, node, nowUs);
      if (gang) this.placements.push(...this.gangs.permit(pod, gang));
      else this.placements.push(pod);
      return;
    }
    this.reject(pod);
    const { answers } = this.found;
    if (!answers) return;
    this.nominate(pod, this.preempt(shape, pod, answers, nominated));
    if (nominated < 0 && pods.nominatedNode[pod]! < 0) this.keepFailure(shape, pod);
  }

  /** Gives up what the members of a gang that wait at Permit hold: too few others came. */
  failPermit(gang: Gang, nowUs: number): readonly number[] {
    const text = 'the gang did not get nodes for enough pods in time';
    const rejection = this.reasons.id('GangScheduling', 'Unschedulable', text);
    const held = this.gangs.giveUp(gang);
    for (const pod of held) this.failBinding(pod, rejection, nowUs);
    return held;
  }

  /** The node for a pod, or -1; `found` says why, and what each node said where all were asked. */
  private find(shape: PodShape, pod: number, nominated: number): number {
    const { pods, cluster } = this.context;
    const { rejectors, profile } = this.profiles.of(shape);
    this.counters.attempts++;
    pods.triedAt[pod] = cluster.changes.position;
    this.options.attempted?.(pod);
    if (shape.unresolvable !== '') {
      const rejection = this.claims.unresolvable(shape.unresolvable);
      return this.refuse(rejection, rejectors.of(rejection), null);
    }
    if (cluster.nodes.count === 0) {
      return this.refuse(this.claims.unresolvable(NO_NODES), 0, null);
    }
    const known = this.failures[shape.id];
    if (nominated < 0 && known && known.position === cluster.changes.position) {
      return this.refuse(known.rejection, known.rejectors, null);
    }
    const answers = this.look(shape, pod);
    const { percentageOfNodesToScore } = this.options;
    const isRoomMade = nominated >= 0 && answers.isFeasible(nominated);
    if (isRoomMade) return nominated;
    const percentage = profile.percentageOfNodesToScore ?? percentageOfNodesToScore;
    const node = this.cycle.choose(answers, percentage);
    if (node >= 0) return node;
    if (node === CYCLE_ERROR) return this.refuse(this.cycle.errorStatus, 0, null);
    return this.refuse(commonest(answers.counts), rejectors.ofAnswers(answers), answers);
  }

  private refuse(rejection: number, rejectors: number, answers: NodeAnswers | null): -1 {
    const { found } = this;
    found.rejection = rejection;
    found.rejectors = rejectors;
    found.answers = answers;
    return -1;
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
    answers?.settle();
    if (!answers || answers.feasibleCount === answers.status.length) return undefined;
    return failureMessage(answers.preFilter, answers.status, '', this.reasons);
  }

  /** Whether some profile has the pod's `schedulerName`. */
  isOurs(pod: number): boolean {
    return this.profiles.has(this.shapeOf(pod).spec.schedulerName);
  }

  /** What every plugin says of every node for a pod of ours like this one, as things stand. */
  explain(pod: number): { report: CycleReport; message: string } {
    const shape = this.shapeOf(pod);
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

  /** Forgets a pod that was deleted while it waited for a node; false where it does not wait. */
  removeWaiting(pod: number): boolean {
    const gang = this.gangs.of(pod);
    const { state } = this.context.pods;
    if (gang ? !gang.waiting.includes(pod) : state[pod]! >= POD_ASSUMED) return false;
    if (gang) this.gangs.remove(pod, gang);
    if (this.failing === pod) this.failing = -1;
    this.nominations.remove(pod);
    if (this.queue.has(pod)) this.queue.delete(pod);
    this.queue.done(pod);
    return true;
  }

  /** Takes the nomination of a waiting pod from it. */
  clearNomination(pod: number, nowUs: number): void {
    if (this.nominations.remove(pod) >= 0) this.handlers.nominationGone(pod, nowUs);
  }

  /** Binds the volumes of a pod that is to be bound itself. */
  bindVolumes(pod: number, nowUs: number): void {
    const { pods, cluster, volumes } = this.context;
    const shape = this.shapeOf(pod);
    if (!hasVolumeClaims(shape.pod)) return;
    const claims = volumes.bind(shape.pod, cluster.nodes.nodes[pods.node[pod]!]!);
    if (claims.length === 0) return;
    this.forgetFailures();
    for (const claim of claims) this.handlers.volumeBound(claim, nowUs);
  }

  /** How long the devices of an assumed pod may take to be ready, microseconds; 0 where it waits for none. */
  deviceTimeoutUs(pod: number): number {
    const shape = this.shapeOf(pod);
    if (!this.claims.waitForDevices(shape, pod)) return 0;
    const { bindingTimeout } = this.profiles.of(shape).profile.args.DynamicResources ?? {};
    return Number(parseDurationNs(bindingTimeout ?? '10m')!) / 1000;
  }

  /** Takes an assumed pod off its node again, because its devices did not get ready in time. */
  failDevices(pod: number, nowUs: number): void {
    const text = 'device binding timeout';
    const gang = this.gangs.of(pod);
    if (gang) this.gangs.withdraw(pod, gang);
    this.failBinding(pod, this.reasons.id('DynamicResources', 'Unschedulable', text), nowUs);
  }

  private failBinding(pod: number, rejection: number, nowUs: number): void {
    this.failedBindings++;
    this.takeBack(pod);
    this.handlers.podGone(pod, nowUs);
    this.context.pods.rejection[pod] = rejection;
    const { rejectors } = this.profiles.of(this.shapeOf(pod));
    this.queue.fail(pod, rejectors.of(rejection), 0, nowUs);
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
    this.nodePods.remove(pod, this.context.pods.node[pod]!);
    this.claims.release(this.shapeOf(pod), pod);
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

  private assume(pod: number, shape: PodShape, node: number, nowUs: number): void {
    const { pods } = this.context;
    pods.scheduledUs[pod] = nowUs;
    pods.state[pod] = POD_ASSUMED;
    pods.node[pod] = node;
    this.lowestPriority = Math.min(this.lowestPriority, shape.priority);
    this.claims.allocate(shape, pod, node);
    this.nodePods.add(pod, node);
    // A pod whose binding can still fail misses no event until then.
    const isSure = !this.gangs.of(pod) && !this.claims.waitForDevices(shape, pod);
    if (isSure) this.queue.done(pod);
  }

  /** The opposite of {@link assume}. */
  private takeBack(pod: number): void {
    const { pods } = this.context;
    this.nodePods.remove(pod, pods.node[pod]!);
    this.claims.release(this.shapeOf(pod), pod, true);
    pods.node[pod] = -1;
    pods.state[pod] = POD_WAITING;
    pods.scheduledUs[pod] = Number.NaN;
  }

  /** Asks PostFilter plugins for a node where evicting others makes room; the node to nominate, or -1. */
  private preempt(shape: PodShape, pod: number, answers: NodeAnswers, nominated: number): number {
    if (!this.preempts || shape.priority <= this.lowestPriority) return nominated;
    const { preFilter, activeFilters, status } = answers;
    const { plugins, nodeFilter } = this.profiles.of(shape).reference;
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

  private nominate(pod: number, node: number): void {
    if (node < 0) return;
    this.failingLosesNomination = false;
    this.nominations.add(pod, node);
  }

  private reject(pod: number): void {
    this.failedAttempts++;
    this.context.pods.rejection[pod] = this.found.rejection;
    this.failing = pod;
    this.failingRejectors = this.found.rejectors;
  }

  /** Pods of one shape fail alike until the cluster changes; an event often wakes many of them. */
  private keepFailure({ id }: PodShape, pod: number): void {
    if (!this.changedNodes || !this.shapeTables) return;
    const { position } = this.context.cluster.changes;
    const rejection = this.context.pods.rejection[pod]!;
    this.failures[id] = { position, rejection, rejectors: this.failingRejectors };
  }
}
