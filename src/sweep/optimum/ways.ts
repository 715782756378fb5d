// The ways in which a node of a site can give a pod its devices, as far as sums over groups of devices can say it: an
// alternative for each prioritized list, and for each constraint that wants equal values one of them.

import type { ConstraintShape, RequestShape } from '../../dra/claimshape.js';
import type { PodShape } from '../../scheduler/podshape.js';
import { type DeviceGroup, NO_VALUE, type Questions, SEVERAL_VALUES, type Site } from './sites.js';

/** A request, and the groups that its devices may come from. */
export interface Choice {
  readonly request: RequestShape;
  readonly groups: readonly DeviceGroup[];
}

export interface Way {
  readonly choices: readonly Choice[];
  /** Constraints that want distinct values: place of the attribute, and the requests that they cover. */
  readonly distinct: readonly { attribute: number; requests: readonly RequestShape[] }[];
}

/** Alternatives of prioritized lists that are combined; shapes with more are not looked at. */
const COMBINATIONS_MAX = 256;

/** Whether a shape's prioritized lists combine in so many ways that a program of them would never end. */
export function hasTooManyWays({ claims }: PodShape): boolean {
  let ways = 1;
  for (const { shape } of claims) {
    for (const { alternatives } of shape.requests) ways *= Math.max(1, alternatives.length);
  }
  return ways > COMBINATIONS_MAX;
}

/** Every way of a shape on a site; none where it cannot run there. */
export function waysOf(shape: PodShape, site: Site, questions: Questions): Way[] {
  let ways: Way[] = [{ choices: [], distinct: [] }];
  for (const { shape: claim } of shape.claims) {
    const lists = claim.requests.map(({ alternatives }) => alternatives);
    const own = combinations(lists).flatMap((requests) =>
      claimWays(requests, claim.constraints, site, questions),
    );
    ways = ways.flatMap((way) =>
      own.map(({ choices, distinct }) => ({
        choices: [...way.choices, ...choices],
        distinct: [...way.distinct, ...distinct],
      })),
    );
  }
  return ways;
}

/** One of each list, in every combination. */
function combinations<T>(lists: readonly (readonly T[])[]): T[][] {
  return lists.reduce<T[][]>(
    (known, list) => known.flatMap((chosen) => list.map((next) => [...chosen, next])),
    [[]],
  );
}

function claimWays(
  requests: readonly RequestShape[],
  constraints: readonly ConstraintShape[],
  { groups }: Site,
  { requests: known, attributes }: Questions,
): Way[] {
  // Admin access takes nothing from others.
  const taking = requests.filter(
    ({ adminAccess, all, count }) => !adminAccess && (all || count > 0),
  );
  const choices = taking.map((request) => {
    const place = known.indexOf(request);
    return { request, groups: groups.filter(({ fits }) => fits[place]) };
  });
  let ways: Way[] = choices.every(isEnough) ? [{ choices, distinct: [] }] : [];
  for (const constraint of constraints) {
    const attribute = attributes.indexOf(constraint.attribute);
    ways = ways.flatMap((way) => constrain(way, constraint, attribute));
  }
  return ways;
}

/** What a constraint leaves of a way: a way for each value, or one that wants distinct ones. */
function constrain(way: Way, { covers, distinct }: ConstraintShape, attribute: number): Way[] {
  const isCovered = ({ request: { name } }: Choice) =>
    covers.size === 0 || covers.has(name) || covers.has(name.split('/')[0]!);
  const covered = way.choices.filter(isCovered);
  const isLeftOut = covered.some(
    ({ request, groups }) =>
      request.derived.size > 0 || groups.some(({ values }) => values[attribute] === SEVERAL_VALUES),
  );
  if (covered.length === 0 || isLeftOut) return [way];
  const narrow = (keeps: (value: number) => boolean): Choice[] =>
    way.choices.map((choice) =>
      isCovered(choice)
        ? { ...choice, groups: choice.groups.filter(({ values }) => keeps(values[attribute]!)) }
        : choice,
    );
  const isWhole = (choices: readonly Choice[]) =>
    choices.every(
      (choice, index) =>
        isEnough(choice) &&
        (!choice.request.all || choice.groups.length === way.choices[index]!.groups.length),
    );
  if (distinct) {
    const choices = narrow((value) => value !== NO_VALUE);
    const requests = covered.map(({ request }) => request);
    const ways = [{ choices, distinct: [...way.distinct, { attribute, requests }] }];
    return ways.filter((one) => isWhole(one.choices));
  }
  const values = new Set(covered[0]!.groups.map((group) => group.values[attribute]!));
  values.delete(NO_VALUE);
  return [...values].flatMap((value) => {
    const choices = narrow((other) => other === value);
    return isWhole(choices) ? [{ ...way, choices }] : [];
  });
}

function isEnough({ request, groups }: Choice): boolean {
  if (request.all) return groups.length > 0;
  if (groups.some(({ givesShares }) => givesShares)) return true;
  return groups.reduce((sum, { count }) => sum + count, 0) >= request.count;
}
