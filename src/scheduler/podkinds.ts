// Kinds of pods for queueing hints: pods that no hint can tell apart share one API object, so that events need no
// object of each pod.

import type { Pod } from '../api/core.js';

/** A kind's objects, and what holds its pods back before they are tried. */
interface PodKind {
  readonly waiting: Pod;
  readonly assigned: Pod;
  readonly nominated: Pod;
  readonly missing: string;
}

/** Interns pods by what hints look at. */
export class PodKinds {
  private readonly kinds: PodKind[] = [];
  private readonly ids = new Map<string, number>();

  /** @param missing - what of the pod's claims does not exist, or empty */
  intern(pod: Pod, missing: string): number {
    const { namespace, labels, ownerReferences } = pod.metadata;
    const key = JSON.stringify([namespace, labels, ownerReferences, pod.spec, missing]);
    let id = this.ids.get(key);
    if (id === undefined) {
      id = this.kinds.length;
      this.ids.set(key, id);
      this.kinds.push({
        waiting: withUid(pod, `waiting-${id}`),
        assigned: withUid(
          { ...pod, spec: { ...pod.spec, nodeName: 'some-node' } },
          `assigned-${id}`,
        ),
        nominated: withUid(
          { ...pod, status: { ...pod.status, nominatedNodeName: 'some-node' } },
          `nominated-${id}`,
        ),
        missing,
      });
    }
    return id;
  }

  /** A pod of the kind that waits. */
  waiting(kind: number): Pod {
    return this.kinds[kind]!.waiting;
  }

  /** A pod of the kind on a node; hints ask whether there is one, not which. */
  assigned(kind: number): Pod {
    return this.kinds[kind]!.assigned;
  }

  /** A pod of the kind that waits with a nomination. */
  nominated(kind: number): Pod {
    return this.kinds[kind]!.nominated;
  }

  missing(kind: number): string {
    return this.kinds[kind]!.missing;
  }

  gates(kind: number): readonly string[] {
    return (this.waiting(kind).spec.schedulingGates ?? []).map(({ name }) => name);
  }
}

// Hints know a pod by its uid; the one that waits is never the one of the event.
function withUid(pod: Pod, uid: string): Pod {
  return { ...pod, metadata: { ...pod.metadata, uid } };
}
