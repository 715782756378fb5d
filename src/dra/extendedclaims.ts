// The claim that stands for a pod's extended resources (KEP-5004): which of them a node serves by DRA, and
// the requests that the claim has there. Source: kubernetes/kubernetes
// pkg/scheduler/framework/plugins/dynamicresources/extendeddynamicresources.go (1.37).

import type { Container, Node, Pod } from '../api/core.js';
import { Quantity } from '../api/quantity.js';
import type { DeviceClass, DeviceRequest, ResourceClaim } from '../api/resource.js';

/** Marks claims that were made for extended resources. */
export const EXTENDED_CLAIM_ANNOTATION = 'resource.kubernetes.io/extended-resource-claim';
/** Name of the claim until it exists. */
export const EXTENDED_CLAIM_NAME = '<extended-resources>';

/** Which request serves which resource of which container. */
export interface RequestMapping {
  readonly containerName: string;
  readonly resourceName: string;
  readonly requestName: string;
}

/** Requests of the claim on a node, and whom they serve. */
export interface ExtendedRequests {
  readonly requests: readonly DeviceRequest[];
  readonly mappings: readonly RequestMapping[];
}

/** The claim in memory, before a node gives it requests. */
export function extendedClaim(pod: Pod): ResourceClaim {
  const { name, namespace = 'default', uid } = pod.metadata;
  return {
    apiVersion: 'resource.k8s.io/v1',
    kind: 'ResourceClaim',
    metadata: {
      name: EXTENDED_CLAIM_NAME,
      namespace,
      uid: `${EXTENDED_CLAIM_NAME} ${uid}`,
      generateName: `${name}-extended-resources-`,
      annotations: { [EXTENDED_CLAIM_ANNOTATION]: 'true' },
      ownerReferences: [
        { apiVersion: 'v1', kind: 'Pod', name: name!, uid: uid!, controller: true },
      ],
    },
    spec: {},
  };
}

/** Whether a claim was made for the extended resources of a pod. */
export function isExtendedClaimOf({ metadata }: ResourceClaim, pod: Pod): boolean {
  if (metadata.annotations?.[EXTENDED_CLAIM_ANNOTATION] !== 'true') return false;
  const owner = metadata.ownerReferences?.find(({ controller }) => controller === true);
  return owner !== undefined && owner.uid === pod.metadata.uid;
}

/**
 * How a node serves the extended resources of a pod.
 *
 * @returns the resources that it serves by DRA with their classes, or why it cannot serve one
 */
export function servedByDra(
  wanted: Iterable<string>,
  node: Node,
  classOf: (resource: string) => DeviceClass | undefined,
): Map<string, string> | 'cannot fit resource' {
  const served = new Map<string, string>();
  const allocatable = node.status?.allocatable ?? {};
  for (const resource of wanted) {
    const listed = allocatable[resource];
    const deviceClass = classOf(resource);
    const isZero = listed === undefined || Quantity.parse(listed).sign() === 0;
    if (deviceClass && isZero) served.set(resource, deviceClass.metadata.name!);
    else if (listed === undefined) return 'cannot fit resource';
  }
  return served;
}

interface OwnRequest {
  name: string;
  count: number;
  className: string;
}

/** The requests for the resources that a node serves by DRA, sorted by name. */
export function extendedRequests(pod: Pod, served: ReadonlyMap<string, string>): ExtendedRequests {
  const requests: OwnRequest[] = [];
  const mappings: RequestMapping[] = [];
  for (const resource of [...served.keys()].sort()) {
    const own = new ResourceRequests(pod, resource, served.get(resource)!);
    requests.push(...own.requests);
    mappings.push(...own.mappings);
  }
  requests.sort((left, right) => (left.name < right.name ? -1 : 1));
  return {
    requests: requests.map(({ name, count, className }) => ({
      name,
      exactly: { deviceClassName: className, allocationMode: 'ExactCount', count },
    })),
    mappings,
  };
}

/** The requests for one resource: those of containers that run together, then of init containers. */
class ResourceRequests {
  readonly requests: OwnRequest[] = [];
  readonly mappings: RequestMapping[] = [];
  private readonly containers: readonly { container: Container; index: number; isShort: boolean }[];

  constructor(
    pod: Pod,
    private readonly resource: string,
    private readonly className: string,
  ) {
    const init = pod.spec.initContainers ?? [];
    this.containers = [...init, ...pod.spec.containers].map((container, index) => ({
      container,
      index,
      isShort: index < init.length && container.restartPolicy !== 'Always',
    }));
    this.addLong();
    this.addShort();
  }

  private addLong(): void {
    for (const { container, index, isShort } of this.containers) {
      const count = this.countOf(container);
      if (isShort || count === 0) continue;
      const name = this.nameOf(container, index);
      this.requests.push({ name, count, className: this.className });
      this.map(container, name);
    }
  }

  /** Init containers take what later ones have anyway; of what is missing, the largest is asked for. */
  private addShort(): void {
    const long = [...this.requests];
    let largest: OwnRequest | undefined;
    const own: RequestMapping[] = [];
    for (const { container, index, isShort } of this.containers) {
      let missing = this.countOf(container);
      if (!isShort || missing === 0) continue;
      for (const request of long) {
        if (missing <= 0 || indexOf(request) < index) continue;
        this.map(container, request.name);
        missing -= request.count;
      }
      if (missing <= 0) continue;
      const name = this.nameOf(container, index);
      if (!largest || missing > largest.count) {
        largest = { name, count: missing, className: this.className };
      }
      own.push({ containerName: container.name, resourceName: this.resource, requestName: name });
    }
    if (!largest) return;
    this.requests.push(largest);
    this.mappings.push(...own.map((mapping) => ({ ...mapping, requestName: largest.name })));
  }

  private countOf({ resources }: Container): number {
    const text = resources?.requests?.[this.resource];
    if (text === undefined) return 0;
    const whole = Quantity.parse(text).wholeIn(0);
    return whole === undefined ? 0 : Number(whole);
  }

  private nameOf({ resources }: Container, index: number): string {
    const position = Object.keys(resources?.requests ?? {})
      .sort()
      .indexOf(this.resource);
    return `container-${index}-request-${position}`;
  }

  private map({ name }: Container, requestName: string): void {
    this.mappings.push({ containerName: name, resourceName: this.resource, requestName });
  }
}

function indexOf({ name }: OwnRequest): number {
  return Number(name.split('-')[1]);
}
