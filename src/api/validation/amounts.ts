// Rules for requests and limits of containers and pods: `pkg/apis/core/validation`, Kubernetes 1.37.

import type { ResourceRequirements } from '../core.js';
import type { ResourceList } from '../meta.js';
import { qualifiedNameProblems } from '../names.js';
import { isExtendedResource } from '../podrequests.js';
import { Quantity } from '../quantity.js';
import { checkLabelName } from './names.js';
import type { Problems } from './problems.js';

const CONTAINER_RESOURCES = ['cpu', 'memory', 'ephemeral-storage'];

/** Names without a domain that mean something somewhere; only some of them in containers. */
const STANDARD_RESOURCES = new Set([
  ...CONTAINER_RESOURCES,
  ...CONTAINER_RESOURCES.flatMap((name) => [`requests.${name}`, `limits.${name}`]),
  'pods',
  'resourcequotas',
  'services',
  'replicationcontrollers',
  'secrets',
  'configmaps',
  'persistentvolumeclaims',
  'storage',
  'requests.storage',
  'services.nodeports',
  'services.loadbalancers',
]);

const POD_LEVEL_RESOURCES = ['cpu', 'hugepages-', 'memory'];

/** Checks the resources of a container. */
export function checkContainerResources(
  problems: Problems,
  path: string,
  resources: ResourceRequirements | undefined,
  claimNames: ReadonlySet<string>,
): void {
  if (!resources) return;
  const { limits, requests } = resources;
  checkAmounts(problems, `${path}.limits`, limits, checkContainerResourceName);
  checkAmounts(problems, `${path}.requests`, requests, checkContainerResourceName);
  checkRequestsFitLimits(problems, path, resources);
  const names = [...Object.keys(limits ?? {}), ...Object.keys(requests ?? {})];
  if (names.some(isHugePages) && !names.includes('cpu') && !names.includes('memory')) {
    problems.forbidden(path, 'HugePages require cpu or memory');
  }
  checkContainerClaims(problems, `${path}.claims`, resources, claimNames);
}

/** Checks the resources that a pod itself lists. */
export function checkPodResources(
  problems: Problems,
  path: string,
  resources: ResourceRequirements | undefined,
): void {
  if (!resources) return;
  checkAmounts(problems, `${path}.limits`, resources.limits, checkPodResourceName);
  checkAmounts(problems, `${path}.requests`, resources.requests, checkPodResourceName);
  checkRequestsFitLimits(problems, path, resources);
  if ((resources.claims ?? []).length > 0) {
    problems.forbidden(`${path}.claims`, 'claims may not be set for Resources at pod-level');
  }
}

type CheckName = (problems: Problems, field: string, name: string) => void;

function checkAmounts(
  problems: Problems,
  path: string,
  amounts: ResourceList | undefined,
  checkName: CheckName,
): void {
  for (const [name, text] of Object.entries(amounts ?? {})) {
    const field = `${path}[${name}]`;
    checkName(problems, field, name);
    checkAmount(problems, field, name, Quantity.parse(text));
  }
}

/** Checks one amount of a named resource: not negative, whole where it must be. */
export function checkAmount(
  problems: Problems,
  field: string,
  name: string,
  amount: Quantity,
): void {
  if (amount.sign() < 0) {
    problems.invalid(field, `${amount}`, 'must be greater than or equal to 0');
  }
  if (isExtendedResource(name) && amount.wholeIn(0) === undefined) {
    problems.invalid(field, `${amount}`, 'must be an integer');
  }
  if (!isHugePages(name)) return;
  const size = hugePageSize(name);
  const bytes = amount.wholeIn(0);
  if (size !== undefined && (bytes === undefined || bytes % size !== 0n)) {
    problems.invalid(field, `${amount}`, 'must be a multiple of the size of a page');
  }
}

function hugePageSize(name: string): bigint | undefined {
  try {
    const size = Quantity.parse(name.slice('hugepages-'.length)).wholeIn(0);
    return size === 0n ? undefined : size;
  } catch {
    return undefined;
  }
}

function isHugePages(name: string): boolean {
  return name.startsWith('hugepages-');
}

function checkContainerResourceName(problems: Problems, field: string, name: string): void {
  const reasons = qualifiedNameProblems(name);
  problems.invalidAll(field, name, reasons);
  if (reasons.length > 0 || isHugePages(name)) return;
  if (!name.includes('/')) {
    if (!STANDARD_RESOURCES.has(name)) {
      problems.invalid(field, name, 'must be a standard resource type or fully qualified');
    }
    if (!CONTAINER_RESOURCES.includes(name)) {
      problems.invalid(field, name, 'must be a standard resource for containers');
    }
  } else if (!name.includes('kubernetes.io/') && !isExtendedResource(name)) {
    problems.invalid(field, name, "doesn't follow extended resource name standard");
  }
}

function checkPodResourceName(problems: Problems, field: string, name: string): void {
  if (name === 'cpu' || name === 'memory' || isHugePages(name)) return;
  problems.unsupported(field, name, POD_LEVEL_RESOURCES);
}

// Huge pages and extended resources cannot be overcommitted: request and limit are one.
function checkRequestsFitLimits(
  problems: Problems,
  path: string,
  { limits = {}, requests = {} }: ResourceRequirements,
): void {
  for (const [name, text] of Object.entries(requests)) {
    const request = Quantity.parse(text);
    const limitText = limits[name];
    const exact = isHugePages(name) || (name.includes('/') && !name.includes('kubernetes.io/'));
    if (limitText === undefined) {
      if (!exact) continue;
      const text = 'Limit must be set for non overcommitable resources';
      problems.required(`${path}.limits`, text);
      continue;
    }
    const order = request.compare(Quantity.parse(limitText));
    if (exact ? order === 0 : order <= 0) continue;
    const relation = exact ? 'equal to' : 'less than or equal to';
    const reason = `must be ${relation} ${name} limit of ${limitText}`;
    problems.invalid(`${path}.requests`, `${request}`, reason);
  }
}

function checkContainerClaims(
  problems: Problems,
  path: string,
  { claims = [] }: ResourceRequirements,
  claimNames: ReadonlySet<string>,
): void {
  const whole = new Set<string>();
  const seen = new Set<string>();
  for (const [index, { name, request }] of claims.entries()) {
    const field = `${path}[${index}]`;
    if (!name) {
      problems.required(field);
      continue;
    }
    const key = request ? `${name}/${request}` : name;
    // Naming a claim as a whole covers all of its requests.
    const isRepeated = seen.has(key) || whole.has(name) || (!request && hasPart(seen, name));
    if (isRepeated) problems.duplicate(field, key);
    else {
      seen.add(key);
      if (!request) whole.add(name);
    }
    if (!claimNames.has(name)) problems.notFound(field, name);
    if (request) checkLabelName(problems, `${field}.request`, request);
  }
}

function hasPart(seen: ReadonlySet<string>, name: string): boolean {
  return [...seen].some((key) => key.startsWith(`${name}/`));
}
