// What a pod asks of a node: containers, init containers and sidecars, pod-level resources, overhead,
// and in-place resize for pods that already run.
// Follows component-helpers `resource` of Kubernetes 1.37 (KEP-753, KEP-2837, KEP-1287); where 1.32
// differs, by its minor version.

import type { Container, ContainerStatus, Pod } from './core.js';
import type { Features } from './features.js';
import type { ResourceList } from './meta.js';
import { qualifiedNameProblems } from './names.js';
import { Quantity } from './quantity.js';

/** Amounts by resource name. */
export type Amounts = Map<string, Quantity>;

/** What a pod counts for on its node, in the units of the scheduler. */
export interface PodUsage {
  readonly milliCpu: bigint;
  readonly memoryBytes: bigint;
  readonly ephemeralStorageBytes: bigint;
  /** Extended resources, huge pages, attachable volumes and prefixed names. */
  readonly scalar: ReadonlyMap<string, bigint>;
  /** CPU and memory with the defaults that scoring gives to containers without requests. */
  readonly nonZeroMilliCpu: bigint;
  readonly nonZeroMemoryBytes: bigint;
}

const CPU_DEFAULT = Quantity.parse('100m');
const MEMORY_DEFAULT = Quantity.parse('200Mi');

/** What a pending pod requests: its spec alone, with overhead. */
export function podRequests(pod: Pod, features: Features): Amounts {
  const amounts = aggregate(pod, (container) => container.resources?.requests);
  replacePodLevel(amounts, features, [pod.spec.resources?.requests]);
  addOverhead(amounts, pod, true);
  return amounts;
}

/** What a pod is limited to; overhead counts only where there is a limit above zero. */
export function podLimits(pod: Pod, features: Features): Amounts {
  const amounts = aggregate(pod, (container) => container.resources?.limits);
  replacePodLevel(amounts, features, [pod.spec.resources?.limits]);
  addOverhead(amounts, pod, false);
  return amounts;
}

/** What a pod counts for on the node that it runs on, resize included. */
export function podUsage(pod: Pod, features: Features): PodUsage {
  const amounts = podRequestsOnNode(pod, features);
  const defaults = new Map<string, Quantity>();
  const podLevel = hasPodLevelRequests(pod, features);
  if (!podLevel || !amounts.has('cpu')) defaults.set('cpu', CPU_DEFAULT);
  if (!podLevel || !amounts.has('memory')) defaults.set('memory', MEMORY_DEFAULT);
  const nonZero = defaults.size > 0 ? podRequestsOnNode(pod, features, defaults) : amounts;
  const scalar = new Map<string, bigint>();
  for (const [name, quantity] of amounts) {
    if (isScalarResource(name)) scalar.set(name, quantity.value());
  }
  return {
    milliCpu: amounts.get('cpu')?.milliValue() ?? 0n,
    memoryBytes: amounts.get('memory')?.value() ?? 0n,
    ephemeralStorageBytes: amounts.get('ephemeral-storage')?.value() ?? 0n,
    scalar,
    nonZeroMilliCpu: nonZero.get('cpu')?.milliValue() ?? 0n,
    nonZeroMemoryBytes: nonZero.get('memory')?.value() ?? 0n,
  };
}

/** Whether the node's usage tracks a resource besides cpu, memory and ephemeral storage. */
export function isScalarResource(name: string): boolean {
  if (name.startsWith('hugepages-') || name.startsWith('attachable-volumes-')) return true;
  return name.includes('kubernetes.io/') || isExtendedResource(name);
}

/** Whether a resource is one of a device plugin or of a device class: `domain/name`. */
export function isExtendedResource(name: string): boolean {
  if (!name.includes('/') || name.includes('kubernetes.io/')) return false;
  if (name.startsWith('requests.')) return false;
  return qualifiedNameProblems(`requests.${name}`).length === 0;
}

/**
 * What a pod requests on the node that it runs on, resize included; see {@link podUsage}.
 *
 * @param defaults - what a container counts for that does not say
 */
export function podRequestsOnNode(
  pod: Pod,
  features: Features,
  defaults: Amounts = new Map(),
): Amounts {
  const resize = features.enabled('InPlacePodVerticalScaling');
  let amounts: Amounts;
  if (!resize) amounts = aggregate(pod, (container) => container.resources?.requests, defaults);
  else if (features.minor <= 32) amounts = aggregateResized132(pod, defaults);
  else amounts = aggregateResized(pod, features, defaults);
  const status = pod.status;
  const podLevel = features.enabled('InPlacePodLevelResourcesVerticalScaling');
  if (resize && podLevel && status?.resources && hasPodLevelRequests(pod, features)) {
    const lists = [status.resources.requests, status.allocatedResources];
    if (!isInfeasible(pod)) lists.unshift(pod.spec.resources?.requests);
    replacePodLevel(amounts, features, lists);
  } else replacePodLevel(amounts, features, [pod.spec.resources?.requests]);
  addOverhead(amounts, pod, true);
  return amounts;
}

type ResourcesOf = (
  container: Container,
  index: number,
  isInit: boolean,
) => ResourceList | undefined;

// Regular containers run together; an init container runs beside the sidecars before it.
function aggregate(pod: Pod, resourcesOf: ResourcesOf, defaults?: Amounts): Amounts {
  const total: Amounts = new Map();
  for (const [index, container] of (pod.spec.containers ?? []).entries()) {
    add(total, parseAmounts(resourcesOf(container, index, false), defaults));
  }
  const sidecars: Amounts = new Map();
  const peak: Amounts = new Map();
  for (const [index, container] of (pod.spec.initContainers ?? []).entries()) {
    const amounts = parseAmounts(resourcesOf(container, index, true), defaults);
    if (container.restartPolicy === 'Always') {
      add(total, amounts);
      add(sidecars, amounts);
      takeMax(peak, sidecars);
    } else {
      add(amounts, sidecars);
      takeMax(peak, amounts);
    }
  }
  takeMax(total, peak);
  return total;
}

// Three aggregates: wanted, promised and in force; the largest of each resource counts.
function aggregateResized(pod: Pod, features: Features, defaults: Amounts): Amounts {
  const infeasible = isInfeasible(pod);
  const statuses = statusesByName(pod);
  const specOf = (container: Container) => (infeasible ? undefined : container.resources?.requests);
  const allocatedOf: ResourcesOf = (container) =>
    statuses.get(container.name)?.allocatedResources ?? specOf(container);
  const actuatedOf: ResourcesOf = (container, index, isInit) =>
    statuses.get(container.name)?.resources?.requests ?? allocatedOf(container, index, isInit);
  const status = pod.status;
  const replaced =
    features.enabled('InPlacePodLevelResourcesVerticalScaling') &&
    status?.allocatedResources !== undefined &&
    status.resources?.requests !== undefined;
  const allocated = replaced
    ? parseAmounts(status.allocatedResources)
    : aggregate(pod, allocatedOf, defaults);
  const actuated = replaced
    ? parseAmounts(status.resources?.requests)
    : aggregate(pod, actuatedOf, defaults);
  if (infeasible) {
    takeMax(allocated, actuated);
    return allocated;
  }
  const wanted = aggregate(pod, (container) => container.resources?.requests, defaults);
  takeMax(wanted, allocated);
  takeMax(wanted, actuated);
  return wanted;
}

// 1.32: regular containers alone, each the larger of spec and status.
function aggregateResized132(pod: Pod, defaults: Amounts): Amounts {
  const statuses = new Map<string, ContainerStatus>();
  for (const status of pod.status?.containerStatuses ?? []) statuses.set(status.name, status);
  const infeasible = pod.status?.resize === 'Infeasible';
  return aggregate(
    pod,
    (container, _index, isInit) => {
      const spec = container.resources?.requests;
      const resources = isInit ? undefined : statuses.get(container.name)?.resources;
      if (resources === undefined) return spec;
      return infeasible ? resources.requests : largerOf(spec, resources.requests);
    },
    defaults,
  );
}

function statusesByName(pod: Pod): Map<string, ContainerStatus> {
  const statuses = new Map<string, ContainerStatus>();
  for (const status of pod.status?.containerStatuses ?? []) statuses.set(status.name, status);
  for (const status of pod.status?.initContainerStatuses ?? []) statuses.set(status.name, status);
  return statuses;
}

function isInfeasible(pod: Pod): boolean {
  return (pod.status?.conditions ?? []).some(
    (condition) => condition.type === 'PodResizePending' && condition.reason === 'Infeasible',
  );
}

function largerOf(a: ResourceList | undefined, b: ResourceList | undefined): ResourceList {
  const larger: Record<string, string> = { ...a };
  for (const [name, text] of Object.entries(b ?? {})) {
    const other = larger[name];
    if (other === undefined || Quantity.parse(text).compare(Quantity.parse(other)) > 0) {
      larger[name] = text;
    }
  }
  return larger;
}

function isPodLevelResource(name: string, features: Features): boolean {
  if (name === 'cpu' || name === 'memory') return true;
  return features.minor >= 34 && name.startsWith('hugepages-');
}

function hasPodLevelRequests(pod: Pod, features: Features): boolean {
  if (!features.enabled('PodLevelResources')) return false;
  const names = Object.keys(pod.spec.resources?.requests ?? {});
  return names.some((name) => isPodLevelResource(name, features));
}

// Each resource that the pod itself lists replaces the sum of its containers; of several lists the
// largest amount counts.
function replacePodLevel(
  amounts: Amounts,
  features: Features,
  lists: readonly (ResourceList | undefined)[],
): void {
  if (!features.enabled('PodLevelResources')) return;
  const podLevel: Amounts = new Map();
  for (const list of lists) takeMax(podLevel, parseAmounts(list));
  for (const [name, quantity] of podLevel) {
    if (isPodLevelResource(name, features)) amounts.set(name, quantity);
  }
}

function addOverhead(amounts: Amounts, pod: Pod, always: boolean): void {
  const overhead = parseAmounts(pod.spec.overhead);
  if (always) {
    add(amounts, overhead);
    return;
  }
  for (const [name, quantity] of overhead) {
    const limit = amounts.get(name);
    if (limit && !limit.isZero()) amounts.set(name, limit.add(quantity));
  }
}

function parseAmounts(list: ResourceList | undefined, defaults?: Amounts): Amounts {
  const amounts: Amounts = new Map();
  for (const [name, text] of Object.entries(list ?? {})) amounts.set(name, Quantity.parse(text));
  for (const [name, quantity] of defaults ?? []) {
    if (!amounts.has(name)) amounts.set(name, quantity);
  }
  return amounts;
}

function add(target: Amounts, source: Amounts): void {
  for (const [name, quantity] of source) {
    const sum = target.get(name);
    target.set(name, sum ? sum.add(quantity) : quantity);
  }
}

function takeMax(target: Amounts, source: Amounts): void {
  for (const [name, quantity] of source) {
    const largest = target.get(name);
    if (!largest || quantity.compare(largest) > 0) target.set(name, quantity);
  }
}
