// The whole scheduler of a script: attempts and bindings run beside each other, each waiting for its own API calls.
// Everything that decides is the scheduler's own; nothing is remembered between attempts.

import type { Node, Pod } from '../../api/core.js';
import type { Features } from '../../api/features.js';
import type { ResourceClaim } from '../../api/resource.js';
import {
  type ClaimCycle,
  createClaimPlugin,
} from '../../scheduler/dynamicresources/claimplugin.js';
import {
  type EvictionCalls,
  type EvictionOutcome,
  Evictions,
} from '../../scheduler/preemption/eviction.js';
import { best, prepareCycle } from '../schedulingcycle.js';
import type { ApiCall, ApiCalls, Process } from './apicalls.js';
import type { ApiServer } from './apiserver.js';
import { Bindings } from './bindings.js';
import { writeClaim } from './claimcalls.js';
import type { Clock } from './clock.js';
import type { Attempt, Failure } from './failure.js';
import { deletePod, patchStatus } from './podcalls.js';
import { SchedulerView } from './schedulerview.js';

/** An eviction whose calls are sent. */
type SentEviction = Generator<ApiCall, EvictionOutcome, Parameters<Process['next']>[0]>;

/** A cycle on the cluster as it is, and the rows of the pods that it sees. */
type PreparedCycle = ReturnType<typeof prepareCycle> & {
  readonly rows: readonly number[];
  readonly claims: ClaimCycle;
};

/** Schedules the pods of a script. */
export class ScriptScheduler {
  readonly view: SchedulerView;
  /** Since the last step. */
  attempts: Attempt[] = [];
  failures: (Failure & { readonly pod: string })[] = [];
  /** Whether an attempt is not over yet. */
  isBusy = false;
  private readonly evictions: Evictions;
  private readonly bindings: Bindings;
  /** The node that a preemptor's victims leave, by row. */
  private readonly preemptionNodes = new Map<number, string>();

  constructor(
    private readonly api: ApiServer,
    private readonly calls: ApiCalls,
    private readonly clock: Clock,
    private readonly features: Features,
  ) {
    const isHeld = (row: number) => this.evictions.holds(row);
    const view = new SchedulerView(api, clock, features, isHeld);
    this.view = view;
    this.bindings = new Bindings(view, calls, (row, pod, failure) => {
      this.failures.push({ ...failure, pod: pod.metadata.name! });
      return this.handleFailure(row, pod, failure);
    });
    this.evictions = new Evictions(
      {
        isMarked: (row) => isMarked(view.objects[row]!),
        isLeaving: (row) => !view.isThere(row) || isLeaving(view.objects[row]!),
        cancelBinding: (row) => this.bindings.cancel(row),
        lowerNominated: (row) => this.lowerNominated(row),
      },
      features,
    );
  }

  /** Tries the next pod; false when there is none, or an attempt is not over. */
  schedule(): boolean {
    if (this.isBusy) return false;
    const { queue, columns, objects } = this.view;
    const row = queue.pop(this.clock.nowUs);
    if (row < 0) return false;
    const pod = objects[row]!;
    const attempt: Attempt = { pod: pod.metadata.name!, attempt: columns.attempts[row]! };
    this.attempts.push(attempt);
    this.isBusy = true;
    this.calls.run(this.attempt(row, pod, attempt));
    return true;
  }

  private *attempt(row: number, pod: Pod, attempt: Attempt): Process {
    const failure = yield* this.cycle(row, pod, attempt);
    if (failure) {
      if (this.attempts.includes(attempt)) attempt.failed = failure;
      else this.failures.push({ ...failure, pod: attempt.pod });
      yield* this.handleFailure(row, pod, failure);
    }
    this.isBusy = false;
  }

  private *cycle(
    row: number,
    pod: Pod,
    attempt: Attempt,
  ): Generator<ApiCall, Failure | undefined, Parameters<Process['next']>[0]> {
    const { assumed, queue } = this.view;
    if (assumed.has(row) || pod.metadata.deletionTimestamp !== undefined) {
      queue.done(row);
      return undefined;
    }
    if (this.api.list('Node').length === 0) {
      const message = 'no nodes available to schedule pods';
      return clearing('UnschedulableAndUnresolvable', message);
    }
    const prepared = this.prepare(row, pod);
    const { cycle, handle, index, nominatedNode, claims } = prepared;
    const report = cycle.run(index);
    const { statuses, feasible } = report;
    const broken = statuses.find((status) => handle.reasons.isError(status));
    if (broken !== undefined) {
      return clearing('Error', handle.reasons.rejection(broken).reasons.join(', '));
    }
    if (feasible.length === 0) return yield* this.postFilter(row, pod, prepared, report);
    const isRoomMade = nominatedNode >= 0 && statuses[nominatedNode] === 0;
    const names = isRoomMade ? [handle.nodes.names[nominatedNode]!] : best(report, handle);
    attempt.node = names[0]!;
    if (names.length > 1) attempt.best = names;
    this.bindings.begin(row, pod, claims, attempt.node);
    return undefined;
  }

  private prepare(row: number, pod: Pod): PreparedCycle {
    const { view, api, features } = this;
    const claims: ClaimCycle = { pod, state: null };
    const { others, rows } = view.otherPods(row);
    const prepared = prepareCycle({
      pod,
      others,
      nodes: api.list<Node>('Node'),
      listers: view.listers,
      profile: view.profile,
      features,
      own: { DynamicResources: (given) => createClaimPlugin(view.plugin, claims, given) },
    });
    return { ...prepared, rows, claims };
  }

  private *postFilter(
    row: number,
    pod: Pod,
    { cycle, handle, index, nominatedNode, rows }: PreparedCycle,
    report: ReturnType<PreparedCycle['cycle']['run']>,
  ): Generator<ApiCall, Failure, Parameters<Process['next']>[0]> {
    const { message, rejectors, postFilter } = cycle.fail(report, index, nominatedNode);
    yield* this.writeFreed(pod);
    const failure: Failure = {
      code: 'Unschedulable',
      message,
      plugins: rejectors.unschedulable,
      pendingPlugins: rejectors.pending,
    };
    if (!postFilter || postFilter.keepsNomination || postFilter.code === 'Error') return failure;
    if (postFilter.nominatedNode < 0) {
      const mayHelp = report.statuses.some(
        (status) => handle.reasons.rejection(status).code === 'Unschedulable',
      );
      if (this.features.minor <= 34 && !mayHelp) {
        const call = patchStatus(this.api, pod, { nominatedNodeName: '' });
        if (call) yield call;
      }
      return { ...failure, nominate: '' };
    }
    const nominate = handle.nodes.names[postFilter.nominatedNode]!;
    this.preemptionNodes.set(row, nominate);
    const victims = postFilter.victims.map((victim) => rows[victim]!);
    const error = yield* this.evict(row, victims);
    if (error === undefined) return { ...failure, nominate };
    const start = message.slice(0, message.length - postFilter.text.length).trimEnd();
    return { ...failure, message: `${start} preemption: ${error}` };
  }

  /** Evicts victims, or begins to; what went wrong. */
  private *evict(
    row: number,
    victims: readonly number[],
  ): Generator<ApiCall, string | undefined, Parameters<Process['next']>[0]> {
    const { evictions } = this;
    const eviction = evictions.plan(row, victims);
    const seen = new Map(victims.map((victim) => [victim, this.view.objects[victim]!]));
    if (!evictions.isAsync) {
      const { error } = yield* this.send(evictions.evict(eviction), seen);
      return error?.text;
    }
    if (evictions.begin(eviction)) {
      this.calls.runBeside(this.evictLater(row, this.send(evictions.proceed(eviction), seen)));
    }
    return undefined;
  }

  private *evictLater(row: number, calls: SentEviction): Process {
    const { error, hasCancelled } = yield* calls;
    if (error || hasCancelled) this.view.queue.activate([row], this.clock.nowUs);
  }

  /** @param seen - the victims as they were when they were chosen */
  private *send(evictions: EvictionCalls, seen: ReadonlyMap<number, Pod>): SentEviction {
    let next = evictions.next();
    while (!next.done) {
      const { call, pod: row } = next.value;
      const pod = seen.get(row) ?? this.view.objects[row]!;
      const patch = call === 'mark' ? { condition: DISRUPTED } : { nominatedNodeName: '' };
      const sent =
        call === 'delete'
          ? deletePod(this.api, pod.metadata.name!)
          : patchStatus(this.api, pod, patch);
      next = evictions.next(sent ? yield sent : undefined);
    }
    return next.value;
  }

  /** @param popped - the pod as its attempt began */
  private *handleFailure(row: number, popped: Pod, failure: Failure): Process {
    const { view, clock } = this;
    const { queue, objects } = view;
    const { code, message, plugins, pendingPlugins, nominate } = failure;
    const isThere = view.isThere(row);
    const pod = isThere && this.features.minor >= 35 ? objects[row]! : popped;
    if (!isThere || objects[row]!.spec.nodeName) queue.done(row);
    else {
      queue.fail(row, queue.plugins.bits(plugins), queue.plugins.bits(pendingPlugins), clock.nowUs);
      queue.nominator.add(row, view.numberOf(nominate ?? view.nominatedNodeName(row)));
    }
    const reason = code === 'Error' ? 'SchedulerError' : 'Unschedulable';
    const condition = { type: 'PodScheduled', status: 'False', reason, message };
    const call = patchStatus(this.api, pod, { condition, nominatedNodeName: nominate });
    if (call) yield call;
  }

  /** Writes a claim that PostFilter took the devices from. */
  private *writeFreed(pod: Pod): Process {
    if (!pod.spec.resourceClaims) return;
    for (const known of this.api.list<ResourceClaim>('ResourceClaim')) {
      const claim = this.view.manager.claim('default', known.metadata.name!);
      if (claim && claim !== known) yield writeClaim(this.api, 'claim', claim);
    }
  }

  private lowerNominated(row: number): number[] {
    const { columns, queue } = this.view;
    const { priority } = columns;
    const node = this.view.numberOf(this.preemptionNodes.get(row)!);
    return queue.nominator.podsOn(node).filter((other) => priority[other]! < priority[row]!);
  }
}

/** A failure that takes the pod's nomination from it, and that no plugin stands for. */
function clearing(code: string, message: string): Failure {
  return { code, message, plugins: [], pendingPlugins: [], nominate: '' };
}

const DISRUPTED = {
  type: 'DisruptionTarget',
  status: 'True',
  reason: 'PreemptionByScheduler',
  message: 'default-scheduler: preempting to accommodate a higher priority pod',
};

function isMarked({ status }: Pod): boolean {
  return (
    status?.conditions?.some(
      (condition) => condition.type === DISRUPTED.type && condition.status === 'True',
    ) ?? false
  );
}

function isLeaving({ metadata }: Pod): boolean {
  return metadata.deletionTimestamp !== undefined;
}
