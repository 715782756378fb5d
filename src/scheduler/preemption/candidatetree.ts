// The candidates of preemption in the order of their nodes, as a segment tree: the best among the first so many is
// found, and one that changed is put right, in as many steps as the number of nodes has binary digits.

import { isCheaper, type PreemptionCandidate } from './candidates.js';

const NONE = -1;

/** Candidates by node. */
export class CandidateTree {
  /** How many there are, and how many of them overdraw no disruption budget. */
  count = 0;
  cleanCount = 0;
  private readonly candidates: (PreemptionCandidate | undefined)[];
  private readonly leafCount: number;
  /** Of the nodes below an inner node of the tree: how many are candidates, and the cheapest of them or NONE. */
  private readonly counts: Int32Array;
  private readonly best: Int32Array;

  constructor(nodeCount: number) {
    let leafCount = 1;
    while (leafCount < nodeCount) leafCount *= 2;
    this.leafCount = leafCount;
    this.candidates = new Array(nodeCount).fill(undefined);
    this.counts = new Int32Array(leafCount * 2);
    this.best = new Int32Array(leafCount * 2).fill(NONE);
  }

  /** Puts a candidate in the place of its node, or takes the node out. */
  set(node: number, candidate: PreemptionCandidate | undefined): void {
    const { candidates, counts, best } = this;
    const before = candidates[node];
    if (before === candidate) return;
    candidates[node] = candidate;
    if (before) this.tally(before, -1);
    if (candidate) this.tally(candidate, 1);
    let at = this.leafCount + node;
    counts[at] = candidate ? 1 : 0;
    best[at] = candidate ? node : NONE;
    for (at >>= 1; at > 0; at >>= 1) {
      counts[at] = counts[at * 2]! + counts[at * 2 + 1]!;
      best[at] = this.cheaper(best[at * 2]!, best[at * 2 + 1]!);
    }
  }

  /** The cheapest of the first so many candidates; of equal ones the first. */
  bestOfFirst(wanted: number): PreemptionCandidate | undefined {
    const { counts, best, leafCount } = this;
    let left = wanted;
    let found = NONE;
    let at = 1;
    while (at < leafCount && counts[at]! > left) {
      const first = at * 2;
      if (counts[first]! > left) {
        at = first;
        continue;
      }
      found = this.cheaper(found, best[first]!);
      left -= counts[first]!;
      at = first + 1;
    }
    if (counts[at]! <= left) found = this.cheaper(found, best[at]!);
    return found === NONE ? undefined : this.candidates[found];
  }

  /** The first candidate that overdraws no budget. */
  firstClean(): PreemptionCandidate | undefined {
    return this.candidates.find((candidate) => candidate?.violations === 0);
  }

  private tally({ violations }: PreemptionCandidate, sign: 1 | -1): void {
    this.count += sign;
    if (violations === 0) this.cleanCount += sign;
  }

  /** The cheaper of two nodes, each of which may be NONE; the first of equal ones. */
  private cheaper(first: number, second: number): number {
    if (second === NONE) return first;
    if (first === NONE) return second;
    const { candidates } = this;
    return isCheaper(candidates[second]!.costs, candidates[first]!.costs) ? second : first;
  }
}
