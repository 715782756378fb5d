// Vectors of the kind `queue`: a script of operations on the scheduling queue, and its contents after each of them.

import type { Pod } from '../api/core.js';
import { type Features, resolveFeatures } from '../api/features.js';
import { compileLabelSelector } from '../api/labelselector.js';
import type { ObjectMeta } from '../api/meta.js';
import { classifyPodUpdate, isMoreThanStatus } from '../scheduler/events/classification.js';
import {
  actionOf,
  type ClusterEvent,
  type EventResource,
  WILDCARD_EVENT,
} from '../scheduler/events/clusterevent.js';
import type { QueueingHint } from '../scheduler/events/registration.js';
import { GATED, QueueColumns, UNSCHEDULABLE } from '../scheduler/queue/columns.js';
import type {
  QueueEventObjects,
  QueuePlugin,
  QueueRegistration,
} from '../scheduler/queue/plugins.js';
import { SchedulingQueue } from '../scheduler/queue/queue.js';
import { createPrioritySort } from '../scheduler/registry.js';
import { completeObject } from './profileevents.js';
import { queueContents } from './queuecontents.js';
import type { Json, VectorReader } from './vector.js';

/** A stub plugin's hint: a table by the value of a label. */
interface StubHint {
  label: string;
  from: 'pod' | 'old' | 'new';
  equalsPod?: string;
  answers?: { [value: string]: string };
  otherwise?: string;
}

interface StubPlugin {
  name: string;
  events: { resource: string; actions: string[]; hint?: StubHint }[];
  preEnqueue?: string;
}

interface Op {
  at: number;
  op: string;
  pod?: string;
  object?: Pod;
  pods?: string[];
  unschedulablePlugins?: string[];
  pendingPlugins?: string[];
  resource?: string;
  actions?: string[];
  old?: ObjectMeta;
  new?: ObjectMeta;
  node?: string;
}

interface QueueInput {
  start: string;
  podInitialBackoffSeconds?: number;
  podMaxBackoffSeconds?: number;
  podMaxInUnschedulablePodsSeconds?: number;
  plugins: StubPlugin[];
  ops: Op[];
}

/** Runs a script and tells the queue's contents after each step. */
export const queueReader: VectorReader = {
  kinds: ['queue'],
  answer({ kubernetes, input }): Json {
    const features = resolveFeatures({ ...kubernetes, unlocked: true });
    const script = new QueueScript(input as unknown as QueueInput, features);
    return { steps: (input as unknown as QueueInput).ops.map((op) => script.run(op)) };
  },
};

/** The queue of a script with its pods by name; each pod that is added has a row of its own. */
class QueueScript {
  private readonly columns = new QueueColumns();
  private readonly queue: SchedulingQueue;
  /** The newest object of each row, and whether the pod still exists. */
  private readonly objects: Pod[] = [];
  private readonly exists: boolean[] = [];
  private readonly rows = new Map<string, number>();
  private readonly popped = new Map<string, number>();
  private readonly nodes: string[] = [];
  private readonly startUs: number;

  constructor(
    input: QueueInput,
    private readonly features: Features,
  ) {
    this.startUs = fractionUs(input.start);
    const { podInitialBackoffSeconds = 1, podMaxBackoffSeconds = 10 } = input;
    const { podMaxInUnschedulablePodsSeconds = 300 } = input;
    this.queue = new SchedulingQueue(this.columns, {
      backoff: { initialUs: podInitialBackoffSeconds * 1e6, maxUs: podMaxBackoffSeconds * 1e6 },
      unschedulableUsMax: podMaxInUnschedulablePodsSeconds * 1e6,
      features,
      sort: createPrioritySort(this.columns),
      plugins: input.plugins.map((plugin) => this.plugin(plugin)),
      nominatedNode: (row) => this.nominatedNode(row),
    });
  }

  run(op: Op): Json {
    const nowUs = this.startUs + op.at * 1000;
    const told = this.apply(op, nowUs);
    return { ...told, ...this.contents() };
  }

  private apply(op: Op, nowUs: number): { [key: string]: Json } {
    const { queue } = this;
    const row = this.rows.get(op.pod ?? op.object?.metadata.name ?? '') ?? -1;
    switch (op.op) {
      case 'add':
        queue.add(this.create(op.object!), nowUs);
        break;
      case 'update':
        this.update(row, op.object!, nowUs);
        break;
      case 'delete':
        this.exists[row] = false;
        queue.delete(row);
        break;
      case 'pop':
        return { popped: this.pop(nowUs) };
      case 'fail':
        return this.fail(op, nowUs);
      case 'done':
        queue.done(this.popped.get(op.pod!)!);
        break;
      case 'event':
        queue.move(eventOf(op), { old: op.old, new: op.new }, nowUs);
        break;
      case 'activate':
        queue.activate(
          op.pods!.map((name) => this.rows.get(name)!),
          nowUs,
        );
        break;
      case 'flushBackoff':
        queue.flushBackoff(nowUs);
        break;
      case 'flushUnschedulable':
        queue.flushUnschedulable(nowUs);
        break;
      case 'nominate':
        queue.nominator.add(row, op.node === undefined ? this.nominatedNode(row) : this.node(op));
        break;
      default:
        throw new Error(`unknown operation ${op.op}`);
    }
    return {};
  }

  private create(object: Pod): number {
    const row = this.objects.length;
    while (row >= this.columns.capacity) this.columns.grow();
    this.rows.set(object.metadata.name!, row);
    this.exists.push(true);
    this.columns.kind[row] = row;
    this.take(row, object);
    return row;
  }

  private take(row: number, object: Pod): void {
    const uid = object.metadata.uid ?? this.objects[row]?.metadata.uid ?? `uid-${row}`;
    this.objects[row] = completeObject({ ...object, metadata: { ...object.metadata, uid } }, true);
    this.columns.priority[row] = object.spec?.priority ?? 0;
    if (object.status?.nominatedNodeName) this.nodeNumber(object.status.nominatedNodeName);
  }

  private update(row: number, object: Pod, nowUs: number): void {
    const old = this.objects[row]!;
    const nominatedBefore = this.nominatedNode(row);
    this.take(row, object);
    const changed = this.objects[row]!;
    const change = {
      events: classifyPodUpdate(withSpec(old), withSpec(changed), true, this.features),
      objects: { old: old.metadata, new: changed.metadata },
      isRelevant: isMoreThanStatus(old, changed),
      nominatedBefore,
    };
    this.queue.update(row, change, nowUs);
  }

  private pop(nowUs: number): Json {
    const row = this.queue.pop(nowUs);
    if (row < 0) return 'blocks';
    const { columns } = this;
    const pod = this.objects[row]!.metadata.name!;
    this.popped.set(pod, row);
    return {
      pod,
      attempts: columns.attempts[row]!,
      timestamp: this.milliseconds(columns.queuedUs[row]!),
      initialAttemptTimestamp: this.milliseconds(columns.firstActiveUs[row]!),
      ...(this.features.minor >= 34 && {
        unschedulableCount: columns.unschedulableCount[row]!,
        consecutiveErrorsCount: columns.consecutiveErrorsCount[row]!,
      }),
    };
  }

  private fail(op: Op, nowUs: number): { [key: string]: Json } {
    const { unschedulablePlugins = [], pendingPlugins = [] } = op;
    const { plugins } = this.queue;
    const row = this.popped.get(op.pod!)!;
    const state = this.columns.state[row]!;
    const rejectors = plugins.bits(unschedulablePlugins);
    if (this.queue.fail(row, rejectors, plugins.bits(pendingPlugins), nowUs)) return {};
    const place = state === UNSCHEDULABLE || state === GATED ? 'unschedulable' : 'the active';
    return { error: `Pod default/${op.pod} is already present in ${place} queue` };
  }

  private contents(): { [key: string]: Json } {
    return queueContents(this.queue, this.columns, {
      pods: this.objects.map(({ metadata }) => metadata.name!),
      nodes: this.nodes,
      showsGates: this.features.minor >= 34,
      startUs: this.startUs,
    });
  }

  private plugin({ name, events, preEnqueue }: StubPlugin): QueuePlugin {
    const registrations = events.map(({ resource, actions, hint }): QueueRegistration => {
      const event = eventOf({ resource, actions });
      return hint
        ? { ...event, hint: (row, objects) => answer(hint, this.objects[row]!.metadata, objects) }
        : event;
    });
    if (preEnqueue === undefined) return { name, events: registrations };
    const isOpen = (row: number) => {
      const value = labelOf(this.objects[row]!.metadata, preEnqueue);
      return value !== 'closed' && value !== 'error';
    };
    return { name, events: registrations, preEnqueue: isOpen };
  }

  /** The node that the newest object names; none for a pod that is gone or has a node. */
  private nominatedNode(row: number): number {
    const { status } = this.objects[row]!;
    return this.exists[row] && status?.nominatedNodeName
      ? this.nodeNumber(status.nominatedNodeName)
      : -1;
  }

  private node({ node, pod }: Op): number {
    return node && this.exists[this.rows.get(pod!)!] ? this.nodeNumber(node) : -1;
  }

  private nodeNumber(name: string): number {
    const known = this.nodes.indexOf(name);
    return known >= 0 ? known : this.nodes.push(name) - 1;
  }

  private milliseconds(timeUs: number): number {
    return (timeUs - this.startUs) / 1000;
  }
}

/** Only the fraction of the start's second counts: windows are whole seconds of the wall clock. */
function fractionUs(start: string): number {
  const [, digits = ''] = /\.(\d+)Z$/.exec(start) ?? [];
  return Number(digits.padEnd(6, '0').slice(0, 6));
}

function withSpec(pod: Pod): Pod {
  return { ...pod, spec: pod.spec ?? { containers: [] } };
}

function eventOf({ resource, actions }: Pick<Op, 'resource' | 'actions'>): ClusterEvent {
  if (resource === '*') return WILDCARD_EVENT;
  const name = resource === 'UnschedulablePod' ? 'TargetPod' : resource;
  return {
    resource: name as EventResource,
    actions: actions!.reduce((bits, action) => bits | actionOf(action)!, 0),
  };
}

function answer(hint: StubHint, pod: ObjectMeta, objects: QueueEventObjects): QueueingHint {
  const source = hint.from === 'pod' ? pod : (objects[hint.from] as ObjectMeta | undefined);
  const value = source ? labelOf(source, hint.label) : '';
  if (hint.equalsPod !== undefined) {
    return value !== '' && value === labelOf(pod, hint.equalsPod) ? 'Queue' : 'Skip';
  }
  const found = hint.answers?.[value] ?? hint.otherwise ?? 'Skip';
  // As a real hint does with a selector that it cannot read.
  if (found === 'Error') compileLabelSelector(UNREADABLE);
  return found as QueueingHint;
}

const UNREADABLE = { matchExpressions: [{ key: 'app', operator: 'Fails' }] };

function labelOf({ labels }: ObjectMeta, label: string): string {
  return labels?.[label] ?? '';
}
