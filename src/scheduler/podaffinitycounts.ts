// For each shape of pods: how many pods in which domain attract it, repel it, are repelled or preferred.
// Kept true as pods come and go, so that neither filter nor score looks at pods. Source: pkg/scheduler/
// framework/plugins/interpodaffinity, Kubernetes 1.32 to 1.37; spec scheduler.md 3.5, 3.8.

import type { LabelColumn } from '../cluster/labelcolumns.js';
import { DomainCounts } from './domaincounts.js';
import { oncePer } from './events/registration.js';
import type { PluginHandle } from './framework.js';
import {
  type CompiledPodTerm,
  preferredPodTerms,
  requiredPodTerms,
  type WeightedPodTerm,
} from './podaffinityterms.js';
import type { PodShape } from './podshape.js';
import { ShapeLinks } from './shapelinks.js';

/** More domains hardly ever have equal sums: looking at them costs more than it saves. */
const EVEN_DOMAINS_MAX = 8;

/** The terms of a shape. */
interface ShapeTerms {
  readonly affinity: readonly CompiledPodTerm[];
  readonly antiAffinity: readonly CompiledPodTerm[];
  readonly preferred: readonly WeightedPodTerm[];
  readonly hasAny: boolean;
}

/** Sums of weights by domain. */
interface DomainSums {
  readonly column: LabelColumn;
  readonly sums: Float64Array;
}

/** What placed pods of one shape mean to the state of another. */
interface AffinityLink {
  readonly state: ShapeAffinity;
  /** Counts that a pod raises in its domain. */
  readonly counts: readonly DomainCounts[];
  /** Weights that a pod adds in its domain. */
  readonly weights: readonly { readonly into: DomainSums; readonly weight: number }[];
  /** Whether a pod matches all terms that the shape's affinity requires. */
  readonly isAffine: boolean;
}

/** The counts of all shapes. */
export interface PodAffinityCounts {
  of(shape: PodShape): ShapeAffinity;
  /** A pod came to a node (1) or left it (-1). */
  count(pod: number, node: number, sign: 1 | -1): void;
}

/** Makes the counts of a run; shapes are counted for from when they are first asked about. */
export function createPodAffinityCounts(handle: PluginHandle): PodAffinityCounts {
  const { nodes, labels, pods, shapes, nodePods, listers, args } = handle;
  const hardWeight = args.InterPodAffinity?.hardPodAffinityWeight ?? 1;
  const ignoresPreferred = args.InterPodAffinity?.ignorePreferredTermsOfExistingPods === true;
  const terms: ShapeTerms[] = [];
  const states: ShapeAffinity[] = [];
  const links = new ShapeLinks<ShapeAffinity, AffinityLink>(linkOf);

  function termsOf({ id, pod }: PodShape): ShapeTerms {
    const namespaceLabels = (name: string) => listers.namespaceLabels(name);
    const { podAffinity, podAntiAffinity } = pod.spec.affinity ?? {};
    return (terms[id] ??= {
      affinity: requiredPodTerms(pod, podAffinity, namespaceLabels),
      antiAffinity: requiredPodTerms(pod, podAntiAffinity, namespaceLabels),
      preferred: preferredPodTerms(pod, namespaceLabels),
      hasAny: podAffinity !== undefined || podAntiAffinity !== undefined,
    });
  }

  function linkOf(state: ShapeAffinity, placed: PodShape): AffinityLink | undefined {
    const own = state.terms;
    const theirs = termsOf(placed);
    if (!own.hasAny && !theirs.hasAny) return undefined;
    const isOwn = (term: CompiledPodTerm) => term.matches(placed.pod);
    const isTheirs = (term: CompiledPodTerm) => term.matches(state.shape.pod);
    const isAffine = own.affinity.length > 0 && own.affinity.every(isOwn);
    const counts = [
      ...(isAffine ? state.attracting : []),
      ...state.repelling.filter((_, index) => isOwn(own.antiAffinity[index]!)),
      ...theirs.antiAffinity
        .filter(isTheirs)
        .map((term) => state.repelledIn(labels.column(term.topologyKey))),
    ];
    const weighted = state.isScored
      ? [
          ...own.preferred.filter(({ term }) => isOwn(term)),
          ...theirs.preferred.filter(({ term }) => isTheirs(term)),
          ...theirs.affinity.filter(isTheirs).map((term) => ({ term, weight: hardWeight })),
        ]
      : [];
    const weights = weighted
      .filter(({ weight }) => weight !== 0)
      .map(({ term, weight }) => ({ into: state.sumsOf(labels.column(term.topologyKey)), weight }));
    if (counts.length === 0 && weights.length === 0) return undefined;
    return { state, counts, weights, isAffine };
  }

  function apply(link: AffinityLink, node: number, sign: 1 | -1): void {
    const { state, counts, weights, isAffine } = link;
    for (let index = 0; index < counts.length; index++) {
      const value = counts[index]!.column.values[node]!;
      if (value >= 0) counts[index]!.add(value, sign);
    }
    for (let index = 0; index < weights.length; index++) {
      const { into, weight } = weights[index]!;
      const value = into.column.values[node]!;
      if (value >= 0) into.sums[value]! += sign * weight;
    }
    if (isAffine) state.countAffine(node, sign);
  }

  function create(shape: PodShape): ShapeAffinity {
    const own = termsOf(shape);
    const isScored = !ignoresPreferred || own.preferred.length > 0;
    const state = new ShapeAffinity(
      shape,
      own,
      own.affinity.map((term) => new DomainCounts(labels.column(term.topologyKey))),
      own.antiAffinity.map((term) => new DomainCounts(labels.column(term.topologyKey))),
      isScored,
    );
    const linkTo = oncePer((placed: PodShape) => linkOf(state, placed));
    for (let node = 0; node < nodes.count; node++) {
      for (let pod = nodePods.firstOn(node); pod >= 0; pod = pods.nextOnNode[pod]!) {
        const link = linkTo(shapes.shape(pods.shape[pod]!));
        if (link) apply(link, node, 1);
      }
    }
    links.add(state);
    return state;
  }

  return {
    of: (shape) => (states[shape.id] ??= create(shape)),
    count(pod, node, sign) {
      if (!shapes.hasPodTerms) return;
      const known = links.of(shapes.shape(pods.shape[pod]!));
      for (let index = 0; index < known.length; index++) apply(known[index]!, node, sign);
    },
  };
}

/** What one shape has to know of the pods on nodes. */
export class ShapeAffinity {
  private readonly repelledBy: DomainCounts[] = [];
  private readonly sums: DomainSums[] = [];
  /** Pods that match all required terms, once for each term whose domain they are in. */
  private affineCount = 0;
  private readonly isSelfAffine: boolean;
  private isAllChanged = false;

  constructor(
    readonly shape: PodShape,
    readonly terms: ShapeTerms,
    /** By required affinity term: pods that match all of them. */
    readonly attracting: readonly DomainCounts[],
    /** By required anti-affinity term: pods that it means. */
    readonly repelling: readonly DomainCounts[],
    readonly isScored: boolean,
  ) {
    this.isSelfAffine = terms.affinity.every((term) => term.matches(shape.pod));
  }

  /** Pods whose anti-affinity means this shape, by the topology of the term. */
  repelledIn(column: LabelColumn): DomainCounts {
    let counts = this.repelledBy.find((known) => known.column === column);
    if (!counts) {
      counts = new DomainCounts(column);
      this.repelledBy.push(counts);
    }
    return counts;
  }

  /** Sums of weights by domain of a topology. */
  sumsOf(column: LabelColumn): DomainSums {
    let sums = this.sums.find((known) => known.column === column);
    if (!sums) {
      sums = { column, sums: new Float64Array(column.valueCount) };
      this.sums.push(sums);
    }
    return sums;
  }

  /** Notes a pod that matches all required terms. */
  countAffine(node: number, sign: 1 | -1): void {
    const before = this.affineCount;
    for (const { column } of this.attracting) {
      if (column.values[node]! >= 0) this.affineCount += sign;
    }
    if ((before === 0) !== (this.affineCount === 0)) this.isAllChanged = true;
  }

  /** Whether some node may be rejected: the shape has terms, or a pod is there that repels it. */
  canReject(): boolean {
    if (this.attracting.length > 0 || this.repelling.length > 0) return true;
    return this.repelledBy.some(({ counts }) => counts.some((count) => count > 0));
  }

  canScore(): boolean {
    return this.isScored && this.sums.length > 0;
  }

  /** All required terms hold; the first pod of a group that is affine to itself may go anywhere. */
  meetsAffinity(node: number): boolean {
    const { attracting } = this;
    let isNear = true;
    for (let index = 0; index < attracting.length; index++) {
      const { column, counts } = attracting[index]!;
      const value = column.values[node]!;
      if (value < 0) return false;
      if (counts[value] === 0) isNear = false;
    }
    return isNear || (this.affineCount === 0 && this.isSelfAffine);
  }

  /** Whether a pod is near that the shape keeps away from. */
  meetsRepelling(node: number): boolean {
    return hasAny(this.repelling, node);
  }

  /** Whether a pod is near that keeps away from the shape. */
  isRepelledBy(node: number): boolean {
    return hasAny(this.repelledBy, node);
  }

  /** Whether all nodes score alike, for all are in one domain of each topology or in domains of equal sums. */
  isEven(): boolean {
    for (let index = 0; index < this.sums.length; index++) {
      const { column, sums } = this.sums[index]!;
      const { nodes, values, valueCount } = column;
      if (valueCount > EVEN_DOMAINS_MAX || nodes.length < values.length) return false;
      for (let value = 1; value < valueCount; value++) if (sums[value] !== sums[0]) return false;
    }
    return true;
  }

  score(node: number): number {
    let total = 0;
    for (let index = 0; index < this.sums.length; index++) {
      const { column, sums } = this.sums[index]!;
      const value = column.values[node]!;
      if (value >= 0) total += sums[value]!;
    }
    return total;
  }

  /** Visits the nodes that the filter may answer anew. */
  visitChanges(visit: (node: number) => void): void {
    if (this.isAllChanged) {
      this.isAllChanged = false;
      const nodeCount = this.attracting[0]!.column.values.length;
      for (let node = 0; node < nodeCount; node++) visit(node);
    }
    for (const counts of this.attracting) counts.visitChanges(visit);
    for (const counts of this.repelling) counts.visitChanges(visit);
    for (const counts of this.repelledBy) counts.visitChanges(visit);
  }
}

function hasAny(counts: readonly DomainCounts[], node: number): boolean {
  for (let index = 0; index < counts.length; index++) if (counts[index]!.at(node) > 0) return true;
  return false;
}
