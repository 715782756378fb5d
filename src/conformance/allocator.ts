// Vectors of the kind `allocator`: which devices the claims of a pod get on each of some nodes.

import { resolveAllocator } from '../api/allocator.js';
import type { Node } from '../api/core.js';
import { resolveFeatures } from '../api/features.js';
import { Quantity } from '../api/quantity.js';
import type {
  DeviceClass,
  DeviceRequestAllocationResult,
  DeviceSubRequest,
  DeviceTaintRule,
  ResourceClaim,
  ResourceSlice,
} from '../api/resource.js';
import { AmountScales } from '../cluster/amounts.js';
import { compileCluster } from '../cluster/cluster.js';
import { applyHeld, deviceIndexes, heldShares } from '../dra/allocatedstate.js';
import { Allocator } from '../dra/allocator.js';
import { declareConsumed, declareWanted } from '../dra/claimamounts.js';
import type { ClaimShape } from '../dra/claimshape.js';
import { FAILED, FOUND } from '../dra/outcome.js';
import { taintDevices } from '../dra/taintrules.js';
import { DrasimError } from '../errors.js';
import { findDifference, type Json, type Vector, type VectorReader } from './vector.js';

interface AllocatorInput {
  nodes: Node[];
  resourceSlices: ResourceSlice[];
  deviceClasses: DeviceClass[];
  deviceTaintRules?: DeviceTaintRule[];
  allocatedClaims?: ResourceClaim[];
  claims: ResourceClaim[];
}

type JsonObject = { [key: string]: Json };

/** Asks the allocator about each node by itself. */
export const allocatorReader: VectorReader = {
  kinds: ['allocator'],
  answer(vector): Json {
    const answers = answerNodes(vector);
    const { nodes } = vector.expect as { nodes: JsonObject };
    // Where upstream leaves the answer to chance, one that it may give stands for all.
    const settled = Object.entries(nodes).map(([name, wanted]) => {
      return [name, settle(wanted as JsonObject, answers[name]!)] as const;
    });
    return { nodes: Object.fromEntries(settled) };
  },
  comparable(expect): Json {
    const { nodes } = expect as { nodes: JsonObject };
    const entries = Object.entries(nodes).map(([name, answer]) => [name, wantedAnswer(answer)]);
    return { nodes: Object.fromEntries(entries) };
  },
};

function wantedAnswer(answer: Json): Json {
  const { steps: _, ...rest } = answer as JsonObject;
  if (rest['anyOf']) return { anyOf: (rest['anyOf'] as Json[]).map(wantedAnswer) };
  if (rest['errorPrefix'] !== undefined) delete rest['error'];
  return comparableAnswer(rest, rest);
}

function settle(wanted: JsonObject, answer: Json): Json {
  const comparable = wantedAnswer(wanted) as JsonObject;
  const got = comparableAnswer(answer, wanted);
  const { allocations } = got as JsonObject;
  if (comparable['exists'] === true) return allocations !== undefined ? { exists: true } : got;
  const choices = comparable['anyOf'] as Json[] | undefined;
  if (!choices) return got;
  const isOne = choices.some((choice) =>
    (choice as JsonObject)['exists'] === true
      ? allocations !== undefined
      : findDifference(choice, comparableAnswer(answer, choice as JsonObject), '') === null,
  );
  return isOne ? comparable : got;
}

/** Drops what is empty, writes quantities canonically, and keeps of share ids that they are there. */
function comparableAnswer(answer: Json, wanted: JsonObject): Json {
  const entry = answer as JsonObject;
  if (typeof entry['error'] === 'string' && typeof wanted['errorPrefix'] === 'string') {
    const prefix = wanted['errorPrefix'];
    if (!entry['error'].startsWith(prefix)) return entry;
    return { errorPrefix: prefix, nodeLocal: entry['nodeLocal'] ?? false };
  }
  const { allocations } = entry;
  if (allocations === undefined) return entry;
  if ((allocations as Json[]).length === 0) return {};
  return { allocations: (allocations as Json[]).map((allocation) => tidy(allocation, '') ?? {}) };
}

function tidy(value: Json, key: string): Json | undefined {
  if (value === null) return undefined;
  if (Array.isArray(value)) {
    return value.length === 0 ? undefined : value.map((item) => tidy(item, '') ?? {});
  }
  if (typeof value !== 'object') return key === 'shareID' ? 'present' : value;
  const isAmounts = key === 'consumedCapacity';
  const entries = Object.entries(value).flatMap(([name, item]) => {
    const kept = isAmounts ? Quantity.parse(String(item)).exact() : tidy(item, name);
    return kept === undefined ? [] : [[name, kept] as const];
  });
  return entries.length === 0 ? undefined : Object.fromEntries(entries);
}

/** The claims of a vector, ready to be tried on nodes. */
export interface PreparedVector {
  allocator: Allocator;
  claims: readonly ResourceClaim[];
  shapes: readonly ClaimShape[];
  /** How messages name the claims. */
  names: readonly string[];
  nodeNames: readonly string[];
}

/** Compiles the cluster and claims of a vector of this kind. */
export function prepareVector(vector: Vector): PreparedVector {
  const input = vector.input as unknown as AllocatorInput;
  const profile = resolveFeatures({ ...vector.kubernetes, unlocked: true });
  const features = resolveAllocator(profile);
  const slices = taintDevices(input.resourceSlices, input.deviceTaintRules ?? [], features);
  const claims = input.claims.map(withDefaults);
  const held = (input.allocatedClaims ?? []).flatMap(
    (claim) => claim.status?.allocation?.devices?.results ?? [],
  );
  const scales = declareAmounts(claims, held);
  const cluster = compileCluster(input.nodes, slices, profile, scales);
  const classes = new Map(
    input.deviceClasses.map((entry) => [
      entry.metadata.name!,
      { ...entry, spec: entry.spec ?? {} },
    ]),
  );
  const allocator = new Allocator(cluster, classes, profile);
  const indexes = deviceIndexes(cluster.devices);
  const options = { scales, consumableCapacity: features.consumableCapacity };
  held.forEach((result, index) => {
    for (const share of heldShares(result, cluster.devices, indexes, options)) {
      applyHeld(cluster.devices, share, index, 1, features);
    }
  });
  const shapes = claims.map((claim) => allocator.shapes.intern(claim.spec));
  const names = claims.map(({ metadata: { name = '', namespace } }) =>
    namespace ? `${namespace}/${name}` : name,
  );
  return { allocator, claims: input.claims, shapes, names, nodeNames: cluster.nodes.names };
}

/** The answer of each node to a vector of this kind. */
export function answerNodes(vector: Vector): { [node: string]: Json } {
  const prepared = prepareVector(vector);
  const answers = prepared.nodeNames.map((name, node) => [name, answerNode(prepared, node)]);
  return Object.fromEntries(answers);
}

function answerNode({ allocator, claims, shapes, names }: PreparedVector, node: number): Json {
  if (shapes.length === 0) return {};
  const outcome = allocator.find(shapes, names, node);
  if (outcome === FAILED) {
    const { error, errorIsNodeLocal } = allocator.search;
    return { error, nodeLocal: errorIsNodeLocal };
  }
  return outcome === FOUND ? describeFound(allocator, shapes, claims, node) : { none: true };
}

function describeFound(
  allocator: Allocator,
  shapes: readonly ClaimShape[],
  claims: readonly ResourceClaim[],
  node: number,
): Json {
  const allocations: Json[] = [];
  for (const [index, shape] of shapes.entries()) {
    try {
      allocations.push(allocator.found(index, shape, node) as unknown as Json);
    } catch (error) {
      if (!(error instanceof DrasimError)) throw error;
      const name = claims[index]!.metadata.name;
      const [issue] = error.issues;
      const text = `create NodeSelector for claim ${name}: ${issue!.message}`;
      return { error: text, nodeLocal: false };
    }
  }
  return { allocations };
}

function declareAmounts(
  claims: readonly ResourceClaim[],
  held: readonly DeviceRequestAllocationResult[],
): AmountScales {
  const scales = new AmountScales();
  for (const { spec } of claims) declareWanted(scales, spec);
  declareConsumed(scales, held);
  return scales;
}

/** The API server's defaults, which objects in vectors leave out. */
export function withDefaults(claim: ResourceClaim): ResourceClaim {
  const requests = claim.spec.devices?.requests;
  if (!requests) return claim;
  const filled = requests.map((request) => ({
    ...request,
    ...(request.exactly && { exactly: withRequestDefaults(request.exactly) }),
    ...(request.firstAvailable && {
      firstAvailable: request.firstAvailable.map(withRequestDefaults),
    }),
  }));
  return { ...claim, spec: { devices: { ...claim.spec.devices, requests: filled } } };
}

function withRequestDefaults<T extends Omit<DeviceSubRequest, 'name'>>(part: T): T {
  const allocationMode = part.allocationMode || 'ExactCount';
  const isExact = allocationMode === 'ExactCount';
  return {
    ...part,
    allocationMode,
    ...(isExact && { count: part.count || 1 }),
    ...(part.tolerations && {
      tolerations: part.tolerations.map((toleration) => ({
        ...toleration,
        operator: toleration.operator || 'Equal',
      })),
    }),
  };
}
