// Scores of soft spread constraints over a window of nodes: the fewer pods in a node's domains, the
// better, and a constraint with many domains weighs more. Source: pkg/scheduler/framework/plugins/
// podtopologyspread/scoring.go, Kubernetes 1.32 to 1.37; spec scheduler.md 3.8.

import { log } from '../math.js';
import type { NodeWindow } from './framework.js';
import type { ShapeSpread } from './spreadcounts.js';

/** A node that scores 0 because it lacks a label. */
const IGNORED = -1;

/** Scores the nodes of one window after the other. */
export class SpreadScorer {
  private spread: ShapeSpread | undefined;
  private readonly weights: number[] = [];
  private readonly seen: Int32Array;
  private stamp = 0;

  constructor(nodeCount: number) {
    this.seen = new Int32Array(nodeCount + 1);
  }

  /** Weighs the constraints by their domains in the window. */
  weigh(spread: ShapeSpread, { nodes, count }: NodeWindow): void {
    this.spread = spread;
    spread.domains.forEach((domain, index) => {
      const { values } = domain.column;
      this.stamp++;
      let size = 0;
      for (let position = 0; position < count; position++) {
        const node = nodes[position]!;
        if (this.isIgnored(node)) continue;
        // A node without the label is a domain of its own kind: value -1 has the last place.
        const value = values[node]! < 0 ? this.seen.length - 1 : values[node]!;
        if (!domain.isByNode && this.seen[value] === this.stamp) continue;
        this.seen[value] = this.stamp;
        size++;
      }
      this.weights[index] = log(size + 2);
    });
  }

  /** Raw score; negative where the node is ignored. */
  score(node: number): number {
    if (this.isIgnored(node)) return IGNORED;
    const { domains } = this.spread!;
    let sum = 0;
    for (let index = 0; index < domains.length; index++) {
      const domain = domains[index]!;
      if (domain.column.values[node]! < 0) continue;
      sum += domain.podsAt(node) * this.weights[index]! + (domain.maxSkew - 1);
    }
    return Math.round(sum);
  }

  /** Turns raw scores round: the emptiest domains come out at the top. */
  normalize(scores: Float64Array, { count }: NodeWindow, scoreMax: number): void {
    let min = Infinity;
    let max = 0;
    for (let index = 0; index < count; index++) {
      const score = scores[index]!;
      if (score === IGNORED) continue;
      if (score < min) min = score;
      if (score > max) max = score;
    }
    for (let index = 0; index < count; index++) {
      const score = scores[index]!;
      if (score === IGNORED) scores[index] = 0;
      else if (max === 0) scores[index] = scoreMax;
      else scores[index] = Math.trunc((scoreMax * (max + min - score)) / max);
    }
  }

  private isIgnored(node: number): boolean {
    const { domains, needsAllLabels } = this.spread!;
    if (!needsAllLabels) return false;
    for (let index = 0; index < domains.length; index++) {
      if (domains[index]!.column.values[node]! < 0) return true;
    }
    return false;
  }
}
