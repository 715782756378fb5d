// Which nodes are open to pods whatever runs on them: by taints, `unschedulable`, node selector and required affinity.

import type { Node } from '../../api/core.js';
import { findUntoleratedTaint, toleratesNodeTaint } from '../../api/tolerations.js';
import { Interner } from '../../cluster/interner.js';
import type { PodShape } from '../../scheduler/podshape.js';
import { compileRequiredNodes } from '../../scheduler/requirednodes.js';
import type { Run } from '../../simulator/simulator.js';

const CORDON = { key: 'node.kubernetes.io/unschedulable', effect: 'NoSchedule' } as const;

/** Answers for several shapes, remembered by what makes nodes alike. */
export class AllowedNodes {
  private readonly tests: ((node: Node) => boolean)[];
  /** Whether some shape looks at the name of a node. */
  private readonly seesNames: boolean;
  private readonly known = new Map<number, readonly boolean[]>();
  private readonly ids = new Interner();

  constructor(
    private readonly run: Run,
    shapes: readonly PodShape[],
  ) {
    this.tests = shapes.map((shape) => this.compile(shape));
    this.seesNames = shapes.some(
      ({ nodeSelector, affinity, spec }) =>
        spec.nodeName !== undefined ||
        /matchFields|kubernetes.io.hostname/.test(JSON.stringify([nodeSelector, affinity])),
    );
  }

  /** By shape. */
  of(node: number): readonly boolean[] {
    const { nodes, staticClass } = this.run.input.cluster.nodes;
    const alike = this.seesNames ? node : staticClass[node]!;
    let allowed = this.known.get(alike);
    if (!allowed) {
      allowed = this.tests.map((test) => test(nodes[node]!));
      this.known.set(alike, allowed);
    }
    return allowed;
  }

  /** A number for answers, equal for equal ones. */
  id(allowed: readonly boolean[]): number {
    return this.ids.id(allowed.map(Number).join(''));
  }

  private compile({
    nodeSelector,
    affinity,
    tolerations,
    spec,
  }: PodShape): (node: Node) => boolean {
    const { features } = this.run.input;
    const comparison = features.enabled('TaintTolerationComparisonOperators');
    const matches = compileRequiredNodes(nodeSelector, affinity);
    const toleratesCordon = tolerations.some((one) => toleratesNodeTaint(one, CORDON));
    return (node) => {
      if (spec.nodeName !== undefined && spec.nodeName !== node.metadata.name) return false;
      if (node.spec?.unschedulable === true && !toleratesCordon) return false;
      if (findUntoleratedTaint(node.spec?.taints ?? [], tolerations, comparison)) return false;
      return matches(node);
    };
  }
}
