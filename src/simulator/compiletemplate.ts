// A pod template of a workload with its shape and kind, worked out once.

import type { Allocator } from '../dra/allocator.js';
import type { PodKinds } from '../scheduler/podkinds.js';
import type { PodClaimEntry, PodShapes } from '../scheduler/podshape.js';
import type { KubeletPod, Kubelets } from '../workloads/kubelet/kubelet.js';
import type { PodTemplate } from '../workloads/plan.js';

/** A template and what its pods are to the scheduler. */
export interface CompiledTemplate {
  template: PodTemplate;
  shape: number;
  kind: number;
  kubelet: KubeletPod;
}

/** What templates are compiled against. */
export interface TemplateContext {
  readonly allocator: Allocator;
  readonly shapes: PodShapes;
  readonly kinds: PodKinds;
  readonly kubelets: Kubelets;
  /** Claims that exist beside pods, by `namespace/name`. */
  readonly namedClaims: ReadonlyMap<string, number>;
}

/** Compiles a template; a claim or class that does not exist is why its pods wait. */
export function compileTemplate(
  template: PodTemplate,
  { allocator, shapes, kinds, kubelets, namedClaims }: TemplateContext,
): CompiledTemplate {
  const entries: PodClaimEntry[] = [];
  let missing = '';
  let unresolvable = '';
  for (const planned of template.claims) {
    const claim = planned.claimName ? (namedClaims.get(planned.claimName) ?? -1) : -1;
    if (planned.missing !== undefined || (planned.claimName && claim < 0)) {
      missing ||= planned.missing ?? `resourceclaim "${planned.claimName}" not found`;
      continue;
    }
    const shape =
      claim >= 0 ? allocator.claims.shape(claim) : allocator.shapes.intern(planned.spec!);
    unresolvable ||= shape.unresolvable;
    entries.push({ name: planned.entry, shape, claim });
  }
  const { pod, priority } = template;
  const source = { pod, claims: entries, priority, unresolvable: missing || unresolvable };
  return {
    template,
    shape: shapes.intern(source).id,
    kind: kinds.intern(pod, missing),
    kubelet: kubelets.read(pod),
  };
}
