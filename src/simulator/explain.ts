// Explanations of a run at its present time: finds claims and nodes by name, and asks the allocator.

import { deviceId } from '../cluster/devices.js';
import type { ClaimShape } from '../dra/claimshape.js';
import { type ClaimExplanation, explainClaim } from '../dra/explanation.js';
import { DrasimError, suggest } from '../errors.js';
import { POD_ASSUMED, POD_SUCCEEDED } from '../scheduler/pods.js';
import { podName } from './result.js';
import type { Run } from './simulator.js';

/** A claim at a time, and what stands between it and a node. */
export interface ClaimAnswer extends ClaimExplanation {
  readonly claim: string;
  readonly node: string;
  /** Virtual time of the question, seconds. */
  readonly timeSeconds: number;
  /** Where the claim is allocated already, and what it holds; the rest then is about a claim like it. */
  readonly allocated?: {
    readonly node: string;
    readonly devices: readonly { request: string; device: string }[];
  };
  /** Other claims of the pod, which need devices of the same node. */
  readonly beside: readonly string[];
}

const SUGGESTED_MAX = 1000;

/** A claim found by name. */
interface FoundClaim {
  name: string;
  shape: ClaimShape;
  /** Index, or -1 for one that ended with its pod. */
  claim: number;
  beside: string[];
}

/**
 * Explains a claim on a node at the run's present time.
 *
 * @param claimName - `namespace/name` or `name` of a ResourceClaim; `pod/entry` or, where the pod has one
 *   entry only, `pod` for a claim that was made for a pod
 * @throws DrasimError `ERR_EXPLAIN_CLAIM`, `ERR_EXPLAIN_NODE`, `ERR_EXPLAIN_CLASS`
 */
export function explainClaimAt(run: Run, claimName: string, nodeName: string): ClaimAnswer {
  const { cluster } = run.input;
  const node = nodeIndex(run, nodeName);
  const names = claimNames(run);
  const found = findClaim(run, claimName);
  if (found.shape.unresolvable !== '') {
    throw new DrasimError({
      code: 'ERR_EXPLAIN_CLASS',
      path: `claim ${found.name}`,
      message: found.shape.unresolvable,
      hint: 'it is allocated nowhere until the class exists',
    });
  }
  const { allocator } = run;
  const context = {
    cluster,
    allocator,
    nameOf: (claim: number) => names.get(claim) ?? `#${claim}`,
  };
  const isAllocated = found.claim >= 0 && allocator.claims.isAllocated(found.claim);
  return {
    claim: found.name,
    node: nodeName,
    timeSeconds: run.simulation.nowUs / 1e6,
    ...(isAllocated && { allocated: allocationOf(run, found) }),
    beside: found.beside,
    ...explainClaim(context, found.shape, found.name, node),
  };
}

/** Index of a node. @throws DrasimError `ERR_EXPLAIN_NODE` */
export function nodeIndex({ input }: Run, name: string): number {
  const { nodes } = input.cluster;
  const node = nodes.indexes.get(name);
  if (node !== undefined) return node;
  throw new DrasimError({
    code: 'ERR_EXPLAIN_NODE',
    path: '--node',
    message: `there is no node ${name}`,
    hint: suggest(name, nodes.names, 'nodes'),
  });
}

/** Names of pods, for suggestions; the first of very many. */
export function knownPods(run: Run): string[] {
  const count = Math.min(run.pods.count, SUGGESTED_MAX);
  return Array.from({ length: count }, (_, pod) => podName(run, pod));
}

function allocationOf(
  run: Run,
  { claim, shape }: FoundClaim,
): NonNullable<ClaimAnswer['allocated']> {
  const { claims } = run.allocator;
  const { nodes, devices } = run.input.cluster;
  return {
    node: nodes.names[claims.allocatedNode[claim]!]!,
    devices: claims.held(claim).map(({ device, request, alternative }) => ({
      request: shape.requests[request]!.alternatives[alternative]!.name,
      device: deviceId(devices, device),
    })),
  };
}

function findClaim(run: Run, wanted: string): FoundClaim {
  const named = run.namedClaims.get(wanted) ?? run.namedClaims.get(`default/${wanted}`);
  if (named !== undefined) {
    const { claims } = run.allocator;
    return { name: claims.name(named)!, shape: claims.shape(named), claim: named, beside: [] };
  }
  for (let pod = run.pods.count - 1; pod >= 0; pod--) {
    const name = podName(run, pod);
    if (wanted !== name && !wanted.startsWith(`${name}/`)) continue;
    return claimOfPod(run, pod, name, wanted.slice(name.length + 1));
  }
  throw new DrasimError({
    code: 'ERR_EXPLAIN_CLAIM',
    path: '--claim',
    message: `there is no claim or pod ${wanted} at this time`,
    hint: suggest(wanted, [...run.namedClaims.keys(), ...knownPods(run)], 'claims and pods'),
  });
}

function claimOfPod(run: Run, pod: number, name: string, entryName: string): FoundClaim {
  const { claims } = run.shapes.shape(run.pods.shape[pod]!);
  const index =
    entryName === '' && claims.length === 1
      ? 0
      : claims.findIndex((entry) => entry.name === entryName);
  const entry = claims[index];
  if (!entry) {
    throw new DrasimError({
      code: 'ERR_EXPLAIN_CLAIM',
      path: '--claim',
      message: claims.length === 0 ? `pod ${name} has no claims` : `pod ${name} has several claims`,
      ...(claims.length > 0 && {
        hint: `name one: ${claims.map((one) => `${name}/${one.name}`).join(', ')}`,
      }),
    });
  }
  const hasEnded = run.pods.state[pod]! >= POD_SUCCEEDED;
  return {
    name: `${name}/${entry.name}`,
    shape: entry.shape,
    claim: hasEnded ? -1 : run.pods.claimOf(pod, index),
    beside: claims.flatMap((one) => (one === entry ? [] : [`${name}/${one.name}`])),
  };
}

/** Names of the claims that may hold devices; indices of claims are used again. */
function claimNames(run: Run): Map<number, string> {
  const names = new Map<number, string>();
  const { pods, shapes } = run;
  for (let pod = 0; pod < pods.count; pod++) {
    // An evicted pod holds its devices until its containers have stopped.
    if (pods.state[pod]! < POD_ASSUMED || !Number.isNaN(pods.finishedUs[pod]!)) continue;
    shapes.shape(pods.shape[pod]!).claims.forEach(({ name }, index) => {
      names.set(pods.claimOf(pod, index), `${podName(run, pod)}/${name}`);
    });
  }
  for (const [name, claim] of run.namedClaims) names.set(claim, name);
  return names;
}
