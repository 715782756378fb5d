// The order in which the scheduler looks at nodes: zones take turns, so that a sample of nodes spans them.
// Source: pkg/scheduler/backend/cache/node_tree.go, Kubernetes 1.32, 1.37; spec scheduler.md 3.2.

import type { Node } from '../api/core.js';
import type { StringMap } from '../api/meta.js';

/** Nodes by zone; zones in order of appearance, the nodes of one in order of addition. */
export class NodeTree {
  private readonly zones = new Map<string, string[]>();
  private count = 0;

  get size(): number {
    return this.count;
  }

  add({ metadata }: Node): void {
    const zone = zoneOf(metadata.labels);
    const names = this.zones.get(zone);
    if (names) names.push(metadata.name!);
    else this.zones.set(zone, [metadata.name!]);
    this.count++;
  }

  /** Takes a node out; a zone without nodes is forgotten and comes last when it comes back. */
  remove({ metadata }: Node): void {
    const zone = zoneOf(metadata.labels);
    const names = this.zones.get(zone) ?? [];
    const index = names.indexOf(metadata.name!);
    if (index < 0) return;
    names.splice(index, 1);
    if (names.length === 0) this.zones.delete(zone);
    this.count--;
  }

  /** Moves a node whose zone changed to the end of its new zone. */
  update(old: Node, node: Node): void {
    if (zoneOf(old.metadata.labels) === zoneOf(node.metadata.labels)) return;
    this.remove(old);
    this.add(node);
  }

  /** The names in the order in which the scheduler looks at them: the first of every zone, and so on. */
  names(): string[] {
    const zones = [...this.zones.values()];
    const names: string[] = [];
    for (let turn = 0; names.length < this.count; turn++) {
      for (const zone of zones) {
        if (turn < zone.length) names.push(zone[turn]!);
      }
    }
    return names;
  }
}

/** Region and zone of a node as one key; the beta labels stand in for those that are not there. */
function zoneOf(labels: StringMap = {}): string {
  const zone =
    labels['topology.kubernetes.io/zone'] ?? labels['failure-domain.beta.kubernetes.io/zone'] ?? '';
  const region =
    labels['topology.kubernetes.io/region'] ??
    labels['failure-domain.beta.kubernetes.io/region'] ??
    '';
  return `${region}\0${zone}`;
}
