// A claim's shape: its spec compiled to ids and amounts, shared by all claims of the same spec. What a
// shape asks for does not depend on nodes or on use; what is wrong with it is noted where upstream looks.

import type { AllocatorFeatures } from '../api/allocator.js';
import type {
  DeviceClass,
  DeviceConstraint,
  DeviceRequest,
  DeviceSubRequest,
  DeviceToleration,
  ExactDeviceRequest,
  ResourceClaimSpec,
} from '../api/resource.js';
import type { DeviceTable } from '../cluster/devices.js';
import type { AttributeTable } from './attributes.js';
import type { Capacities, CapacityRequest } from './capacity.js';
import type { SelectorSource, SelectorTable } from './selectors.js';

/** One exact request, or one alternative of a prioritized list. */
export interface RequestShape {
  /** Name in results: `request` or `request/subrequest`. */
  readonly name: string;
  /** Name in messages: a subrequest goes by its own. */
  readonly shortName: string;
  readonly className: string;
  readonly all: boolean;
  /** Devices wanted in mode ExactCount; 0 in mode All. */
  readonly count: number;
  /** The count as it was written: upstream counts with 64 bits. */
  readonly countText: string;
  readonly selectors: number;
  readonly adminAccess: boolean;
  readonly tolerations: readonly DeviceToleration[];
  /** Whether each list of taints is tolerated, once it was asked for. */
  readonly tolerated: (boolean | undefined)[];
  readonly capacity: CapacityRequest;
  /** Expressions of derived attributes by name. */
  readonly derived: ReadonlyMap<string, string>;
  /** Why the request cannot be tried at all, or empty: `request r: missing …`. */
  readonly fault: string;
}

/** A request: one alternative, or several of which the first that fits is taken. */
export interface RequestList {
  readonly name: string;
  readonly alternatives: readonly RequestShape[];
  readonly prioritized: boolean;
  /** Whether every alternative takes devices that nobody holds. */
  readonly needsFree: boolean;
  /** What is looked at before the alternatives: gates that are off. */
  readonly fault: string;
}

export interface ConstraintShape {
  readonly attribute: number;
  readonly attributeName: string;
  readonly distinct: boolean;
  /** Names of the covered requests and subrequests; empty covers all. */
  readonly covers: ReadonlySet<string>;
}

export interface ClaimShape {
  readonly id: number;
  readonly spec: ResourceClaimSpec;
  readonly requests: readonly RequestList[];
  readonly constraints: readonly ConstraintShape[];
  /** What is wrong with a constraint, looked at after all requests; or empty. */
  readonly constraintFault: string;
  /** Whether bounds hold for all requests: each wants a number of devices and errors come from them alone. */
  readonly isBounded: boolean;
  /** Why no claim of this shape can be scheduled (a class that does not exist), or empty. */
  readonly unresolvable: string;
}

type RequestPart = ExactDeviceRequest | DeviceSubRequest;

/** What shapes are compiled with. */
export interface ShapeContext {
  readonly classes: ReadonlyMap<string, DeviceClass>;
  readonly devices: DeviceTable;
  readonly selectors: SelectorTable;
  readonly attributes: AttributeTable;
  readonly capacities: Capacities;
  readonly features: AllocatorFeatures;
}

/** Compiles claim specs; equal specs get one shape. */
export class ClaimShapes {
  private readonly shapes: ClaimShape[] = [];
  private readonly ids = new Map<string, number>();

  constructor(private readonly context: ShapeContext) {}

  shape(id: number): ClaimShape {
    return this.shapes[id]!;
  }

  /**
   * The shape of a spec.
   *
   * @throws DrasimError `ERR_QUANTITY_RANGE` when a requested amount cannot be held exactly
   */
  intern(spec: ResourceClaimSpec): ClaimShape {
    const key = JSON.stringify(spec.devices ?? {}, (_key, value) =>
      typeof value === 'bigint' ? `${value}n` : value,
    );
    const known = this.ids.get(key);
    if (known !== undefined) return this.shapes[known]!;
    const shape = this.compile(this.shapes.length, spec);
    this.ids.set(key, shape.id);
    this.shapes.push(shape);
    return shape;
  }

  private compile(id: number, spec: ResourceClaimSpec): ClaimShape {
    const requests = (spec.devices?.requests ?? []).map((request) => this.compileList(request));
    const constraints = (spec.devices?.constraints ?? []).map((constraint, index) =>
      this.compileConstraint(constraint, index),
    );
    const isFault = (entry: ConstraintShape | string) => typeof entry === 'string';
    return {
      id,
      spec,
      requests,
      constraints: constraints.filter((entry) => !isFault(entry)) as ConstraintShape[],
      constraintFault: (constraints.find(isFault) as string | undefined) ?? '',
      isBounded: requests.every(({ alternatives }) =>
        alternatives.every(
          ({ all, adminAccess, derived }) => !all && !adminAccess && !derived.size,
        ),
      ),
      unresolvable: this.findMissingClass(requests),
    };
  }

  private findMissingClass(requests: readonly RequestList[]): string {
    for (const { alternatives } of requests) {
      for (const { name, className } of alternatives) {
        if (this.context.classes.has(className)) continue;
        return `request ${name}: device class ${className} does not exist`;
      }
    }
    return '';
  }

  private compileList(request: DeviceRequest): RequestList {
    const { name, exactly } = request;
    const subrequests = request.firstAvailable ?? [];
    const prioritized = subrequests.length > 0;
    const parts = prioritized
      ? subrequests.map((part) => this.compileRequest(`${name}/${part.name}`, part.name, part))
      : exactly
        ? [this.compileRequest(name, name, exactly)]
        : [];
    const needsFree = parts.every((part) => !part.all && !part.adminAccess && part.count > 0);
    const fault = this.findListFault(request);
    return { name, alternatives: parts, prioritized, needsFree, fault };
  }

  private findListFault({ name, exactly, firstAvailable }: DeviceRequest): string {
    const { features } = this.context;
    const subrequests = firstAvailable ?? [];
    if (subrequests.length > 0 && !features.prioritizedList) {
      return `request ${name}: has subrequests, but the DRAPrioritizedList feature is disabled`;
    }
    if (features.consumableCapacity || !minds(features)) return '';
    const text = 'has capacity requests, but the DRAConsumableCapacity feature is disabled';
    if (exactly?.capacity) return `request ${name}: ${text}`;
    const asking = subrequests.find((part) => part.capacity);
    if (!asking) return '';
    const subject = features.quirks.namesRequestOnly
      ? `request ${name}`
      : `subrequest ${asking.name}`;
    return `${subject}: ${text}`;
  }

  private compileRequest(name: string, shortName: string, part: RequestPart): RequestShape {
    const { capacities, selectors, features } = this.context;
    const all = part.allocationMode === 'All';
    const wanted = features.consumableCapacity ? part.capacity?.requests : undefined;
    return {
      name,
      shortName,
      className: part.deviceClassName,
      all,
      count: all ? 0 : Number(part.count ?? 1),
      countText: integerText(part.count ?? 1),
      selectors: selectors.register(this.sources(part)),
      adminAccess: 'adminAccess' in part && part.adminAccess === true,
      tolerations: part.tolerations ?? [],
      tolerated: [],
      capacity: capacities.compile(wanted, `requests[${name}]`),
      derived: new Map(
        (part.derivedAttributes ?? []).map((attribute) => [attribute.name, attribute.expression]),
      ),
      fault: this.findFault(shortName, part),
    };
  }

  private findFault(name: string, part: RequestPart): string {
    const { classes, features } = this.context;
    const subject = `request ${name}`;
    if ((part.derivedAttributes ?? []).length > 0 && !features.derivedAttributes) {
      return `${subject}: cannot handle request with derived attributes, the feature is disabled`;
    }
    const bare = (part.selectors ?? []).findIndex((selector) => !selector.cel);
    if (bare >= 0) {
      return `${subject}, selector #${bare}: CEL expression empty (unsupported selector type?)`;
    }
    if ('adminAccess' in part && part.adminAccess !== undefined && !features.adminAccess) {
      return `${subject}: admin access is requested, but the feature is disabled`;
    }
    const { deviceClassName: className } = part;
    if (!className) return `${subject}: missing device class name (unsupported request type?)`;
    if (!classes.has(className)) {
      const reason = `deviceclass.resource.k8s.io "${className}" not found`;
      return `${subject}: could not retrieve device class ${className}: ${reason}`;
    }
    const mode = part.allocationMode ?? 'ExactCount';
    if (mode === 'All' || mode === 'ExactCount') return '';
    return `${subject}: unsupported count mode ${mode}`;
  }

  private compileConstraint(constraint: DeviceConstraint, index: number): ConstraintShape | string {
    const { attributes, features } = this.context;
    const { matchAttribute, distinctAttribute } = constraint;
    const knowsDistinct = features.consumableCapacity || minds(features);
    const attributeName = matchAttribute ?? (knowsDistinct ? distinctAttribute : undefined);
    if (attributeName === undefined) {
      return `constraint #${index}: empty constraint (unsupported constraint type?)`;
    }
    return {
      attribute: attributes.register(attributeName),
      attributeName,
      distinct: matchAttribute === undefined,
      covers: new Set(constraint.requests ?? []),
    };
  }

  private sources(part: RequestPart): SelectorSource[] {
    const deviceClass = this.context.classes.get(part.deviceClassName);
    const own = (list: typeof part.selectors, className: string | null) =>
      (list ?? []).flatMap(({ cel }, index) =>
        cel ? [{ className, index, expression: cel.expression }] : [],
      );
    return [
      ...own(deviceClass?.spec.selectors, part.deviceClassName),
      ...own(part.selectors, null),
    ];
  }
}

/** All digits of an integer, which a large number would not show. */
function integerText(count: number | bigint): string {
  return Number.isInteger(count) ? `${BigInt(count)}` : `${count}`;
}

/** Allocators that know consumable capacity at all, and so say when it is asked for in vain. */
function minds({ allocator, minor }: AllocatorFeatures): boolean {
  if (allocator === 'experimental') return true;
  return allocator === 'incubating' && minor >= 36;
}
