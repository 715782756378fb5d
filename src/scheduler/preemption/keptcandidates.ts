// What preemption found for the pods of one shape, kept current by the log of changes: only nodes that changed are
// tried again, and the next ones as far as candidates are missing. Holds where dry runs depend on their node alone.

import type { FailedAttempt } from '../framework.js';
import type { NodePods } from '../nodepods.js';
import type { PreemptionCandidate } from './candidates.js';
import { CandidateTree } from './candidatetree.js';
import type { DryRuns } from './dryrun.js';

/** The candidates of one shape. */
export class KeptCandidates {
  private readonly tree: CandidateTree;
  /** Nodes whose rejection evicting pods may help against, and their number. */
  private readonly isPotential: Uint8Array;
  private potentialCount = 0;
  /** Nodes before this one have been tried. */
  private triedCount = 0;
  /** Tried nodes with pods that have not started, whose order may still change. */
  private loose: number[] = [];
  private position = -1;

  constructor(
    private readonly nodePods: NodePods,
    private readonly dryRuns: DryRuns,
    private readonly canHelp: (status: number) => boolean,
    nodeCount: number,
  ) {
    this.tree = new CandidateTree(nodeCount);
    this.isPotential = new Uint8Array(nodeCount);
  }

  /**
   * The node to take, or undefined where there is none.
   *
   * @param wantedOf - candidates to find, by the number of potential nodes
   */
  choose(
    attempt: FailedAttempt,
    wantedOf: (potentialCount: number) => number,
  ): PreemptionCandidate | undefined {
    this.refresh(attempt);
    const { tree } = this;
    const wanted = wantedOf(this.potentialCount);
    const nodeCount = this.isPotential.length;
    while (this.triedCount < nodeCount && (tree.count < wanted || tree.cleanCount === 0)) {
      this.redo(attempt, this.triedCount++);
    }
    const best = tree.bestOfFirst(wanted);
    // Where all that are wanted overdraw budgets, the search goes on to the first that does not.
    return best && best.violations > 0 && tree.cleanCount > 0 ? tree.firstClean() : best;
  }

  private refresh(attempt: FailedAttempt): void {
    const { changes } = this.nodePods;
    const { isPotential } = this;
    const behind = changes.position - this.position;
    if (this.position < changes.oldest || behind > isPotential.length) {
      for (let node = 0; node < isPotential.length; node++) this.look(attempt, node);
      for (let node = 0; node < this.triedCount; node++) this.redo(attempt, node);
    } else {
      for (let position = this.position; position < changes.position; position++) {
        const node = changes.at(position);
        // Of a node's entries the last one is enough.
        if (changes.lastChange(node) > position + 1) continue;
        this.look(attempt, node);
        if (node < this.triedCount) this.redo(attempt, node);
      }
    }
    this.position = changes.position;
    if (this.loose.length === 0) return;
    const { loose } = this;
    this.loose = [];
    for (const node of new Set(loose)) this.redo(attempt, node);
  }

  private look({ statuses }: FailedAttempt, node: number): void {
    const isPotential = this.canHelp(statuses[node]!) ? 1 : 0;
    this.potentialCount += isPotential - this.isPotential[node]!;
    this.isPotential[node] = isPotential;
  }

  private redo(attempt: FailedAttempt, node: number): void {
    if (this.isPotential[node] === 0) {
      this.tree.set(node, undefined);
      return;
    }
    const { dryRuns } = this;
    const result = dryRuns.run(attempt, node);
    this.tree.set(node, typeof result === 'object' ? result : undefined);
    if (!dryRuns.isKept(attempt, node)) this.loose.push(node);
  }
}
