// Constraints of a claim over the devices picked for it (KEP-4381, KEP-5075, KEP-5491). Source:
// k8s.io/dynamic-resource-allocation/structured, matchAttributeConstraint and constraint.go (1.37).

import { ATTRIBUTE_MISSING, ATTRIBUTE_UNKNOWN, type AttributeTable } from './attributes.js';
import type { ClaimShape, ConstraintShape, RequestShape } from './claimshape.js';
import type { DerivedAttributes } from './derivedattributes.js';
import type { Picks } from './picks.js';

/** How constraints are understood. */
export interface ConstraintOptions {
  /** Attributes may be lists. */
  lists: boolean;
  /**
   * 1.34 to 1.36: distinctAttribute remembers one value a request, so that the newest of several devices
   * stands for all of them, and taking it back forgets the others too.
   */
  forgetful: boolean;
  /** 1.34: devices of one request are not compared with each other. */
  amongRequests: boolean;
}

interface Phantom {
  readonly claim: number;
  readonly constraint: ConstraintShape;
  readonly value: number;
}

/** Checks constraints against the picks so far, from which all but one quirk follows. */
export class Constraints {
  /** The value that a request is remembered by, by claim, constraint and request. */
  private readonly memory = new Map<string, number>();
  /** Devices that count although they are not picked (a quirk). */
  private readonly phantoms: Phantom[] = [];

  /** Why the last `add` could not be answered, which ends the search; empty when it was. */
  error = '';

  constructor(
    private readonly attributes: AttributeTable,
    private readonly derived: DerivedAttributes,
    private readonly options: ConstraintOptions,
  ) {}

  /** Begins a search. */
  begin(): void {
    if (this.memory.size > 0) this.memory.clear();
    this.phantoms.length = 0;
    this.error = '';
  }

  /** Whether a device may join the picks of the claim at a position, for this request. */
  add(
    shape: ClaimShape,
    picks: Picks,
    claim: number,
    request: RequestShape,
    device: number,
  ): boolean {
    const { constraints } = shape;
    const { name } = request;
    for (let index = 0; index < constraints.length; index++) {
      const constraint = constraints[index]!;
      if (!isCovered(constraint, name)) continue;
      const isAllowed = this.options.lists
        ? this.allowList(shape, picks, claim, constraint, request, device)
        : this.options.forgetful && constraint.distinct
          ? this.remember(claim, index, constraint, name, device)
          : this.allowScalar(shape, picks, claim, constraint, request, device);
      if (isAllowed) continue;
      this.forget(claim, name, index);
      return false;
    }
    return true;
  }

  /** Takes back what `add` remembered for a device. */
  remove(shape: ClaimShape, claim: number, name: string): void {
    this.forget(claim, name, shape.constraints.length);
  }

  /** Lets a device that `add` allowed count until the search ends, although it is not picked (a quirk). */
  keep(shape: ClaimShape, claim: number, request: RequestShape, device: number): void {
    for (const constraint of shape.constraints) {
      const isRemembered = this.options.forgetful && constraint.distinct;
      if (isRemembered || !isCovered(constraint, request.name)) continue;
      this.phantoms.push({ claim, constraint, value: this.valueOf(constraint, request, device) });
    }
  }

  private forget(claim: number, name: string, count: number): void {
    if (!this.options.forgetful) return;
    for (let index = 0; index < count; index++) {
      this.memory.delete(`${claim}/${index}/${baseName(name)}`);
    }
  }

  private remember(
    claim: number,
    index: number,
    constraint: ConstraintShape,
    name: string,
    device: number,
  ): boolean {
    const value = this.attributes.value(constraint.attribute, device);
    if (value === ATTRIBUTE_MISSING) return false;
    const prefix = `${claim}/${index}/`;
    let isFirst = true;
    for (const [key, other] of this.memory) {
      if (!key.startsWith(prefix)) continue;
      if (this.options.amongRequests && key === prefix + baseName(name)) continue;
      isFirst = false;
      if (other === value && value !== ATTRIBUTE_UNKNOWN) return false;
    }
    if (value === ATTRIBUTE_UNKNOWN && !isFirst) return false;
    this.memory.set(prefix + baseName(name), value);
    return true;
  }

  private allowScalar(
    shape: ClaimShape,
    picks: Picks,
    claim: number,
    constraint: ConstraintShape,
    request: RequestShape,
    device: number,
  ): boolean {
    const value = this.valueOf(constraint, request, device);
    if (value === ATTRIBUTE_MISSING) return false;
    for (let index = picks.count - 1; index >= 0 && picks.claim[index] === claim; index--) {
      const picked = requestOfPick(shape, picks, index);
      if (!isCovered(constraint, picked.name)) continue;
      if (value === ATTRIBUTE_UNKNOWN) return false;
      const other = this.valueOf(constraint, picked, picks.device[index]!);
      if ((other === value) === constraint.distinct) return false;
    }
    return this.phantoms.length === 0 || this.fitsPhantoms(claim, constraint, value);
  }

  private fitsPhantoms(claim: number, constraint: ConstraintShape, value: number): boolean {
    return this.phantoms.every((phantom) => {
      if (phantom.claim !== claim || phantom.constraint !== constraint) return true;
      return value !== ATTRIBUTE_UNKNOWN && (phantom.value === value) !== constraint.distinct;
    });
  }

  /** Values as sets: a match needs a value that all have, a distinction no value that two have. */
  private allowList(
    shape: ClaimShape,
    picks: Picks,
    claim: number,
    constraint: ConstraintShape,
    request: RequestShape,
    device: number,
  ): boolean {
    const own = this.valuesOf(constraint, request, device);
    if (own.length === 0) return false;
    let common: readonly number[] = own;
    for (let index = picks.count - 1; index >= 0 && picks.claim[index] === claim; index--) {
      const picked = requestOfPick(shape, picks, index);
      if (!isCovered(constraint, picked.name)) continue;
      const other = this.valuesOf(constraint, picked, picks.device[index]!);
      const shared = common.filter((value) => other.includes(value));
      if (constraint.distinct) {
        if (shared.length > 0) return false;
      } else {
        if (shared.length === 0) return false;
        common = shared;
      }
    }
    return true;
  }

  /** A derived attribute of the request stands before a published one of the same name. */
  private valueOf(constraint: ConstraintShape, request: RequestShape, device: number): number {
    const expression = request.derived.get(constraint.attributeName);
    if (expression === undefined) return this.attributes.value(constraint.attribute, device);
    const found = this.derived.find(constraint.attributeName, expression, device);
    if (found.error !== '') this.error = found.error;
    return found.error === '' ? found.scalar : ATTRIBUTE_MISSING;
  }

  private valuesOf(
    constraint: ConstraintShape,
    request: RequestShape,
    device: number,
  ): readonly number[] {
    const expression = request.derived.get(constraint.attributeName);
    if (expression === undefined) return this.attributes.values(constraint.attribute, device);
    const found = this.derived.find(constraint.attributeName, expression, device);
    if (found.error !== '') this.error = found.error;
    return found.values;
  }
}

function requestOfPick(shape: ClaimShape, picks: Picks, index: number): RequestShape {
  return shape.requests[picks.request[index]!]!.alternatives[picks.alternative[index]!]!;
}

/** Whether a constraint speaks of the request of this name. */
export function isCovered(constraint: ConstraintShape, name: string): boolean {
  if (constraint.covers.size === 0 || constraint.covers.has(name)) return true;
  const slash = name.indexOf('/');
  return slash >= 0 && constraint.covers.has(name.slice(0, slash));
}

function baseName(name: string): string {
  const slash = name.indexOf('/');
  return slash < 0 ? name : name.slice(0, slash);
}
