// The API server of a script with what stands around it: objects and who watches them, the end of terminating pods,
// and the controller of claims.

import type { Pod } from '../../api/core.js';
import type { JsonValue } from '../../api/meta.js';
import type { ResourceClaim } from '../../api/resource.js';
import type { ListedObject } from '../../scheduler/listers.js';
import { withDefaults } from '../allocator.js';
import { completeObject, isNamespacedKind } from '../profileevents.js';
import type { Clock } from './clock.js';

/** Told of each change at once; no old object where one was added, no new one where it is gone. */
export type Watcher = (
  kind: string,
  old: ListedObject | undefined,
  object: ListedObject | undefined,
) => void;

const GRACE_SECONDS = 30;

/** Objects by kind and name; all that have a namespace are in `default`. */
export class ApiServer {
  watcher: Watcher = () => {};
  /** Pods that ceased to exist, in order. */
  readonly gone: string[] = [];
  /** When terminating pods go, in milliseconds since the start. */
  private readonly ends = new Map<string, number>();
  private readonly kinds = new Map<string, Map<string, ListedObject>>();

  constructor(private readonly clock: Clock) {}

  /** Objects of a kind in the order in which they were added. */
  list<T>(kind: string): T[] {
    return [...(this.kinds.get(kind)?.values() ?? [])] as T[];
  }

  all(): ListedObject[] {
    return [...this.kinds.values()].flatMap((objects) => [...objects.values()]);
  }

  find<T>(kind: string, name: string): T | undefined {
    return this.kinds.get(kind)?.get(name) as T | undefined;
  }

  create(given: ListedObject): void {
    const complete = completeObject(given, isNamespacedKind(given.kind!));
    const object =
      given.kind === 'ResourceClaim'
        ? withDefaults(complete as unknown as ResourceClaim)
        : complete;
    const kind = given.kind!;
    if (!this.kinds.has(kind)) this.kinds.set(kind, new Map());
    this.kinds.get(kind)!.set(object.metadata.name!, object);
    this.watcher(kind, undefined, object);
  }

  /** Puts a newer version of an object in its place. */
  update(object: ListedObject): void {
    const objects = this.kinds.get(object.kind!)!;
    const old = objects.get(object.metadata.name!);
    objects.set(object.metadata.name!, object);
    this.watcher(object.kind!, old, object);
  }

  patch(kind: string, name: string, patch: JsonValue): void {
    const object = this.find<ListedObject>(kind, name);
    if (object) this.update(mergePatch(object as unknown as JsonValue, patch) as never);
  }

  /** Deletes an object; a pod with a node terminates first. */
  delete(kind: string, name: string): void {
    const object = this.find<ListedObject>(kind, name);
    if (!object) return;
    const { spec, metadata } = object as Pod;
    if (kind !== 'Pod' || !spec.nodeName) {
      this.remove(kind, object);
      return;
    }
    if (metadata.deletionTimestamp !== undefined) return;
    const { terminationGracePeriodSeconds: seconds = GRACE_SECONDS } = spec;
    if (Number(seconds) === 0) {
      this.remove(kind, object);
      return;
    }
    const endMs = this.clock.nowMs + Number(seconds) * 1000;
    this.ends.set(name, endMs);
    this.update({ ...object, metadata: { ...metadata, deletionTimestamp: `${endMs} ms` } });
    this.clock.after(Number(seconds) * 1000, () => this.endPods());
  }

  /** Removes the pods whose time is up. */
  private endPods(): void {
    const due = [...this.ends].filter(([, endMs]) => endMs <= this.clock.nowMs);
    for (const [name] of due.sort()) {
      this.ends.delete(name);
      const pod = this.find<Pod>('Pod', name);
      if (pod) this.remove('Pod', pod);
    }
  }

  /** Lets go of the claims of pods that do not exist. */
  releaseClaims(): void {
    const claims = this.list<ResourceClaim>('ResourceClaim');
    const names = claims.map(({ metadata }) => metadata.name!).sort();
    for (const name of names) this.releaseClaim(this.find('ResourceClaim', name)!);
  }

  private releaseClaim(claim: ResourceClaim): void {
    const exists = (uid: string) =>
      this.list<Pod>('Pod').some(({ metadata }) => metadata.uid === uid);
    const owner = claim.metadata.ownerReferences?.find(({ controller }) => controller === true);
    if (owner && !exists(owner.uid)) {
      this.remove('ResourceClaim', claim);
      return;
    }
    const { reservedFor = [] } = claim.status ?? {};
    const left = reservedFor.filter(({ uid }) => exists(uid));
    if (left.length === reservedFor.length) return;
    this.update({
      ...claim,
      status: left.length > 0 ? { ...claim.status, reservedFor: left } : {},
    } as ListedObject);
  }

  private remove(kind: string, object: ListedObject): void {
    this.kinds.get(kind)!.delete(object.metadata.name!);
    if (kind === 'Pod') this.gone.push(object.metadata.name!);
    this.watcher(kind, object, undefined);
    if (kind === 'Pod') this.releaseClaims();
  }
}

/** RFC 7386: null removes. */
function mergePatch(value: JsonValue | undefined, patch: JsonValue): JsonValue {
  if (!isObject(patch)) return patch;
  const merged: { [key: string]: JsonValue } = isObject(value) ? { ...value } : {};
  for (const [key, part] of Object.entries(patch)) {
    if (part === null) delete merged[key];
    else merged[key] = mergePatch(merged[key], part);
  }
  return merged;
}

function isObject(value: JsonValue | undefined): value is { [key: string]: JsonValue } {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
