// For each shape with spread constraints: how many pods each domain has that a constraint counts, kept true
// as pods come and go. Source: pkg/scheduler/framework/plugins/podtopologyspread, Kubernetes 1.32 to 1.37;
// spec scheduler.md 3.5, 3.8.

import type { Node } from '../api/core.js';
import { findUntoleratedTaint } from '../api/tolerations.js';
import type { LabelColumn } from '../cluster/labelcolumns.js';
import { namespaceOf } from './events/pods.js';
import { oncePer } from './events/registration.js';
import type { DomainFlip, DomainVerdicts, PluginHandle } from './framework.js';
import { TERMINATING_NOT } from './pods.js';
import type { PodShape } from './podshape.js';
import { compileRequiredNodes } from './requirednodes.js';
import { ShapeLinks } from './shapelinks.js';
import {
  type SpreadAction,
  type SpreadConstraint,
  spreadConstraints,
} from './spreadconstraints.js';

const HOSTNAME = 'kubernetes.io/hostname';
const NONE = -1;

/** The constraints of one action of a shape. */
export interface ShapeSpread {
  readonly shape: PodShape;
  readonly domains: readonly SpreadDomains[];
  /** Whether nodes without one of the labels are left out of scoring. */
  readonly needsAllLabels: boolean;
}

/** What placed pods of one shape mean: the constraints that count them. */
type SpreadLink = readonly SpreadDomains[];

/** The counts of all shapes. */
export interface SpreadCounts {
  of(shape: PodShape, action: SpreadAction): ShapeSpread;
  /** A pod came to a node (1) or left it (-1). */
  count(pod: number, node: number, sign: 1 | -1): void;
}

/** Makes the counts of a run; shapes are counted for from when they are first asked about. */
export function createSpreadCounts(handle: PluginHandle): SpreadCounts {
  const { nodes, labels, pods, shapes, nodePods, listers, args } = handle;
  const { features } = handle;
  const comparison = features.enabled('TaintTolerationComparisonOperators');
  const hard: ShapeSpread[] = [];
  const soft: ShapeSpread[] = [];
  const links = new ShapeLinks<ShapeSpread, SpreadLink>(linkOf);

  function linkOf({ shape, domains }: ShapeSpread, placed: PodShape): SpreadLink | undefined {
    if (domains.length === 0 || namespaceOf(placed.pod) !== namespaceOf(shape.pod)) {
      return undefined;
    }
    const counted = domains.filter((domain) => domain.countsPod(placed));
    return counted.length > 0 ? counted : undefined;
  }

  function create(shape: PodShape, action: SpreadAction): ShapeSpread {
    const { pod } = shape;
    const constraints = spreadConstraints(pod, action, args.PodTopologySpread, listers);
    if (constraints.length === 0) return { shape, domains: [], needsAllLabels: false };
    const isOwn = (pod.spec.topologySpreadConstraints ?? []).length > 0;
    const needsAllLabels =
      action === 'DoNotSchedule' || isOwn || args.PodTopologySpread?.defaultingType === 'List';
    const columns = constraints.map(({ constraint }) => labels.column(constraint.topologyKey));
    const hasLabels = nodes.nodes.map(
      (_, node) => !needsAllLabels || columns.every(({ values }) => values[node]! >= 0),
    );
    const matches = compileRequiredNodes(shape.nodeSelector, shape.affinity);
    const isTolerated = ({ spec }: Node) =>
      !findUntoleratedTaint(spec?.taints ?? [], shape.tolerations, comparison);
    const domains = constraints.map((spread, index) => {
      const { nodeAffinityPolicy, nodeTaintsPolicy } = spread.constraint;
      const isEligible = Uint8Array.from(nodes.nodes, (node, nodeIndex) =>
        hasLabels[nodeIndex] &&
        (nodeAffinityPolicy === 'Ignore' || matches(node)) &&
        (nodeTaintsPolicy !== 'Honor' || isTolerated(node))
          ? 1
          : 0,
      );
      const isByNode = action === 'ScheduleAnyway' && spread.constraint.topologyKey === HOSTNAME;
      return new SpreadDomains(spread, shape, columns[index]!, isEligible, isByNode);
    });
    const state = { shape, domains, needsAllLabels };
    countPlaced(state);
    links.add(state);
    return state;
  }

  function countPlaced(state: ShapeSpread): void {
    const linkTo = oncePer((placed: PodShape) => linkOf(state, placed));
    for (let node = 0; node < nodes.count; node++) {
      for (let pod = nodePods.firstOn(node); pod >= 0; pod = pods.nextOnNode[pod]!) {
        if (pods.terminating[pod] !== TERMINATING_NOT) continue;
        const link = linkTo(shapes.shape(pods.shape[pod]!));
        for (const domain of link ?? []) domain.count(node, 1);
      }
    }
  }

  return {
    of(shape, action) {
      const states = action === 'DoNotSchedule' ? hard : soft;
      return (states[shape.id] ??= create(shape, action));
    },
    count(pod, node, sign) {
      if (pods.terminating[pod] !== TERMINATING_NOT) return;
      const known = links.of(shapes.shape(pods.shape[pod]!));
      for (let index = 0; index < known.length; index++) {
        for (const domain of known[index]!) domain.count(node, sign);
      }
    },
  };
}

/** The domains of one constraint of a shape. */
export class SpreadDomains implements DomainVerdicts {
  readonly maxSkew: number;
  readonly isRejected: Uint8Array;
  /** Pods by domain, and their number at the last look. */
  private readonly counts: Int32Array;
  private readonly countsSeen: Int32Array;
  /** Domains whose count is no longer what was seen, or was not in between. */
  private readonly changed: Int32Array;
  private changedCount = 0;
  private readonly isChanged: Uint8Array;
  /** Where a domain is a node: pods by node, whatever the inclusion policies say. */
  private readonly nodeCounts: Int32Array | undefined;
  private readonly selfMatch: 0 | 1;
  private readonly isKnown: Uint8Array;
  private readonly isMinZero: boolean;
  /** Known domains by their count of pods, and the smallest such count. */
  private readonly domainsByCount: number[] = [];
  private min = 0;
  /** Lists of all domains by their count: the first of each, and links. */
  private readonly first: number[] = [];
  private readonly next: Int32Array;
  private readonly previous: Int32Array;
  private limitSeen: number;
  private readonly flipped: Int32Array;
  private flippedCount = 0;

  constructor(
    private readonly spread: SpreadConstraint,
    shape: PodShape,
    readonly column: LabelColumn,
    private readonly isEligible: Uint8Array,
    isByNode: boolean,
  ) {
    const { maxSkew, minDomains = 1 } = spread.constraint;
    const { valueCount } = column;
    this.maxSkew = maxSkew;
    this.counts = new Int32Array(valueCount);
    this.countsSeen = new Int32Array(valueCount);
    this.changed = new Int32Array(valueCount);
    this.isChanged = new Uint8Array(valueCount);
    this.flipped = new Int32Array(valueCount);
    this.isRejected = new Uint8Array(valueCount);
    this.next = new Int32Array(valueCount);
    this.previous = new Int32Array(valueCount);
    this.nodeCounts = isByNode ? new Int32Array(isEligible.length) : undefined;
    this.selfMatch = spread.matches(shape.pod.metadata.labels) ? 1 : 0;
    this.isKnown = new Uint8Array(valueCount);
    let known = 0;
    for (let node = 0; node < isEligible.length; node++) {
      const value = column.values[node]!;
      if (isEligible[node] === 0 || value < 0 || this.isKnown[value] === 1) continue;
      this.isKnown[value] = 1;
      known++;
    }
    this.domainsByCount[0] = known;
    this.isMinZero = known < minDomains;
    for (let value = 0; value < valueCount; value++) this.link(value, 0);
    this.limitSeen = this.limit;
    if (this.limitSeen < 0) this.isRejected.fill(1);
  }

  /** Whether a domain is a node of its own. */
  get isByNode(): boolean {
    return this.nodeCounts !== undefined;
  }

  /** The largest count with which a domain takes one more pod. */
  private get limit(): number {
    return this.maxSkew - this.selfMatch + (this.isMinZero ? 0 : this.min);
  }

  countsPod({ pod }: PodShape): boolean {
    return this.spread.counts && this.spread.matches(pod.metadata.labels);
  }

  count(node: number, sign: 1 | -1): void {
    if (this.nodeCounts) this.nodeCounts[node]! += sign;
    const value = this.column.values[node]!;
    if (value < 0 || this.isEligible[node] === 0) return;
    const { counts, domainsByCount } = this;
    const before = counts[value]!;
    const after = before + sign;
    counts[value] = after;
    this.unlink(value, before);
    this.link(value, after);
    if (this.isChanged[value] === 0) {
      this.isChanged[value] = 1;
      this.changed[this.changedCount++] = value;
    }
    domainsByCount[before]!--;
    domainsByCount[after] = (domainsByCount[after] ?? 0) + 1;
    if (after < this.min) this.min = after;
    else if (before === this.min && domainsByCount[before] === 0) this.min = after;
  }

  /** Whether a node's domain would be too far above the emptiest one with the pod. */
  isSkewedAt(node: number): boolean {
    const value = this.column.values[node]!;
    return (value < 0 ? 0 : this.counts[value]!) > this.limit;
  }

  /** Pods that the constraint counts in the node's domain. */
  podsAt(node: number): number {
    if (this.nodeCounts) return this.nodeCounts[node]!;
    const value = this.column.values[node]!;
    return value < 0 ? 0 : this.counts[value]!;
  }

  /**
   * Tells of the domains that became skewed, or are no longer, since the last call.
   *
   * @returns whether any count changed
   */
  visitFlips(flip: DomainFlip): boolean {
    const hasChanged = this.findFlips();
    const { flipped, flippedCount, isRejected } = this;
    const { nodes, starts } = this.column;
    for (let index = 0; index < flippedCount; index++) {
      const value = flipped[index]!;
      isRejected[value] = 1 - isRejected[value]!;
      flip(nodes, starts[value]!, starts[value + 1]!);
    }
    return hasChanged;
  }

  private findFlips(): boolean {
    const { changed, changedCount, isChanged, counts, countsSeen, flipped } = this;
    this.flippedCount = 0;
    if (changedCount === 0) return false;
    const { limit, limitSeen } = this;
    let flippedCount = 0;
    // Between the old limit and the new one stand those that flip though their count is as it was.
    const high = Math.max(limit, limitSeen);
    for (let count = Math.max(0, Math.min(limit, limitSeen) + 1); count <= high; count++) {
      for (let value = this.first[count] ?? NONE; value !== NONE; value = this.next[value]!) {
        if (isChanged[value] === 0) flipped[flippedCount++] = value;
      }
    }
    let hasChanged = false;
    for (let index = 0; index < changedCount; index++) {
      const value = changed[index]!;
      isChanged[value] = 0;
      const before = countsSeen[value]!;
      const after = counts[value]!;
      if (before > limitSeen !== after > limit) flipped[flippedCount++] = value;
      if (before === after) continue;
      hasChanged = true;
      countsSeen[value] = after;
    }
    this.changedCount = 0;
    this.flippedCount = flippedCount;
    this.limitSeen = limit;
    return hasChanged;
  }

  private link(value: number, count: number): void {
    const { first, next, previous } = this;
    const head = first[count] ?? NONE;
    next[value] = head;
    previous[value] = NONE;
    if (head !== NONE) previous[head] = value;
    first[count] = value;
  }

  private unlink(value: number, count: number): void {
    const { next, previous } = this;
    const after = next[value]!;
    const before = previous[value]!;
    if (after !== NONE) previous[after] = before;
    if (before !== NONE) next[before] = after;
    else this.first[count] = after;
  }
}
