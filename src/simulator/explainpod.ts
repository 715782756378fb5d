// Why a pod is where it is, or pends: what every plugin says of every node as things stand, and how its
// attempts ended until now.

import { DrasimError, suggest } from '../errors.js';
import { POD_GATED } from '../scheduler/pods.js';
import type { CycleReport } from '../scheduler/referencecycle.js';
import { type ClaimAnswer, explainClaimAt, knownPods, nodeIndex } from './explain.js';
import type { Records } from './records.js';
import { podName } from './result.js';
import type { Run } from './simulator.js';

/** Nodes that one plugin rejects for the same reasons. */
export interface RejectedNodes {
  readonly plugin: string;
  readonly code: string;
  readonly reasons: readonly string[];
  readonly nodes: readonly string[];
}

/** A node that takes the pod: its weighted scores, or none where it is the only one. */
export interface FeasibleNode {
  readonly node: string;
  readonly total: number;
  readonly scores: Readonly<Record<string, number>>;
}

/** An event that brought a pod into a queue. */
export interface PastWake {
  readonly timeSeconds: number;
  readonly event: string;
  readonly queue: 'active' | 'backoff';
}

/** How an attempt ended, and what led to it. */
export interface PastAttempt {
  readonly timeSeconds: number;
  /** What brought the pod to this attempt, where the run recorded it. */
  readonly wokenBy?: readonly PastWake[];
  readonly node?: string;
  readonly plugin?: string;
  readonly reasons?: readonly string[];
}

/** What every plugin said of every node in one attempt. */
export interface Decision {
  readonly timeSeconds: number;
  readonly pod: string;
  readonly message?: string;
  readonly rejected: readonly RejectedNodes[];
  readonly feasible: readonly FeasibleNode[];
}

export interface PodAnswer {
  readonly pod: string;
  readonly timeSeconds: number;
  /** The node that it is on, or was on. */
  readonly node?: string;
  readonly scheduledSeconds?: number;
  readonly attempts: readonly PastAttempt[];
  /** Events that woke it since its last attempt. */
  readonly wokenBy?: readonly PastWake[];
  /** What FailedScheduling would say now; absent where a node takes it. */
  readonly message?: string;
  readonly rejected: readonly RejectedNodes[];
  /** The best first. */
  readonly feasible: readonly FeasibleNode[];
  /** Its claims on the node that was asked for. */
  readonly claims?: readonly ClaimAnswer[];
}

/** What an explanation looks at beside the run. */
export interface ExplainPodOptions {
  /** This node alone, device by device. */
  nodeName?: string | undefined;
  /** Tells the events that woke the pod. */
  records?: Pick<Records, 'wakes' | 'wakeEvents'>;
}

/**
 * Explains a pod at the run's present time; one that has a node already as another pod like it.
 *
 * @throws DrasimError `ERR_EXPLAIN_POD`, `ERR_EXPLAIN_NODE`, `ERR_EXPLAIN_CLASS`
 */
export function explainPodAt(
  run: Run,
  wanted: string,
  { nodeName, records }: ExplainPodOptions = {},
): PodAnswer {
  const { pods, shapes, simulation, scheduler, input } = run;
  const only = nodeName === undefined ? undefined : nodeIndex(run, nodeName);
  const pod = findPod(run, wanted);
  const node = pods.node[pod]!;
  const { names } = input.cluster.nodes;
  const shape = shapes.shape(pods.shape[pod]!);
  const held =
    pods.state[pod] === POD_GATED ? scheduler.reasons.rejection(pods.rejection[pod]!) : null;
  const asked =
    shape.unresolvable === '' && scheduler.isOurs(pod)
      ? scheduler.explain(pod)
      : { report: undefined, message: shape.unresolvable };
  const { report } = asked;
  const message = held ? held.reasons.join(', ') : asked.message;
  const claims =
    nodeName === undefined || shape.unresolvable !== ''
      ? undefined
      : shape.claims.map(({ name, claim }) =>
          explainClaimAt(run, run.allocator.claims.name(claim) ?? `${wanted}/${name}`, nodeName),
        );
  return {
    pod: wanted,
    timeSeconds: simulation.nowUs / 1e6,
    ...(node >= 0 && { node: names[node]!, scheduledSeconds: pods.scheduledUs[pod]! / 1e6 }),
    ...pastOf(run, pod, records),
    ...(message !== '' && { message }),
    rejected: report ? rejectedBy(run, report, only) : [],
    feasible: report ? feasibleIn(run, report, only) : [],
    ...(claims && { claims }),
  };
}

function findPod(run: Run, wanted: string): number {
  for (let pod = run.pods.count - 1; pod >= 0; pod--) if (podName(run, pod) === wanted) return pod;
  throw new DrasimError({
    code: 'ERR_EXPLAIN_POD',
    path: 'pod',
    message: `there is no pod ${wanted} at this time`,
    hint: suggest(wanted, knownPods(run), 'pods'),
  });
}

/** An attempt as it is about to be made. */
export function decide(run: Run, pod: number): Decision {
  const { report, message } = run.scheduler.explain(pod);
  return {
    timeSeconds: run.simulation.nowUs / 1e6,
    pod: podName(run, pod),
    ...(message !== '' && { message }),
    rejected: rejectedBy(run, report, undefined),
    feasible: feasibleIn(run, report, undefined),
  };
}

/** The pod's attempts, each with the events that led to it. */
function pastOf(
  run: Run,
  pod: number,
  records: ExplainPodOptions['records'],
): Pick<PodAnswer, 'attempts' | 'wokenBy'> {
  const { recorder, scheduler, input } = run;
  const wakes = records ? wakesOf(records, pod) : [];
  const { attempts } = recorder;
  const past: PastAttempt[] = [];
  let next = 0;
  for (let row = 0; row < attempts.count; row++) {
    if (attempts.at(row, 1) !== pod) continue;
    const timeSeconds = attempts.at(row, 0) / 1e6;
    const first = next;
    while (next < wakes.length && wakes[next]!.attempt <= row) next++;
    const woken = wakes.slice(first, next).map(({ wake }) => wake);
    const led = records && { wokenBy: woken };
    const node = attempts.at(row, 2);
    if (node >= 0) past.push({ timeSeconds, ...led, node: input.cluster.nodes.names[node]! });
    else {
      const { plugin, reasons } = scheduler.reasons.rejection(attempts.at(row, 3));
      past.push({ timeSeconds, ...led, plugin, reasons });
    }
  }
  const rest = wakes.slice(next).map(({ wake }) => wake);
  return { attempts: past, ...(records && { wokenBy: rest }) };
}

/** What woke a pod, with the number of attempts of all pods that had been made by then. */
function wakesOf(
  { wakes, wakeEvents }: Pick<Records, 'wakes' | 'wakeEvents'>,
  pod: number,
): { wake: PastWake; attempt: number }[] {
  const found: { wake: PastWake; attempt: number }[] = [];
  for (let row = 0; row < wakes.count; row++) {
    if (wakes.at(row, 1) !== pod) continue;
    const timeSeconds = wakes.at(row, 0) / 1e6;
    const queue = wakes.at(row, 2) === 1 ? 'active' : 'backoff';
    const event = wakeEvents.text(wakes.at(row, 3));
    found.push({ wake: { timeSeconds, event, queue }, attempt: wakes.at(row, 4) });
  }
  return found;
}

function rejectedBy(
  { scheduler, input }: Run,
  { statuses }: CycleReport,
  only: number | undefined,
): RejectedNodes[] {
  const byId = new Map<number, string[]>();
  statuses.forEach((status, node) => {
    if (status === 0 || (only !== undefined && node !== only)) return;
    const nodes = byId.get(status) ?? [];
    nodes.push(input.cluster.nodes.names[node]!);
    byId.set(status, nodes);
  });
  const groups = [...byId].map(([id, nodes]) => ({ ...scheduler.reasons.rejection(id), nodes }));
  return groups.sort((left, right) => right.nodes.length - left.nodes.length);
}

function feasibleIn(
  { input }: Run,
  { feasible, scores, totals }: CycleReport,
  only: number | undefined,
): FeasibleNode[] {
  const found: FeasibleNode[] = [];
  feasible.forEach((node, index) => {
    if (only !== undefined && node !== only) return;
    const own = scores.flatMap((entry) =>
      entry.scores[index] === 0 ? [] : [[entry.plugin, entry.scores[index]!] as const],
    );
    const name = input.cluster.nodes.names[node]!;
    found.push({ node: name, total: totals[index]!, scores: Object.fromEntries(own) });
  });
  return found.sort((left, right) => right.total - left.total);
}
