// What an evaluation has cost. Passing the limit ends it at once and cannot be absorbed, so it is
// an exception. Work that CEL does not price (comparing nested lists) has a limit of its own.

/** The limit of one evaluation, and of the static estimate of an expression that is admitted. */
export const COST_MAX = 1_000_000;

/** No list grows beyond what the cost limit could walk over. */
export const CEL_ELEMENTS_MAX = 1_000_000;

const WORK_MAX = 20_000_000;

/** What the API server says when the limit ends an evaluation. */
export const COST_EXCEEDED = 'operation cancelled: actual cost limit exceeded';

/** The cost limit ended an evaluation. */
export class CelLimitError extends Error {
  constructor() {
    super(COST_EXCEEDED);
    this.name = 'CelLimitError';
  }
}

/** Ends the evaluation as the cost limit does. */
export function refuseOverCost(): never {
  throw new CelLimitError();
}

/** Adds up the cost of one evaluation. */
export class Meter {
  cost = 0;
  private worked = 0;

  reset(): void {
    this.cost = 0;
    this.worked = 0;
  }

  /** @throws CelLimitError when the sum passes the limit */
  charge(cost: number): void {
    this.cost += cost;
    if (this.cost > COST_MAX) refuseOverCost();
  }

  /** Counts elementary steps without a price. @throws CelLimitError when they are too many */
  work(steps: number): void {
    this.worked += steps;
    if (this.worked > WORK_MAX) refuseOverCost();
  }
}

/** The price of text and of comparisons: 0.1 for each unit of size, rounded up. */
export function tenth(size: number): number {
  return Math.ceil(size * 0.1);
}
