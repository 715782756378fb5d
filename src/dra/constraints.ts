// Constraints of a claim over the devices picked for it (KEP-4381, KEP-5075, KEP-5491). Source:
// k8s.io/dynamic-resource-allocation/structured, matchAttributeConstraint and constraint.go (1.37).

import { ATTRIBUTE_MISSING, ATTRIBUTE_UNKNOWN, type AttributeTable } from './attributes.js';
import type { ClaimShape, ConstraintShape } from './claimshape.js';
import type { Picks } from './picks.js';

/** Checks constraints against the picks so far; keeps no state of its own, so nothing has to be undone. */
export class Constraints {
  constructor(
    private readonly attributes: AttributeTable,
    private readonly options: { lists: boolean },
  ) {}

  /** Whether a device may join the picks of the claim at a position, for a request of this name. */
  allow(shape: ClaimShape, picks: Picks, claim: number, name: string, device: number): boolean {
    const { constraints } = shape;
    for (let index = 0; index < constraints.length; index++) {
      const constraint = constraints[index]!;
      if (!isCovered(constraint, name)) continue;
      const isAllowed = this.options.lists
        ? this.allowList(shape, picks, claim, constraint, device)
        : this.allowScalar(shape, picks, claim, constraint, device);
      if (!isAllowed) return false;
    }
    return true;
  }

  private allowScalar(
    shape: ClaimShape,
    picks: Picks,
    claim: number,
    constraint: ConstraintShape,
    device: number,
  ): boolean {
    const value = this.attributes.value(constraint.attribute, device);
    if (value === ATTRIBUTE_MISSING) return false;
    for (let index = picks.count - 1; index >= 0 && picks.claim[index] === claim; index--) {
      if (!isCovered(constraint, nameOfPick(shape, picks, index))) continue;
      if (value === ATTRIBUTE_UNKNOWN) return false;
      const other = this.attributes.value(constraint.attribute, picks.device[index]!);
      if ((other === value) === constraint.distinct) return false;
    }
    return true;
  }

  /** Values as sets: a match needs a value that all have, a distinction no value that two have. */
  private allowList(
    shape: ClaimShape,
    picks: Picks,
    claim: number,
    constraint: ConstraintShape,
    device: number,
  ): boolean {
    const own = this.attributes.values(constraint.attribute, device);
    if (own.length === 0) return false;
    let common: readonly number[] = own;
    for (let index = picks.count - 1; index >= 0 && picks.claim[index] === claim; index--) {
      if (!isCovered(constraint, nameOfPick(shape, picks, index))) continue;
      const other = this.attributes.values(constraint.attribute, picks.device[index]!);
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
}

function nameOfPick(shape: ClaimShape, picks: Picks, index: number): string {
  const { alternatives } = shape.requests[picks.request[index]!]!;
  return alternatives[picks.alternative[index]!]!.name;
}

function isCovered(constraint: ConstraintShape, name: string): boolean {
  if (constraint.covers.size === 0 || constraint.covers.has(name)) return true;
  const slash = name.indexOf('/');
  return slash >= 0 && constraint.covers.has(name.slice(0, slash));
}
