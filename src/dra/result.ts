// Allocation results as API objects, made at the edge from what a claim holds: devices, configuration
// and node selector of `status.allocation`. Source: k8s.io/dynamic-resource-allocation/structured,
// assembly of results (1.37).

import type { AllocatorFeatures } from '../api/allocator.js';
import type { NodeSelector, NodeSelectorRequirement } from '../api/core.js';
import type {
  AllocationResult,
  Device,
  DeviceAllocationConfiguration,
  DeviceClass,
  DeviceRequestAllocationResult,
  ResourceSliceSpec,
} from '../api/resource.js';
import type { AmountScales } from '../cluster/amounts.js';
import type { DeviceTable } from '../cluster/devices.js';
import { DrasimError } from '../errors.js';
import type { Capacities } from './capacity.js';
import type { AllocatedDevice } from './claims.js';
import type { ClaimShape } from './claimshape.js';

/** What turning ids back into names needs. */
export interface ResultContext {
  devices: DeviceTable;
  capacities: Capacities;
  scales: AmountScales;
  classes: ReadonlyMap<string, DeviceClass>;
  features: AllocatorFeatures;
}

/**
 * The allocation of a claim as the API shows it.
 *
 * @param shareIds - gives each share its id, unique within the run
 */
export function allocationResult(
  context: ResultContext,
  shape: ClaimShape,
  held: readonly AllocatedDevice[],
  nodeName: string,
  shareIds: (device: number, request: number) => string,
): AllocationResult {
  const results = held.map((entry) => deviceResult(context, shape, entry, shareIds));
  const config = configuration(context, shape, held);
  const nodeSelector = selectNodes(context, held, nodeName);
  return {
    devices: {
      ...(results.length > 0 && { results }),
      ...(config.length > 0 && { config }),
    },
    ...(nodeSelector && { nodeSelector }),
  };
}

function deviceResult(
  context: ResultContext,
  shape: ClaimShape,
  { device, request, alternative }: AllocatedDevice,
  shareIds: (device: number, request: number) => string,
): DeviceRequestAllocationResult {
  const { devices, features, capacities } = context;
  const published = devices.objects[device]!;
  const wanted = shape.requests[request]!.alternatives[alternative]!;
  const { spec } = devices.slices[devices.deviceSlice[device]!]!;
  const shareable = features.consumableCapacity && devices.allowMultiple[device] === 1;
  const consumedCapacity: Record<string, string> = {};
  if (shareable) {
    const end = devices.capacityStart[device + 1]!;
    for (let row = devices.capacityStart[device]!; row < end; row++) {
      const name = devices.capacityNames.text(devices.capacityName[row]!);
      consumedCapacity[name] = `${capacities.consumedQuantity(wanted.capacity, row)}`;
    }
  }
  return {
    request: wanted.name,
    driver: spec.driver,
    pool: spec.pool.name,
    device: published.name,
    ...(wanted.adminAccess && { adminAccess: true }),
    ...(wanted.tolerations.length > 0 &&
      !features.quirks.omitsTolerations && { tolerations: wanted.tolerations }),
    ...(features.bindingConditions && bindingOf(published)),
    ...skippedOperations(features, spec),
    ...(shareable && { shareID: shareIds(device, request) }),
    ...(Object.keys(consumedCapacity).length > 0 && { consumedCapacity }),
  };
}

function bindingOf({ bindingConditions, bindingFailureConditions }: Device) {
  return {
    ...(bindingConditions && { bindingConditions }),
    ...(bindingFailureConditions && { bindingFailureConditions }),
  };
}

function skippedOperations(
  { allocator, optionalNodeOperations }: AllocatorFeatures,
  { skipNodeOperations }: ResourceSliceSpec,
) {
  if (allocator !== 'experimental' || !optionalNodeOperations || !skipNodeOperations) return {};
  return { skipNodeOperations };
}

/** Class configurations first, then the claim's own; entries that cover all requests name none. */
function configuration(
  context: ResultContext,
  shape: ClaimShape,
  held: readonly AllocatedDevice[],
): DeviceAllocationConfiguration[] {
  const chosen = shape.requests.map((list, request) => {
    const entry = held.find((device) => device.request === request);
    return list.alternatives[entry?.alternative ?? 0]!;
  });
  const names = new Set(chosen.map((request) => request.name));
  const byClass = new Map<string, string[]>();
  for (const request of chosen) {
    const list = byClass.get(request.className);
    if (list) list.push(request.name);
    else byClass.set(request.className, [request.name]);
  }
  const entries: DeviceAllocationConfiguration[] = [];
  for (const [className, requests] of byClass) {
    for (const config of context.classes.get(className)?.spec.config ?? []) {
      entries.push({ source: 'FromClass', requests, ...config });
    }
  }
  for (const config of shape.spec.devices?.config ?? []) {
    const listed = config.requests ?? [];
    const matches = listed.filter(
      (name) => names.has(name) || shape.requests.some((request) => request.name === name),
    ).length;
    const limit = context.features.quirks.repeatsConfig ? Infinity : 1;
    const times = listed.length === 0 ? 1 : Math.min(matches, limit);
    for (let time = 0; time < times; time++) entries.push({ source: 'FromClaim', ...config });
  }
  if (context.features.quirks.keepsConfigNames) return entries;
  return entries.map(({ requests, ...entry }) => {
    const listed = new Set(requests ?? []);
    const coversAll = shape.requests.every(
      (request, index) => listed.has(request.name) || listed.has(chosen[index]!.name),
    );
    return coversAll || listed.size === 0 ? entry : { requests: [...listed], ...entry };
  });
}

/**
 * Where the claim can be used: one node, or what the slices of its devices select.
 *
 * @throws DrasimError `ERR_SLICE_SELECTOR` when a slice selects nodes by several terms
 */
function selectNodes(
  { devices, features }: ResultContext,
  held: readonly AllocatedDevice[],
  target: string,
): NodeSelector | undefined {
  const isStable =
    features.allocator === 'stable' ||
    features.allocator === 'single' ||
    (features.allocator === 'incubating' && features.minor <= 35);
  const matchFields: NodeSelectorRequirement[] = [];
  const matchExpressions: NodeSelectorRequirement[] = [];
  for (const { device } of held) {
    const { spec } = devices.slices[devices.deviceSlice[device]!]!;
    const published = devices.objects[device]!;
    const selection = spec.perDeviceNodeSelection === true ? published : spec;
    const binds = published.bindsToNode === true && !isStable;
    if (selection.nodeName !== undefined || binds) {
      const value = isStable ? selection.nodeName! : target;
      const field = { key: 'metadata.name', operator: 'In', values: [value] };
      return { nodeSelectorTerms: [{ matchFields: [field] }] };
    }
    const terms = selection.nodeSelector?.nodeSelectorTerms ?? [];
    if (terms.length > 1) {
      throw new DrasimError({
        code: 'ERR_SLICE_SELECTOR',
        path: '',
        message: `unsupported ResourceSlice.NodeSelector with ${terms.length} terms`,
      });
    }
    addRequirements(matchFields, terms[0]?.matchFields ?? []);
    addRequirements(matchExpressions, terms[0]?.matchExpressions ?? []);
  }
  if (matchFields.length === 0 && matchExpressions.length === 0) return undefined;
  return {
    nodeSelectorTerms: [
      {
        ...(matchFields.length > 0 && { matchFields }),
        ...(matchExpressions.length > 0 && { matchExpressions }),
      },
    ],
  };
}

function addRequirements(
  list: NodeSelectorRequirement[],
  added: readonly NodeSelectorRequirement[],
): void {
  for (const requirement of added) {
    const key = requirementKey(requirement);
    if (!list.some((other) => requirementKey(other) === key)) list.push(requirement);
  }
}

function requirementKey({ key, operator, values }: NodeSelectorRequirement): string {
  return JSON.stringify([key, operator, [...new Set(values ?? [])].sort()]);
}
