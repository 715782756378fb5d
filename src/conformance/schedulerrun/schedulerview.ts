// What the scheduler of a script sees and keeps: its queue, the pods by row, claims and devices, and the handlers that
// follow the API server's changes. Source: pkg/scheduler/eventhandlers.go, Kubernetes 1.32, 1.37; spec scheduler.md 6.

import type { Node, Pod } from '../../api/core.js';
import type { Features } from '../../api/features.js';
import type { DeviceClass, ResourceClaim, ResourceSlice } from '../../api/resource.js';
import { parseTime } from '../../api/time.js';
import { DraManager } from '../../dra/dramanager.js';
import {
  profilePlugins,
  type SchedulerProfile,
} from '../../scheduler/configuration/configuration.js';
import { DynamicResources } from '../../scheduler/dynamicresources/dynamicresources.js';
import { classifyNodeUpdate, classifyPodUpdate } from '../../scheduler/events/classification.js';
import {
  ADD,
  type ClusterEvent,
  DELETE,
  type EventResource,
  UPDATE,
} from '../../scheduler/events/clusterevent.js';
import type { HintFunction } from '../../scheduler/events/registration.js';
import { registerEvents } from '../../scheduler/events/registry.js';
import {
  type ListedObject,
  listersOf,
  NO_OBJECTS,
  type ObjectListers,
} from '../../scheduler/listers.js';
import { QueueColumns } from '../../scheduler/queue/columns.js';
import type { QueuePlugin } from '../../scheduler/queue/plugins.js';
import { SchedulingQueue } from '../../scheduler/queue/queue.js';
import { createPrioritySort } from '../../scheduler/registry.js';
import { profileOf } from '../profileevents.js';
import type { CallContext } from './apicalls.js';
import type { ApiServer } from './apiserver.js';
import type { Clock } from './clock.js';

/** A pod between its node and its binding. */
export interface Binding extends CallContext {
  readonly row: number;
  readonly node: string;
  /** Whether preemption may still cancel it. */
  isPreBind: boolean;
}

const NONE = -1;
const BINDING_TIMEOUT_SECONDS = 600;
const START_US = parseTime('2000-01-01T00:01:00Z')!;

const POD_ADDED: ClusterEvent = { resource: 'AssignedPod', actions: ADD };
const POD_GONE: ClusterEvent = { resource: 'AssignedPod', actions: DELETE };

/** Resources of kinds whose events say no more than that they came, changed or went. */
const PLAIN_RESOURCES: Readonly<Record<string, EventResource>> = {
  ResourceClaim: 'resource.k8s.io/ResourceClaim',
  ResourceSlice: 'resource.k8s.io/ResourceSlice',
  DeviceClass: 'resource.k8s.io/DeviceClass',
};

/** The scheduler's view of the cluster; each pod that is created has a row of its own. */
export class SchedulerView {
  readonly columns = new QueueColumns();
  readonly queue: SchedulingQueue;
  /** The newest object of each row; whether it still exists is the API server's to say. */
  readonly objects: Pod[] = [];
  readonly nodes: string[] = [];
  /** How many pods came into a queue by which event, since the last step. */
  readonly incoming = new Map<string, number>();
  /** Pods that have a node which the API does not show yet. */
  readonly assumed = new Map<number, Binding>();
  readonly profile: SchedulerProfile;
  readonly manager: DraManager;
  readonly plugin: DynamicResources;
  readonly listers: ObjectListers;
  private readonly rows = new Map<string, number>();

  /** @param isHeld - whether preemption for a pod is on its way, which PreEnqueue waits for */
  constructor(
    readonly api: ApiServer,
    readonly clock: Clock,
    readonly features: Features,
    private readonly isHeld: (row: number) => boolean,
  ) {
    this.profile = profileOf(undefined, features);
    this.manager = new DraManager(features);
    this.plugin = new DynamicResources(this.manager, features, {
      bindingTimeoutSeconds: BINDING_TIMEOUT_SECONDS,
      nowUs: () => START_US + BigInt(this.clock.nowUs),
    });
    this.listers = this.liveListers();
    this.queue = new SchedulingQueue(this.columns, {
      backoff: { initialUs: 1e6, maxUs: 10e6 },
      features,
      sort: createPrioritySort(this.columns),
      plugins: this.queuePlugins(),
      nominatedNode: (row) => this.numberOf(this.nominatedNodeName(row)),
      entered: (_row, queue, event) => {
        const key = `${queue}/${event}`;
        this.incoming.set(key, (this.incoming.get(key) ?? 0) + 1);
      },
    });
    api.watcher = (kind, old, object) => this.see(kind, old, object);
  }

  /** Whether the newest object of a row is the API server's. */
  isThere(row: number): boolean {
    return this.api.find('Pod', this.nameOf(row)) === this.objects[row];
  }

  /** Whether a node is there, or pods are left on it. */
  knowsNode(name: string): boolean {
    if (this.api.find('Node', name)) return true;
    const isOn = (pod: Pod) => pod.spec.nodeName === name;
    return (
      this.api.list<Pod>('Pod').some(isOn) ||
      [...this.assumed.values()].some(({ node }) => node === name)
    );
  }

  /** The pods that a cycle sees beside its own, and their rows. */
  otherPods(row: number): { others: Pod[]; rows: number[] } {
    const rows: number[] = [];
    const others: Pod[] = [];
    this.objects.forEach((pod, other) => {
      if (other === row || !(this.assumed.has(other) || this.isThere(other))) return;
      const nominated = this.nodes[this.queue.nominator.nodeOf(other)];
      const node = this.assumed.get(other)?.node ?? pod.spec.nodeName;
      if (!node && nominated === undefined) return;
      const { nominatedNodeName: _, ...status } = pod.status ?? {};
      rows.push(other);
      others.push({
        ...pod,
        spec: { ...pod.spec, ...(node && { nodeName: node }) },
        status: { ...status, ...(nominated !== undefined && { nominatedNodeName: nominated }) },
      });
    });
    return { others, rows };
  }

  /** Takes a pod off the node that it was assumed on. */
  forget(row: number): void {
    const binding = this.assumed.get(row);
    if (!binding) return;
    this.assumed.delete(row);
    this.queue.move(POD_GONE, { old: onNode(this.objects[row]!, binding.node) }, this.clock.nowUs);
  }

  nameOf(row: number): string {
    return this.objects[row]!.metadata.name!;
  }

  nominatedNodeName(row: number): string | undefined {
    return this.objects[row]!.status?.nominatedNodeName;
  }

  numberOf(node: string | undefined): number {
    if (!node) return NONE;
    const known = this.nodes.indexOf(node);
    return known >= 0 ? known : this.nodes.push(node) - 1;
  }

  /** What informers do with a change. */
  private see(kind: string, old?: ListedObject, object?: ListedObject): void {
    if (kind === 'Pod') this.seePod(old as Pod | undefined, object as Pod | undefined);
    else if (kind === 'Node') this.seeNode(old as Node | undefined, object as Node | undefined);
    else if (Object.hasOwn(PLAIN_RESOURCES, kind)) this.seeOther(kind, old, object);
  }

  private seePod(old: Pod | undefined, pod: Pod | undefined): void {
    const { queue, features, clock } = this;
    if (!pod) {
      this.seePodGone(old!);
      return;
    }
    const row = old ? this.rows.get(pod.metadata.name!)! : this.newRow(pod.metadata.name!);
    const nominatedBefore = old ? this.numberOf(old.status?.nominatedNodeName) : NONE;
    this.objects[row] = pod;
    this.columns.priority[row] = pod.spec.priority ?? 0;
    if (pod.spec.nodeName && !old?.spec.nodeName) {
      this.assumed.delete(row);
      queue.move(POD_ADDED, { new: pod }, clock.nowUs);
      queue.delete(row);
    } else if (pod.spec.nodeName) {
      for (const event of classifyPodUpdate(old!, pod, false, features)) {
        queue.move(event, { old, new: pod }, clock.nowUs);
      }
    } else if (!old) queue.add(row, clock.nowUs);
    else if (!this.assumed.has(row)) {
      const events = classifyPodUpdate(old, pod, true, features);
      const change = { events, objects: { old, new: pod }, isRelevant: true, nominatedBefore };
      queue.update(row, change, clock.nowUs);
      const isMoved = old.status?.nominatedNodeName !== pod.status?.nominatedNodeName;
      if (nominatedBefore >= 0 && isMoved) this.tellNominationGone(old);
    }
  }

  private seePodGone(old: Pod): void {
    const { queue, features, clock } = this;
    const row = this.rows.get(old.metadata.name!)!;
    if (old.spec.nodeName) {
      queue.move(POD_GONE, { old }, clock.nowUs);
      return;
    }
    queue.delete(row);
    if (this.assumed.has(row)) {
      if (features.minor >= 35) this.forget(row);
    } else if (old.status?.nominatedNodeName) this.tellNominationGone(old);
  }

  /** Room that was kept for a pod is free again for those that are not more important. */
  private tellNominationGone(old: Pod): void {
    if (this.features.minor < 34) return;
    const { priority } = this.columns;
    const limit = old.spec.priority ?? 0;
    this.queue.move(POD_GONE, { old }, this.clock.nowUs, (other) => priority[other]! <= limit);
  }

  private seeNode(old: Node | undefined, node: Node | undefined): void {
    const { queue, manager, clock } = this;
    const event = (actions: number): ClusterEvent => ({ resource: 'Node', actions });
    if (!node) {
      queue.move(event(DELETE), { old }, clock.nowUs);
      manager.objects.nodes.delete(old!.metadata.name!);
      manager.objectsChanged();
      return;
    }
    manager.objects.nodes.set(node.metadata.name!, node);
    manager.objectsChanged();
    const events = old ? classifyNodeUpdate(old, node, this.features) : [event(ADD)];
    for (const each of events) queue.move(each, { old, new: node }, clock.nowUs);
  }

  private seeOther(kind: string, old?: ListedObject, object?: ListedObject): void {
    const { manager } = this;
    const { name } = (object ?? old!).metadata;
    if (kind === 'ResourceClaim') {
      if (object) manager.setClaim(object as unknown as ResourceClaim);
      else manager.deleteClaim(old as unknown as ResourceClaim);
    } else if (kind === 'DeviceClass') {
      const deviceClass = object as unknown as DeviceClass;
      if (object) manager.setClass({ ...deviceClass, spec: deviceClass.spec ?? {} });
      else manager.deleteClass(name!);
    } else {
      if (object) manager.objects.slices.set(name!, object as unknown as ResourceSlice);
      else manager.objects.slices.delete(name!);
      manager.objectsChanged();
    }
    const actions = !old ? ADD : object ? UPDATE : DELETE;
    const event = { resource: PLAIN_RESOURCES[kind]!, actions };
    this.queue.move(event, { old, new: object }, this.clock.nowUs);
  }

  private queuePlugins(): QueuePlugin[] {
    const { profile, features, listers } = this;
    const events = registerEvents(profilePlugins(profile), {
      features,
      args: profile.args,
      listers,
    });
    const gates: Readonly<Record<string, (row: number) => boolean>> = {
      SchedulingGates: (row) => (this.objects[row]!.spec.schedulingGates ?? []).length === 0,
      DynamicResources: (row) => this.plugin.preEnqueue(this.objects[row]!) === null,
      DefaultPreemption: (row) => !this.isHeld(row),
    };
    const names = new Set([...events.keys(), ...Object.keys(gates)]);
    const enabled = new Set(profile.plugins.preEnqueue.map(({ name }) => name));
    return [...names].map((name) => ({
      name,
      events: (events.get(name) ?? []).map(({ hint, ...event }) => ({
        ...event,
        ...(hint && {
          looksAtPod: true,
          hint: (row: number, objects: Parameters<HintFunction<unknown>>[1]) =>
            (hint as HintFunction<unknown>)(this.objects[row]!, objects),
        }),
      })),
      ...(enabled.has(name) && Object.hasOwn(gates, name) && { preEnqueue: gates[name]! }),
    }));
  }

  /** Listers over the objects of the moment. */
  private liveListers(): ObjectListers {
    const current = (): ObjectListers => ({
      ...listersOf(this.api.all()),
      classServing: (resource) => this.manager.classServing(resource),
    });
    const names = Object.keys(NO_OBJECTS) as (keyof ObjectListers)[];
    const call = (name: keyof ObjectListers) => (namespace: string, object: string) =>
      (current()[name] as (namespace: string, object: string) => unknown)(namespace, object);
    return Object.fromEntries(names.map((name) => [name, call(name)])) as unknown as ObjectListers;
  }

  private newRow(name: string): number {
    const row = this.objects.length;
    while (row >= this.columns.capacity) this.columns.grow();
    this.rows.set(name, row);
    this.columns.kind[row] = row;
    return row;
  }
}

function onNode(pod: Pod, nodeName: string): Pod {
  return { ...pod, spec: { ...pod.spec, nodeName } };
}
